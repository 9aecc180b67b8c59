"""What is different between two plans of the village."""

from collections import Counter
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.village.models import RateItem, VillageRoom
from sportsbrain.vocabulary.comparison import (
    Better,
    Difference,
    Figure,
    Listing,
    listing,
    stated,
)
from sportsbrain.vocabulary.money import DIGITS

MEAL_FIGURES = {
    "meals": ("meals", Better.NEITHER),
    "packed": ("meals", Better.NEITHER),
    "portions": ("portions", Better.NEITHER),
    "waste_portions": ("portions", Better.LESS),
    "shortage_portions": ("portions", Better.LESS),
    "no_seat": ("people", Better.LESS),
}


def rooms_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return what is different between two plans of the beds."""
    one, other = (
        version_items(games_id=games.id, planner="rooms", number=n) for n in (before, after)
    )
    first, second = (
        version_row(games_id=games.id, planner="rooms", number=n) for n in (before, after)
    )
    moved = [code for code in one if code in other and one[code][:2] != other[code][:2]]
    stays = [code for code in one if code in other and one[code][2:4] != other[code][2:4]]
    figures = (
        Figure(key="moved_people", before=0, after=len(moved), unit="people"),
        Figure(
            key="beds",
            before=len(one),
            after=len(other),
            unit="people",
            better=Better.NEITHER,
        ),
        Figure(
            key="bed_nights",
            before=_nights(one),
            after=_nights(other),
            unit="nights",
            better=Better.NEITHER,
        ),
        *stated(first.statistics, second.statistics, {"without_bed": ("people", Better.LESS)}),
        Figure(key="splits", before=_splits(first), after=_splits(second), unit="delegations"),
        Figure(
            key="races_missed",
            before=len(first.statistics.get("races_missed", [])),
            after=len(second.statistics.get("races_missed", [])),
            unit="people",
        ),
        *_to_sell(games, one, other),
    )
    return Difference(
        figures=figures,
        listings=(
            listing(
                "moved_people",
                ("person", "delegation", "room"),
                [(c, str(other[c][4]), f"{one[c][0]} → {other[c][0]}") for c in moved],
            ),
            _new_stays(one, other, stays),
            listing(
                "races_missed",
                ("person", "delegation"),
                [
                    (c, str(other[c][4]) if c in other else "")
                    for c in second.statistics.get("races_missed", [])
                ],
            ),
        ),
    )


def _to_sell(games: GamesRow, one: dict[str, Any], other: dict[str, Any]) -> tuple[Figure, ...]:
    """Return nights of beds behind doors where nobody sleeps, and their price on the rate card."""
    rows = VillageRoom.objects.filter(games_id=games.id, closed_for="")
    rooms = {code: (door, beds) for code, door, beds in rows.values_list("code", "door", "beds")}
    if not rooms:
        return ()
    last = max((int(item[3]) for items in (one, other) for item in items.values()), default=0)
    before, after = (_empty_nights(rooms, items, last) for items in (one, other))
    nights = Figure(key="beds_to_sell", before=before, after=after, unit="nights",
                    better=Better.MORE)  # fmt: skip
    bed = RateItem.objects.filter(games_id=games.id, is_bed=True).order_by("pk").first()
    if bed is None:
        return (nights,)
    each = bed.price / 10 ** DIGITS.get(bed.currency, 2)
    worth = Figure(key="beds_worth", before=round(before * each), after=round(after * each),
                   unit=bed.currency, better=Better.MORE)  # fmt: skip
    return (nights, worth)


def _empty_nights(rooms: dict[str, tuple[str, int]], items: dict[str, Any], last: int) -> int:
    """Return nights of beds behind doors where nobody sleeps, of the nights before ``last``."""
    beds: Counter[str] = Counter()
    for door, n in rooms.values():
        beds[door] += n
    used: dict[int, set[str]] = {night: set() for night in range(last)}
    for item in items.values():
        door = rooms.get(str(item[0]), ("", 0))[0]
        for night in range(int(item[2]), int(item[3])):
            used[night].add(door)
    every = sum(beds.values())
    return sum(every - sum(beds[door] for door in doors) for doors in used.values())


def _nights(items: dict[str, Any]) -> int:
    return sum(int(item[3]) - int(item[2]) for item in items.values())


def _splits(row: Any) -> int:
    return len(row.statistics.get("splits", []))


def _new_stays(one: dict[str, Any], other: dict[str, Any], stays: list[str]) -> Listing:
    """Return those whose nights are others, and those who are new or no longer there."""
    rows = [
        (c, str(other[c][4]), f"{one[c][2]}–{one[c][3]} → {other[c][2]}–{other[c][3]}")
        for c in stays
    ]
    rows += [(c, str(other[c][4]), "new") for c in sorted(other.keys() - one.keys())]
    rows += [(c, str(one[c][4]), "no longer there") for c in sorted(one.keys() - other.keys())]
    return listing("stays", ("person", "delegation", "nights"), rows)


def meals_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return what is different between two plans of the meals."""
    one, other = (
        version_items(games_id=games.id, planner="meals", number=n) for n in (before, after)
    )
    first, second = (
        version_row(games_id=games.id, planner="meals", number=n).statistics
        for n in (before, after)
    )
    meals = [(meal, one["meals"].get(meal, 0), other["meals"].get(meal, 0))
             for meal in sorted(one["meals"].keys() | other["meals"].keys())]  # fmt: skip
    changed = sorted((m for m in meals if m[1] != m[2]), key=lambda m: (-abs(m[2] - m[1]), m[0]))
    dishes = [_dishes(items) for items in (one, other)]
    return Difference(
        figures=stated(first, second, MEAL_FIGURES),
        listings=(
            listing("meals", ("meal", "served"), [(m, f"{a:,} → {b:,}") for m, a, b in changed]),
            listing(
                "dishes",
                ("dish", "portions"),
                [
                    (dish, f"{dishes[0][dish]:,} → {dishes[1][dish]:,}")
                    for dish in sorted(dishes[0] | dishes[1])
                    if dishes[0][dish] != dishes[1][dish]
                ],
            ),
        ),
    )


def _dishes(items: dict[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in items["portions"]:
        found[row["dish"]] += row["portions"]
    return found
