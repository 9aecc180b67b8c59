"""What one unit of work costs, measured on an installation that does nothing else."""

import asyncio
import datetime as dt
import itertools
import pathlib
import socket
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack

from django.db import connection

from sportsbrain.bench.capacity.model import Costs
from sportsbrain.bench.channel.processes import free_port, own_cpu, share_of_memory
from sportsbrain.bench.installation import (
    Installation,
    again,
    answers,
    descendants,
    own_home,
    running,
    until,
)
from sportsbrain.bench.small_games import SKU, own_games
from sportsbrain.bench.village import bus
from sportsbrain.committee.actions import make_api_token, make_sign_in_link
from sportsbrain.committee.queries import GamesRow, member_id
from sportsbrain.rehearsal.buyers import body_of, buy
from sportsbrain.rehearsal.devices import speak
from sportsbrain.rehearsal.doors import Doors
from sportsbrain.rehearsal.results import played_by_chance
from sportsbrain.rehearsal.visitors import Seen, cookie_of, visit

CALM, BEGINS, QUIET = 10.0, 240.0, 0.1
PAGES, READS, ORDERS, MESSAGES, WORDS, LISTENERS = 40, 2_000, 4_000, 20_000, 150, 500
STAFF_PAGES = ("", "schedule/", "room/", "shop/", "venues/")


def measure(on_progress: Callable[[str], None]) -> Costs:
    """Return the costs of this machine; it takes some two minutes."""
    with ExitStack() as stack:
        home = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sb-")))
        home.chmod(0o711)
        stack.enter_context(own_home(home))
        on_progress("an installation of its own")
        games = own_games()
        broker = bus.make_broker(home / "broker") if bus.MOSQUITTO else 0
        options = ["--broker", str(home / "broker")] if broker else []
        whole = stack.enter_context(
            running(home, games.code, free_port(), "--processes", "1", *options)
        )
        until(lambda: answers(f"{whole.address}/ready/"), seconds=180)
        return _Meter(whole, games, on_progress).costs(broker)


class _Meter:
    """Reads what processes used while something was done."""

    def __init__(
        self, whole: Installation, games: GamesRow, on_progress: Callable[[str], None]
    ) -> None:
        self.whole, self.games, self.on_progress = whole, games, on_progress

    def costs(self, broker: int) -> Costs:
        """Do each kind of work for a while and return what it took."""
        self.on_progress("at rest")
        resting = self._resting()
        self.on_progress("pages")
        page = self._spent(self._look, "web")
        self.on_progress("orders")
        before = _rows_bytes()
        order = self._spent(self._buy, "intake")
        order_bytes = (_rows_bytes() - before) / ORDERS
        self.on_progress("results")
        before = _rows_bytes()
        listening = self._listen()
        memory = self._memory("fans")
        result = self._spent(self._say, "web", "publisher", "fans")
        delivered, heard = self._heard(listening)
        result_bytes = (_rows_bytes() - before) / WORDS
        self.on_progress("fans' pages")
        sizes: list[int] = []
        fan = self._spent(lambda: self._read(sizes), "fans")
        message: tuple[float, ...] = (0.0, 0.0, 0.0)
        message_bytes = 0.0
        if broker:
            self.on_progress("messages of devices")
            before = _rows_bytes()
            message = self._spent(lambda: self._speak(broker), "ingest", "broker")
            message_bytes = (_rows_bytes() - before) / MESSAGES
        return Costs(
            page=(page[0] / PAGES, page[-1] / PAGES),
            order=(order[0] / ORDERS, order[-1] / ORDERS), order_bytes=order_bytes,
            message=((message[0] + message[1]) / MESSAGES, message[-1] / MESSAGES),
            message_bytes=message_bytes,
            result=(result[0] / WORDS, result[1] / WORDS, result[-1] / WORDS),
            result_bytes=result_bytes,
            fan_page=fan[0] / READS, fan_page_bytes=sum(sizes) / len(sizes),
            delivery=result[2] / max(1, delivered), delivery_bytes=heard / max(1, delivered),
            listener_bytes=max(0.0, memory - resting["fans"][0]) / LISTENERS, resting=resting,
        )  # fmt: skip

    def _resting(self) -> dict[str, tuple[float, float]]:
        """Return memory and share of a core of each process when nothing is left to do."""
        names = self.whole.names()
        ends = time.monotonic() + BEGINS
        while self._busy("publisher") > QUIET and time.monotonic() < ends:
            pass  # it makes every page of the Games first
        before = {name: self._cpu(name) for name in names}
        time.sleep(CALM)
        return {
            name: (float(self._memory(name)), (self._cpu(name) - before[name]) / CALM)
            for name in names
        }

    def _busy(self, name: str) -> float:
        """Return the share of a core that a process uses now."""
        before = self._cpu(name)
        time.sleep(2.0)
        return (self._cpu(name) - before) / 2.0

    def _spent(self, work: Callable[[], None], *names: str) -> tuple[float, ...]:
        """Return the CPU seconds of processes and, last, of the database for some work."""
        wanted = (*names, "database")
        before = [self._cpu(name) for name in wanted]
        work()
        return tuple(self._cpu(name) - b for name, b in zip(wanted, before, strict=True))

    def _cpu(self, name: str) -> float:
        return sum(own_cpu(pid) for pid in self._pids(name))

    def _memory(self, name: str) -> int:
        return sum(share_of_memory(pid) for pid in self._pids(name))

    def _pids(self, name: str) -> list[int]:
        pid = self.whole.postmaster() if name == "database" else self.whole.pid(name)
        return [pid, *descendants(pid)]

    def _look(self) -> None:
        user = member_id(games_id=self.games.id, username="demo-planner") or 0
        token = make_sign_in_link(user_id=user, next_path="/", now=dt.datetime.now(dt.UTC))
        cookie = cookie_of(self.whole.address, f"/sign-in/{token}/")
        seen = Seen()
        paths = [f"/games/{self.games.code}/{path}" for path in STAFF_PAGES]
        visit(self.whole.address, [*itertools.islice(itertools.cycle(paths), PAGES)], cookie, seen)
        if seen.failures:
            raise LookupError(seen.failures[0])

    def _buy(self) -> None:
        wishes = iter([(f"cap-{n:06}", body_of(f"cap-{n:06}", SKU, is_paid=True))
                       for n in range(ORDERS)])  # fmt: skip
        told = asyncio.run(
            buy(host="127.0.0.1", port=self.whole.port + 100, clients=16, bodies=wishes)
        )
        if told.statuses[201] != ORDERS:
            message = f"orders were answered {dict(told.statuses)}"
            raise LookupError(message)

    def _say(self) -> None:
        user = member_id(games_id=self.games.id, username="demo-planner") or 0
        token = make_api_token(user_id=user, name="capacity")
        doors = Doors(server=self.whole.address, games=self.games.code, token=token)
        played = played_by_chance(games_id=self.games.id, seed=1)
        words = sorted((word for one in played for word in one.words()), key=lambda word: word.at)
        for word in words[:WORDS]:
            doors.post(f"units/{word.unit}/results", word.body)
        time.sleep(3.0)  # the publisher makes the last pages

    def _listen(self) -> list[socket.socket]:
        port = self.whole.port + 90
        text = f"GET /live?g={self.games.code}&t=live,medals HTTP/1.1\r\nHost: f\r\n\r\n"
        found = []
        for _ in range(LISTENERS):
            line = socket.create_connection(("127.0.0.1", port), 10)
            line.sendall(text.encode())
            found.append(line)
        time.sleep(2.0)
        return found

    def _heard(self, lines: list[socket.socket]) -> tuple[int, int]:
        """Return how many deltas came to all of them, and their bytes."""
        data = b""
        lines[0].settimeout(1.0)
        while True:
            try:
                piece = lines[0].recv(65_536)
            except TimeoutError:
                break
            if not piece:
                break
            data += piece
        for line in lines:
            line.close()
        events = data.count(b"\ndata:")
        return events * len(lines), len(data) * len(lines)

    def _read(self, sizes: list[int]) -> None:
        address = f"http://127.0.0.1:{self.whole.port + 90}/{self.games.code}/en/"
        ask = urllib.request.Request(address, headers={"Accept-Encoding": "br"})  # ours
        for _ in range(READS):
            with urllib.request.urlopen(ask, timeout=10) as answer:  # noqa: S310  # our own server
                sizes.append(len(answer.read()))

    def _speak(self, broker: int) -> None:
        speak(folder=str(self.whole.home / "broker"), port=broker, name=bus.NAME, topic=bus.TOPIC,
              count=MESSAGES, rate=2_000)  # fmt: skip
        until(lambda: again(bus.stored)[0] >= MESSAGES)


def _rows_bytes() -> int:
    """Return the bytes of the rows of the database, with their indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
