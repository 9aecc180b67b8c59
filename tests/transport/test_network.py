"""The bus network goes out as GTFS, boards and run sheets; delays follow a vehicle along."""

import csv
import datetime as dt
import io
import pathlib
import re
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.plans.actions import publish_version
from sportsbrain.transport.actions import report_delay
from sportsbrain.transport.errors import UnknownRunCodeError
from sportsbrain.transport.exports import gtfs_zip, run_sheets_pdf, trip_updates
from sportsbrain.transport.exports.gtfs import plain
from sportsbrain.transport.queries import Network, board, delays_now, drawn, network_of
from sportsbrain.transport.updates import Planned, Reported, apply, carried_on
from sportsbrain.vocabulary.planning import Order
from tests.conftest import NOW, games_once
from tests.plans.test_chain import carried_out
from tests.sport.test_pages import client_of

A4_POINTS = (595, 842)


@pytest.fixture(scope="module")
def network_once(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Network]:
    """Make the network of the small Games once; each test begins from it again."""
    with games_once(django_db_blocker, small_folder) as games:
        outcome = carried_out(games, "fleet", Order(seconds=1.0), time.monotonic)
        publish_version(
            games_id=games.id, planner="fleet", number=outcome.version, actor="t", now=NOW
        )
        yield network_of(games=games)


@pytest.fixture
def network(network_once: Network, db: None) -> Network:
    """Return the network of the small Games, in force."""
    return network_once


def table(feed: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(feed)) as file:
        return list(csv.DictReader(io.StringIO(file.read(f"{name}.txt").decode())))


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # the reader's own use of pandas
def test_the_feed_passes_the_validator_and_a_reader_finds_every_trip(
    network: Network, tmp_path: pathlib.Path
) -> None:
    import gtfs_guru
    import partridge

    path = tmp_path / "gtfs.zip"
    path.write_bytes(gtfs_zip(network=network))
    report = gtfs_guru.validate(str(path))
    assert [notice.code for notice in report.errors()] == []
    feed = partridge.load_feed(str(path))
    assert len(feed.trips) == len(network.runs)
    assert len(feed.stop_times) == 2 * len(network.runs)
    assert set(feed.stops.stop_name) <= {stop.name for stop in network.stops.values()}


def test_times_of_the_feed_are_those_of_the_plan(network: Network) -> None:
    feed = gtfs_zip(network=network)
    assert feed == gtfs_zip(network=network)
    times = {
        (r["trip_id"], r["stop_sequence"]): r["departure_time"] for r in table(feed, "stop_times")
    }
    days = {r["trip_id"]: r["service_id"] for r in table(feed, "trips")}
    for run in network.runs.values():
        hours, minutes, seconds = map(int, times[plain(run.code), "1"].split(":"))
        day = dt.datetime.strptime(days[plain(run.code)], "%Y%m%d").date()
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(network.games.time_zone)
        midnight = dt.datetime.combine(day, dt.time(12), tzinfo=zone) - dt.timedelta(hours=12)
        told = midnight + dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        assert told == run.departs_at


def test_run_sheets_are_a4_and_one_a_duty_at_least(network: Network) -> None:
    day = network.days[len(network.days) // 2]
    duties = tuple(duty for duty in network.duties.values() if duty.day == day)
    content = run_sheets_pdf(network=network, duties=duties)
    sizes = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", content)
    assert len(sizes) >= len(duties) > 0
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {A4_POINTS}


def test_every_run_has_one_driver(network: Network) -> None:
    driven = [run.code for duty in network.duties.values() for run in duty.runs]
    assert sorted(driven) == sorted(network.runs)


def test_a_delay_is_on_the_board_and_in_the_feed_and_follows_the_vehicle(network: Network) -> None:
    from google.transit import gtfs_realtime_pb2 as realtime

    runs = next(runs for _, _, runs in network.blocks if len(runs) > 1)
    hours = 5 * 3600
    report_delay(
        games=network.games, network=network, run=runs[0], seconds=hours, actor="t", now=NOW
    )
    delays = delays_now(games=network.games, network=network)
    assert delays[runs[0]].seconds == hours
    assert 0 < delays[runs[1]].seconds <= hours
    run = network.runs[runs[0]]
    stop = network.lines[run.line].starts_in
    row = next(r for r in board(network, delays, stop=stop, at=run.departs_at) if r.run == run)
    assert row.delay_minutes == 300
    feed = realtime.FeedMessage()
    feed.ParseFromString(trip_updates(network=network, delays=delays, now=NOW))
    told = {e.trip_update.trip.trip_id: e.trip_update for e in feed.entity}
    assert told[plain(runs[0])].stop_time_update[0].departure.delay == hours
    ids = {row["trip_id"] for row in table(gtfs_zip(network=network), "trips")}
    assert told.keys() <= ids


def test_a_run_that_does_not_run_is_cancelled_in_the_feed(network: Network) -> None:
    from google.transit import gtfs_realtime_pb2 as realtime

    code = next(iter(network.runs))
    report_delay(games=network.games, network=network, run=code, seconds=-1, actor="t", now=NOW)
    delays = delays_now(games=network.games, network=network)
    feed = realtime.FeedMessage()
    feed.ParseFromString(trip_updates(network=network, delays=delays, now=NOW))
    relations = {e.id: e.trip_update.trip.schedule_relationship for e in feed.entity}
    assert relations[plain(code)] == realtime.TripDescriptor.CANCELED


def test_an_unknown_run_is_refused(network: Network) -> None:
    with pytest.raises(UnknownRunCodeError, match="no run 'X'"):
        report_delay(games=network.games, network=network, run="X", seconds=60, actor="t", now=NOW)


def test_the_map_holds_every_near_stop_inside_the_picture(network: Network) -> None:
    found = drawn(network)
    assert len(found.dots) + len(found.far) == len(
        {
            s
            for line in network.line_runs
            for s in (network.lines[line].starts_in, network.lines[line].ends_in)
        }
    )
    assert all(0 <= dot.x <= 100 and 0 <= dot.y <= 100 for dot in found.dots)


def test_pages_and_files_are_served_and_reports_need_a_planner(network: Network) -> None:
    client = client_of("planner")
    line = next(iter(network.line_runs))
    duty = next(iter(network.duties))
    for address in (
        "transport/", f"transport/lines/{line}/", "transport/board/", "transport/duties/",
        f"transport/duties/{duty}/", "transport/gtfs.zip", "transport/trip-updates.pb",
        f"transport/run-sheets.pdf?day={network.days[0]}", "transport.json",
    ):  # fmt: skip
        assert client.get(f"/games/REFS1/{address}").status_code == 200, address
    run = next(iter(network.runs))
    answer = client.post("/games/REFS1/transport/delays/", {"run": run, "minutes": "7"})
    assert answer.status_code == 302
    assert delays_now(games=network.games, network=network)[run].seconds == 420
    viewer = client_of("viewer")
    refused = viewer.post("/games/REFS1/transport/delays/", {"run": run, "minutes": "0"})
    assert refused.status_code == 403


def test_a_stay_takes_a_delay_up() -> None:
    block = (
        Planned(code="A", departs_at=0, arrives_at=1000),
        Planned(code="B", departs_at=1900, arrives_at=2900),
        Planned(code="C", departs_at=3200, arrives_at=4000),
    )
    state = apply({}, Reported(run="A", seconds=900))
    assert carried_on(block, state, layover=300) == {"A": 900, "B": 300, "C": 300}
    state = apply(state, Reported(run="B", seconds=0))
    assert carried_on(block, state, layover=300) == {"A": 900, "B": 0}


@given(
    gaps=st.lists(st.integers(0, 3000), min_size=1, max_size=8),
    late=st.integers(0, 5000),
)
def test_a_delay_never_grows_along_a_block(gaps: list[int], late: int) -> None:
    at, block = 0, []
    for n, gap in enumerate(gaps):
        block.append(Planned(code=str(n), departs_at=at, arrives_at=at + 600))
        at += 600 + gap
    found = carried_on(tuple(block), {"0": Reported(run="0", seconds=late)}, layover=0)
    delays = [found.get(str(n), 0) for n in range(len(gaps))]
    assert delays == sorted(delays, reverse=True)
