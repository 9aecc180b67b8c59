"""Work that waits for providers: refunds to send, payments whose end nobody told us."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.feeds.payments.parse import Meaning
from sportsbrain.feeds.payments.providers import ProviderError, providers
from sportsbrain.feeds.payments.record import record
from sportsbrain.shop.actions import payment_asked, refund_answered
from sportsbrain.shop.queries import payment_of, refund_rows, waiting_payments
from sportsbrain.vocabulary.shop import OrderState, RefundState

PATIENCE = dt.timedelta(minutes=2)
OVER = {OrderState.EXPIRED.value, OrderState.CANCELLED.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was done; ``troubles`` say what a provider refused or did not answer."""

    sent: int
    asked: int
    troubles: tuple[str, ...]


def follow_payments(*, games_id: int, games: str, now: dt.datetime) -> Followed:
    """
    Send the refunds that are due and ask for payments that have no end; safe to run at any time.

    A refund has the same key each time: one that was sent before a crash is not sent again.
    """
    sent, asked, troubles = 0, 0, []
    known = providers()
    for row in refund_rows(games_id=games_id, state=RefundState.DUE):
        provider = known.get(row.provider)
        payment = payment_of(provider=row.provider, reference=row.reference)
        if provider is None or payment is None:
            troubles.append(f"refund of order {row.order}: {row.provider} is not set up here")
            continue
        key = f"{games}-refund-{row.id}"
        try:
            meaning = provider.refund(
                key=key, reference=row.reference, amount=row.amount, currency=row.currency,
                already=payment.refunded,
            )  # fmt: skip
        except ProviderError as error:
            troubles.append(f"refund of order {row.order}: {error}")
            if error.is_final:
                refund_answered(games_id=games_id, refund=row.id, is_sent=False,
                                answer=str(error), now=now)  # fmt: skip
            continue
        _record(row.provider, key, "refund", meaning, games, now)
        refund_answered(games_id=games_id, refund=row.id, is_sent=True, answer="", now=now)
        sent += 1
    for name, provider in known.items():
        before = now - PATIENCE
        for waiting in waiting_payments(games_id=games_id, provider=name, before=before):
            act = provider.cancel if waiting.order_state in OVER else provider.ask
            payment_asked(games_id=games_id, provider=name, reference=waiting.reference, now=now)
            try:
                meaning = act(reference=waiting.reference)
            except ProviderError as error:
                troubles.append(f"payment of order {waiting.order}: {error}")
                continue
            asked += 1
            event = f"asked-{waiting.reference}-{meaning.state or 'open'}"
            _record(name, event, "asked", meaning, games, now)
    return Followed(sent=sent, asked=asked, troubles=tuple(troubles))


def _record(
    provider: str, event: str, kind: str, meaning: Meaning, games: str, now: dt.datetime
) -> None:
    record(provider=provider, event=event, kind=kind, meaning=meaning, games=games, thing={},
           now=now)  # fmt: skip
