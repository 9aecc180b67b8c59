"""An incident as a message of the Common Alerting Protocol 1.2 (OASIS)."""

import datetime as dt
from xml.etree import ElementTree as ET

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.queries import IncidentPage

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SEVERITY = {1: "Extreme", 2: "Severe", 3: "Moderate", 4: "Minor", 5: "Minor"}
CATEGORY = {
    "Security": "Security",
    "Medical": "Health",
    "Weather": "Met",
    "Transport": "Transport",
    "Technology": "Infra",
}


def cap_xml(*, games: GamesRow, page: IncidentPage, sender: str, sent_at: dt.datetime) -> bytes:
    """Return the warning; of an exercise it says so in its status, as the protocol asks."""
    incident = page.incident
    root = ET.Element("alert", {"xmlns": NAMESPACE})
    is_over = page.closed_at is not None
    for name, text in (
        ("identifier", f"{games.code}-incident-{incident.number}"),
        ("sender", sender),
        ("sent", _moment(sent_at)),
        ("status", "Exercise" if incident.is_exercise else "Actual"),
        ("msgType", "Cancel" if is_over else "Alert"),
        ("scope", "Restricted" if incident.is_confidential else "Public"),
        *((("restriction", "control room"),) if incident.is_confidential else ()),
        *(
            (("references", f"{sender},{games.code}-incident-{incident.number},"
              f"{_moment(incident.opened_at)}"),)
            if is_over
            else ()
        ),
    ):  # fmt: skip
        ET.SubElement(root, name).text = text
    info = ET.SubElement(root, "info")
    for name, text in (
        ("language", "en"),
        ("category", CATEGORY.get(incident.area, "Safety")),
        ("event", incident.text[:60]),
        ("urgency", "Past" if is_over else "Immediate" if incident.severity <= 2 else "Expected"),
        ("severity", SEVERITY[incident.severity]),
        ("certainty", "Observed"),
        ("headline", incident.text),
    ):
        ET.SubElement(info, name).text = text
    area = ET.SubElement(info, "area")
    ET.SubElement(area, "areaDesc").text = incident.venue or games.city or games.name
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _moment(moment: dt.datetime) -> str:
    """Return a moment as CAP wants it: seconds, and an offset that is never Z."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
