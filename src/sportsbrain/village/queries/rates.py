"""Read the rate card, wishes, allotments, leases, and what earns what."""

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from sportsbrain.ledger.queries import line_rows, settlement, stock_rows
from sportsbrain.village.models import Allotment, RateItem, RateWish, SpaceLease, Stakeholder, Stay
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.rates import AllotmentRule, LineKind, price_on, rent_due
from sportsbrain.vocabulary.village import GUEST, OPEN

STOCK = "rate:"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """
    A line of the rate card on a day: what it costs now, from when it costs more, what is left.

    ``left`` of ``pieces`` is the least over the days or hours to come; ``is_open``: it can be
    ordered now, else it is wished for or to be shared out; ``fingerprint`` is that of the seed of a
    draw, ``seed`` is there once it is over.
    """

    code: str
    title: str
    group: str
    period: str
    price: int
    price_text: str
    next_on: dt.date | None
    next_text: str
    late_days: int
    late_percent: float
    deposit_text: str
    tax_percent: float
    most: int
    rule: str
    reserve_text: str
    wishes_until: dt.date | None
    is_allotted: bool
    is_bed: bool
    first: dt.date
    last: dt.date
    pieces: int
    left: int
    taken: float
    fingerprint: str
    seed: str
    wished: int
    wished_by: int
    is_open: bool

    @property
    def late_text(self) -> str:
        """Return what comes on top of a late order, as people read it."""
        return f"{self.late_percent:g} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRow:
    """A wish of a delegation, and what became of it."""

    item: str
    title: str
    slot: str
    delegation: str
    pieces: int
    bid: int
    granted: int
    wish_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentRow:
    """How a slot was shared out."""

    item: str
    title: str
    slot: str
    rule: str
    price_text: str
    pieces: int
    wished: int
    made_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow:
    """A lease: what was sold, what is owed for it."""

    id: int
    space: str
    tenant: str
    title: str
    first: dt.date
    last: dt.date
    share_percent: float
    minimum_text: str
    turnover_text: str
    due_text: str
    days_told: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningRow:
    """What a line of the rate card, or a space, has earned; amounts in minor units."""

    item: str
    title: str
    currency: str
    orders: int
    net: int
    cost: int

    @property
    def margin(self) -> int:
        """Return what is left."""
        return self.net - self.cost

    @property
    def texts(self) -> dict[str, str]:
        """Return the amounts as people read them."""
        return {name: text_of(getattr(self, name), self.currency)
                for name in ("net", "cost", "margin")}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """What a stakeholder is due, with its name."""

    code: str
    name: str
    currency: str
    due: int
    cost: int
    texts: dict[str, str]


def rate_rows(*, games_id: int, on: dt.date) -> tuple[RateRow, ...]:
    """Return the rate card by group and title, as it is on a day."""
    left: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for stock in stock_rows(games_id=games_id, location="VILLAGE"):
        if stock.item.startswith(STOCK):
            code = stock.item.removeprefix(STOCK)
            left[code].append((stock.bucket, stock.free, stock.on_hand))
    allotted = set(Allotment.objects.filter(item__games_id=games_id).values_list("item", flat=True))
    wished = {item: (int(total), many, waiting) for item, total, many, waiting in _wished(games_id)}
    rows = RateItem.objects.filter(games_id=games_id).prefetch_related("windows")
    return tuple(
        _rate_row(row, on, left[row.code], is_allotted=row.pk in allotted,
                  wished=wished.get(row.pk, (0, 0, 0)))
        for row in rows.order_by("group", "title", "code")
    )  # fmt: skip


def _wished(games_id: int) -> list[tuple[int, int, int, int]]:
    """Return pieces wished for by item, by how many, and how many wishes are still open."""
    rows = RateWish.objects.filter(item__games_id=games_id).exclude(wish_state="withdrawn")
    is_open = Count("pk", filter=Q(wish_state="open"))
    return list(rows.values_list("item").annotate(total=Sum("pieces"), many=Count("pk"),
                                                  waiting=is_open))  # fmt: skip


def _is_open(row: RateItem, on: dt.date, *, is_allotted: bool, open_wishes: int) -> bool:
    """Tell whether something can be ordered; as `village.actions.rates` refuses it."""
    if row.rule == AllotmentRule.FIRST.value:
        return True
    is_over = row.wishes_until is not None and on > row.wishes_until
    return not open_wishes and (is_over or is_allotted)


def _rate_row(
    row: RateItem, on: dt.date, slots: list[tuple[str, int, int]], *, is_allotted: bool,
    wished: tuple[int, int, int],
) -> RateRow:  # fmt: skip
    windows = [(window.starts_on, window.price) for window in row.windows.all()]
    price = price_on(windows, price=row.price, on=on)
    later = min((window for window in windows if window[0] > on), default=None)
    open_slots = [slot for slot in slots if not slot[0] or slot[0][:10] >= on.isoformat()]
    pieces = sum(n for _, _, n in slots)
    fewest = min(((free, n) for _, free, n in open_slots), default=(0, row.pieces))
    is_draw = row.rule == AllotmentRule.LOTTERY.value
    return RateRow(
        code=row.code, title=row.title, group=row.group, period=row.period, price=price,
        price_text=text_of(price, row.currency), next_on=later[0] if later else None,
        next_text=text_of(later[1], row.currency) if later else "", late_days=row.late_days,
        late_percent=row.late_rate / 10_000, tax_percent=row.tax_rate / 10_000,
        deposit_text=text_of(row.deposit, row.currency) if row.deposit else "", most=row.most,
        rule=row.rule, reserve_text=text_of(row.reserve, row.currency),
        wishes_until=row.wishes_until, is_allotted=is_allotted, is_bed=row.is_bed,
        first=row.first, last=row.after - dt.timedelta(days=1), pieces=fewest[1],
        left=fewest[0], is_open=_is_open(row, on, is_allotted=is_allotted, open_wishes=wished[2]),
        taken=1 - sum(free for _, free, _ in slots) / pieces if pieces else 0.0,
        fingerprint=hashlib.sha256(row.seed.encode()).hexdigest()[:16] if is_draw else "",
        seed=row.seed if is_draw and is_allotted else "", wished=wished[0], wished_by=wished[1],
    )  # fmt: skip


def wish_rows(*, games_id: int, delegation: str = "", item: str = "") -> tuple[WishRow, ...]:
    """Return wishes of a delegation or an item, withdrawn ones left out."""
    rows = RateWish.objects.filter(item__games_id=games_id).exclude(wish_state="withdrawn")
    rows = rows.filter(delegation=delegation) if delegation else rows
    rows = rows.filter(item__code=item) if item else rows
    return tuple(
        WishRow(item=row.item.code, title=row.item.title, slot=row.slot,
                delegation=row.delegation, pieces=row.pieces, bid=row.bid, granted=row.granted,
                wish_state=row.wish_state)
        for row in rows.select_related("item").order_by("item__title", "slot", "delegation")
    )  # fmt: skip


def allotment_rows(*, games_id: int) -> tuple[AllotmentRow, ...]:
    """Return how scarce things were shared out."""
    rows = Allotment.objects.filter(item__games_id=games_id).select_related("item")
    return tuple(
        AllotmentRow(item=row.item.code, title=row.item.title, slot=row.slot, rule=row.rule,
                     price_text=text_of(row.price, row.item.currency) if row.price else "",
                     pieces=row.pieces, wished=row.wished, made_at=row.made_at)
        for row in rows.order_by("item__title", "slot")
    )  # fmt: skip


def open_slots(*, games_id: int, item: str) -> tuple[str, ...]:
    """Return the slots of an item that somebody wishes for and that are not shared out."""
    done = Allotment.objects.filter(item__games_id=games_id, item__code=item)
    rows = RateWish.objects.filter(item__games_id=games_id, item__code=item, wish_state="open")
    rows = rows.exclude(slot__in=done.values("slot"))
    return tuple(rows.order_by("slot").values_list("slot", flat=True).distinct())


def scarce(*, games_id: int, item: str) -> dict[str, Any] | None:
    """Return what sharing an item out goes by; None when there is none, or it is not scarce."""
    row = RateItem.objects.filter(games_id=games_id, code=item).first()
    if row is None or row.rule == AllotmentRule.FIRST.value:
        return None
    return {"rule": row.rule, "most": row.most, "reserve": row.reserve, "seed": row.seed,
            "stock": f"{STOCK}{row.code}", "until": row.wishes_until}  # fmt: skip


def residents_by_delegation(*, games_id: int) -> dict[str, int]:
    """Return how many of each delegation live in the village or are expected, guests left out."""
    rows = Stay.objects.filter(games_id=games_id, stay_state__in=[s.value for s in OPEN])
    counts = rows.exclude(role=GUEST).values_list("delegation")
    return dict(counts.annotate(n=Count("person", distinct=True)))


def lease_rows(*, games_id: int) -> tuple[LeaseRow, ...]:
    """Return the leases of spaces, with what was sold and what is owed for it."""
    rows = SpaceLease.objects.filter(games_id=games_id).prefetch_related("turnovers")
    found = []
    for row in rows.order_by("space", "days"):
        amounts = [turnover.amount for turnover in row.turnovers.all()]
        sold = sum(amounts)
        due = rent_due(minimum=row.minimum, share=row.share, turnover=sold)
        found.append(
            LeaseRow(
                id=row.pk, space=row.space, tenant=row.tenant, title=row.title,
                first=row.days.lower, last=row.days.upper - dt.timedelta(days=1),
                share_percent=row.share / 10_000, minimum_text=text_of(row.minimum, row.currency),
                turnover_text=text_of(sold, row.currency), due_text=text_of(due, row.currency),
                days_told=len(amounts),
                currency=row.currency,
            )
        )  # fmt: skip
    return tuple(found)


def earning_rows(*, games_id: int) -> tuple[EarningRow, ...]:
    """Return what each line of the rate card and each space has earned, most first."""
    charged: dict[tuple[str, int], str] = {}
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    titles = dict(RateItem.objects.filter(games_id=games_id).values_list("code", "title"))
    for line in line_rows(games_id=games_id):
        charged[line.folio, line.line] = line.kind
        kind = charged[line.folio, line.reverses] if line.reverses else line.kind
        if kind == LineKind.CHARGE.value:
            entry = sums[line.item, line.currency]
            entry[0] += -1 if line.reverses else 1
            entry[1] += line.net
            entry[2] += sum(part for _, part in line.costs)
            titles.setdefault(line.item, line.title.partition(":")[0])
    found = [
        EarningRow(item=item, title=titles[item], currency=currency, orders=n, net=net, cost=cost)
        for (item, currency), (n, net, cost) in sums.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.net, row.item)))


def party_rows(*, games_id: int) -> tuple[PartyRow, ...]:
    """Return what stakeholders are due and what it costs them, as posted."""
    names = dict(Stakeholder.objects.filter(games_id=games_id).values_list("code", "name"))
    return tuple(
        PartyRow(code=row.stakeholder, name=names.get(row.stakeholder, row.stakeholder),
                 currency=row.currency, due=row.due, cost=row.cost, texts=row.texts)
        for row in settlement(games_id=games_id)
    )  # fmt: skip


def currency_of(*, games_id: int, item: str) -> str:
    """Return the currency of a rate item; nothing when there is none."""
    rows = RateItem.objects.filter(games_id=games_id, code=item)
    return rows.values_list("currency", flat=True).first() or ""


def has_rates(*, games_id: int) -> bool:
    """Tell whether there is a rate card."""
    return RateItem.objects.filter(games_id=games_id).exists()
