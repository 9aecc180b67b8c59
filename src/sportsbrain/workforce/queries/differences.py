"""What is different between two rosters."""

from collections import defaultdict
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.vocabulary.comparison import Better, Difference, Figure, listing, stated

FIGURES = {
    "shifts_needed": ("shifts", Better.NEITHER),
    "shifts_given": ("shifts", Better.NEITHER),
    "places_empty": ("places", Better.LESS),
    "people": ("people", Better.NEITHER),
    "shifts_not_liked": ("shifts", Better.LESS),
}
Shift = tuple[int, int]


def roster_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return what is different between two rosters."""
    one, other = (
        version_items(games_id=games.id, planner="roster", number=n) for n in (before, after)
    )
    first, second = (
        version_row(games_id=games.id, planner="roster", number=n).statistics
        for n in (before, after)
    )
    shifts = [_shifts(items) for items in (one, other)]
    changed = sorted(
        code
        for code in shifts[0].keys() | shifts[1].keys()
        if shifts[0].get(code) != shifts[1].get(code)
    )
    teams = sorted({other["posts"].get(code, one["posts"].get(code, "")) for code in changed})
    teams_moved = [
        code
        for code, post in one["posts"].items()
        if code in other["posts"] and other["posts"][code] != post
    ]
    rows = [
        (
            code,
            other["posts"].get(code, one["posts"].get(code, "")),
            f"{len(shifts[0].get(code, set()) - shifts[1].get(code, set()))}",
            f"{len(shifts[1].get(code, set()) - shifts[0].get(code, set()))}",
        )
        for code in changed
    ]
    return Difference(
        figures=(
            Figure(key="people_changed", before=0, after=len(changed), unit="people"),
            Figure(key="teams_changed", before=0, after=len(teams), unit="teams"),
            Figure(key="teams_moved", before=0, after=len(teams_moved), unit="people"),
            *stated(first, second, FIGURES),
        ),
        listings=(
            listing(
                "people_changed", ("person", "team", "shifts taken away", "shifts given"), rows
            ),
        ),
    )


def _shifts(items: dict[str, Any]) -> dict[str, set[Shift]]:
    found: dict[str, set[Shift]] = defaultdict(set)
    for rows in items["shifts"].values():
        for code, day, shift in rows:
            found[code].add((day, shift))
    return dict(found)
