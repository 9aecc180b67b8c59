"""Who acts, and the rows that actions take: locked, in one order."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from sportsbrain.access.errors import UnknownPersonError
from sportsbrain.access.models import Registration
from sportsbrain.committee.queries import GamesRow

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """
    Who acts, when, and for which organisation.

    ``client`` empty: the office, which may register for all and after a deadline; else the codes of
    the organisations it acts for, with blanks between.
    """

    name: str
    now: dt.datetime
    client: str = ""

    def owns(self, client: str) -> bool:
        """Tell whether people of an organisation are this actor's."""
        return not self.client or client in self.client.split()


def lock_people(games: GamesRow) -> None:
    """Take turns where numbers are given: the one lock of registration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"people:{games.id}"])


def people_of(games: GamesRow, numbers: Iterable[int]) -> list[Registration]:
    """
    Return registrations in the order of their numbers, locked.

    Raises
    ------
    UnknownPersonError
        When one of them is not there.

    """
    lock_people(games)
    wanted = sorted(set(numbers))
    rows = list(
        Registration.objects.select_for_update(of=("self",))
        .select_related("category", "client")
        .filter(games_id=games.id, number__in=wanted)
        .order_by("pk")
    )
    if len(rows) < len(wanted):
        missing = sorted(set(wanted) - {row.number for row in rows})
        message = f"there is no registration {missing[0]}"
        raise UnknownPersonError(message)
    return rows
