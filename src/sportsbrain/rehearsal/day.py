"""Let a day happen: ask what is planned, begin the exercise, bring everything in on time."""

import datetime as dt
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.rehearsal.doors import DoorError, Doors
from sportsbrain.rehearsal.outside import Happening, Unit, VenueDay, the_day

BEGINS = dt.time(6)
HOURS = 18
TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How far the day is."""

    at: dt.datetime
    brought: int
    of: int
    refused: int
    late_seconds: float


def rehearse(
    *,
    doors: Doors,
    date: dt.date,
    time_zone: str,
    speed: float,
    seed: int,
    hours: float = HOURS,
    begins: dt.time = BEGINS,
) -> Generator[Told, None, None]:
    """
    Yield how far the day is; closing the iterator ends the exercise.

    Raises
    ------
    DoorError
        When the server is not there or will not begin.

    """
    begins_at = dt.datetime.combine(date, begins, tzinfo=ZoneInfo(time_zone)).astimezone(dt.UTC)
    happenings = [h for h in _outside(doors, date, begins_at, seed) if h.at >= begins_at]
    title = f"Rehearsal of {date.isoformat()}"
    body = {"title": title, "shows_at": begins_at.isoformat(), "speed": speed}
    doors.post("exercise", body)
    began = time.monotonic()
    brought = refused = 0
    try:
        while True:
            now = begins_at + dt.timedelta(seconds=speed * (time.monotonic() - began))
            due = [h for h in happenings[brought:] if h.at <= now]
            for happening in joined(due):
                refused += _bring(doors, happening)
            brought += len(due)
            lateness = (now - due[0].at).total_seconds() / speed if due else 0.0
            yield Told(at=now, brought=brought, of=len(happenings), refused=refused,
                       late_seconds=lateness)  # fmt: skip
            if now >= begins_at + dt.timedelta(hours=hours):
                return
            time.sleep(TICK_SECONDS)
    finally:
        doors.delete("exercise")


def joined(due: list[Happening]) -> Iterator[Happening]:
    """Yield what came at once through one door as one: counts and signals come by the hundred."""
    scans = [row for h in due if h.door == "scans" for row in h.body["scans"]]
    signals = [row for h in due if h.door == "signals" for row in h.body["signals"]]
    if scans:
        yield Happening(at=due[-1].at, door="scans", body={"scans": scans[-5000:]})
    if signals:
        yield Happening(at=due[-1].at, door="signals", body={"signals": signals})
    yield from (h for h in due if h.door not in {"scans", "signals"})


def _bring(doors: Doors, happening: Happening) -> int:
    """Bring something in; what reality gets wrong is refused, and counted here."""
    try:
        answer = doors.post(happening.door, happening.body)
    except DoorError:
        return 1
    return len(answer.get("refused", ())) if isinstance(answer, dict) else 0


def _outside(
    doors: Doors, date: dt.date, begins_at: dt.datetime, seed: int
) -> tuple[Happening, ...]:
    venues = []
    for row in doors.get(f"queues?day={date.isoformat()}"):
        site = doors.get(f"queues/{row['venue']}/{date.isoformat()}")
        venues.append(
            VenueDay(
                code=row["venue"],
                name=row["name"],
                sessions=tuple(
                    (_moment(a), _moment(b), int(people)) for a, b, people in row["sessions"]
                ),
                lanes=tuple((_moment(s["at"]), int(s["lanes"])) for s in site["steps"]),
            )
        )
    end = begins_at + dt.timedelta(hours=HOURS)
    units = tuple(
        Unit(
            code=row["code"],
            venue=row["venue"],
            starts_at=_moment(row["starts_at"]),
            ends_before=_moment(row["ends_before"]),
        )
        for row in doors.get(f"plan/units?day={date.isoformat()}")
    )
    runs = tuple((row["run"], _moment(row["leaves_at"])) for row in _runs(doors, begins_at, end))
    return the_day(venues=tuple(venues), units=units, runs=runs, begins_at=begins_at, seed=seed)


def _runs(doors: Doors, begins_at: dt.datetime, end: dt.datetime) -> Any:
    """Return the runs of the buses; none while no buses are planned."""
    try:
        return doors.get(f"bus-runs?{_period(begins_at, end)}")
    except DoorError:
        return ()


def _period(begins_at: dt.datetime, end: dt.datetime) -> str:
    return f"since={begins_at:%Y-%m-%dT%H:%M:%SZ}&until={end:%Y-%m-%dT%H:%M:%SZ}"


def _moment(text: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(str(text).replace("Z", "+00:00"))
