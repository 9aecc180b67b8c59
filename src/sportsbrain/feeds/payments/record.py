"""Follow what a provider told: the order it is of, whichever Games."""

import datetime as dt
from typing import Any

from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.payments.parse import Meaning
from sportsbrain.shop.actions import Told, record_event
from sportsbrain.shop.queries import payment_of

KEPT_OF_BODY = ("id", "object", "status", "amount", "amount_refunded", "currency", "reason")


def record(
    *, provider: str, event: str, kind: str, meaning: Meaning, games: str, thing: dict[str, Any],
    now: dt.datetime,
) -> bool:  # fmt: skip
    """
    Follow an event; False when no Games of ours knows the payment: it is not ours, or too early.

    Of the event's object only what is about money is kept: no card, no address, no name.
    """
    payment = payment_of(provider=provider, reference=meaning.reference)
    found = None if payment or not games else get_games(code=games)
    games_id = payment.games_id if payment else found.id if found else None
    if games_id is None:
        return False
    told = Told(
        event=event, provider=provider, reference=meaning.reference, kind=kind,
        state=meaning.state, refunded=meaning.refunded, dispute=meaning.dispute,
        disputed=meaning.disputed,
    )  # fmt: skip
    body = {name: thing[name] for name in KEPT_OF_BODY if name in thing}
    record_event(games_id=games_id, told=told, body=body, now=now)
    return True
