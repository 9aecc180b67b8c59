"""Eight writers on the same beds and the same scarce things: nothing twice, the same answers."""

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import OperationalError, connections

from sportsbrain.bench.rows import BenchRow
from sportsbrain.ledger.queries import differing, differing_folios, stock_rows
from sportsbrain.reference.dice import Dice
from sportsbrain.village.actions import (
    Booking,
    By,
    RateValues,
    RoomValues,
    StayValues,
    cancel_order,
    check_in,
    move,
    order,
    save_rates,
    save_rooms,
    save_stakeholders,
    settle_stays,
    swap,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.queries import differing_stays
from sportsbrain.vocabulary.rates import RatePeriod

WRITERS, ROOMS, PEOPLE = 8, 24, 20


def writers(games_id: int, seconds: float) -> list[BenchRow]:
    """Return attempts a second, and what of them must be nothing."""
    now = dt.datetime.now(dt.UTC)
    first, by = now.date(), By(name="bench", now=now)
    rooms = [RoomValues(code=f"R{n}", building="A", floor=1, door=f"D{n // 3}", beds=2)
             for n in range(ROOMS)]  # fmt: skip
    save_rooms(games_id=games_id, rooms=rooms)
    wishes = [
        StayValues(person=f"p{n}", room=f"R{n // 2}", bed=n % 2, first=first, gender="W",
                   after=first + dt.timedelta(days=20), delegation="AAA")
        for n in range(PEOPLE)
    ]  # fmt: skip
    settle_stays(games_id=games_id, wishes=wishes, by=by, is_whole=True)
    counts: Counter[str] = Counter()
    until = time.monotonic() + seconds

    def write(writer: int) -> None:
        dice, number = Dice(writer + 1), 0
        try:
            while time.monotonic() < until:
                number += 1
                given: dict[str, Any] = {"games_id": games_id, "key": f"{writer}-{number}",
                                         "by": by}  # fmt: skip
                first_told = _tried(dice, given, first, counts)
                if first_told is not None and number % 10 == 0:
                    counts["sent again"] += 1
                    counts["answered otherwise"] += first_told[0]() != first_told[1]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tried = counts["done"] + counts["refused"]
    return [
        BenchRow(line=6, case=f"{WRITERS} writers on {2 * ROOMS} beds: steps", unit="1/s",
                 value=tried / seconds),
        BenchRow(line=6, case="of them done, the others refused in words", value=counts["done"],
                 unit="steps"),
        BenchRow(line=6, case="deadlocks", value=counts["deadlocks"], unit="steps", op="==",
                 target=0),
        BenchRow(line=6, case="beds with two, people with two beds",
                 value=len(differing_stays(games_id=games_id)), unit="nights", op="==", target=0),
        BenchRow(line=6, case=f"of {counts['sent again']} sent again, answered otherwise",
                 value=counts["answered otherwise"], unit="steps", op="==", target=0),
    ]  # fmt: skip


def scarce(games_id: int, seconds: float) -> list[BenchRow]:
    """Return orders a second of few things by eight writers, and what of them must be nothing."""
    now = dt.datetime.now(dt.UTC)
    first, by = now.date() + dt.timedelta(days=40), By(name="bench", now=now)
    save_stakeholders(games_id=games_id, names={"OPS": "Operator", "ORG": "Committee"})
    usual = RateValues(
        code="CAR", title="Car", period=RatePeriod.DAY, currency="EUR", price=9_000, pieces=40,
        first=first, after=first + dt.timedelta(days=10), cost_party="OPS", deposit=2_000,
        shares=(("OPS", 700_000), ("ORG", 300_000)), tax_rate=230_000,
    )  # fmt: skip
    park = replace(usual, code="PARK", title="Permit", period=RatePeriod.ONCE, pieces=60)
    save_rates(games_id=games_id, rates=[usual, park], by=by)
    counts: Counter[str] = Counter()
    until = time.monotonic() + seconds

    def write(writer: int) -> None:
        dice, number = Dice(100 + writer), 0
        held: list[dict[str, Any]] = []
        try:
            while time.monotonic() < until:
                number += 1
                given = {"games_id": games_id, "by": by, "on": now.date(),
                         "key": f"scarce-{writer}-{number}"}  # fmt: skip
                _order_or_return(dice, given, first, held, counts)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong = (*differing(games_id=games_id), *differing_folios(games_id=games_id))
    over = sum(max(0, -row.free) for row in stock_rows(games_id=games_id, location="VILLAGE"))
    return [
        BenchRow(line=6, case=f"{WRITERS} writers on scarce things: orders and returns",
                 value=(counts["done"] + counts["refused"]) / seconds, unit="1/s"),
        BenchRow(line=6, case="of them done, the others refused in words", value=counts["done"],
                 unit="steps"),
        BenchRow(line=6, case="sold that were not there", value=over, unit="pieces", op="==",
                 target=0),
        BenchRow(line=6, case="stock and folios that do not add up", value=len(wrong),
                 unit="rows", op="==", target=0),
        BenchRow(line=6, case="deadlocks over scarce things", value=counts["deadlocks"],
                 unit="steps", op="==", target=0),
        BenchRow(line=6, case=f"of {counts['sent again']} orders sent again, answered otherwise",
                 value=counts["answered otherwise"], unit="steps", op="==", target=0),
    ]  # fmt: skip


def _order_or_return(
    dice: Dice, given: dict[str, Any], first: dt.date, held: list[dict[str, Any]],
    counts: Counter[str],
) -> None:  # fmt: skip
    """Order something scarce, now and then twice under one key, or take an order back."""
    day = first + dt.timedelta(days=dice.below(9))
    after = day + dt.timedelta(days=1 + dice.below(2))
    booking = Booking(item=("CAR", "PARK")[dice.below(2)], quantity=1 + dice.below(3), first=day,
                      after=after)  # fmt: skip
    folio = f"D{dice.below(12)}"
    try:
        if held and dice.below(3) == 0:
            cancel_order(**given, **held.pop(dice.below(len(held))))
        else:
            told = order(**given, delegation=folio, booking=booking)
            held.append({"delegation": folio, "line": told["line"]})
            if dice.below(7) == 0:
                counts["sent again"] += 1
                again = order(**given, delegation=folio, booking=booking)
                counts["answered otherwise"] += told != again
        counts["done"] += 1
    except VillageError:
        counts["refused"] += 1
    except OperationalError:
        counts["deadlocks"] += 1


def _tried(dice: Dice, given: dict[str, Any], first: dt.date, counts: Counter[str]) -> Any:
    """Do a step and return it with its answer; None when it is refused."""
    person, other = f"p{dice.below(PEOPLE)}", f"p{dice.below(PEOPLE)}"
    on = first + dt.timedelta(days=dice.below(18))
    room, bed = f"R{dice.below(ROOMS)}", dice.below(2)
    steps: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: check_in(**given, person=person, on=on),
        lambda: move(**given, person=person, room=room, bed=bed, on=on),
        lambda: swap(**given, one=person, other=other, on=on),
    )
    step = steps[dice.below(len(steps))]
    try:
        answer = step()
    except VillageError:
        counts["refused"] += 1
        return None
    except OperationalError:
        counts["deadlocks"] += 1
        return None
    counts["done"] += 1
    return step, answer
