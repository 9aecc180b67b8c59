"""What is different between two timetables, as a what-if shows it."""

from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_row
from sportsbrain.sport.queries.versions import compare_timetables
from sportsbrain.vocabulary.comparison import Better, Difference, Figure, listing

TERMS = ("prime_time", "rest", "venue_days", "venue_hours", "crowd_peak")


def timetable_difference(*, games: GamesRow, before: str, after: str) -> Difference:
    """Return what is different between two timetables (``held`` or a number)."""
    zone = ZoneInfo(games.time_zone)
    found = compare_timetables(games=games, one=before, other=after)
    faults = [
        None
        if name == "held"
        else version_row(games_id=games.id, planner="timetable", number=int(name)).fault_count
        for name in (before, after)
    ]
    gone, new = found["only_one"], found["only_other"]
    figures = [
        Figure(key="units_moved", before=0, after=len(found["moved"]), unit="units"),
        Figure(key="units_gone", before=0, after=len(gone), unit="units"),
        Figure(key="hard_faults", before=faults[0], after=faults[1], unit="rules"),
    ]
    figures += [
        Figure(
            key=key,
            before=found["soft"][key]["one"],
            after=found["soft"][key]["other"],
            better=Better.LESS,
        )
        for key in TERMS
        if key in found["soft"]
    ]
    rows = [
        (
            f"{m['event']}, {m['name']}",
            str(m["venue"]),
            " → ".join(f"{m[key].astimezone(zone):%a %d %b %H:%M}" for key in ("one", "other")),
        )
        for m in found["moved"]
    ]
    return Difference(
        figures=tuple(figures),
        listings=(
            listing("units_moved", ("unit", "venue", "begins"), rows),
            listing("units_gone", ("unit",), [(code,) for code in [*gone, *new]]),
        ),
    )
