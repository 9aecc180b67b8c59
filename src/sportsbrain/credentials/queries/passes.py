"""Count who is inside, never say who; small numbers are no numbers."""

from dataclasses import dataclass

from django.db.models import Count

from sportsbrain.credentials.models import PassHolder

FLOOR = 5  # fewer people than this are not told apart from nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideRow:
    """How many are inside a place; None: fewer than five."""

    place: str
    people: int | None


def inside_rows(*, games_id: int) -> tuple[InsideRow, ...]:
    """Return how many are inside each place, by the passes that gates read."""
    rows = PassHolder.objects.filter(games_id=games_id, is_inside=True)
    counts = rows.values_list("place").annotate(n=Count("pk")).order_by("place")
    return tuple(InsideRow(place=place, people=n if n >= FLOOR else None) for place, n in counts)
