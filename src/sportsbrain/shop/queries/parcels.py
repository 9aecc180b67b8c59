"""Read parcels: what waits to leave, what is on its way, what the customs want to know."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.shop.models import Order, OrderLine, Parcel, Product
from sportsbrain.shop.queries.addresses import address_lines
from sportsbrain.vocabulary.money import part_of, text_of
from sportsbrain.vocabulary.shop import OrderState, ParcelState, ProductKind

PAID = (OrderState.PAID.value, OrderState.FULFILLED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentLine:
    """What of an article is in a parcel: what the customs want; the value is without tax."""

    sku: str
    title: str
    quantity: int
    value: int
    value_text: str
    weight_g: int
    hs_code: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelCard:
    """A parcel; ``events`` are (state, place, moment) as its carrier told them."""

    id: int
    order: int
    location: str
    to: tuple[str, ...]
    country: str
    is_collected: bool
    carrier: str
    tracking: str
    parcel_state: str
    weight_g: int
    made_at: dt.datetime
    sent_at: dt.datetime | None
    currency: str
    contents: tuple[ContentLine, ...]
    events: tuple[tuple[str, str, dt.datetime], ...]

    @property
    def pieces(self) -> int:
        """Return how many pieces are in it."""
        return sum(line.quantity for line in self.contents)

    @property
    def value_text(self) -> str:
        """Return what is in it worth, without tax."""
        return text_of(sum(line.value for line in self.contents), self.currency)


def orders_without_parcels(*, games_id: int, limit: int = 500) -> tuple[int, ...]:
    """Return paid orders of articles that have no parcel yet, oldest first."""
    known = Parcel.objects.filter(games_id=games_id).values("order_number")
    articles = Product.objects.filter(games_id=games_id, kind=ProductKind.ARTICLE.value)
    lines = OrderLine.objects.filter(
        games_id=games_id, sku__in=articles.values("variants__sku")
    ).values("number")
    rows = Order.objects.filter(
        games_id=games_id, order_state=OrderState.PAID.value, number__in=lines
    ).exclude(number__in=known)
    return tuple(rows.order_by("number").values_list("number", flat=True)[:limit])


def parcel_cards(
    *, games_id: int, order: int = 0, parcel: int = 0, state: ParcelState | None = None,
    location: str = "", limit: int = 200, offset: int = 0, is_newest_first: bool = False,
) -> tuple[ParcelCard, ...]:  # fmt: skip
    """Return parcels, oldest first; of those that wait only those of orders that stay paid."""
    rows = Parcel.objects.filter(games_id=games_id).prefetch_related("events")
    if order:
        rows = rows.filter(order_number=order)
    if parcel:
        rows = rows.filter(pk=parcel)
    if state:
        rows = rows.filter(parcel_state=state.value)
    if location:
        rows = rows.filter(location=location)
    if state is ParcelState.WAITS:
        paid = Order.objects.filter(games_id=games_id, order_state__in=PAID)
        rows = rows.filter(order_number__in=paid.values("number"))
    order_by = ("-sent_at", "-pk") if is_newest_first else ("made_at", "pk")
    some = list(rows.order_by(*order_by)[offset : offset + limit])
    numbers = {row.order_number for row in some}
    orders = {o.number: o for o in Order.objects.filter(games_id=games_id, number__in=numbers)}
    lines = {
        (line.number, line.line): line
        for line in OrderLine.objects.filter(games_id=games_id, number__in=numbers)
    }
    goods = {
        sku: (weight, code, origin)
        for sku, weight, code, origin in Product.objects.filter(
            games_id=games_id, variants__sku__in={line.sku for line in lines.values()}
        ).values_list("variants__sku", "weight_g", "hs_code", "origin")
    }
    return tuple(_card(row, orders[row.order_number], lines, goods) for row in some)


def _card(
    row: Parcel,
    order: Order,
    lines: dict[tuple[int, int], OrderLine],
    goods: dict[str, tuple[int, str, str]],
) -> ParcelCard:
    contents = []
    for number, n in row.lines:
        line = lines[order.number, number]
        weight, code, origin = goods.get(line.sku, (0, "", ""))
        net = line.total - (line.tax if order.is_tax_included else 0)
        value = part_of(net, 0, n, line.quantity)
        contents.append(
            ContentLine(sku=line.sku, title=line.title, quantity=n, value=value,
                        value_text=text_of(value, order.currency), weight_g=n * weight,
                        hs_code=code, origin=origin)
        )  # fmt: skip
    events = sorted((e.happened_at, e.pk, e.told_state, e.place) for e in row.events.all())
    return ParcelCard(
        id=row.pk, order=order.number, location=row.location, country=order.country,
        to=address_lines(order.address, order.country), is_collected=row.is_collected,
        carrier=row.carrier, tracking=row.tracking, parcel_state=row.parcel_state,
        weight_g=row.weight_g, made_at=row.made_at, sent_at=row.sent_at, currency=order.currency,
        contents=tuple(contents),
        events=tuple((state, place, moment) for moment, _, state, place in events),
    )  # fmt: skip


def waiting_places(*, games_id: int) -> tuple[str, ...]:
    """Return locations where parcels wait."""
    rows = Parcel.objects.filter(games_id=games_id, parcel_state=ParcelState.WAITS.value)
    return tuple(rows.order_by("location").values_list("location", flat=True).distinct())
