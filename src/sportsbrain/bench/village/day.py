"""Twenty-four simulated hours of a village, through real gates, desks and a real bus."""

import datetime as dt
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from sportsbrain.bench.database import bench_address
from sportsbrain.bench.rows import BenchRow
from sportsbrain.bench.village import bus
from sportsbrain.bench.village.forecasts import people
from sportsbrain.committee.actions import make_api_token, save_games, seat_person
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.feeds.mqtt.broker import add_principal
from sportsbrain.ledger.queries import (
    differing,
    differing_folios,
    folio_rows,
    invoice_rows,
    line_rows,
    settlement,
)
from sportsbrain.rehearsal.doors import Doors
from sportsbrain.rehearsal.village.bus import Bus
from sportsbrain.rehearsal.village.register import registered
from sportsbrain.rehearsal.village.run import VillageTold, rehearse_village
from sportsbrain.village.actions import (
    By,
    RoomValues,
    StayValues,
    begin_rates,
    release_beds,
    roll_up,
    save_rooms,
    save_service_kinds,
    settle_stays,
)
from sportsbrain.village.queries import clock_rows, counts_stored, differing_stays, refused_rows
from sportsbrain.vocabulary.statuses import Role

RESIDENTS, SPEED, SEED = 14_500, 420.0, 3
FIRST, DATE = dt.date(2030, 7, 19), dt.date(2030, 7, 24)
DAY = dt.timedelta(days=1)
PAGES = ("", "desk/", "rates/", "earnings/", "services/", "halls/", "energy/", "devices/",
         "stays/D000/", "folios/D000/", "guests/D000/")  # fmt: skip
PATIENCE = 90.0


def day(on_progress: Callable[[str], None], *, residents: int = RESIDENTS) -> list[BenchRow]:
    """Return what a day brought, what does not add up, how fast pages were meanwhile."""
    by = By(name="bench", now=dt.datetime.now(dt.UTC))
    games = _village(residents, by)
    with tempfile.TemporaryDirectory(prefix="sb-") as place, _served() as server:
        if bus.MOSQUITTO is None:
            return _rows(games, *_lived(games, server, None, residents, on_progress))
        folder = pathlib.Path(place) / "broker"
        port = bus.make_broker(folder)
        points = registered(games_id=games.id)
        names = tuple(sorted({point.principal for point in points}))
        for name in names:
            add_principal(folder, name)
        with bus.running(folder, port, "village"):
            speaking = Bus(folder, port, names, SEED)
            try:
                told, pages = _lived(games, server, speaking, residents, on_progress)
                bus.wait_stored(speaking.told[0])
            finally:
                speaking.close()
            rows = _rows(games, told, pages)
            return rows + _devices(games, speaking)


def _village(residents: int, by: By) -> GamesRow:
    """Return a village with everything in it: beds, card, kinds of requests, a key that signs."""
    games, _ = save_games(
        code="LIVED", actor="bench",
        values={"name": "Lived Games", "city": "Lumar", "time_zone": "UTC", "starts_on": FIRST,
                "ends_on": FIRST + 18 * DAY},
    )  # fmt: skip
    found = people(residents)
    rooms: dict[str, RoomValues] = {}
    stays = []
    places: dict[tuple[str, str], int] = {}
    for one in found:
        home = one.delegation, one.building
        n = places[home] = places.get(home, -1) + 1
        door = f"{one.building}-{one.delegation}-{n // 6}"
        code = f"{door}-{n % 6 // 2}"
        rooms[code] = RoomValues(code=code, building=one.building, floor=1, door=door, beds=2)
        stays.append(
            StayValues(person=one.person, room=code, bed=n % 2, first=FIRST - 4 * DAY,
                       after=FIRST + 20 * DAY, gender="W", delegation=one.delegation)
        )  # fmt: skip
    for n in range(len(rooms) // 30):
        rooms[f"E{n}"] = RoomValues(code=f"E{n}", building="H01", floor=9, door=f"E{n}", beds=2)
    save_rooms(games_id=games.id, rooms=list(rooms.values()))
    settle_stays(games_id=games.id, wishes=stays, by=by, is_whole=True)
    begin_rates(games=games, residents=residents, by=by)
    release_beds(games_id=games.id, item="GUESTBED", percent=50, by=by)
    save_service_kinds(games_id=games.id)
    rotate_key(games=games, actor="bench", now=by.now)
    return games


@contextmanager
def _served() -> Iterator[str]:
    """Serve pages and API in a process of its own, on the bench's database."""
    from django.conf import settings

    port = 8700 + os.getpid() % 200
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", "serve", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": bench_address(),
             "SPORTSBRAIN_SIGNING_KEYS": str(settings.SIGNING_KEYS)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    server = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{server}/sign-in/", timeout=2)  # noqa: S310  # our own
            except OSError:
                time.sleep(0.2)
            else:
                break
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _lived(
    games: GamesRow, server: str, speaking: Bus | None, residents: int,
    on_progress: Callable[[str], None],
) -> tuple[VillageTold, dict[str, list[float]]]:  # fmt: skip
    """Let the day happen and ask for every page meanwhile; return what was told and seconds."""
    user = seat_person(games_id=games.id, username="bench", display_name="Bench",
                       role=Role.APPROVER, actor="bench")  # fmt: skip
    doors = Doors(server=server, games=games.code, token=make_api_token(user_id=user, name="b"))
    reader = _reader(server, user)
    going = rehearse_village(doors=doors, date=DATE, time_zone="UTC", speed=SPEED, seed=SEED,
                             residents=residents, bus=speaking)  # fmt: skip
    pages: dict[str, list[float]] = {page: [] for page in PAGES}
    told = None
    for n, told in enumerate(going):
        page = PAGES[n % len(PAGES)]
        pages[page].append(reader(f"/games/{games.code}/village/{page}"))
        if n % 60 == 59:
            connection.close()
            roll_up(since=told.at - 2 * DAY, until=told.at)
            on_progress(f"  {told.at:%H:%M}: {sum(told.brought.values()):,} brought in")
    if told is None:
        message = "the day did not begin"
        raise RuntimeError(message)
    return told, pages


def _reader(server: str, user: int) -> Callable[[str], float]:
    """Return how long a page takes for who is signed in."""
    from http.cookiejar import CookieJar

    from sportsbrain.committee.actions import make_sign_in_link

    token = make_sign_in_link(user_id=user, next_path="/", now=dt.datetime.now(dt.UTC))
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.open(f"{server}/sign-in/{token}/", timeout=30).read()

    def read(path: str) -> float:
        began = time.perf_counter()
        with opener.open(server + path, timeout=60) as answer:
            answer.read()
        return time.perf_counter() - began

    return read


def _rows(
    games: GamesRow, told: VillageTold, pages: dict[str, list[float]]
) -> list[BenchRow]:  # fmt: skip
    """Return what came, what does not add up by a recount of one's own, and how pages answered."""
    lines = line_rows(games_id=games.id)
    owed = sum(row.balance for row in folio_rows(games_id=games.id))
    recount = sum(line.net + line.tax for line in lines)
    due = sum(row.due for row in settlement(games_id=games.id))
    shares = sum(part for line in lines for _who, part in line.shares)
    wrong = (*differing(games_id=games.id), *differing_folios(games_id=games.id),
             *differing_stays(games_id=games.id))  # fmt: skip
    everything = sorted(seconds for some in pages.values() for seconds in some)
    rows = [
        BenchRow(line=7, case=f"24 hours of {RESIDENTS:,}: {name}", value=count, unit="")
        for name, count in sorted(told.brought.items())
    ] + [
        BenchRow(line=7, case="of them refused (doubles at gates, sold out)", value=told.refused,
                 unit=""),
        BenchRow(line=7, case="an order sent again with another answer", value=told.other_answers,
                 unit="orders", op="==", target=0),
        BenchRow(line=7, case="folios and a recount of their lines differ by",
                 value=abs(owed - recount) / 100, unit="EUR", op="==", target=0),
        BenchRow(line=7, case="dues of stakeholders and shares of lines differ by",
                 value=abs(due - shares) / 100, unit="EUR", op="==", target=0),
        BenchRow(line=7, case="stock, folios, beds that do not add up", value=len(wrong),
                 unit="rows", op="==", target=0),
        BenchRow(line=7, case="invoiced and lines on invoices differ by",
                 value=_invoices(games.id) / 100, unit="EUR", op="==", target=0),
    ]  # fmt: skip
    rows += [
        BenchRow(line=7, case=f"{row.title}: half closed within, {row.done} done",
                 value=row.median, unit="min", peer="19 of 20 within", peer_value=row.p95,
                 target=row.close_minutes)
        for row in clock_rows(games_id=games.id, now=told.at)
        if row.done
    ]  # fmt: skip
    rows.append(_p95("pages of the village", everything))
    rows += [_p95(f"page {page or 'houses'}", sorted(some)) for page, some in pages.items() if some]
    return rows


def _invoices(games_id: int) -> int:
    """Issue every folio's invoice and return what invoices and their lines differ by."""
    from sportsbrain.ledger.actions import invoice_folio

    for row in folio_rows(games_id=games_id):
        invoice_folio(games_id=games_id, folio=row.code, series="V", now=dt.datetime.now(dt.UTC))
    rows = invoice_rows(games_id=games_id)
    charged = sum(
        line.total for line in line_rows(games_id=games_id) if line.kind in {"charge", "reversal"}
    )
    deposits = sum(line.total for line in line_rows(games_id=games_id)
                   if line.kind == "reversal" and not line.shares)  # fmt: skip
    return abs(sum(row.total for row in rows) - (charged - deposits))


def _p95(words: str, seconds: list[float]) -> BenchRow:
    """Return the time that nineteen of twenty answers stay below."""
    rank = min(len(seconds) - 1, int(0.95 * len(seconds)))
    return BenchRow(line=8, case=f"{words}: 95 of 100 within, {len(seconds)} asked",
                    value=1e3 * seconds[rank], unit="ms", target=150.0)  # fmt: skip


def _devices(games: GamesRow, speaking: Bus) -> list[BenchRow]:
    rows, different = bus.stored()
    said, lost = speaking.told
    refused: Any = refused_rows(games_id=games.id, limit=100_000)
    states, _events = counts_stored(games_id=games.id)
    return [
        BenchRow(line=7, case="messages said by gateways, storms and outages in it", value=said,
                 unit=""),
        BenchRow(line=7, case="said and neither stored nor refused",
                 value=said - states - len(refused), unit="messages", op="==", target=0),
        BenchRow(line=7, case="refused, each with its reason", value=len(refused), unit="messages"),
        BenchRow(line=7, case="given up by gateways whose memory was full", value=lost,
                 unit="messages"),
        BenchRow(line=7, case="stored twice", value=rows - different, unit="messages", op="==",
                 target=0),
    ]  # fmt: skip
