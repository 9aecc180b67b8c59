"""A release comes while people work: tables change under them, then each process is replaced."""

import datetime as dt
import json
import pathlib
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor

from sportsbrain.bench.channel.processes import children, free_port, own_words, started
from sportsbrain.bench.cloud.failover import Crowd as Buyers
from sportsbrain.bench.database import own_server
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.shop.rates import bench_games, intake
from sportsbrain.committee.actions import make_sign_in_link, seat_person
from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.actions import append_update
from sportsbrain.rehearsal.visitors import Crowd, Screen, Seen, cookie_of, visit
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.wall.tables import patiently

VISITORS, SCREENS, BUYERS, BEFORE, ROLLS = 8, 30, 4, 5.0, 2
NEWS_A_SECOND = 20
PAGES = ("/games/BENCH/", "/games/BENCH/schedule/", "/shop/BENCH/", "/games/BENCH/shop/")


def rolling() -> list[BenchRow]:
    """Return what visitors, screens and writers met while tables changed and processes went."""
    with own_server():
        games = bench_games()
        port = free_port()
        words = own_words("serve", "--port", str(port), "--processes", "2")
        with started(words, port=port) as process, intake() as (_intake, door):
            address = f"http://127.0.0.1:{port}"
            link = _link(games)
            cookie = _when_there(lambda: cookie_of(address, link))
            buyers = Buyers(door, "roll", BUYERS)
            buyers.start()
            with _work(games, address, cookie) as (seen, screens, told):
                time.sleep(BEFORE)
                changed = _seen_while(seen, _change_tables)
                pids = _serving(process.pid)
                rolled = [_seen_while(seen, lambda: _roll(process)) for _ in range(ROLLS)]
                time.sleep(BEFORE)
            buyers.ends.set()
            buyers.join(60)
            is_new = not pids & _serving(process.pid)
    bought = buyers.told.statuses
    missing, twice = _heard(screens, told)
    return [
        BenchRow(line=7, case="pages looked at, by a connection each", value=seen.pages,
                 unit="pages", op=">=", target=200),
        BenchRow(line=7, case="tables changed under them in", value=changed[0], unit="s"),
        BenchRow(line=7, case="pages seen while tables changed", value=changed[1], unit="pages",
                 op=">=", target=1),
        BenchRow(line=7, case="both processes replaced, each time in",
                 value=max(row[0] for row in rolled), unit="s"),
        BenchRow(line=7, case="pages seen while processes were replaced",
                 value=sum(row[1] for row in rolled), unit="pages", op=">=", target=1),
        BenchRow(line=7, case="no process is one of those before", value=float(is_new), unit="yes",
                 op="==", target=1),
        BenchRow(line=7, case=f"requests that failed{_first(seen)}", value=len(seen.failures),
                 unit="pages", op="==", target=0),
        BenchRow(line=7, case="orders placed meanwhile", value=bought[201], unit="orders", op=">=",
                 target=1),
        BenchRow(line=7, case="orders that got another answer",
                 value=sum(bought.values()) - bought[201], unit="orders", op="==", target=0),
        BenchRow(line=7, case="longest wait for a page", value=seen.longest, unit="s"),
        BenchRow(line=7, case=f"events told to each of {SCREENS} screens", value=len(told),
                 unit="events"),
        BenchRow(line=7, case="times a screen came back", value=sum(s.came_back for s in screens),
                 unit="times", op=">=", target=SCREENS),
        BenchRow(line=7, case="events a screen did not hear", value=missing, unit="events",
                 op="==", target=0),
        BenchRow(line=7, case="events a screen heard twice", value=twice, unit="events", op="==",
                 target=0),
    ]  # fmt: skip


@contextmanager
def _work(
    games: GamesRow, address: str, cookie: str
) -> Iterator[tuple[Seen, list[Screen], list[str]]]:
    """Let visitors look, screens listen and something happen, all the time."""
    seen = Seen()
    told: list[str] = []
    screens = [Screen(address, f"/games/{games.code}/live/", cookie) for _ in range(SCREENS)]
    crowd, newsroom = Crowd(), Crowd()
    for screen in screens:
        crowd.begin(screen.listen)
    for _ in range(VISITORS):
        crowd.begin(lambda: visit(address, PAGES, cookie, seen))
    _when_there(lambda: _all_listen(screens))

    def say() -> None:
        key = str(len(told))
        append_update(games_id=games.id, topic="bench.told", key=key, body={},
                      recorded_at=dt.datetime.now(dt.UTC))  # fmt: skip
        told.append(key)
        time.sleep(1 / NEWS_A_SECOND)

    newsroom.begin(say)
    try:
        yield seen, screens, told
    finally:
        newsroom.end()
        time.sleep(2.0)  # what was said last is on its way
        crowd.ends.set()
        for screen in screens:
            screen.leave()
        crowd.end()


def _all_listen(screens: list[Screen]) -> None:
    if not all(screen.last for screen in screens):
        message = "not every screen listens"
        raise LookupError(message)


def _when_there(ask: Callable[[], str | None]) -> str:
    """Ask again until somebody answers, for a minute."""
    end = time.monotonic() + 60
    while True:
        try:
            return ask() or ""
        except (OSError, LookupError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _seen_while(seen: Seen, what: Callable[[], None]) -> tuple[float, int]:
    began, before = time.monotonic(), len(seen.moments)
    what()
    return time.monotonic() - began, len(seen.moments) - before


def _serving(pid: int) -> set[int]:
    """Return the processes that serve: the children of one that only watches them."""
    found = set()
    for one in children(pid):
        with suppress(FileNotFoundError):  # it has just ended
            if "spawn_main" in pathlib.Path(f"/proc/{one}/cmdline").read_text():
                found.add(one)
    return found


def _roll(process: "subprocess.Popen[bytes]") -> None:
    """Put new processes in the place of those that serve, and wait until all are new."""
    before = _serving(process.pid)
    process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 120
    while before & _serving(process.pid):
        if time.monotonic() > end:
            message = "the processes were not replaced in two minutes"
            raise TimeoutError(message)
        time.sleep(0.05)


def _change_tables() -> None:
    """Do what a next version would: columns, a rule and a table more, where people write now."""
    state = MigrationExecutor(connection).loader.project_state()
    rule = models.CheckConstraint(condition=~models.Q(topic=""), name="bench_topic_said")
    for app, operation in (
        ("shop", migrations.AddField(
            "order", "bench_note", models.CharField(max_length=20, db_default=""))),
        ("world", migrations.AddField(
            "competitionsession", "bench_rank", models.IntegerField(null=True))),
        ("live", AddConstraintNotValid("update", rule)),
        ("live", ValidateConstraint("update", "bench_topic_said")),
        ("shop", migrations.CreateModel("BenchNote", fields=[
            ("id", models.BigAutoField(primary_key=True)),
            ("games", models.ForeignKey("committee.Games", models.CASCADE)),
        ])),
    ):  # fmt: skip

        def change(app: str = app, operation: migrations.operations.base.Operation = operation) \
                -> None:  # fmt: skip
            after = state.clone()
            operation.state_forwards(app, after)
            with connection.schema_editor() as editor:
                operation.database_forwards(app, editor, state, after)

        patiently(change)
        operation.state_forwards(app, state)


def _heard(screens: list[Screen], told: list[str]) -> tuple[int, int]:
    missing = twice = 0
    for screen in screens:
        keys = Counter(json.loads(text).get("key") for text in screen.heard)
        missing += sum(1 for key in told if not keys[key])
        twice += sum(1 for key in told if keys[key] > 1)
    return missing, twice


def _first(seen: Seen) -> str:
    return f" ({seen.failures[0]})" if seen.failures else ""


def _link(games: GamesRow) -> str:
    user = seat_person(games_id=games.id, username="bench", display_name="Bench",
                       role=Role.PLANNER, actor="bench")  # fmt: skip
    token = make_sign_in_link(user_id=user, next_path="/", now=dt.datetime.now(dt.UTC))
    return f"/sign-in/{token}/"
