"""Read guests, and the bed of one person."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.village.models import GuestPass, Stay
from sportsbrain.village.queries.stays import StayRow, stay_rows
from sportsbrain.vocabulary.village import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRow:
    """A guest of a day."""

    id: int
    day: dt.date
    name: str
    host: str


def guest_rows(*, games_id: int, delegation: str, since: dt.date) -> tuple[GuestRow, ...]:
    """Return the guests of a delegation from a day on."""
    rows = GuestPass.objects.filter(games_id=games_id, delegation=delegation, day__gte=since,
                                    is_cancelled=False)  # fmt: skip
    return tuple(
        GuestRow(id=row.pk, day=row.day, name=row.name, host=row.host)
        for row in rows.order_by("day", "name")
    )


def guest_row(*, games_id: int, guest: int) -> GuestRow | None:
    """Return a guest who is still invited; None: nobody."""
    row = GuestPass.objects.filter(games_id=games_id, pk=guest, is_cancelled=False).first()
    return GuestRow(id=row.pk, day=row.day, name=row.name, host=row.host) if row else None


def stay_of(*, games_id: int, person: str) -> StayRow | None:
    """Return the stay of somebody that goes on or is next; None without a bed."""
    states = [state.value for state in OPEN]
    rows = Stay.objects.filter(games_id=games_id, person=person, stay_state__in=states)
    found = sorted(stay_rows(rows), key=lambda row: (row.stay_state != "in house", row.first))
    return found[0] if found else None
