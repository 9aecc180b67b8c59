"""
What rules of selling add: the same wishes, first come at list prices or better.

The wishes are the rehearsal's; prices, shares and rents are those of the village's own words, and
what is scarce is shared by its planner. Each arm adds one thing alone, the last all.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sportsbrain.brain.allotment.problem import Problem, Wish
from sportsbrain.reference.rates import Lease, Rate, leases, rates
from sportsbrain.rehearsal.village.wishes import Tenant, Thing, Want, empty_beds, tenants, wants
from sportsbrain.village.planning import solved
from sportsbrain.vocabulary.money import MILLION
from sportsbrain.vocabulary.rates import price_on, rent_due, shares_of, surcharge_on

RESIDENTS, DELEGATIONS, DAYS = 14_500, 200, 26
FIRST = dt.date(2030, 7, 12)
WISHES_DAYS = 30  # before the first day
LIST_RENT = 1.25  # of the minimum: a fixed rent, what the share of the usual turnover comes to
RELEASED = 50  # percent of the beds in empty apartments
# How often a thing is wanted, of a thousand residents: more than there is of what is scarce.
WANTED = {
    "DESK": 58, "FRIDGE": 38, "AIRCON": 62, "PRINTER": 7, "BIKE": 16, "CAR": 34, "PARK": 11,
    "MEET": 12, "TREAT": 20, "OFFICE": 5.5, "MEAL": 130, "GUESTBED": 60,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is done better than first come at list prices."""

    name: str
    late: bool = False
    leases: bool = False
    beds: bool = False
    rules: bool = False


ARMS = (
    Arm(name="first come at list prices"),
    Arm(name="late surcharges and windows", late=True),
    Arm(name="leases with turnover rent", leases=True),
    Arm(name="released beds", beds=True),
    Arm(name="scarce things by rule", rules=True),
    Arm(name="all of it", late=True, leases=True, beds=True, rules=True),
)


@dataclass(slots=True)
class Sold:
    """What an arm earned on a seed, in minor units; pieces of scarce things by delegation."""

    due: Counter[str] = field(default_factory=Counter)
    cost: Counter[str] = field(default_factory=Counter)
    by_item: Counter[str] = field(default_factory=Counter)
    worth: int = 0
    has: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    scarce: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def revenue(self) -> int:
        """Return what was earned without tax."""
        return sum(self.due.values())

    @property
    def margin(self) -> int:
        """Return what is left after what it costs."""
        return self.revenue - sum(self.cost.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a seed brings: delegations with their people, wishes, tenants, beds that stay empty."""

    people: dict[str, int]
    wants: tuple[Want, ...]
    tenants: tuple[Tenant, ...]
    beds: tuple[int, ...]


def delegations() -> dict[str, int]:
    """Return people by delegation: few large ones, many small ones."""
    weights = [1 / (n + 4) ** 0.9 for n in range(DELEGATIONS)]
    return {f"D{n:03}": max(4, round(RESIDENTS * w / sum(weights))) for n, w in enumerate(weights)}


def world(seed: int) -> World:
    """Return what a seed brings."""
    things = tuple(
        Thing(code=rate.code, price=rate.price, a_thousand=WANTED[rate.code], period=rate.period,
              size=6.0 if rate.code == "MEAL" else 2.0)
        for rate in rates()
    )  # fmt: skip
    spaces = {lease.space: round(lease.minimum * 14 * MILLION / lease.share * LIST_RENT)
              for lease in leases()}  # fmt: skip
    people = delegations()
    return World(
        people=people, wants=wants(seed=seed, delegations=people, things=things, days=DAYS),
        tenants=tenants(seed=seed, spaces=spaces, days=DAYS),
        beds=empty_beds(seed=seed, beds=RESIDENTS * 21 // 20, days=DAYS),
    )  # fmt: skip


def pieces_of(rate: Rate) -> int:
    """Return how many pieces of a thing there are."""
    return max(1, round(rate.pieces * RESIDENTS / 1000))


def slots_of(rate: Rate, want: Want) -> tuple[str, ...]:
    """Return the slots of a wish."""
    if rate.period == "once":
        return ("",)
    first = FIRST + dt.timedelta(days=want.day)
    if rate.period == "hour":
        return (f"{first.isoformat()}T{8 + int(want.clicks * 60) % 12:02}",)
    return tuple((first + dt.timedelta(days=n)).isoformat()
                 for n in range(min(want.length, DAYS - want.day)))  # fmt: skip


def play(arm: Arm, seen: World, *, seeds: Mapping[str, int] | None = None) -> Sold:
    """Return what an arm earns when these wishes come; ``seeds`` of draws, by item."""
    sold = Sold()
    card = {rate.code: rate for rate in rates()}
    left = _stock(arm, card, seen)
    done = _share_out(card, seen, left, sold, seeds or {}) if arm.rules else set()
    most = {code: rate.most if arm.rules else 0 for code, rate in card.items()}
    windows = {code: [(FIRST - dt.timedelta(days=rate.window[0]), rate.window[1])]
               if rate.window and arm.late else [] for code, rate in card.items()}  # fmt: skip
    ordered = sorted(
        (n for n in range(len(seen.wants)) if n not in done),
        key=lambda n: (-_day(arm, card, seen.wants[n]), seen.wants[n].clicks, n),
    )
    for n in ordered:
        want = seen.wants[n]
        rate, on = card[want.thing], FIRST - dt.timedelta(days=_day(arm, card, want))
        slots = slots_of(rate, want)
        first = dt.date.fromisoformat(slots[0][:10]) if slots[0] else FIRST
        price = price_on(windows[want.thing], price=rate.price, on=on)
        if arm.late:
            price += surcharge_on(price, rate=rate.late_rate, late_days=rate.late_days, on=on,
                                  first=first)  # fmt: skip
        if want.worth < price or any(left[want.thing, slot] < want.pieces for slot in slots):
            continue
        if most[want.thing] and any(
            sold.has[want.delegation, want.thing, slot] + want.pieces > most[want.thing]
            for slot in slots
        ):
            continue
        is_late = (first - on).days < rate.late_days
        _sell(sold, rate, want, slots, price, left, is_late=is_late)
    _let(arm, seen, sold)
    return sold


def _day(arm: Arm, card: Mapping[str, Rate], want: Want) -> int:
    """Return how many days before the first one somebody orders: earlier when that is cheaper."""
    rate = card[want.thing]
    return want.cheapest if arm.late and (rate.window or rate.late_rate) else want.orders


def _stock(arm: Arm, card: Mapping[str, Rate], seen: World) -> dict[tuple[str, str], int]:
    left: dict[tuple[str, str], int] = defaultdict(int)
    for want in seen.wants:
        rate = card[want.thing]
        for slot in slots_of(rate, want):
            left[rate.code, slot] = pieces_of(rate)
            if rate.is_bed:
                night = (dt.date.fromisoformat(slot) - FIRST).days
                left[rate.code, slot] = seen.beds[night] * RELEASED // 100 if arm.beds else 0
    return left


def _sell(
    sold: Sold, rate: Rate, want: Want, slots: Sequence[str], price: int,
    left: dict[tuple[str, str], int], *, is_late: bool, pieces: int | None = None,
) -> None:  # fmt: skip
    pieces = want.pieces if pieces is None else pieces
    for slot in slots:
        left[rate.code, slot] -= pieces
        sold.has[want.delegation, rate.code, slot] += pieces
    count = pieces * len(slots)
    earn(sold, rate, price * count)
    sold.cost[rate.party] += rate.cost * count + (rate.late_cost * count if is_late else 0)
    sold.worth += (want.worth - price) * count
    if rate.rule != "first":
        sold.scarce[rate.code][want.delegation] += count


def earn(sold: Sold, rate: Rate, net: int) -> None:
    """Add what a line earns to its stakeholders."""
    for who, part in shares_of(net, ((rate.party, rate.share), ("ORG", MILLION - rate.share))):
        sold.due[who] += part
    sold.by_item[rate.code] += net


def wished(
    card: Mapping[str, Rate], seen: World
) -> dict[tuple[str, str], dict[str, list[int]]]:  # fmt: skip
    """Return wishes known in time for what is scarce: numbers by (item, slot), by delegation."""
    found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for n, want in enumerate(seen.wants):
        rate = card[want.thing]
        floor = rate.reserve if rate.rule == "price" else rate.price
        if rate.rule != "first" and want.knows > WISHES_DAYS and want.worth >= floor:
            for slot in slots_of(rate, want):
                found[rate.code, slot][want.delegation].append(n)
    return found


def allotment(
    rate: Rate, slot: str, own: Mapping[str, Sequence[int]], seen: World, pieces: int
) -> Problem:  # fmt: skip
    """Return the problem of a slot: a delegation's wishes together, at their mean worth."""
    return Problem(
        item=f"{rate.code} {slot}".strip(), pieces=pieces, rule=rate.rule, most=rate.most,
        reserve=rate.reserve,
        wishes=tuple(
            Wish(who=code, pieces=sum(seen.wants[n].pieces for n in numbers),
                 weight=seen.people[code],
                 bid=_mean_worth(seen, numbers) if rate.rule == "price" else 0)
            for code, numbers in sorted(own.items())
        ),
    )  # fmt: skip


def _mean_worth(seen: World, numbers: Sequence[int]) -> int:
    pieces = sum(seen.wants[n].pieces for n in numbers)
    return sum(seen.wants[n].worth * seen.wants[n].pieces for n in numbers) // pieces


def _share_out(
    card: Mapping[str, Rate], seen: World, left: dict[tuple[str, str], int], sold: Sold,
    seeds: Mapping[str, int],
) -> set[int]:  # fmt: skip
    """Share scarce slots out, and return the wishes that took part."""
    taken: set[int] = set()
    for (code, slot), own in sorted(wished(card, seen).items()):
        rate = card[code]
        plan = solved(allotment(rate, slot, own, seen, left[code, slot]), seeds.get(code, SEED))
        for (_who, numbers), pieces in zip(sorted(own.items()), plan.pieces, strict=True):
            taken.update(numbers)
            price = plan.price if rate.rule == "price" else rate.price
            if pieces:
                want = replace(seen.wants[numbers[0]], worth=_mean_worth(seen, numbers))
                _sell(sold, rate, want, (slot,), price, left, is_late=False, pieces=pieces)
    return taken


SEED = 20300712  # of every draw: published
RENT_SHARES = (("ORG", 400_000), ("OPS", 600_000))


def _let(arm: Arm, seen: World, sold: Sold) -> None:
    """Let each space to the first who takes it, or by turnover to who offers most."""
    for lease in leases():
        minimum, fixed = lease_minimum(lease), round(LIST_RENT * lease_minimum(lease))
        own = [one for one in seen.tenants if one.space == lease.space]
        offers = [
            (rent_due(minimum=minimum, share=lease.share, turnover=one.hoped * DAYS)
             if arm.leases else fixed, one)
            for one in own
        ]  # fmt: skip
        offers = [(rent, one) for rent, one in offers if one.hoped * DAYS * one.margin >= rent]
        if not offers:
            continue
        _rent, tenant = max(offers, key=lambda offer: offer[0]) if arm.leases else offers[0]
        rent = rent_due(minimum=minimum, share=lease.share, turnover=sum(tenant.comes)) \
            if arm.leases else fixed  # fmt: skip
        for who, part in shares_of(rent, RENT_SHARES):
            sold.due[who] += part
        sold.by_item[f"lease:{lease.space}"] += rent


def lease_minimum(lease: Lease) -> int:
    """Return the least rent of a space for the whole time."""
    return lease.minimum * DAYS * round(RESIDENTS / 1000)


def mean_and_spread(values: Iterable[float]) -> tuple[float, float]:
    """Return the mean and the standard deviation."""
    numbers = list(values)
    mean = sum(numbers) / len(numbers)
    return mean, (sum((n - mean) ** 2 for n in numbers) / max(1, len(numbers) - 1)) ** 0.5
