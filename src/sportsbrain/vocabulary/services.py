"""Words of services in the village: what is asked for, lost, found, told."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class ServiceTeam(StrEnum):
    """Who does it."""

    MAINTENANCE = "maintenance"
    HOUSEKEEPING = "housekeeping"
    DESK = "desk"  # lost property, questions


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    TAKEN = "taken"  # somebody is on it
    DONE = "done"
    CANCELLED = "cancelled"


class FoundState(StrEnum):
    """Where a found thing is."""

    KEPT = "kept"
    HANDED_OVER = "handed over"
    GIVEN_AWAY = "given away"  # nobody asked for it in time


class HallKind(StrEnum):
    """What a place that gets full is."""

    DINING = "dining"
    LAUNDRY = "laundry"
    GYM = "gym"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKindValues:
    """A kind of request: who does it, in how many minutes it is taken and done."""

    code: str
    title: str
    team: ServiceTeam
    take_minutes: int
    close_minutes: int


KINDS = (
    ServiceKindValues(code="water", title="Water, bath, toilet", team=ServiceTeam.MAINTENANCE,
                      take_minutes=15, close_minutes=120),
    ServiceKindValues(code="power", title="Light, socket", team=ServiceTeam.MAINTENANCE,
                      take_minutes=30, close_minutes=240),
    ServiceKindValues(code="climate", title="Heating, cooling", team=ServiceTeam.MAINTENANCE,
                      take_minutes=30, close_minutes=240),
    ServiceKindValues(code="lift", title="Lift, door, lock", team=ServiceTeam.MAINTENANCE,
                      take_minutes=10, close_minutes=90),
    ServiceKindValues(code="furniture", title="Furniture", team=ServiceTeam.MAINTENANCE,
                      take_minutes=120, close_minutes=1_440),
    ServiceKindValues(code="linen", title="Towels, linen", team=ServiceTeam.HOUSEKEEPING,
                      take_minutes=60, close_minutes=240),
    ServiceKindValues(code="cleaning", title="Cleaning", team=ServiceTeam.HOUSEKEEPING,
                      take_minutes=45, close_minutes=180),
    ServiceKindValues(code="lost", title="Something is lost", team=ServiceTeam.DESK,
                      take_minutes=240, close_minutes=4_320),
)  # fmt: skip


def percentile(values: list[float], share: float) -> float | None:
    """Return the value that ``share`` of all are not above (nearest rank); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = max(1, -int(-share * len(ordered) // 1))
    return ordered[min(rank, len(ordered)) - 1]


def minutes_between(first: dt.datetime, second: dt.datetime) -> float:
    """Return the minutes from one moment to another."""
    return (second - first).total_seconds() / 60
