"""
Hand over what was paid: a parcel for each location that pieces of an order lie at.

Nothing leaves unpaid: a parcel is made of a paid order and sent under the order's lock. What a
carrier tells only moves it up, so its events may come in any order and twice.
"""

import datetime as dt
from collections import defaultdict

from django.db import IntegrityError, transaction

from sportsbrain.ledger.queries import locations_of
from sportsbrain.shop.actions.letters import owe_letter
from sportsbrain.shop.actions.returning import back_of
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Order, OrderLine, Parcel, ParcelEvent, Product
from sportsbrain.vocabulary.shop import (
    LetterKind,
    OrderState,
    ParcelState,
    ProductKind,
    ReturnState,
)

LADDER = (ParcelState.WAITS, ParcelState.SENT, ParcelState.ON_THE_WAY, ParcelState.BACK,
          ParcelState.ARRIVED)  # fmt: skip


@transaction.atomic
def make_parcels(*, games_id: int, order: int, now: dt.datetime) -> int:
    """Make the parcels of a paid order, for its articles, and return how many are new."""
    row = _paid_order(games_id, order)
    lines = list(OrderLine.objects.filter(games_id=games_id, number=order).order_by("line"))
    weights = dict(
        Product.objects.filter(
            games_id=games_id, kind=ProductKind.ARTICLE.value,
            variants__sku__in=[line.sku for line in lines],
        ).values_list("variants__sku", "weight_g")
    )  # fmt: skip
    places = locations_of(games_id=games_id, keys=[key for ln in lines for key, _ in ln.pieces])
    found: dict[str, list[list[int]]] = defaultdict(list)
    grams: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.sku not in weights:
            continue
        here: dict[str, int] = defaultdict(int)
        for key, n in line.pieces:
            here[places[key]] += n
        for place, n in here.items():
            found[place].append([line.line, n])
            grams[place] += n * weights[line.sku]
    made = 0
    for place, pieces in sorted(found.items()):
        _parcel, is_new = Parcel.objects.get_or_create(
            games_id=games_id, order_number=order, location=place,
            defaults={"lines": pieces, "weight_g": grams[place], "made_at": now,
                      "is_collected": not row.is_shipped, "carrier": row.carrier},
        )  # fmt: skip
        made += is_new
    return made


def _paid_order(games_id: int, number: int) -> Order:
    row = Order.objects.select_for_update().filter(games_id=games_id, number=number).first()
    if row is None or row.order_state not in {OrderState.PAID.value, OrderState.FULFILLED.value}:
        message = f"order {number} is not a paid one: nothing of it leaves"
        raise ShopError(message)
    return row


@transaction.atomic
def send_parcel(
    *, games_id: int, parcel: int, carrier: str, tracking: str, by: str, now: dt.datetime
) -> None:
    """
    Keep that a parcel left, or was handed over; with the last one its order is done.

    Raises
    ------
    ShopError
        When it left before, its order is not paid any more, or the number is of another parcel.

    """
    row = Parcel.objects.filter(games_id=games_id, pk=parcel).first()
    if row is None:
        message = "there is no such parcel"
        raise ShopError(message)
    order = _paid_order(games_id, row.order_number)
    row.refresh_from_db()
    if row.parcel_state != ParcelState.WAITS.value:
        message = "this parcel left before"
        raise ShopError(message)
    back = back_of(games_id, order.number, (ReturnState.RECEIVED,))
    lines = OrderLine.objects.filter(games_id=games_id, number=order.number)
    whole = dict(lines.values_list("line", "quantity"))
    if all(back[line] >= whole[line] for line, _ in row.lines):
        message = "everything in this parcel came back: nothing of it leaves"
        raise ShopError(message)
    row.carrier, row.tracking = carrier or row.carrier, tracking
    row.parcel_state = (ParcelState.ARRIVED if row.is_collected else ParcelState.SENT).value
    row.sent_at, row.sent_by = now, by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        message = f"{carrier} {tracking} is the number of another parcel"
        raise ShopError(message) from error
    waiting = Parcel.objects.filter(
        games_id=games_id, order_number=order.number, parcel_state=ParcelState.WAITS.value
    )
    if order.order_state == OrderState.PAID.value and not waiting.exists():
        rows = Order.objects.filter(games_id=games_id, number=order.number)
        rows.update(order_state=OrderState.FULFILLED.value)
    if not row.is_collected:
        owe_letter(order, key=f"sent:{row.pk}", kind=LetterKind.SENT, now=now)


@transaction.atomic
def follow_parcel(
    *,
    games_id: int,
    carrier: str,
    tracking: str,
    event: str,
    state: ParcelState,
    place: str,
    happened_at: dt.datetime,
    now: dt.datetime,
) -> bool:
    """
    Keep what a carrier told; False when it told it before.

    Raises
    ------
    ShopError
        When there is no parcel of this number: it may be told again when it is there.

    """
    rows = Parcel.objects.select_for_update().filter(games_id=games_id, tracking=tracking)
    row = rows.filter(carrier=carrier).first() if tracking else None
    if row is None:
        message = f"there is no parcel {tracking} of {carrier}"
        raise ShopError(message)
    _event, is_new = ParcelEvent.objects.get_or_create(
        parcel=row, event=event,
        defaults={"told_state": state.value, "place": place, "happened_at": happened_at,
                  "told_at": now},
    )  # fmt: skip
    if LADDER.index(state) > LADDER.index(ParcelState(row.parcel_state)):
        rows.filter(pk=row.pk).update(parcel_state=state.value)
    return is_new
