"""The results of one unit, as whoever records them needs them."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.vocabulary.people import Standing
from sportsbrain.world.models import Entry, EventUnit, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStanding:
    """One competitor in a unit."""

    competitor: str
    name: str
    organisation: str
    start_order: str = ""
    rank: int | None = None
    value: str = ""
    value_kind: str = ""
    win_loss: str = ""
    irregularity: str = ""
    qualified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResults:
    """A unit with its version, how firm it is, who is in it, and who else could be."""

    code: str
    name: str
    phase: str
    event_code: str
    event: str
    discipline: str
    medal: str
    venue: str
    starts_at: dt.datetime | None
    schedule_status: str
    result_status: str
    version: int
    standings: tuple[UnitStanding, ...]
    others: tuple[UnitStanding, ...]


def unit_results(*, games_id: int, code: str) -> UnitResults | None:
    """Return the results of a unit by rank, then by start; None for a unit nobody knows."""
    unit = (
        EventUnit.objects.filter(games_id=games_id, code=code)
        .select_related("phase__event__discipline", "location__venue")
        .first()
    )
    if unit is None:
        return None
    event = unit.phase.event
    rows = Result.objects.filter(unit=unit).order_by("rank", "start_order", "pk")
    standings = tuple(
        UnitStanding(
            competitor=person or team, name=person_name or team_name or person or team,
            organisation=own or other, start_order=start, rank=rank, value=value, value_kind=kind,
            win_loss=won, irregularity=irregularity, qualified=qualified,
        )
        for person, team, person_name, team_name, own, other, start, rank, value, kind, won,
        irregularity, qualified in rows.values_list(
            "participant__code", "team__code", "participant__name", "team__name",
            "participant__organisation__code", "team__organisation__code", "start_order", "rank",
            "value", "value_kind", "win_loss", "irregularity", "qualified",
        )
    )  # fmt: skip
    there = {row.competitor for row in standings}
    return UnitResults(
        code=unit.code, name=unit.name, phase=unit.phase.name, event_code=event.code,
        event=event.name, discipline=event.discipline.name, medal=unit.medal,
        venue=unit.location.venue.name if unit.location else "", starts_at=unit.starts_at,
        schedule_status=unit.schedule_status, result_status=unit.result_status,
        version=unit.result_version, standings=standings,
        others=tuple(row for row in _entered(event.pk) if row.competitor not in there),
    )  # fmt: skip


def _entered(event_id: int) -> tuple[UnitStanding, ...]:
    rows = Entry.objects.filter(event_id=event_id, standing=Standing.ENTERED.value)
    return tuple(
        UnitStanding(competitor=person or team, organisation=own or other,
                     name=person_name or team_name or person or team)
        for person, team, person_name, team_name, own, other in rows.order_by("code").values_list(
            "participant__code", "team__code", "participant__name", "team__name",
            "participant__organisation__code", "team__organisation__code",
        )
    )  # fmt: skip
