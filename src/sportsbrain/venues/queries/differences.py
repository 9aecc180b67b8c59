"""What is different between two plans of the lanes."""

from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.vocabulary.comparison import Better, Difference, listing, stated

FIGURES = {
    "lane_hours": ("h", Better.LESS),
    "gate_hours": ("h", Better.LESS),
    "lanes_most": ("", Better.LESS),
    "quarters_broken": ("", Better.LESS),
    "queue_most": ("people", Better.LESS),
    "wait_p95_seconds": ("s", Better.LESS),
    "emptied_p95_seconds": ("s", Better.LESS),
}


def lanes_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return figures, and the venue-days whose lanes or queues are others."""
    first, second = (
        version_row(games_id=games.id, planner="lanes", number=n).statistics
        for n in (before, after)
    )
    one, other = (
        version_items(games_id=games.id, planner="lanes", number=n) for n in (before, after)
    )
    codes = sorted(one["sites"].keys() | other["sites"].keys())
    rows = []
    for code in codes:
        was, now = one["sites"].get(code), other["sites"].get(code)
        if was is None or now is None or was["hash"] != now["hash"]:
            rows.append((code, f"{_hours(was)} → {_hours(now)}", f"{_most(was)} → {_most(now)}"))
    ways = [
        (venue, f"{_emptied(one, venue)} → {_emptied(other, venue)}")
        for venue in sorted(one["venues"].keys() | other["venues"].keys())
        if _emptied(one, venue) != _emptied(other, venue)
    ]
    return Difference(
        figures=stated(first, second, FIGURES),
        listings=(
            listing("queues", ("venue and day", "lane-hours", "longest queue"), rows),
            listing("emptying", ("venue", "minutes until 95 % are out"), ways),
        ),
    )


def _hours(row: dict[str, Any] | None) -> str:
    if row is None:
        return "—"
    return f"{sum(b['hours'] for b in row['banks'] if b['kind'] == 'screening'):,.1f}"


def _most(row: dict[str, Any] | None) -> str:
    return "—" if row is None else f"{row['curves']['queue_most']:,}"


def _emptied(items: dict[str, Any], venue: str) -> str:
    found = items["venues"].get(venue)
    return "—" if found is None else f"{found['sets'][-1]['out_p95'] / 60:.0f}"
