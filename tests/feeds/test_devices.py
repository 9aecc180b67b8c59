"""Devices over a real MQTT broker: what is said is stored once, in order, or refused in words."""

import datetime as dt
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.feeds.mqtt.broker import BrokerFolderError, init_broker, revoke_certificate, tls_of
from sportsbrain.feeds.mqtt.jobs import Ingest
from sportsbrain.feeds.mqtt.messages import FILTERS, Message, RefusedError
from sportsbrain.feeds.mqtt.parse import parse_message
from sportsbrain.feeds.mqtt.receiver import BrokerError, Receiver, _cut, _length
from sportsbrain.village.actions import (
    PointValues,
    keep_partitions,
    register_points,
    revoke_principal,
    store_readings,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.queries import counts_stored, directory, newest_rows, refused_rows
from sportsbrain.vocabulary.devices import (
    Birth,
    PointKind,
    PointRow,
    PrincipalRow,
    Reading,
    ValueKind,
)
from tests.feeds.bus import MOSQUITTO, Speaker, a_broker, a_folder, said, villagers

NOW = 1_900_000_000_000_000
KNOWN = {
    "gw": PrincipalRow(id=1, games_id=7, epoch=3, is_revoked=False, points={
        ("d", "n"): PointRow(id=11, kind=PointKind.STATE, value_kind=ValueKind.NUMBER),
        ("d", "f"): PointRow(id=12, kind=PointKind.STATE, value_kind=ValueKind.FLAG),
        ("d", "e"): PointRow(id=13, kind=PointKind.EVENT, value_kind=ValueKind.TEXT),
    }),
    "gone": PrincipalRow(id=2, games_id=7, epoch=0, is_revoked=True, points={}),
}  # fmt: skip
real_broker = pytest.mark.skipif(not MOSQUITTO, reason="no Mosquitto on this machine")


def judged(topic: str, body: Any, *, retained: bool = False) -> Any:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse_message(Message(topic, payload, 1, retained), known=KNOWN, received=NOW)


def good(**more: Any) -> dict[str, Any]:
    return {"ts": NOW // 1_000, "epoch": 3, "seq": 5, "v": 1.5, **more}


def test_a_state_and_an_event_and_a_birth_are_read() -> None:
    state = judged("sb/v1/gw/d/n/state", good())
    assert (state.point, state.is_event, state.number, state.epoch) == (11, False, 1.5, 3)
    assert judged("sb/v1/gw/d/f/state", good(v=True)).number == 1.0
    assert judged("sb/v1/gw/d/e/event", good(v="P1", epoch=9)).epoch == 9
    assert judged("sb/v1/gw/status", {"online": False, "epoch": 4}) == Birth(1, False, 4)
    skewed = judged("sb/v1/gw/d/n/state", good(ts=NOW // 1_000 - 300_000))
    assert (skewed.quality, skewed.at) == (1, NOW - 300_000_000)


@pytest.mark.parametrize(
    ("topic", "body", "why"),
    [
        ("sb/v1/who/d/n/state", good(), "nobody of this name"),
        ("sb/v1/gone/d/n/state", good(), "is revoked"),
        ("sb/v1/gw/d/x/state", good(), "no such device or point"),
        ("sb/v1/gw/d/n/event", good(), "the point is a state"),
        ("sb/v1/gw/d/n/state", b"{", "no JSON"),
        ("sb/v1/gw/d/n/state", b"[1]", "no JSON object"),
        ("sb/v1/gw/d/n/state", good(v="warm"), "v is a finite number"),
        ("sb/v1/gw/d/n/state", good(v=True), "v is a finite number"),
        (
            "sb/v1/gw/d/n/state",
            b'{"ts": 19, "epoch": 3, "seq": 5, "v": 1e999}',
            "finite",
        ),
        ("sb/v1/gw/d/n/state", good(v=10**400), "v is a finite number"),
        ("sb/v1/gw/d/f/state", good(v=1), "v is true or false"),
        ("sb/v1/gw/d/e/event", good(v="x" * 501), "v is a text"),
        ("sb/v1/gw/d/n/state", good(seq=-1), "seq is a whole number"),
        ("sb/v1/gw/d/n/state", good(seq=True), "seq is a whole number"),
        ("sb/v1/gw/d/n/state", good(q="fine"), "q is good"),
        ("sb/v1/gw/d/n/state", good(q=[]), "q is good"),
        ("sb/v1/gw/d/n/state", good(epoch=2**61), "epoch is a whole number"),
        ("sb/v1/gw/d/n/state", {"ts": NOW // 1_000, "seq": 5, "v": 1}, "epoch is a whole number"),
        ("sb/v1/gw/d/n/state", good(ts=1), "older than what is kept"),
        ("sb/v1/gw/d/n/state", good(ts=2 * NOW // 1_000), "of the future"),
        ("sb/v1/gw/d/n/state", b" " * 70_000, "more than 64 KiB"),
        ("sb/v1/gw/status", {"online": 1}, "says whether it is online"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(topic: str, body: Any, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        judged(topic, body)


def test_an_event_is_never_retained() -> None:
    with pytest.raises(RefusedError, match="never retained"):
        judged("sb/v1/gw/d/e/event", good(v="P1"), retained=True)


UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck))
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=2), st.none()),
)  # fmt: skip


@UNHURRIED
@given(st.dictionaries(st.sampled_from(["ts", "epoch", "seq", "v", "q", "hist", "online"]), ODD))
def test_whatever_a_body_holds_is_read_or_refused(body: dict[str, Any]) -> None:
    for topic in ("sb/v1/gw/d/n/state", "sb/v1/gw/d/f/state", "sb/v1/gw/d/e/event",
                  "sb/v1/gw/status"):  # fmt: skip
        for some in (body, good(**body)):
            with suppress(RefusedError):
                judged(topic, some)


@UNHURRIED
@given(st.binary(max_size=200), st.text(max_size=40))
def test_whatever_comes_is_read_or_refused(payload: bytes, word: str) -> None:
    for topic in ("sb/v1/gw/d/n/state", f"sb/v1/gw/{word}/n/state", word):
        with suppress(RefusedError):
            parse_message(Message(topic, payload, 1, False), known=KNOWN, received=NOW)


@given(st.integers(0, 268_435_455))
def test_lengths_of_packets_are_read_as_they_are_written(size: int) -> None:
    written = _length(size)
    data = bytearray(b"\x30" + written)
    if size < 2_000:
        assert _cut(data + bytes(size), 0) == (1 + len(written), 1 + len(written) + size)
    assert (_cut(data, 0) is None) == (size > 0)


def reading(**more: Any) -> Reading:
    now = time.time_ns() // 1_000
    values: dict[str, Any] = {
        "point": 1, "is_event": False, "is_history": False, "at": now, "epoch": 1, "sequence": 1,
        "number": 1.0, "text": None, "quality": 0, "received": now, **more,
    }  # fmt: skip
    return Reading(**values)


@pytest.mark.django_db(transaction=True)
def test_the_newest_follows_epoch_and_sequence_and_nothing_is_stored_twice() -> None:
    games = villagers("gw1")
    point = directory()["gw1"].points["meter", "power"].id
    today = dt.datetime.now(dt.UTC).date()
    keep_partitions(first=today - dt.timedelta(days=1), last=today + dt.timedelta(days=1))
    pairs = ((1, 5), (2, 1), (1, 7), (2, 3), (2, 2), (2, 9))
    some = [reading(point=point, epoch=epoch, sequence=n, number=float(10 * epoch + n),
                    is_history=n == 9) for epoch, n in pairs]  # fmt: skip
    for batch in (some[:3], some, some[::-1]):
        assert store_readings(readings=batch) == 0
    (row,) = [row for row in newest_rows(games_id=games, now=dt.datetime.now(dt.UTC))
              if row.key == "power"]  # fmt: skip
    assert row.number == 23.0, "history is never the newest"
    assert counts_stored(games_id=games) == (6, 0)


@pytest.mark.django_db(transaction=True)
def test_one_row_that_can_not_be_stored_does_not_take_the_others_with_it() -> None:
    games = villagers("gw1")
    point = directory()["gw1"].points["meter", "power"].id
    today = dt.datetime.now(dt.UTC).date()
    keep_partitions(first=today, last=today + dt.timedelta(days=1))
    some = [reading(point=point, sequence=n) for n in range(20)]
    some[13] = reading(point=point, sequence=13, at=1)  # no partition holds it
    assert store_readings(readings=some) == 1
    assert counts_stored(games_id=games) == (19, 0)
    assert ["no partition" in row.reason for row in refused_rows()] == [True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("some", "why"),
    [
        ([{}, {}], "stands in the list twice"),
        ([{"principal": "ingest"}], "the broker's own"),
        ([{"device": "a/b"}], "is no name"),
        ([{"stale_after": 0}], "stale_after is 1 to"),
        ([{"principal": "gw1"}], "revoked"),
    ],
)
def test_what_can_not_be_registered_is_said(some: list[dict[str, Any]], why: str) -> None:
    games = villagers("gw1")
    revoke_principal(games_id=games, name="gw1", by="t", now=dt.datetime.now(dt.UTC))
    usual: dict[str, Any] = {"principal": "gw8", "device": "d", "key": "k"}
    with pytest.raises(VillageError, match=why):
        register_points(games_id=games, points=[PointValues(**usual | row) for row in some])


@pytest.mark.django_db
def test_partitions_are_made_ahead_and_dropped_when_old() -> None:
    day = dt.date(2031, 3, 1)
    assert keep_partitions(first=day, last=day + dt.timedelta(days=2))[0] == 3
    assert keep_partitions(first=day, last=day + dt.timedelta(days=2)) == (0, 0)
    later = day + dt.timedelta(days=20)
    assert keep_partitions(first=later, last=later)[1] >= 3


@contextmanager
def ingesting(folder: pathlib.Path, port: int) -> Iterator[Ingest]:
    """Run the ingest in a thread of this process."""
    own = Ingest(receiver=Receiver("localhost", port, "test-ingest", tls_of(folder)))

    def run() -> None:
        try:
            own.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield own
    finally:
        own.stop.set()
        thread.join(30)


def until(condition: Any, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come"
        connection.close()


@real_broker
@pytest.mark.django_db(transaction=True)
def test_what_devices_say_is_stored_or_refused_and_the_dead_are_unknown(
    tmp_path: pathlib.Path,
) -> None:
    games = villagers("gw1", "gw2")
    port = a_folder(tmp_path, "gw1", "gw2")
    with a_broker(tmp_path, port), ingesting(tmp_path, port) as own:
        will: dict[str, Any] = {"topic": "sb/v1/gw1/status", "qos": 1, "retain": True,
                                "payload": '{"online": false}'}  # fmt: skip
        gateway = Speaker(tmp_path, port, "gw1", **will)
        until(lambda: own.receiver.is_ready)
        gateway.say("sb/v1/gw1/status", {"online": True, "epoch": 1}, retain=True)
        for n in range(1, 41):
            gateway.say("sb/v1/gw1/meter/power/state", said(n, n),
                        retain=True)  # fmt: skip
        gateway.say("sb/v1/gw1/door/opened/event", said(1, "P1"))
        gateway.say("sb/v1/gw1/meter/power/state", b"not json")
        gateway.say("sb/v1/gw1/meter/heat/state", said(1, 1))
        until(lambda: counts_stored(games_id=games) == (40, 1) and own.refused == 2)
        reasons = {row.reason for row in refused_rows(games_id=games)}
        assert reasons == {"no JSON", "the principal has no such device or point"}

        def power() -> tuple[float | None, str]:
            rows = newest_rows(games_id=games, now=dt.datetime.now(dt.UTC))
            (row,) = [r for r in rows if r.key == "power" and r.number is not None]
            return row.number, row.standing

        assert power() == (40.0, "good")
        later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        stale = [r.standing for r in newest_rows(games_id=games, now=later) if r.number is not None]
        assert stale == ["stale"]
        gateway.close(is_clean=False)
        until(lambda: power() == (40.0, "unknown"))


@real_broker
@pytest.mark.django_db(transaction=True)
def test_the_ingest_is_killed_three_times_and_everything_is_stored_once(
    tmp_path: pathlib.Path,
) -> None:
    games, count = villagers("gw1"), 3_000
    port = a_folder(tmp_path, "gw1")
    own = connection.settings_dict
    address = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"
    command = [sys.executable, "-m", "sportsbrain", "devices", "ingest", str(tmp_path),
               "--port", str(port)]  # fmt: skip

    def begun() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command, env={**os.environ, "DATABASE_URL": address},
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip

    with a_broker(tmp_path, port):
        begin_session(tmp_path, port)
        process = begun()
        gateway = Speaker(tmp_path, port, "gw1")
        try:
            for n in range(count):
                gateway.say("sb/v1/gw1/meter/power/state", said(n, n),
                            is_waited_for=n % 100 == 0)  # fmt: skip
                if n in {800, 1_600, 2_400}:
                    until(lambda least=n // 2: counts_stored(games_id=games)[0] >= least)
                    process.send_signal(signal.SIGKILL)
                    process.wait(20)
                    process = begun()
            until(lambda: counts_stored(games_id=games)[0] >= count, 60.0)
            assert counts_stored(games_id=games) == (count, 0)
            assert refused_rows(games_id=games) == ()
        finally:
            gateway.close()
            process.terminate()
            process.wait(20)


def begin_session(folder: pathlib.Path, port: int) -> None:
    """Let the broker keep what is said from now on for the ingest."""
    first = Receiver("localhost", port, "sportsbrain-ingest", tls_of(folder))
    first.connect(FILTERS)
    while not first.is_ready:
        first.receive(1.0)
    first.close()


@real_broker
@pytest.mark.parametrize(
    "case",
    [
        ("sb/v1/gw1/meter/power/state", True, True),
        ("sb/v1/gw1/door/opened/event", False, True),
        ("sb/v1/gw1/door/locked/reply", False, True),
        ("sb/v1/gw1/status", True, True),
        ("sb/v1/gw1/door/locked/set", False, False),
        ("sb/v1/gw2/meter/power/state", True, False),
        ("sb/v1/gw2/status", True, False),
        ("sb/v1/trust/status", True, False),
        ("homeassistant/device/x/config", True, False),
        ("$SYS/broker/uptime", False, False),
    ],
)
def test_a_principal_speaks_for_itself_alone(
    bus: tuple[pathlib.Path, int], case: tuple[str, bool, bool]
) -> None:
    topic, retain, is_allowed = case
    speaker = Speaker(*bus, "gw1")
    answer = speaker.say(topic, {"v": 1}, retain=retain)
    assert (answer == "Not authorized") != is_allowed, answer
    speaker.close()


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[pathlib.Path, int]]:
    """Return the folder and port of a broker with three principals."""
    folder = tmp_path_factory.mktemp("bus")
    port = a_folder(folder, "gw1", "gw2", "gw3")
    with a_broker(folder, port):
        yield folder, port


@real_broker
def test_a_principal_hears_what_it_is_told_and_nothing_of_others(
    bus: tuple[pathlib.Path, int],
) -> None:
    office = Speaker(*bus, "office", certificate="../speaker")
    one, other = Speaker(*bus, "gw1"), Speaker(*bus, "gw2")
    other.client.subscribe("#", qos=1)
    other.client.subscribe("sb/v1/gw1/+/+/set", qos=1)
    until_heard(other, office, "sb/v1/gw2/door/locked/set")
    other.heard.clear()
    office.say("sb/v1/gw1/door/locked/set", {"v": True})
    one.say("sb/v1/gw1/meter/power/state", {"v": 1}, retain=True)
    until_heard(other, office, "sb/v1/gw2/door/locked/set")
    assert set(other.heard) == {"sb/v1/gw2/door/locked/set"}
    for speaker in (office, one, other):
        speaker.close()


def until_heard(ears: Speaker, mouth: Speaker, topic: str) -> None:
    end = time.monotonic() + 20
    while topic not in ears.heard:
        mouth.say(topic, {"v": True})
        assert time.monotonic() < end


@real_broker
def test_a_will_for_another_is_not_published(bus: tuple[pathlib.Path, int]) -> None:
    office = Speaker(*bus, "office", certificate="../ingest")
    office.client.subscribe("sb/v1/+/status", qos=1)
    liar = Speaker(*bus, "gw3", topic="sb/v1/gw2/status", payload=b"{}", qos=1)
    honest = Speaker(*bus, "gw1", topic="sb/v1/gw1/status", payload=b"{}", qos=1)
    for speaker in (liar, honest):
        speaker.say(f"sb/v1/{speaker.name}/status", {"online": True})
        speaker.close(is_clean=False)
    end = time.monotonic() + 20
    while office.heard.count("sb/v1/gw1/status") < 2:
        assert time.monotonic() < end
    assert "sb/v1/gw2/status" not in office.heard
    office.close()


@real_broker
def test_without_a_certificate_or_with_a_revoked_one_nobody_connects(
    tmp_path: pathlib.Path,
) -> None:
    port = a_folder(tmp_path, "gw1")
    with a_broker(tmp_path, port) as process:
        nobody = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
        with pytest.raises(BrokerError):
            Receiver("localhost", port, "nobody", nobody).connect(FILTERS)
        Speaker(tmp_path, port, "gw1").close()
        revoke_certificate(tmp_path, "gw1")
        process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 20
        while True:
            try:
                refused = Receiver("localhost", port, "x",
                                   tls_of(tmp_path, tmp_path / "principals" / "gw1"))  # fmt: skip
                refused.connect(("sb/v1/gw1/+/+/set",), timeout=2.0)
                refused.receive(0.2)
                refused.close()
                assert time.monotonic() < end
            except BrokerError:
                break


@real_broker
@pytest.mark.django_db(transaction=True)
def test_what_a_revoked_principal_says_in_a_live_session_is_refused(tmp_path: pathlib.Path) -> None:
    games = villagers("gw1")
    port = a_folder(tmp_path, "gw1")
    with a_broker(tmp_path, port), ingesting(tmp_path, port) as own:
        gateway = Speaker(tmp_path, port, "gw1")
        number = 0

        def spoken() -> int:
            nonlocal number
            number += 1
            gateway.say("sb/v1/gw1/meter/power/state", said(number, 1))
            return own.stored

        until(lambda: spoken() > 0)
        revoke_principal(games_id=games, name="gw1", by="t", now=dt.datetime.now(dt.UTC))
        until(lambda: spoken() and own.refused > 0)
        before = counts_stored(games_id=games)
        spoken()
        until(lambda: own.refused > 1)
        assert counts_stored(games_id=games) == before
        assert refused_rows(games_id=games)[0].reason == "the principal is revoked"
        gateway.close()


def test_a_folder_in_use_is_not_made_again(tmp_path: pathlib.Path) -> None:
    init_broker(tmp_path, address="127.0.0.1", port=8883, hosts=["localhost"])
    assert oct((tmp_path / "ca.key").stat().st_mode)[-3:] == "600"
    with pytest.raises(BrokerFolderError, match="has a broker already"):
        init_broker(tmp_path, address="127.0.0.1", port=8883, hosts=["localhost"])
    if os.getuid() == 0:
        assert "\nuser " in (tmp_path / "mosquitto.conf").read_text(), "it gives up root"
    with pytest.raises(BrokerFolderError, match="has no certificate here"):
        revoke_certificate(tmp_path, "gw9")
