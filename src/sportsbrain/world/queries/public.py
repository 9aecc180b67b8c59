"""All facts that everybody may know, in a few queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from sportsbrain.world.models import (
    Discipline,
    Event,
    EventUnit,
    FactChange,
    Medal,
    Organisation,
    Participant,
    Result,
    Team,
    TeamMember,
    Venue,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFacts:
    """
    Facts by table.

    Units, events and competitors are mappings of plain values; results are (unit, competitor,
    start order, rank, value, its kind, win or loss, irregularity, qualified); medals (event, kind,
    organisation, competitor or nothing).
    """

    disciplines: dict[str, str]
    events: tuple[dict[str, Any], ...]
    units: tuple[dict[str, Any], ...]
    results: tuple[tuple[Any, ...], ...]
    medals: tuple[tuple[str, str, str, str], ...]
    venues: dict[str, str]
    organisations: dict[str, str]
    competitors: tuple[dict[str, Any], ...]


MOVED = ["starts_at", "ends_before", "location_id"]
UNITS = {
    "code": "code",
    "name": "name",
    "event": "phase__event__code",
    "phase": "phase__name",
    "phase_order": "phase__order",
    "medal": "medal",
    "schedule_status": "schedule_status",
    "result_status": "result_status",
    "version": "result_version",
    "venue": "location__venue__code",
    "location": "location__name",
    "starts_at": "starts_at",
    "ends_before": "ends_before",
}


def public_facts(*, games_id: int) -> PublicFacts:
    """Return what everybody may know of a Games; nothing of birth, height or who withdrew."""
    own = {"games_id": games_id}
    moves = _moves(games_id)
    units = EventUnit.objects.filter(**own).order_by("starts_at", "code")
    results = Result.objects.filter(**own).order_by("pk")
    medals = Medal.objects.filter(**own, event__isnull=False).order_by("code")
    events = Event.objects.filter(**own).order_by("code")
    return PublicFacts(
        disciplines=dict(Discipline.objects.filter(**own).values_list("code", "name")),
        events=tuple(
            {"code": code, "name": name, "discipline": discipline, "gender": gender}
            for code, name, discipline, gender in events.values_list(
                "code", "name", "discipline__code", "gender"
            )
        ),
        units=tuple(
            {**{name: "" if value is None and name in {"venue", "location"} else value
                for name, value in zip(UNITS, row, strict=True)}, **moves.get(row[0], {})}
            for row in units.values_list(*UNITS.values())
        ),
        results=tuple(
            (unit, person or team, *values)
            for unit, person, team, *values in results.values_list(
                "unit__code", "participant__code", "team__code", "start_order", "rank", "value",
                "value_kind", "win_loss", "irregularity", "qualified",
            )
        ),
        medals=tuple(
            (event, kind, organisation, person or team or "")
            for event, kind, organisation, person, team in medals.values_list(
                "event__code", "kind", "organisation__code", "participant__code", "team__code"
            )
        ),
        venues=dict(Venue.objects.filter(**own).values_list("code", "name")),
        organisations=dict(Organisation.objects.filter(**own).values_list("code", "name")),
        competitors=_competitors(games_id),
    )  # fmt: skip


NAMED: dict[str, tuple[Any, ...]] = {
    "unit": (EventUnit,), "event": (Event,), "discipline": (Discipline,), "venue": (Venue,),
    "organisation": (Organisation,), "athlete": (Participant, Team),
}  # fmt: skip


def names_of_things(*, games_id: int, keys: Iterable[str]) -> dict[str, str]:
    """
    Return the names of things by what fans' pages call them: a kind, ``-`` and a code.

    Keys of no kind and of nothing that is known are not among them.
    """
    codes: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        kind, _, code = key.partition("-")
        codes[kind].append(code)
    return {
        f"{kind}-{code}": name or code
        for kind, models in NAMED.items() if kind in codes
        for model in models
        for code, name in model.objects.filter(games_id=games_id, code__in=codes[kind])
        .values_list("code", "name")
    }  # fmt: skip


def things_named(*, games_id: int, text: str, most: int = 6) -> list[tuple[str, str]]:
    """
    Return (key, name) of the things a text names: by key, else code or name, else a part of it.

    Keys are those of `names_of_things`.
    """
    if whole := names_of_things(games_id=games_id, keys=[text]):
        return list(whole.items())
    for exact in ("iexact", "icontains"):
        wanted = Q(**{f"code__{exact}": text}) | Q(**{f"name__{exact}": text})
        found = [
            (f"{kind}-{code}", name or code)
            for kind, models in NAMED.items()
            for model in models
            for code, name in model.objects.filter(wanted, games_id=games_id)
            .order_by("code").values_list("code", "name")[:most]
        ]  # fmt: skip
        if found:
            return found[:most]
    return []


def _moves(games_id: int) -> dict[str, dict[str, Any]]:
    """Return how often, and when last, each unit was given another time or place."""
    changed = FactChange.objects.filter(
        games_id=games_id, table="units", before__has_any_keys=MOVED
    )
    counted = changed.values_list("code").annotate(n=Count("pk"), last=Max("recorded_at"))
    return {code: {"moves": n, "moved_at": last} for code, n, last in counted}


def _competitors(games_id: int) -> tuple[dict[str, Any], ...]:
    members: dict[str, list[str]] = defaultdict(list)
    found = TeamMember.objects.filter(games_id=games_id).order_by("participant__code")
    for team, person in found.values_list("team__code", "participant__code"):
        members[team].append(person)
    people = Participant.objects.filter(games_id=games_id).order_by("code")
    teams = Team.objects.filter(games_id=games_id).order_by("code")
    fields = ("code", "name", "organisation__code")
    return (
        *(
            {"code": code, "name": name or code, "organisation": organisation}
            for code, name, organisation in people.values_list(*fields)
        ),
        *(
            {"code": code, "name": name or code, "organisation": organisation, "is_team": True,
             "members": tuple(members.get(code, ()))}
            for code, name, organisation in teams.values_list(*fields)
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """A change of a fact, as the history keeps it."""

    code: str
    before: dict[str, Any]
    after: dict[str, Any]
    fact_source: str
    recorded_at: dt.datetime


def history_of(
    *, games_id: int, table: str, code_begins: str = "", most: int = 1000
) -> tuple[FactLine, ...]:
    """Return the changes of a table, or of facts whose code begins so, newest first."""
    rows = FactChange.objects.filter(games_id=games_id, table=table).order_by("-pk")
    found = rows.filter(code__startswith=code_begins) if code_begins else rows
    return tuple(
        FactLine(code=row.code, before=row.before, after=row.after, fact_source=row.fact_source,
                 recorded_at=row.recorded_at)
        for row in found[:most]
    )  # fmt: skip


def medals_of_event(*, games_id: int, event: str) -> tuple[tuple[str, str], ...]:
    """Return (kind, competitor) of an event's medals."""
    rows = Medal.objects.filter(games_id=games_id, event__code=event)
    found = rows.values_list("kind", "participant__code", "team__code")
    return tuple((kind, person or team or "") for kind, person, team in found)
