"""Post money: entries that add up to nothing in each currency, in one statement."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from sportsbrain.ledger.errors import UnbalancedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a posting: debit above zero, credit below, in minor units of a currency."""

    posting: str
    account: str
    currency: str
    amount: int


def post(*, games_id: int, entries: Sequence[Entry], now: dt.datetime) -> None:
    """
    Post entries, all or none.

    Raises
    ------
    UnbalancedError
        When the entries of a posting do not add up to nothing.

    """
    rows = [(e.posting, e.account, e.currency, e.amount) for e in entries if e.amount]
    if not rows:
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_entry (games_id, posting, account, currency, amount, booked_at)"
                " SELECT %s, e.*, %s FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])"
                " AS e",
                [games_id, now, *(list(column) for column in zip(*rows, strict=True))],
            )
    except IntegrityError as error:
        raise UnbalancedError(str(error).splitlines()[0]) from error
