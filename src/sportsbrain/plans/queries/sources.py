"""Which version of another plan a plan is made from."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.plans.models import Version
from sportsbrain.plans.queries.versions import number_in_force

TIMETABLE = "timetable"
WHAT_IF = "what_if"  # in the statistics of a version made for changes that nobody approved yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    Versions by planner that take the place of those in force: how a what-if hands them on.

    Parameters
    ----------
    numbers
        (planner, number).

    """

    numbers: tuple[tuple[str, int], ...] = ()


def version_of(*, games_id: int, planner: str, sources: Sources) -> int | None:
    """
    Return the version to read: the one handed on, else the one in force, else the newest.

    A timetable that nobody has put in force is not read: the schedule as imported is. What was
    made for a what-if is not read either until it is in force.
    """
    for name, number in sources.numbers:
        if name == planner:
            return number
    in_force = number_in_force(games_id=games_id, planner=planner)
    if in_force is not None or planner == TIMETABLE:
        return in_force
    newest = Version.objects.filter(games_id=games_id, planner=planner).exclude(
        statistics__has_key=WHAT_IF
    )
    newest = newest.order_by("-number")
    return newest.values_list("number", flat=True).first()


def version_at(*, games_id: int, planner: str, moment: dt.datetime) -> int | None:
    """Return the version that `version_of` gave at a past moment, as far as versions tell."""
    rows = Version.objects.filter(games_id=games_id, planner=planner)
    published = rows.filter(published_at__lte=moment).order_by("-published_at")
    number = published.values_list("number", flat=True).first()
    if number is not None or planner == TIMETABLE:
        return number
    drafts = rows.filter(created_at__lte=moment).exclude(statistics__has_key=WHAT_IF)
    return drafts.order_by("-number").values_list("number", flat=True).first()
