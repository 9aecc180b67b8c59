"""Whether the village earns: twenty seeds of wishes by arm, and one of them through the doors."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.village.arms import (
    ARMS,
    DAYS,
    FIRST,
    RELEASED,
    RENT_SHARES,
    RESIDENTS,
    WISHES_DAYS,
    Sold,
    World,
    lease_minimum,
    mean_and_spread,
    pieces_of,
    play,
    slots_of,
    wished,
    world,
)
from sportsbrain.committee.actions import save_games
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ledger.queries import (
    differing,
    differing_folios,
    line_rows,
    settlement,
)
from sportsbrain.reference.rates import STAKEHOLDERS, leases, rates
from sportsbrain.village.actions import (
    Booking,
    By,
    LeaseValues,
    RateValues,
    RoomValues,
    StayValues,
    charge_rent,
    lease_space,
    order,
    release_beds,
    save_rates,
    save_rooms,
    save_stakeholders,
    settle_stays,
    tell_turnover,
    wish_for,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.planning import share_out
from sportsbrain.village.queries import differing_stays, scarce
from sportsbrain.vocabulary.money import MILLION
from sportsbrain.vocabulary.rates import AllotmentRule, RatePeriod, price_on, rent_due, surcharge_on

SEEDS = 20
LARGEST = 20  # delegations
DAY = dt.timedelta(days=1)


def earnings(on_progress: Callable[[str], None]) -> list[BenchRow]:
    """Return what every arm earns over the seeds, and one seed through the doors."""
    worlds = [world(seed) for seed in range(1, SEEDS + 1)]
    played = {arm.name: [play(arm, seen) for seen in worlds] for arm in ARMS}
    base, every = played[ARMS[0].name], played[ARMS[-1].name]
    rows = [_margin("margin of all of it", every, base)]
    rows += [
        _added(arm.name, [a.margin - b.margin for a, b in zip(played[arm.name], base, strict=True)])
        for arm in ARMS[1:]
    ]
    for who, name in STAKEHOLDERS.items():
        rows += _party(who, name, every, base)
    rows.append(_beside("worth to delegations beyond the price", [one.worth for one in every],
                        [one.worth for one in base]))  # fmt: skip
    rows += _fairness(played, worlds)
    on_progress("the wishes of one seed through the doors of the village")
    return rows + through_doors(worlds[0])


def _thousands(values: list[int]) -> tuple[float, float]:
    return mean_and_spread([value / 100_000 for value in values])


def _margin(words: str, every: list[Sold], base: list[Sold]) -> BenchRow:
    mean, spread = _thousands([sold.margin for sold in every])
    least, _ = _thousands([sold.margin for sold in base])
    return BenchRow(line=7, case=f"{words}, ± {spread:.0f} over {SEEDS} seeds", value=mean,
                    unit="k EUR", peer="first come, list prices", peer_value=least, op=">=",
                    target=round(least, 2))  # fmt: skip


def _added(name: str, added: list[int]) -> BenchRow:
    mean, spread = _thousands(added)
    wins = sum(n > 0 for n in added)
    return BenchRow(line=7, case=f"added by {name}, ± {spread:.0f}, {wins}/{SEEDS}", value=mean,
                    unit="k EUR", op=">=", target=0)  # fmt: skip


def _party(who: str, name: str, every: list[Sold], base: list[Sold]) -> list[BenchRow]:
    ways: dict[str, Callable[[Sold], int]] = {
        "revenue": lambda sold: sold.due[who],
        "cost": lambda sold: sold.cost[who],
        "margin": lambda sold: sold.due[who] - sold.cost[who],
    }
    return [
        _beside(f"{name}: {word}", [of(one) for one in every], [of(one) for one in base])
        for word, of in ways.items()
    ]


def _beside(words: str, every: list[int], base: list[int]) -> BenchRow:
    mean, spread = _thousands(every)
    return BenchRow(line=7, case=f"{words}, ± {spread:.0f}", value=mean, unit="k EUR",
                    peer="first come, list prices", peer_value=_thousands(base)[0])  # fmt: skip


def _fairness(played: dict[str, list[Sold]], worlds: list[World]) -> list[BenchRow]:
    """Return what the twenty largest delegations get of what is shared by quota and draw."""
    large = sorted(worlds[0].people, key=lambda code: -worlds[0].people[code])[:LARGEST]
    share = 100 * sum(worlds[0].people[code] for code in large) / RESIDENTS

    def got(item: str, name: str) -> float:
        sums = [sold.scarce[item] for sold in played[name]]
        whole = sum(sum(one.values()) for one in sums) or 1
        return 100 * sum(one[code] for one in sums for code in large) / whole

    return [
        BenchRow(line=7, case=f"{item} of the {LARGEST} largest ({share:.0f} % of people)",
                 value=got(item, ARMS[4].name), unit="%", peer="first come",
                 peer_value=got(item, ARMS[0].name))
        for item in ("AIRCON", "OFFICE")
    ]  # fmt: skip


def through_doors(seen: World) -> list[BenchRow]:
    """Return how long the wishes of a seed take in the database, and what does not add up."""
    by = By(name="bench", now=dt.datetime.combine(FIRST - 200 * DAY, dt.time(9), dt.UTC))
    games = _village(seen, by)
    beds = release_beds(games_id=games.id, item="GUESTBED", percent=RELEASED, by=by)
    nights = [beds[(FIRST + n * DAY).isoformat()] for n in range(DAYS)]
    seen = replace(seen, beds=tuple(n * 100 // RELEASED for n in nights))
    shared = {rate.code: scarce(games_id=games.id, item=rate.code) for rate in rates()}
    seeds = {code: int(known["seed"], 16) for code, known in shared.items() if known}
    began = time.monotonic()
    told = _orders(games, seen, by)
    _rents(games, seen, by)
    spent = time.monotonic() - began
    said = play(ARMS[-1], seen, seeds=seeds)
    lines = line_rows(games_id=games.id)
    booked: Counter[str] = Counter()
    for line in lines:
        booked[line.item] += line.net if line.kind in {"charge", "reversal"} else 0
    due = {row.stakeholder: row.due for row in settlement(games_id=games.id)}
    wrong = (*differing(games_id=games.id), *differing_folios(games_id=games.id),
             *differing_stays(games_id=games.id))  # fmt: skip
    off = sum(abs(booked[item] - net) for item, net in said.by_item.items() if item != "GUESTBED")
    return [
        BenchRow(line=7, case=f"{told['asked']:,} wishes through the doors", value=spent, unit="s"),
        BenchRow(line=7, case="orders a second", value=told["done"] / spent, unit="1/s"),
        BenchRow(line=7, case="revenue but beds: doors and a recount differ by", value=off / 100,
                 unit="EUR", op="==", target=0),
        BenchRow(line=7, case="beds: earned through the doors", value=booked["GUESTBED"] / 100_000,
                 unit="k EUR", peer="counted by night alone",
                 peer_value=said.by_item["GUESTBED"] / 100_000),
        BenchRow(line=7, case="dues of stakeholders and lines differ by",
                 value=abs(sum(due.values()) - sum(booked.values())) / 100, unit="EUR", op="==",
                 target=0),
        BenchRow(line=7, case="stock, folios, beds that do not add up", value=len(wrong),
                 unit="rows", op="==", target=0),
    ]  # fmt: skip


def _village(seen: World, by: By) -> GamesRow:
    """Return a village of 14,500 with its card: people in rooms of two, apartments of six."""
    games, _ = save_games(
        code="MONEY", actor="bench",
        values={"name": "Money Games", "city": "Lumar", "time_zone": "UTC", "starts_on": FIRST,
                "ends_on": FIRST + (DAYS - 1) * DAY},
    )  # fmt: skip
    doors: list[str] = []
    wishes = []
    for code, people in sorted(seen.people.items()):
        for n in range(people):
            if n % 6 == 0:
                doors.append(f"D{len(doors):05}")
            late, early = (n * 7) % 9, (n * 5) % 11
            wishes.append(
                StayValues(person=f"{code}-{n}", room=f"{doors[-1]}-{n % 6 // 2}", bed=n % 2,
                           first=FIRST + min(late, 4) * DAY, gender="W", delegation=code,
                           after=FIRST + (DAYS - max(0, early - 4)) * DAY)
            )  # fmt: skip
    doors += [f"E{n:05}" for n in range(len(doors) // 40)]
    rooms = [RoomValues(code=f"{door}-{n}", building=door[:3], floor=1, door=door, beds=2)
             for door in doors for n in range(3)]  # fmt: skip
    save_rooms(games_id=games.id, rooms=rooms)
    settle_stays(games_id=games.id, wishes=wishes, by=by, is_whole=True)
    save_stakeholders(games_id=games.id, names=STAKEHOLDERS)
    save_rates(games_id=games.id, rates=[_rate(rate) for rate in rates()], by=by)
    return games


def _rate(rate: Any) -> RateValues:
    return RateValues(
        code=rate.code, title=rate.title, group=rate.group, period=RatePeriod(rate.period),
        currency="EUR", price=rate.price, pieces=pieces_of(rate), first=FIRST,
        after=FIRST + DAYS * DAY, cost_party=rate.party, tax_rate=230_000, deposit=rate.deposit,
        shares=((rate.party, rate.share), ("ORG", MILLION - rate.share)), cost=rate.cost,
        late_days=rate.late_days, late_rate=rate.late_rate, late_cost=rate.late_cost,
        most=rate.most, rule=AllotmentRule(rate.rule), reserve=rate.reserve, is_bed=rate.is_bed,
        wishes_until=FIRST - (WISHES_DAYS + 1) * DAY if rate.rule != "first" else None,
        windows=((FIRST - rate.window[0] * DAY, rate.window[1]),) if rate.window else (),
    )  # fmt: skip


def _orders(games: GamesRow, seen: World, by: By) -> Counter[str]:
    """Wish, share out, then order in the sequence in which wishes come."""
    card = {rate.code: rate for rate in rates()}
    until = FIRST - (WISHES_DAYS + 1) * DAY
    taken: set[int] = set()
    for (code, slot), own in sorted(wished(card, seen).items()):
        for who, numbers in sorted(own.items()):
            taken.update(numbers)
            pieces = sum(seen.wants[n].pieces for n in numbers)
            bid = sum(seen.wants[n].worth * seen.wants[n].pieces for n in numbers) // pieces
            wish_for(games_id=games.id, key=f"w-{code}-{slot}-{who}", delegation=who, item=code,
                     pieces=pieces, bid=bid, slot=slot, on=until, by=by)  # fmt: skip
    later = replace(by, now=dt.datetime.combine(until + DAY, dt.time(9), dt.UTC))
    for code, rate in card.items():
        if rate.rule != "first":
            share_out(games=games, item=code, by=later)
    told: Counter[str] = Counter(asked=len(taken))
    for n, want, price, on in _sequence(seen, taken):
        told["asked"] += 1
        if want.worth >= price:
            told["done"] += _ordered(games, n, want, on, replace(by, now=later.now))
    return told


def _sequence(seen: World, taken: set[int]) -> Any:
    """Yield the wishes that are left in the order of coming, with the price somebody sees."""
    card = {rate.code: rate for rate in rates()}

    def day(n: int) -> int:
        want = seen.wants[n]
        rate = card[want.thing]
        return want.cheapest if rate.window or rate.late_rate else want.orders

    left = (n for n in range(len(seen.wants)) if n not in taken)
    for n in sorted(left, key=lambda n: (-day(n), seen.wants[n].clicks, n)):
        want, on = seen.wants[n], FIRST - day(n) * DAY
        rate = card[want.thing]
        slots = slots_of(rate, want)
        first = dt.date.fromisoformat(slots[0][:10]) if slots[0] else FIRST
        windows = [(FIRST - rate.window[0] * DAY, rate.window[1])] if rate.window else []
        price = price_on(windows, price=rate.price, on=on)
        price += surcharge_on(price, rate=rate.late_rate, late_days=rate.late_days, on=on,
                              first=first)  # fmt: skip
        yield n, want, price, on


def _ordered(games: GamesRow, n: int, want: Any, on: dt.date, by: By) -> bool:
    card = {rate.code: rate for rate in rates()}
    slots = slots_of(card[want.thing], want)
    first = dt.date.fromisoformat(slots[0][:10]) if slots[0] else None
    hour = int(slots[0][11:]) if "T" in slots[0] else None
    booking = Booking(
        item=want.thing, quantity=want.pieces, first=first, gender="W",
        after=dt.date.fromisoformat(slots[-1][:10]) + DAY if first else None,
        hours=(hour, hour + 1) if hour is not None else None,
    )  # fmt: skip
    try:
        order(games_id=games.id, key=f"o-{n}", delegation=want.delegation, booking=booking, on=on,
              by=by)  # fmt: skip
    except VillageError:
        return False
    return True


def _rents(games: GamesRow, seen: World, by: By) -> None:
    """Lease the spaces to who offers most, let tenants tell what they sold, charge the rent."""
    for lease in leases():
        minimum = lease_minimum(lease)
        offers = [
            (rent_due(minimum=minimum, share=lease.share, turnover=one.hoped * DAYS), one)
            for one in seen.tenants if one.space == lease.space
        ]  # fmt: skip
        offers = [(rent, one) for rent, one in offers if one.hoped * DAYS * one.margin >= rent]
        if not offers:
            continue
        tenant = max(offers, key=lambda offer: offer[0])[1]
        values = LeaseValues(
            space=lease.space, tenant=lease.tenant, title=lease.title, currency="EUR", first=FIRST,
            after=FIRST + DAYS * DAY, minimum=minimum, share=lease.share, tax_rate=230_000,
            shares=RENT_SHARES,
        )  # fmt: skip
        made = lease_space(games_id=games.id, key=f"l-{lease.space}", values=values, by=by)
        for n, amount in enumerate(tenant.comes):
            tell_turnover(games_id=games.id, space=lease.space, day=FIRST + n * DAY,
                          amount=amount, by=by)  # fmt: skip
        charge_rent(games_id=games.id, key=f"r-{lease.space}", lease=made["lease"], by=by)
