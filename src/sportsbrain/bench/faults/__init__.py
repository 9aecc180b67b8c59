"""Everything is killed in turn while a day is simulated: what issue 9 asks, line 3."""

import datetime as dt
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib.util import find_spec

from django.db import connection

from sportsbrain.bench.channel.failover import NATS
from sportsbrain.bench.channel.processes import free_port, own_words, started
from sportsbrain.bench.faults.cluster import cluster
from sportsbrain.bench.faults.day import Again, Day, Gateway, Noted, moment
from sportsbrain.bench.installation import (
    Installation,
    again,
    answers,
    own_home,
    running,
    until,
)
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.small_games import SKU, own_games
from sportsbrain.bench.village import bus
from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.queries import GamesRow, member_id
from sportsbrain.controlroom.queries import watchers

CALM, FULL = 4.0, 6.0
WATCHERS = ("escalation", "auditor", "forecasts")
DISK_BYTES, STEP = 3_000_000_000, "+60"


def bench_faults(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return how soon each part came back, and what was lost of what was acknowledged."""
    del games_code, seconds, data
    with ExitStack() as stack:
        home = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sb-")))
        home.chmod(0o711)
        has_disk = stack.enter_context(_small_disk(home))
        clock = home / "clock"
        stack.enter_context(own_home(home))
        on_progress("an installation of its own")
        games = own_games()
        folder = home / "broker"
        broker_port = bus.make_broker(folder) if bus.MOSQUITTO else 0
        port = free_port()
        options = ["--broker", str(folder)] if broker_port else []
        options += ["--nats"] if NATS else []
        place = {"PATH": f"{pathlib.Path(str(NATS)).parent}:{os.environ['PATH']}", **_fake(clock)}
        whole = stack.enter_context(running(home, games.code, port, *options, place=place))
        until(lambda: answers(f"{whole.address}/ready/"), seconds=180)
        return _killed(whole, games, folder, broker_port, clock if place.get("LD_PRELOAD") else
                       None, has_disk=has_disk, on_progress=on_progress)  # fmt: skip


def _killed(
    whole: Installation,
    games: GamesRow,
    folder: pathlib.Path,
    broker_port: int,
    clock: pathlib.Path | None,
    *,
    has_disk: bool,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Let the day begin, kill one after the other, end the day and count."""
    user = member_id(games_id=games.id, username="demo-planner") or 0
    doors = Noted(server=whole.address, games=games.code,
                  token=make_api_token(user_id=user, name="faults"))  # fmt: skip
    buyers = Again(whole.port + 100, SKU)
    day = Day(games, doors, games.starts_on + dt.timedelta(days=1))
    gateway = Gateway(folder, broker_port, bus.NAME, bus.TOPIC, doors) if broker_port else None
    speakers: list[Again | Gateway] = [buyers, *([gateway] if gateway else [])]
    far = free_port()
    with ExitStack() as stack:
        if NATS:
            words = own_words("channel", "serve", "--folder", str(whole.home / "far"), "--port",
                              str(far), "--games", games.code, "--nats",
                              f"nats://127.0.0.1:{whole.port + 222}")  # fmt: skip
            stack.enter_context(started(words, port=far))
        day.begin()
        for one in speakers:
            one.start()
        until(lambda: len(buyers.told.orders) > 100)
        probes = _probes(whole, games, buyers, gateway)
        rows = []
        for name in [name for name in whole.names() if name in probes]:
            on_progress(f"{name} is killed")
            time.sleep(CALM)
            rows.append(_back(whole, name, probes[name]))
        if has_disk:
            on_progress("the disk is full")
            rows += _full_disk(whole, buyers)
        if clock:
            on_progress("the clock steps")
            rows += _stepped(clock, buyers)
        time.sleep(CALM)
        day.end()
        for one in speakers:
            one.ends.set()
            one.join(60)
    on_progress("a cluster of NATS servers loses one")
    return rows + _lost(doors, buyers, gateway, day) + cluster()


def _probes(
    whole: Installation, games: GamesRow, buyers: Again, gateway: Gateway | None
) -> dict[str, Callable[[], Callable[[], bool]]]:
    """Return for each process what begins to watch whether it does its work."""
    channel = whole.home / "var" / "channel" / games.code / "deltas"
    probes: dict[str, Callable[[], Callable[[], bool]]] = {
        "web": lambda: lambda: answers(f"{whole.address}/ready/"),
        "fans": lambda: lambda: answers(f"http://127.0.0.1:{whole.port + 90}/{games.code}/en/"),
        "intake": lambda: _grows(lambda: len(buyers.told.orders)),
        "database": lambda: _grows(lambda: len(buyers.told.orders)),
        "publisher": lambda: _grows(lambda: _bytes(channel)),
        **{name: partial(_beats, games, name) for name in WATCHERS},
    }
    if gateway:
        probes |= {name: lambda: _grows(_stored) for name in ("broker", "ingest")}
    if NATS:
        far = whole.home / "far" / games.code / "deltas"
        probes["nats"] = lambda: _grows(lambda: _bytes(far))
    return probes


def _back(whole: Installation, name: str, begin: Callable[[], Callable[[], bool]]) -> BenchRow:
    """Kill a process that works and return how long it takes until it does its work again."""
    case, spent = f"{name} does not do its work, before anything is killed", float("inf")
    with suppress(LookupError):
        until(begin())
        case = f"{name} killed: does its work again after"
        killed_at = time.monotonic()
        before = whole.kill(name)
        is_back = begin()
        until(lambda: whole.pid(name) not in {0, before})
        until(is_back)
        spent = time.monotonic() - killed_at
    return BenchRow(line=3, case=case, value=spent, unit="s", op="<=", target=60)


def _grows(count: Callable[[], int]) -> Callable[[], bool]:
    first = count()
    return lambda: count() > first + 10


def _beats(games: GamesRow, name: str) -> Callable[[], bool]:
    killed_at = dt.datetime.now(dt.UTC)

    def beats() -> bool:
        now = dt.datetime.now(dt.UTC)
        found = again(lambda: watchers(games=games, real_now=now))
        silent = next(one.silent_seconds for one in found if one.name == name)
        return silent is not None and silent < (now - killed_at).total_seconds()

    return beats


def _stored() -> int:
    return int(again(bus.stored)[0])


def _bytes(folder: pathlib.Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _full_disk(whole: Installation, buyers: Again) -> list[BenchRow]:
    """Fill the disk of the database, hold it for a while, free it."""
    filler = whole.data / "filler"
    block = b"\0" * 1_000_000
    with filler.open("wb") as file:
        try:
            while True:
                file.write(block)
                file.flush()
        except OSError:
            pass
    time.sleep(FULL)
    before = len(buyers.told.orders)
    time.sleep(1.0)
    stopped = len(buyers.told.orders) == before
    freed_at = time.monotonic()
    filler.unlink()
    until(_grows(lambda: len(buyers.told.orders)))
    return [
        BenchRow(line=3, case="disk full: nothing is acknowledged", value=float(stopped),
                 unit="yes", op="==", target=1),
        BenchRow(line=3, case="disk free again: orders after", value=time.monotonic() - freed_at,
                 unit="s", op="<=", target=60),
    ]  # fmt: skip


def _stepped(clock: pathlib.Path, buyers: Again) -> list[BenchRow]:
    """Step the clock a minute on and back again, for every process."""
    rows = []
    for words, step in (("a minute on", STEP), ("back again", "+0")):
        clock.write_text(step)
        stepped_at = time.monotonic()
        until(lambda step=float(step): abs(_ahead() - step) < 5)
        until(_grows(lambda: len(buyers.told.orders)))
        rows.append(BenchRow(line=3, case=f"the clock steps {words}: orders after", unit="s",
                             value=time.monotonic() - stepped_at, op="<=", target=60))  # fmt: skip
        time.sleep(CALM)
    return rows


def _ahead() -> float:
    """Return the seconds that the database's clock is ahead of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0]) - time.time()


def _fake(clock: pathlib.Path) -> dict[str, str]:
    """Return what gives every process a clock that we can step, where libfaketime is there."""
    if find_spec("libfaketime") is None:
        return {}
    from libfaketime import (
        get_reload_information,
    )

    clock.write_text("+0")
    clock.chmod(0o644)
    _is_on, place = get_reload_information()
    return {
        **place, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_CACHE_DURATION": "1",
    }  # fmt: skip


@contextmanager
def _small_disk(home: pathlib.Path) -> Iterator[bool]:
    """Let the database be on a disk that can be filled, where one can be made."""
    place = home / "var"
    place.mkdir()
    place.chmod(0o711)
    mount = shutil.which("mount")
    done = mount and not subprocess.run(  # noqa: S603  # a path that was found, no shell
        [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=711", "tmpfs", str(place)],
        check=False, capture_output=True,
    ).returncode  # fmt: skip
    try:
        yield bool(done)
    finally:
        if done:
            subprocess.run(["umount", "-l", str(place)], check=False)  # noqa: S603, S607


def _lost(doors: Noted, buyers: Again, gateway: Gateway | None, day: Day) -> list[BenchRow]:
    """Return what was acknowledged and is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT idem_key FROM shop_order WHERE idem_key LIKE 'fault-%%'")
        orders = {key for (key,) in cursor.fetchall()}
        cursor.execute("SELECT body->>'venue', body->>'entrance', body->>'starts_at'"
                       " FROM live_update WHERE topic = 'gate.scanned'")  # fmt: skip
        scans = {(venue, entrance, moment(at)) for venue, entrance, at in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT key FROM live_update WHERE topic = 'result'")
        units = {key for (key,) in cursor.fetchall()}
    told = buyers.told
    rows: list[tuple[str, float, str, float | None]] = [
        ("orders acknowledged", len(told.orders), ">=", 1_000),
        ("of the orders not there", len(told.orders.keys() - orders), "==", 0),
        ("orders asked for that were never answered", len(told.untold), "==", 0),
        ("counts of gates acknowledged", len(doors.scans), ">=", 1),
        ("of the counts not there", len(doors.scans - scans), "==", 0),
        ("words of results acknowledged", len(doors.words), ">=", 1),
        ("units of them that the log does not know", len(set(doors.words) - units), "==", 0),
        ("happenings of the day brought", day.brought, "<=", None),
        ("of all that, not taken while a part was down", len(doors.refused), "<=", None),
    ]
    if gateway and gateway.spoken:
        bus.wait_stored(gateway.spoken.taken, patience=30)
        stored, different = bus.stored()
        refused = _refused()
        rows += [("messages that the broker took", gateway.spoken.taken, ">=", 1_000),
                 ("of them refused, each with its reason (a stepped clock)", refused, "<=", None),
                 ("of them neither stored nor refused",
                  max(0, gateway.spoken.taken - different - refused), "==", 0),
                 ("messages stored twice", stored - different, "==", 0)]  # fmt: skip
    return [BenchRow(line=3, case=case, value=float(value), unit="", op=op, target=target)
            for case, value, op, target in rows]  # fmt: skip


def _refused() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM village_refusedmessage WHERE reason <> ''")
        return int(cursor.fetchone()[0])
