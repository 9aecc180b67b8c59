"""Post money: entries that add up to nothing in each currency, in one statement."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from sportsbrain.ledger.actions.bulk import copy_rows
from sportsbrain.ledger.errors import UnbalancedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a posting: debit above zero, credit below, in minor units of a currency."""

    posting: str
    account: str
    currency: str
    amount: int


def post(
    *, games_id: int, entries: Sequence[Entry], now: dt.datetime, is_part: bool = False
) -> None:
    """
    Post entries, all or none; ``is_part``: of a larger transaction, which an error ends.

    Raises
    ------
    UnbalancedError
        When the entries of a posting do not add up to nothing.

    """
    try:
        with transaction.atomic(savepoint=not is_part):
            copy_rows(
                "ledger_entry",
                ("games_id", "posting", "account", "currency", "amount", "booked_at"),
                [
                    (games_id, e.posting, e.account, e.currency, e.amount, now)
                    for e in entries
                    if e.amount
                ],
            )
    except IntegrityError as error:
        raise UnbalancedError(str(error).splitlines()[0]) from error
