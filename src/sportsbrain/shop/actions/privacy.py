"""Erase a buyer: what says who it was goes, every amount stays."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.shop.models import (
    DropLimit,
    DropPlace,
    Letter,
    Order,
    Payment,
    PaymentEvent,
    Refund,
    Return,
)
from sportsbrain.vocabulary.shop import OrderState, RefundState, ReturnState

GOES_ON = (OrderState.PLACED, OrderState.PAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Orders whose buyer nobody knows any more, and those that are not over yet."""

    erased: tuple[int, ...]
    going_on: tuple[int, ...]


@transaction.atomic
def erase_buyer(*, games: GamesRow, email: str, actor: str, now: dt.datetime) -> Erased:
    """
    Blank name, address, mail and what a provider told of the orders of a mail address.

    Orders that are on their way, come back, or are paid back, stay until that is over. Invoices
    stay as they were issued: the law wants them kept. It can't be undone.
    """
    rows = list(Order.objects.select_for_update().filter(games_id=games.id, email__iexact=email))
    asked = Return.objects.filter(games_id=games.id, return_state=ReturnState.ASKED.value)
    due = Refund.objects.filter(games_id=games.id, refund_state=RefundState.DUE.value)
    coming = set(asked.values_list("order_number", flat=True))
    coming |= set(due.values_list("payment__order_number", flat=True))
    waits = {state.value for state in GOES_ON}
    going = {r.number for r in rows if r.order_state in waits or r.number in coming}
    over = [row for row in rows if row.number not in going]
    numbers = [row.number for row in over]
    people = {row.person for row in over} - {r.person for r in rows if r.number in going}
    own = {"games_id": games.id}
    for row in over:
        Order.objects.filter(**own, number=row.number).update(
            person=f"erased-{row.number}", household="", email="", address={},
            body_hash="",
        )  # fmt: skip
    for limit in DropLimit.objects.filter(**own, person__in=people - {""}):
        DropLimit.objects.filter(pk=limit.pk).update(person=f"erased-{limit.pk}")
    DropPlace.objects.filter(**own, person__in=people - {""}).delete()
    Letter.objects.filter(**own, order_number__in=numbers, sent_at__isnull=True).delete()
    Return.objects.filter(**own, order_number__in=numbers).update(why="")
    paid = Payment.objects.filter(**own, order_number__in=numbers)
    Refund.objects.filter(payment__in=paid).update(why="", answer="")
    told = PaymentEvent.objects.filter(**own, reference__in=paid.values("reference"))
    told.update(body={})
    if numbers:
        record_audit(games_id=games.id, actor=actor, verb="erased a buyer",
                     thing=f"{len(numbers)} orders", details={"at": now.isoformat()})  # fmt: skip
    return Erased(erased=tuple(sorted(numbers)), going_on=tuple(sorted(going)))
