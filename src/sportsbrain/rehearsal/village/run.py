"""Let a day of the village happen: everything comes in by the doors of gates, desks and the bus."""

import datetime as dt
import heapq
import itertools
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from sportsbrain.rehearsal.doors import DoorError, Doors, rehearsal_clock
from sportsbrain.rehearsal.village.bus import Bus
from sportsbrain.rehearsal.village.happenings import (
    Coming,
    Team,
    orders,
    reads,
    requests,
    staffed,
    turnovers,
    worked,
)
from sportsbrain.rehearsal.village.houses import House, houses, presence, use, weather
from sportsbrain.rehearsal.village.people import LivedDay, Resident, live

TICK_SECONDS, READS_AT_ONCE, MINUTE = 0.5, 2_000, dt.timedelta(minutes=1)
PAST_DAYS = 7
KNOWN_SECONDS = 7.0
LOOK_TICKS = 20
ARRIVALS_MOST = 4_000
FIELD = "field"  # the gateway of halls and the weather


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageTold:
    """
    How far the day is: what was brought by door, what was refused, what devices said.

    ``other_answers``: orders that were sent again and got another answer than the first time.
    """

    at: dt.datetime
    brought: dict[str, int]
    refused: int
    other_answers: int
    said: int


@dataclass(slots=True)
class Day:
    """Everything of one day that the outside knows."""

    residents: list[Resident]
    passes: list[str]
    halls: dict[str, tuple[str, int]]
    lived: LivedDay
    waiting: list[tuple[dt.datetime, int, Coming]] = field(default_factory=list)
    teams: dict[str, Team] = field(default_factory=dict)
    brought: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Any] = field(default_factory=dict)
    refused: int = 0
    other_answers: int = 0


def rehearse_village(
    *, doors: Doors, date: dt.date, time_zone: str, speed: float, seed: int, residents: int,
    hours: float = 24.0, begins: dt.time = dt.time(), bus: Bus | None = None,
    patience: float | None = None,
) -> Generator[VillageTold, None, None]:  # fmt: skip
    """
    Yield how far the day is; closing the iterator ends the exercise, when it began one.

    With ``patience`` none is begun: that which goes on is followed until it ends, and waited for,
    so many seconds.

    Raises
    ------
    DoorError
        When the server is not there or will not begin.

    """
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=ZoneInfo(time_zone)).astimezone(dt.UTC)
    starts = midnight + (begins.hour * 60 + begins.minute) * MINUTE
    if patience is None:
        doors.post("exercise", {"title": f"Village of {date}", "shows_at": starts.isoformat(),
                                "speed": speed})  # fmt: skip
    shown, began = starts, time.monotonic()
    if patience is not None:
        shown, speed = rehearsal_clock(doors, patience=patience)
        began = time.monotonic()
    dice = np.random.default_rng([seed, date.toordinal()])
    try:
        day = _prepared(doors, date, midnight, seed, residents, dice)
        if bus:  # until the ingest knows which clock the Games have
            time.sleep(max(0.0, KNOWN_SECONDS - (time.monotonic() - began)))
        meters = _meters(bus, day, midnight, seed) if bus else None
        day.waiting = [row for row in day.waiting if row[0] >= shown]
        heapq.heapify(day.waiting)
        last, ticks = shown, itertools.count(1)
        while True:
            now = shown + dt.timedelta(seconds=speed * (time.monotonic() - began))
            _bring(doors, day, now)
            _work(doors, day, now, dice)
            if bus and meters:
                _speak(bus, day, meters, midnight, last, now)
            last = now
            yield VillageTold(at=now, brought=dict(day.brought), refused=day.refused,
                              other_answers=day.other_answers,
                              said=bus.told[0] if bus else 0)  # fmt: skip
            looks = patience is not None and next(ticks) % LOOK_TICKS == 0
            if (looks and not doors.get("exercise")) or now >= starts + dt.timedelta(hours=hours):
                return
            time.sleep(TICK_SECONDS)
    finally:
        if patience is None:
            doors.delete("exercise")


def _prepared(
    doors: Doors, date: dt.date, midnight: dt.datetime, seed: int, most: int,
    dice: np.random.Generator,
) -> Day:  # fmt: skip
    """Ask who lives there and what there is, and draw the day."""
    people: list[Resident] = []
    passes: list[str] = []
    comings: list[Coming] = []
    late: list[Coming] = []
    counts: dict[str, int] = {}
    for code, _here, count in doors.get("village/desk")["delegations"]:
        if len(people) >= most:
            break
        counts[code] = count
        texts = doors.get(f"village/passes/{code}")
        rows = {row["person"]: row for row in _pages(doors, f"village/stays/{code}")}
        for person, text in texts.items():
            row = rows[person]
            if row["stay_state"] == "reserved" and row["first"] <= date.isoformat():
                late.append(_arrival(row, date, midnight, dice))
            people.append(Resident(person=person, delegation=code, building=row["building"],
                                   room=row["room"]))  # fmt: skip
            passes.append(text)
    halls = {row["code"]: (row["kind"], row["places"]) for row in doors.get("village/halls")}
    lived = live(residents=people, halls=halls, seed=seed, day=date.toordinal())
    if len(late) <= ARRIVALS_MOST:  # more did not arrive today: nobody keeps stays here
        comings += late
    day = Day(residents=people, passes=passes, halls=halls, lived=lived,
              teams=staffed(len(people), midnight))  # fmt: skip
    rates = [row for row in doors.get("village/rates") if row["rule"] == "first"]
    spaces = [row["space"] for row in doors.get("village/leases")]
    comings += [
        *reads(lived, passes, midnight, dice), *requests(lived, people, midnight),
        *orders(rates, counts, date, midnight, dice),
        *turnovers(spaces, date, midnight, len(people), dice),
    ]  # fmt: skip
    day.waiting = [(coming.at, n, coming) for n, coming in enumerate(comings)]
    heapq.heapify(day.waiting)
    return day


def _arrival(
    row: dict[str, Any], date: dt.date, midnight: dt.datetime, dice: np.random.Generator
) -> Coming:  # fmt: skip
    """Return a check-in: in the morning who should be here, by day who comes today."""
    hours = dice.uniform(8, 22) if row["first"] == date.isoformat() else dice.uniform(8.5, 11)
    body = {"key": f"sim-in-{row['person']}"[:64], "step": "check in", "person": row["person"]}
    return Coming(at=midnight + float(hours) * 60 * MINUTE, body=body,
                  door=f"stays/{row['delegation']}/steps")  # fmt: skip


def _pages(doors: Doors, path: str) -> list[Any]:
    """Return every row of an answer that comes in pages."""
    found: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        page = doors.get(f"{path}?offset={offset}&limit=500")
        found += page["items"]
        offset = page["next_offset"]
    return found


_NUMBERS = itertools.count(10_000_000)


def _bring(doors: Doors, day: Day, now: dt.datetime) -> None:
    """Bring in what is due: reads of gates together, everything else one by one."""
    gates: list[dict[str, Any]] = []
    while day.waiting and day.waiting[0][0] <= now:
        coming = heapq.heappop(day.waiting)[2]
        if coming.door == "gates":
            gates.append(coming.body)
        else:
            _one(doors, day, coming)
    for n in range(0, len(gates), READS_AT_ONCE):
        part = gates[n : n + READS_AT_ONCE]
        answer = doors.post("village/gates", {"reads": part})
        day.brought["gates"] += len(part)
        day.refused += sum(verdict["colour"] == "red" for verdict in answer.values())


def _one(doors: Doors, day: Day, coming: Coming) -> None:
    """Bring one thing in; who sends an order again has to get its first answer."""
    kind = coming.door.split("/", 1)[0]
    try:
        answer = doors.post(f"village/{coming.door}", coming.body)
    except DoorError:
        day.refused += 1
        answer = None
    day.brought[kind] += 1
    key = coming.body.get("key")
    if key is not None and answer is not None:
        day.other_answers += day.answers.setdefault(key, answer) != answer


def _work(doors: Doors, day: Day, now: dt.datetime, dice: np.random.Generator) -> None:
    """Let the teams take what is open."""
    if not any(team.free_at[team.next_free()] <= now for team in day.teams.values()):
        return
    waiting = doors.get("village/requests")["open"]
    for coming in worked(waiting, day.teams, now, dice):
        if coming.at <= now:
            _one(doors, day, coming)
        else:
            heapq.heappush(day.waiting, (coming.at, next(_NUMBERS), coming))


Meters = dict[str, tuple[House, np.ndarray[Any, np.dtype[np.float64]]]]


def _meters(bus: Bus, day: Day, midnight: dt.datetime, seed: int) -> Meters:
    """Return what houses use today, and bring the week before as history."""
    outdoor, sky = weather(seed=seed, days=PAST_DAYS + 2)
    found: Meters = {}
    names = sorted(name for name in bus.gateways if name != FIELD)
    for name, house in zip(names, houses(seed=seed, count=len(names), venues=0), strict=True):
        there, _told = presence(house, seed=seed, days=PAST_DAYS + 2, full=0.9)
        found[name] = house, use(house, outdoor, sky, there, seed=seed).kw
    found[FIELD] = houses(seed=seed, count=1, venues=0)[0], outdoor
    first = midnight - dt.timedelta(days=PAST_DAYS)
    for past in range(PAST_DAYS):
        lived = live(residents=day.residents, halls=day.halls, seed=seed, day=past)
        for step in range(288):
            at = first + dt.timedelta(days=past, minutes=5 * step)
            for name, (_house, values) in found.items():
                point = _point(name)
                bus.say(name, *point, values[past * 288 + step], at, is_history=True)
            if step % 3 == 0:
                for code, people in lived.halls.items():
                    bus.say(FIELD, code, "people", people[step * 5], at, is_history=True)
    return found


def _point(gateway: str) -> tuple[str, str]:
    """Return the device and the point of a gateway."""
    return ("sky", "outdoor") if gateway == FIELD else (f"meter-{gateway}", "power")


def _speak(
    bus: Bus, day: Day, meters: Meters, midnight: dt.datetime, last: dt.datetime, now: dt.datetime
) -> None:
    """Let devices say what they say in the minutes since the last look."""
    first, end = int((last - midnight) / MINUTE) + 1, int((now - midnight) / MINUTE)
    for minute in range(max(0, first), end + 1):
        at = midnight + minute * MINUTE
        bus.minute(at)
        if minute < 24 * 60:
            for code, people in day.lived.halls.items():
                bus.say(FIELD, code, "people", people[minute], at)
        if minute % 5 == 0:
            for name, (_house, values) in meters.items():
                point = _point(name)
                bus.say(name, *point, values[PAST_DAYS * 288 + minute // 5], at)
