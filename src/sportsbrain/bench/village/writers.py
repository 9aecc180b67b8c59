"""Eight writers on the same beds: no bed has two, what is sent again gets its first answer."""

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connections

from sportsbrain.bench.rows import BenchRow
from sportsbrain.reference.dice import Dice
from sportsbrain.village.actions import (
    By,
    RoomValues,
    StayValues,
    check_in,
    move,
    save_rooms,
    settle_stays,
    swap,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.queries import differing_stays

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
