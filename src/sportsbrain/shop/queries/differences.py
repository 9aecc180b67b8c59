"""What is different between two plans of a night's moves."""

from collections import Counter

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import version_items
from sportsbrain.vocabulary.comparison import Better, Difference, Figure, listing


def retail_difference(*, games: GamesRow, before: int, after: int) -> Difference:
    """Return what moves in one plan and not in the other: pins and shirts, by store."""
    one, other = (_hauls(games, number) for number in (before, after))
    moved = {key: other[key] - one[key] for key in one.keys() | other.keys()}
    rows = [
        (sku, store, f"{one[sku, store]:,} → {other[sku, store]:,}")
        for (sku, store), n in sorted(moved.items(), key=lambda row: (-abs(row[1]), row[0]))
        if n
    ]
    figure = Figure(key="pieces_moved", before=float(sum(map(abs, one.values()))),
                    after=float(sum(map(abs, other.values()))), better=Better.NEITHER)  # fmt: skip
    return Difference(
        figures=(figure,), listings=(listing("hauls", ("article", "store", "pieces"), rows),)
    )


def _hauls(games: GamesRow, number: int) -> Counter[tuple[str, str]]:
    items = version_items(games_id=games.id, planner="retail", number=number)
    return Counter({(sku, store): int(pieces) for sku, store, pieces in items["hauls"]})
