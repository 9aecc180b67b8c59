"""Bytes to values: hostile or broken XML is refused before it is read."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sportsbrain.feeds.odf.messages import (
    BYTES_MAX,
    Envelope,
    OdfEntry,
    OdfError,
    OdfMedals,
    OdfMessage,
    OdfPerson,
    OdfResult,
    OdfTeam,
    OdfUnit,
)
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.rsc import LENGTH, Rsc, RscError
from sportsbrain.vocabulary.statuses import ResultStatus, ScheduleStatus

OTHER_STATUSES = {"INTERIM": "INTERMEDIATE", "PROVISIONAL": "UNOFFICIAL"}
NOBODY = {"", "TBD", "NOCOMP"}
MEDALS = {"ME_GOLD": "GOLD", "ME_SILVER": "SILVER", "ME_BRONZE": "BRONZE"}
PEOPLE = ("DT_PARTIC", "DT_PARTIC_UPDATE")
TEAMS = ("DT_PARTIC_TEAMS", "DT_PARTIC_TEAMS_UPDATE")
SCHEDULE = ("DT_SCHEDULE", "DT_SCHEDULE_UPDATE")
CODE_MAX = 40
RANK = re.compile(r"[1-9][0-9]{0,5}")  # a text without one is shown nowhere, as it has no rank


def parse_message(content: bytes) -> OdfMessage:
    """
    Return what a message says.

    Raises
    ------
    OdfError
        When it is too large, not well formed, declares a document type or entities, or lacks what
        the envelope needs.

    """
    root = _read(content)
    envelope = _envelope(root)
    body = root.find("Competition")
    if body is None:
        body = Element("Competition")
    kind = envelope.kind
    if kind in PEOPLE:
        return OdfMessage(envelope=envelope, people=tuple(_people(body)))
    if kind in TEAMS:
        return OdfMessage(envelope=envelope, teams=tuple(_teams(body)))
    if kind == "DT_ENTRIES":
        return OdfMessage(envelope=envelope, entries=tuple(_entries(body, envelope)))
    if kind in SCHEDULE:
        return OdfMessage(envelope=envelope, units=tuple(_units(body)))
    if kind == "DT_RESULT":
        return _result(body, envelope)
    if kind == "DT_MEDALLISTS":
        return OdfMessage(envelope=envelope, medals=_medals(body, envelope))
    return OdfMessage(envelope=envelope, is_used=False)


def _read(content: bytes) -> Element:
    if len(content) > BYTES_MAX:
        limit = BYTES_MAX >> 20
        raise OdfError("too large", f"a message has {limit} MB at most; this is not read")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise OdfError("declares entities", "messages have no document type; not read") from None
    except (ParseError, ValueError, LookupError) as error:
        raise OdfError("not well formed", f"{error}; send it again") from None
    except RecursionError:
        raise OdfError("nested too deeply", "messages are flat; not read") from None
    if root.tag != "OdfBody":
        raise OdfError("not a message of the feed", "the root is OdfBody", value=root.tag[:80])
    return root


def _needed(element: Element, name: str) -> str:
    value = element.get(name, "").strip()
    if not value:
        raise OdfError("missing", f"{element.tag} needs {name}", place=f"{element.tag}/@{name}")
    return value


def _code(element: Element, name: str = "Code") -> str:
    value = _needed(element, name)
    if len(value) > CODE_MAX:
        raise OdfError("too long", f"codes have {CODE_MAX} characters at most", value=value[:60],
                       place=f"{element.tag}/@{name}")  # fmt: skip
    return value


def _envelope(root: Element) -> Envelope:
    version = _needed(root, "Version")
    if not (version.isdecimal() and version.isascii() and 0 < int(version) < 2**31):
        raise OdfError("not a version", "a whole number above 0", place="OdfBody/@Version",
                       value=version[:40])  # fmt: skip
    return Envelope(
        competition=_needed(root, "CompetitionCode")[:40], kind=_needed(root, "DocumentType")[:40],
        code=_needed(root, "DocumentCode")[:60], version=int(version),
        feed=_needed(root, "FeedFlag")[:1], subtype=root.get("DocumentSubtype", "")[:40],
        subcode=root.get("DocumentSubcode", "")[:40], status=root.get("ResultStatus", "")[:20],
        source=root.get("Source", "")[:40],
    )  # fmt: skip


def _rsc(text: str, place: str) -> Rsc:
    try:
        return Rsc(text=text)
    except RscError as error:
        advice = f"{error}; pad it with - to {LENGTH}"
        raise OdfError("not an RSC", advice, place=place, value=text[:60]) from None


def _name(element: Element) -> str:
    both = f"{element.get('GivenName', '')} {element.get('FamilyName', '')}".strip()
    return (both or element.get("PrintName", "") or element.get("TVName", ""))[:200]


def _person(element: Element, described: Element | None = None) -> OdfPerson:
    said = element if described is None else described
    text = said.get("BirthDate", "")
    try:
        born = dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise OdfError("not a day", "days are like 2004-05-31", value=text[:40],
                       place=f"{element.tag}/@BirthDate") from None  # fmt: skip
    return OdfPerson(
        code=_code(element), name=_name(said), birth_date=born,
        gender=said.get("Gender", "")[:1], organisation=_code(said, "Organisation"),
    )  # fmt: skip


def _people(body: Element) -> Iterator[OdfPerson]:
    for element in body.iter("Participant"):
        yield _person(element)


def _teams(body: Element) -> Iterator[OdfTeam]:
    for element in body.iter("Team"):
        inside = element.find("Composition")
        yield OdfTeam(
            code=_code(element),
            organisation=_code(element, "Organisation"),
            name=str(element.get("Name") or element.get("TVTeamName", ""))[:200],
            members=None if inside is None
            else tuple(_code(one) for one in inside.iter("Athlete")),
        )  # fmt: skip


def _entries(body: Element, envelope: Envelope) -> Iterator[OdfEntry]:
    event = _rsc(envelope.code, "OdfBody/@DocumentCode").event
    for element in body.iter("Entry"):
        described = element.find("Description")
        composition = element.find("Composition")
        athletes = () if composition is None else tuple(
            _person(one, one.find("Description")) for one in composition.iter("Athlete")
            if one.find("Description") is not None
        )  # fmt: skip
        yield OdfEntry(
            event=event, competitor=_code(element),
            is_team=element.get("Type") == "T",
            organisation=_code(element, "Organisation"), athletes=athletes,
            name="" if described is None else described.get("TeamName", "")[:200],
        )  # fmt: skip


def _units(body: Element) -> Iterator[OdfUnit]:
    for element in body.iter("Unit"):
        code = _rsc(_needed(element, "Code"), "Unit/@Code")
        status = _needed(element, "ScheduleStatus")
        if status not in ScheduleStatus.__members__:
            raise OdfError("unknown status", f"one of {', '.join(ScheduleStatus)}",
                           place="Unit/@ScheduleStatus", value=status[:40])  # fmt: skip
        named = element.find("ItemName")
        place = element.find("VenueDescription")
        at: dict[str, str] = {} if place is None else dict(place.attrib)
        venue, location = element.get("Venue", ""), element.get("Location", "")
        yield OdfUnit(
            code=code.text, schedule_status=ScheduleStatus(status),
            name=("" if named is None else named.get("Value", ""))[:200],
            medal=element.get("Medal", "")[:1],
            starts_at=_moment(element, "StartDate"), ends_before=_moment(element, "EndDate"),
            venue="" if venue in NOBODY else venue[:CODE_MAX],
            venue_name=at.get("VenueName", "")[:200],
            location="" if location in NOBODY else location[:CODE_MAX],
            location_name=at.get("LocationName", "")[:200],
        )  # fmt: skip


def _moment(element: Element, name: str) -> dt.datetime | None:
    text = element.get(name, "")
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise OdfError("not a time", "times are like 2026-09-22T20:58:00+02:00",
                       place=f"{element.tag}/@{name}", value=text[:40])  # fmt: skip
    return moment


def _result(body: Element, envelope: Envelope) -> OdfMessage:
    unit = _rsc(envelope.code, "OdfBody/@DocumentCode").text
    status = OTHER_STATUSES.get(envelope.status, envelope.status)
    if status not in ResultStatus.__members__:
        raise OdfError("unknown status", f"one of {', '.join(ResultStatus)}",
                       place="OdfBody/@ResultStatus", value=envelope.status)  # fmt: skip
    warnings = (
        (f"status {envelope.status} is read as {status}",) if status != envelope.status else ()
    )
    lines = tuple(line for element in body.findall("Result") for line in _line(element))
    return OdfMessage(
        envelope=envelope, warnings=warnings,
        result=OdfResult(unit=unit, status=ResultStatus(status), lines=lines),
    )  # fmt: skip


def _line(element: Element) -> Iterator[ResultFact]:
    """Yield a result; none for a place that nobody is in yet."""
    competitor = element.find("Competitor")
    code = "" if competitor is None else competitor.get("Code", "")
    if competitor is None or code in NOBODY:
        return
    rank = element.get("Rank", "")
    get: Any = element.get
    yield ResultFact(
        competitor=_code(competitor), rank=int(rank) if RANK.fullmatch(rank) else None,
        start_order=(get("StartOrder") or get("StartSortOrder", ""))[:10],
        value=get("Result", "")[:60], value_kind=get("ResultType", "")[:20],
        win_loss=get("WLT", "")[:1], irregularity=get("IRM", "")[:10],
        qualified=get("QualificationMark", "")[:10],
    )  # fmt: skip


def _medals(body: Element, envelope: Envelope) -> OdfMedals:
    found = []
    for element in body.iter("Medal"):
        kind = element.get("Code", "")
        if kind not in MEDALS:
            raise OdfError("unknown medal", f"one of {', '.join(MEDALS)}", place="Medal/@Code",
                           value=kind[:40])  # fmt: skip
        found += [(MEDALS[kind], one.get("Code", "")) for one in element.findall("Competitor")]
    event = _rsc(envelope.code, "OdfBody/@DocumentCode").event
    return OdfMedals(event=event, medals=tuple(m for m in found if m[1] not in NOBODY))
