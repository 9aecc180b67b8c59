"""
What happened to labelled articles as EPCIS 2.0 events (JSON-LD).

Made is ``commissioning``, sold ``retail_selling``, brought back ``returning``, lost or destroyed
``decommissioning``; articles of one batch, place and moment share an event.

References
----------
GS1 EPCIS 2.0 and CBV 2.0.

"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from typing import Any

from sportsbrain.credentials.queries import LabelCard
from sportsbrain.vocabulary.labels import LabelEventKind

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
MADE = "made"
STEPS = {
    MADE: ("ADD", "commissioning", "active"),
    LabelEventKind.SOLD.value: ("OBSERVE", "retail_selling", "retail_sold"),
    LabelEventKind.RETURNED.value: ("OBSERVE", "returning", "returned"),
    LabelEventKind.ENDED.value: ("DELETE", "decommissioning", "inactive"),
}


def epcis_document(
    labels: tuple[LabelCard, ...],
    *,
    home: str,
    since: dt.datetime,
    until: dt.datetime,
    now: dt.datetime,
) -> dict[str, Any]:
    """Return the events of a time; ``home`` is the shop's address, which names its articles."""
    groups: dict[tuple[dt.datetime, str, str, str], list[str]] = defaultdict(list)
    for label in labels:
        epc = f"{home}/01/{label.gtin}/21/{label.serial}"
        if since <= label.issued_at < until:
            groups[label.issued_at, MADE, "", label.batch].append(epc)
        for kind, place, ref, moment in label.events:
            groups[moment, kind, place, ref].append(epc)
    events = [_event(key, epcs, home) for key, epcs in sorted(groups.items())]
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": now.isoformat(),
        "epcisBody": {"eventList": events},
    }


def _event(key: tuple[dt.datetime, str, str, str], epcs: list[str], home: str) -> dict[str, Any]:
    moment, kind, place, ref = key
    action, step, disposition = STEPS[kind]
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "action": action,
        "bizStep": step,
        "disposition": disposition,
        "epcList": epcs,
        "eventTime": moment.isoformat(),
        "eventTimeZoneOffset": "+00:00",
    }
    if place:
        event["readPoint"] = event["bizLocation"] = {"id": f"{home}/place/{place}"}
    if ref:
        kind_of_paper = "prodorder" if kind == MADE else "po"
        event["bizTransactionList"] = [
            {"type": kind_of_paper, "bizTransaction": f"{home}/ref/{ref}"}
        ]
    digest = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
    return event | {"eventID": f"ni:///sha-256;{digest}?ver=CBV2.0"}
