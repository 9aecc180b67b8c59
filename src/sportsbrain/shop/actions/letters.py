"""Letters to buyers: owed in the transaction that is their reason, sent by a job."""

import datetime as dt
from collections.abc import Sequence

from sportsbrain.shop.models import Letter, Order
from sportsbrain.vocabulary.shop import LetterKind


def owe_letter(order: Order, *, key: str, kind: LetterKind, now: dt.datetime) -> None:
    """Keep that a buyer is written to, once for each key; nobody who left no address."""
    if order.email:
        Letter.objects.get_or_create(
            games_id=order.games_id, key=key,
            defaults={"kind": kind.value, "order_number": order.number, "due_at": now},
        )  # fmt: skip


def letter_sent(*, games_id: int, letter: int, now: dt.datetime) -> None:
    """Keep that a letter went out."""
    Letter.objects.filter(games_id=games_id, pk=letter, sent_at__isnull=True).update(sent_at=now)


def tell_holders(*, games_id: int, holders: Sequence[tuple[str, int]], now: dt.datetime) -> int:
    """Owe a letter to who holds tickets of sessions that moved, (session, order); say how many."""
    numbers = {order for _, order in holders}
    orders = {
        row.number: row for row in Order.objects.filter(games_id=games_id, number__in=numbers)
    }
    keys = {f"moved:{session}:{order}": order for session, order in holders}
    known = Letter.objects.filter(games_id=games_id, key__in=keys).values_list("key", flat=True)
    fresh = keys.keys() - set(known)
    for key in sorted(fresh):
        if keys[key] in orders:
            owe_letter(orders[keys[key]], key=key, kind=LetterKind.SESSION_MOVED, now=now)
    return len(fresh)
