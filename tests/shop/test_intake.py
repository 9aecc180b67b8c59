"""The intake over HTTP: killed and begun again, every piece is sold once and everybody was told."""

import asyncio
import itertools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from sportsbrain.ledger.queries import differing, stock_rows
from sportsbrain.rehearsal.buyers import Told, buy
from sportsbrain.shop.jobs.intake import WishError, wish_of
from sportsbrain.shop.models import DropLimit, Order
from tests.shop.counter import a_shop, with_drop

pytestmark = pytest.mark.django_db(transaction=True)
PIECES, BUYERS, CLIENTS = 60, 400, 24


def intake(port: int = 0) -> tuple["subprocess.Popen[str]", int]:
    """Start an intake on the database of the test; return it and its port."""
    own = connection.settings_dict
    address = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"
    words = [sys.executable, "-m", "sportsbrain", "shop", "intake", "--games", "SHO30", "--port",
             str(port), "--test-payments"]  # fmt: skip
    process = subprocess.Popen(
        words, env={**os.environ, "DATABASE_URL": address}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    found = re.search(r":(\d+)/", process.stdout.readline())
    assert found is not None
    return process, int(found[1])


def body(key: str, **more: Any) -> bytes:
    wish = {"key": key, "channel": "web", "lines": [["MASCOT", 1]], "country": "PT",
            "person": key, "drop": "D1", **more}  # fmt: skip
    return json.dumps(wish).encode()


def asked(port: int, bodies: Iterator[tuple[str, bytes]], clients: int = CLIENTS) -> Told:
    return asyncio.run(buy(host="127.0.0.1", port=port, clients=clients, bodies=bodies, keeps=True))


def orders_of(shop: Any) -> Any:
    """Return the orders of a Games: the partitioned tables are not emptied after a test."""
    return Order.objects.filter(games_id=shop.snapshot.games_id)


def killing(
    keys: list[str], process: "subprocess.Popen[str] | None"
) -> Iterator[tuple[str, bytes]]:
    """Yield a body for each key; kill the intake after a third of them."""
    for n, key in enumerate(keys):
        if process and n == len(keys) // 3:
            process.send_signal(signal.SIGKILL)
        yield key, body(key, is_paid=True)


def test_killed_three_times_exactly_what_was_there_is_sold_and_everybody_was_told() -> None:
    shop = with_drop(a_shop(mascots=PIECES))
    games = shop.snapshot.games_id
    waiting = {f"buyer-{n:05}" for n in range(BUYERS)}
    orders: dict[str, int] = {}
    process, port = intake()
    for attempt in itertools.count():
        todo = sorted(waiting)

        told = asked(port, killing(todo, process if attempt < 3 else None))
        orders |= told.orders
        answered = {key for key in todo if key in told.orders}
        if attempt >= 3:
            assert not told.untold
            break
        waiting -= answered  # who was told "yes" does not ask again; everybody else does
        process.wait()
        process, port = intake()
    again = asked(port, ((key, body(key, is_paid=True)) for key in sorted(orders)))
    process.terminate()
    assert process.wait(timeout=20) == 0
    (row,) = stock_rows(games_id=games, items=("MASCOT",))
    assert (row.on_hand, row.held, row.sold) == (PIECES, 0, PIECES)
    assert orders_of(shop).count() == len(orders) == PIECES
    assert again.orders == orders, "a key that is sent again is the same order"
    assert set(orders_of(shop).values_list("idem_key", "number")) == set(orders.items())
    assert DropLimit.objects.count() == PIECES
    assert differing(games_id=games) == ()


def test_two_intakes_on_one_port_give_each_key_one_order() -> None:
    shop = with_drop(a_shop(mascots=1000))
    first, port = intake()
    second, _ = intake(port)
    keys = [f"buyer-{n % 60:05}" for n in range(240)]
    told = asked(port, ((key, body(key)) for key in keys))
    for process in (first, second):
        process.terminate()
        assert process.wait(timeout=20) == 0
    assert set(told.statuses) <= {201}
    assert orders_of(shop).count() == 60
    (row,) = stock_rows(games_id=shop.snapshot.games_id, items=("MASCOT",))
    assert (row.held, row.sold) == (60, 0)
    assert differing(games_id=shop.snapshot.games_id) == ()


def test_without_a_database_for_a_moment_nobody_is_refused() -> None:
    shop = with_drop(a_shop(mascots=1000))
    process, port = intake()
    own = connection.settings_dict
    ended = 0
    with psycopg.connect(
        dbname=own["NAME"], user=own["USER"], host=own["HOST"], port=own["PORT"], autocommit=True
    ) as other:
        mine = [connection.connection.info.backend_pid, other.info.backend_pid]

        def bodies() -> Iterator[tuple[str, bytes]]:
            nonlocal ended
            for n in range(300):
                if n % 100 == 50:  # as when the server restarts: connections of the intake end
                    found = other.execute(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        " WHERE pid <> ALL(%s) AND datname = current_database()"
                        " AND backend_type = 'client backend'",
                        [mine],
                    ).fetchone()
                    ended += found[0] if found else 0
                yield f"buyer-{n:05}", body(f"buyer-{n:05}")

        told = asked(port, bodies())
    process.terminate()
    process.wait(timeout=20)
    assert ended >= 1
    assert told.statuses == {201: 300}
    assert orders_of(shop).count() == 300


def test_sigterm_settles_what_waits() -> None:
    shop = with_drop(a_shop(mascots=1000))
    process, port = intake()

    def bodies() -> Iterator[tuple[str, bytes]]:
        for n in range(200):
            if n == 100:
                process.terminate()
            yield f"buyer-{n:05}", body(f"buyer-{n:05}")

    told = asked(port, bodies())
    assert process.wait(timeout=20) == 0
    assert orders_of(shop).count() >= len(told.orders)
    numbers = set(orders_of(shop).values_list("number", flat=True))
    assert set(told.orders.values()) <= numbers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "JSON object"),
        ("[]", "JSON object"),
        ('{"key": "12345678"}', "JSON object"),
        ('{"key": "short", %s}', "8 to 64"),
        ('{"key": "12345678", "x": 1, %s}', "JSON"),
        ('{"key": "12345678", "is_paid": true, %s}', "tests"),
        ('{"key": 5, %s}', "letters"),
        ('{"key": "12345678", "person": 7, %s}', "letters"),
        ('{"key": "12345678", "email": "a\\u0000b", %s}', "letters"),
        ('{"key": "12345678", "address": {"city": 3}, %s}', "words"),
        ('{"key": "12345678", "is_paid": "yes", %s}', "true or false"),
        ('{"key": "1234\\u00005678", %s}', "letters"),
        ('{"key": "12345678", "channel": "w", "country": "PT", "lines": [["A"]]}', "JSON"),
        ('{"key": "12345678", "channel": "w", "country": "PT", "lines": [["A", "x"]]}', "JSON"),
    ],
)
def test_what_is_no_order_is_said(text: str, why: str) -> None:
    rest = '"lines": [], "channel": "w", "country": "PT"'
    with pytest.raises(WishError, match=why):
        wish_of(text.replace("%s", rest).encode(), may_be_paid=False)


def test_one_that_can_not_be_settled_does_not_take_the_others_with_it() -> None:
    shop = with_drop(a_shop(mascots=1000))
    process, port = intake()

    def bodies() -> Iterator[tuple[str, bytes]]:
        for n in range(60):
            more = {"lines": [["MASCOT", 1]] * 2 if n == 30 else [["MASCOT", 1]]}
            key = f"buyer-{n:05}"
            yield key, body(key, **more)
        yield "last-0001", body("last-0001", codes=["x" * 3000])

    told = asked(port, bodies())
    process.terminate()
    process.wait(timeout=20)
    assert told.statuses[201] == 59
    assert set(told.statuses) <= {201, 422, 429, 500}
    assert orders_of(shop).count() == 59
