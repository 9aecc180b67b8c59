"""Who uses the installation meanwhile: a day at sixty times, results, buyers, a gateway."""

import asyncio
import datetime as dt
import pathlib
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from sportsbrain.committee.queries import GamesRow
from sportsbrain.rehearsal.buyers import Told, body_of, buy
from sportsbrain.rehearsal.day import rehearse
from sportsbrain.rehearsal.devices import Spoken, speak
from sportsbrain.rehearsal.doors import DoorError, Doors, rehearsal_clock
from sportsbrain.rehearsal.results import played_by_chance, replay_at

SPEED, BUYERS, REST, PACE = 60.0, 8, 0.2, 0.01
DEVICE_RATE, MESSAGES_MAX = 200.0, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Doors):
    """Doors that write down what was taken."""

    scans: set[tuple[str, str, str]] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Bring something in, and write it down when it was taken."""
        try:
            answer = Doors.post(self, path, body)
        except (DoorError, OSError, ValueError) as error:
            self.refused.append(f"{path}: {error}")
            raise DoorError(str(error)) from error
        if path == "scans" and not answer["refused"]:
            self.scans.update(
                (row["venue"], row["entrance"], moment(row["starts_at"])) for row in body["scans"]
            )
        elif path.endswith("/results"):
            self.words.append(path.split("/")[1])
        return answer


def moment(text: str) -> str:
    """Return a moment in one way of writing."""
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(dt.UTC).isoformat()


class Again(threading.Thread):
    """Buyers who come back with the same key when a connection breaks under them."""

    def __init__(self, port: int, sku: str) -> None:
        super().__init__(daemon=True)
        self.port, self.sku, self.ends, self.told, self._n = port, sku, threading.Event(), Told(), 0

    def run(self) -> None:
        """Buy until the end; what was not answered is asked again, at the end too."""
        while not self.ends.is_set():
            self._buy(self._wishes())
            time.sleep(REST)
        for _ in range(10):
            if self.told.untold:
                self._buy(iter([self._wish(key) for key in sorted(self.told.untold)]))
                time.sleep(REST)

    def _buy(self, bodies: Iterator[tuple[str, bytes]]) -> None:
        with suppress(OSError):
            asyncio.run(buy(host="127.0.0.1", port=self.port, clients=BUYERS, bodies=bodies,
                            keeps=True, told=self.told))  # fmt: skip

    def _wishes(self) -> Iterator[tuple[str, bytes]]:
        yield from [self._wish(key) for key in sorted(self.told.untold)]
        while not self.ends.is_set():
            self._n += 1
            time.sleep(PACE)  # of all of them: the day goes on for minutes
            yield self._wish(f"fault-{self._n:09}")

    def _wish(self, key: str) -> tuple[str, bytes]:
        return key, body_of(key, self.sku, is_paid=True)


class Day:
    """A day with results, as two threads that end when they are told."""

    def __init__(self, games: GamesRow, doors: Noted, date: dt.date) -> None:
        self.games, self.doors, self.date, self.ends = games, doors, date, threading.Event()
        self.brought = 0
        self._threads = [threading.Thread(target=one, daemon=True)
                         for one in (self._happens, self._results)]  # fmt: skip

    def begin(self) -> None:
        """Let the day happen."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """End it."""
        self.ends.set()
        for thread in self._threads:
            thread.join(30)

    def _happens(self) -> None:
        going = rehearse(doors=self.doors, date=self.date, time_zone=self.games.time_zone,
                         speed=SPEED, seed=1, begins=dt.time(9))  # fmt: skip
        with suppress(DoorError):
            for told in going:
                self.brought = told.brought
                if self.ends.is_set():
                    going.close()

    def _results(self) -> None:
        def tell(_told: object) -> None:
            if self.ends.is_set():
                raise InterruptedError

        zone = ZoneInfo(self.games.time_zone)
        begins = dt.datetime.combine(self.date, dt.time(9), tzinfo=zone)
        with suppress(DoorError, InterruptedError):
            replay_at(self.doors, played=played_by_chance(games_id=self.games.id, seed=1),
                      begins_at=begins, ends_at=begins + dt.timedelta(hours=14), speed=SPEED,
                      patience=60.0, tell=tell)  # fmt: skip
        connection.close()


class Gateway(threading.Thread):
    """A device that says a number two hundred times a second, by the clock of the rehearsal."""

    def __init__(
        self, folder: pathlib.Path, port: int, name: str, topic: str, doors: Doors
    ) -> None:
        super().__init__(daemon=True)
        self.doors = doors
        self.folder, self.port, self.principal, self.topic = folder, port, name, topic
        self.ends = threading.Event()
        self.spoken: Spoken | None = None

    def run(self) -> None:
        """Speak to the end."""
        shows_at, speed = rehearsal_clock(self.doors, patience=60.0)
        began = time.monotonic()
        self.spoken = speak(
            folder=str(self.folder), port=self.port, name=self.principal, topic=self.topic,
            count=MESSAGES_MAX, rate=DEVICE_RATE, ends=self.ends,
            clock=lambda: shows_at.timestamp() + speed * (time.monotonic() - began),
        )  # fmt: skip
