"""Commands to devices, in time or never; Home Assistant hears what it may, and asks us."""

import datetime as dt
import json
import os
import pathlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from django.db import connections

from sportsbrain.feeds.mqtt.broker import SPEAKER, let_home_hear, tls_of
from sportsbrain.feeds.mqtt.jobs import Ingest
from sportsbrain.feeds.mqtt.receiver import Receiver
from sportsbrain.feeds.mqtt.speaker import Speaker as OurSpeaker
from sportsbrain.village.actions import (
    PointValues,
    answer_command,
    ask_command,
    next_commands,
    register_points,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.exports import discovery
from sportsbrain.village.models import DeviceCommand, Principal, RefusedMessage
from sportsbrain.village.queries import home_rows
from sportsbrain.vocabulary.devices import ValueKind
from tests.feeds.bus import MOSQUITTO, Speaker, a_broker, a_folder, said, villagers

NOW = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)
FLAG, NUMBER = ValueKind.FLAG, ValueKind.NUMBER


def house(doors: int = 1) -> int:
    """Register locks that may be told by a house, and a gate that may not."""
    games = villagers("gw")
    register_points(games_id=games, points=[
        *(PointValues(principal="gw", device=f"lock-{n}", key="locked", value_kind=FLAG,
                      device_kind="lock", building="A", is_home=True, may_be_told=True)
          for n in range(doors)),
        PointValues(principal="gw", device="gate", key="locked", value_kind=FLAG,
                    device_kind="lock", may_be_told=True),
        PointValues(principal="gw", device="heater", key="warm", value_kind=NUMBER,
                    may_be_told=True),
        PointValues(principal="gw", device="room", key="warm", value_kind=NUMBER, unit="Cel",
                    is_home=True),
    ])  # fmt: skip
    return games


def asked(games: int, **more: Any) -> uuid.UUID:
    given: dict[str, Any] = {"principal": "gw", "device": "lock-0", "key": "locked", "value": False,
                             "by": "guard", "now": NOW, **more}  # fmt: skip
    return ask_command(games_id=games, **given)


@pytest.mark.django_db
def test_a_command_is_sent_once_answered_once_and_never_late() -> None:
    games = house()
    first = asked(games)
    assert [row.id for row in next_commands(games_id=games, now=NOW)] == [first]
    assert next_commands(games_id=games, now=NOW) == ()
    gateway = Principal.objects.get().pk
    given: dict[str, Any] = {"number": first, "is_done": True, "text": "open", "now": NOW}
    assert not answer_command(principal=gateway + 1, **given)  # another one's answer
    assert answer_command(principal=gateway, **given)
    assert not answer_command(principal=gateway, **given)
    late = asked(games)
    assert asked(games) == late  # said twice: it is under way
    assert next_commands(games_id=games, now=NOW + dt.timedelta(seconds=21)) == ()
    states = dict(DeviceCommand.objects.values_list("pk", "command_state"))
    assert states == {first: "applied", late: "expired"}


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "words"), [
    ({"device": "room", "key": "warm", "value": 1.0}, "only says"),
    ({"device": "none"}, "no point"), ({"value": "open"}, "told a flag"),
    ({"device": "gate", "is_from_home": True}, "not told by a house"),
    ({"device": "heater", "key": "warm", "value": float("nan")}, "a number"),
    ({"device": "heater", "key": "warm", "value": 1e300}, "a number"),
])  # fmt: skip
def test_what_cant_be_told_is_refused_in_words(more: dict[str, Any], words: str) -> None:
    games = house()
    with pytest.raises(VillageError, match=words):
        asked(games, **more)
    assert not DeviceCommand.objects.exists()


@pytest.mark.django_db
def test_discovery_says_which_devices_there_are_and_no_gate() -> None:
    found = {topic: json.loads(body) for topic, body in discovery(home_rows(games_id=house()))}
    assert sorted(found) == ["homeassistant/device/sb-gw-lock-0/config",
                             "homeassistant/device/sb-gw-room/config"]  # fmt: skip
    lock = found["homeassistant/device/sb-gw-lock-0/config"]["cmps"]["locked"]
    assert lock["p"] == "lock"
    assert lock["command_topic"] == "sb/home/gw/lock-0/locked/ask"
    assert lock["retain"] is False
    warm = found["homeassistant/device/sb-gw-room/config"]["cmps"]["warm"]
    assert (warm["unit_of_measurement"], warm["device_class"]) == ("°C", "temperature")
    assert "command_topic" not in warm


@contextmanager
def bus_of(games: int, folder: pathlib.Path) -> Iterator[int]:
    """Run a broker, the ingest and the speaker of a house."""
    port = a_folder(folder, "gw")
    rows = home_rows(games_id=games)
    let_home_hear(folder, [(row.principal, row.device, row.key) for row in rows])
    with a_broker(folder, port):
        ingest = Ingest(receiver=Receiver("localhost", port, "test-home", tls_of(folder)))
        speaker = OurSpeaker(games_id=games, host="localhost", port=port, discovery=discovery(rows),
                             tls=tls_of(folder, folder / SPEAKER))  # fmt: skip
        stop = threading.Event()
        threads = [threading.Thread(target=_run, args=(ingest.run,)),
                   threading.Thread(target=_run, args=(lambda: speaker.run(stop),))]  # fmt: skip
        for thread in threads:
            thread.start()
        try:
            waited(lambda: ingest.receiver.is_ready and speaker.client.is_connected())
            yield port
        finally:
            stop.set()
            ingest.stop.set()
            for thread in threads:
                thread.join(20)


def _run(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connections.close_all()


def waited(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it does not come"
        threading.Event().wait(0.02)


class Gateway(Speaker):
    """A gateway that does what it is told, and answers."""

    def obey(self) -> None:
        """Do from now on what is told."""
        self.client.on_message = self._told
        self.client.subscribe("sb/v1/gw/+/+/set", qos=1)

    def _told(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        body = json.loads(message.payload)
        place = message.topic.removesuffix("/set")
        self.heard.append((message.topic, body["v"], message.retain))
        state = {**said(len(self.heard), body["v"]), "epoch": 9}
        client.publish(f"{place}/state", json.dumps(state), qos=1, retain=True)
        client.publish(f"{place}/reply", json.dumps({"id": body["id"], "ok": True}), qos=1)


needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="no Mosquitto on this machine")


@needs_broker
@pytest.mark.django_db(transaction=True)
def test_a_house_asks_us_and_we_tell_the_door(tmp_path: pathlib.Path) -> None:
    games = house()
    with bus_of(games, tmp_path) as port:
        gateway = Gateway(tmp_path, port, "gw")
        gateway.obey()
        home = Speaker(tmp_path, port, "home")
        home.client.subscribe("#", qos=1)
        assert home.say("sb/home/gw/lock-0/locked/ask", {"v": False}) == "Success"
        waited(lambda: DeviceCommand.objects.filter(command_state="applied").exists())
        assert gateway.heard == [("sb/v1/gw/lock-0/locked/set", False, False)]
        for body in (b"no json", b'{"v": NaN}', b'{"v": "\\u0000"}', b"[]", b"{}"):
            home.say("sb/home/gw/lock-0/locked/ask", body)
        waited(lambda: RefusedMessage.objects.count() == 5)  # each with its reason, nothing ends
        # a gate is none of a house's; what is not marked is not heard; it can't tell a door itself
        home.say("sb/home/gw/gate/locked/ask", {"v": False})
        waited(lambda: RefusedMessage.objects.filter(reason__contains="not told by a house"))
        assert home.say("sb/v1/gw/lock-0/locked/set", {"v": True}) != "Success"
        gateway.say("sb/v1/gw/meter/power/state", said(1, 5.0))
        gateway.say("sb/v1/gw/room/warm/state", said(1, 21.5))
        waited(lambda: "sb/v1/gw/room/warm/state" in home.heard)
        assert "sb/v1/gw/meter/power/state" not in home.heard
        assert "homeassistant/device/sb-gw-lock-0/config" in home.heard
        home.say("sb/home/gw/lock-0/locked/ask", {"v": True}, retain=True)
        # it is heard live as one; who comes later is not told it again
        waited(lambda: DeviceCommand.objects.filter(command_state="applied").count() == 2)
        gateway.close()
        home.close()
    assert DeviceCommand.objects.count() == 2


@needs_broker
@pytest.mark.django_db(transaction=True)
def test_a_device_that_was_away_is_not_told_what_is_over(tmp_path: pathlib.Path) -> None:
    games = house()
    with bus_of(games, tmp_path) as port:
        ask_command(games_id=games, principal="gw", device="lock-0", key="locked", value=True,
                    by="guard", now=dt.datetime.now(dt.UTC), seconds=1.0)  # fmt: skip
        waited(lambda: DeviceCommand.objects.filter(command_state="expired").exists())
        gateway = Gateway(tmp_path, port, "gw")
        gateway.obey()
        ask_command(games_id=games, principal="gw", device="lock-0", key="locked", value=False,
                    by="guard", now=dt.datetime.now(dt.UTC))  # fmt: skip
        waited(lambda: DeviceCommand.objects.filter(command_state="applied").exists())
        assert [value for _topic, value, _retained in gateway.heard] == [False]
        gateway.close()


HASS = os.environ.get("SPORTSBRAIN_HASS", "")


@needs_broker
@pytest.mark.skipif(not HASS, reason="no Home Assistant: name its hass in SPORTSBRAIN_HASS")
@pytest.mark.django_db(transaction=True)
def test_a_real_home_assistant_finds_the_house_and_unlocks_a_door(tmp_path: pathlib.Path) -> None:
    from tests.feeds.hass import Home

    doors = 1_999
    games = house(doors)
    folder = tmp_path / "broker"
    with bus_of(games, folder) as port:
        gateway = Gateway(folder, port, "gw", topic="sb/v1/gw/status", qos=1, retain=True,
                          payload=json.dumps({"online": False}))  # fmt: skip
        gateway.obey()
        gateway.say("sb/v1/gw/status", {"online": True, "epoch": 9}, retain=True)
        for n in range(doors):
            gateway.say(f"sb/v1/gw/lock-{n}/locked/state", {**said(n + 1, True), "epoch": 9},
                        retain=True, is_waited_for=n == doors - 1)  # fmt: skip
        with Home(HASS, tmp_path / "home", folder, port) as home:
            waited(lambda: len(home.entities()) >= doors + 1, 180)
            lock = next(
                row["entity_id"] for row in home.entities() if "lock_7_" in row["entity_id"]
            )
            waited(lambda: home.state(lock) == "locked", 60)
            home.call("lock", "unlock", {"entity_id": lock})
            waited(lambda: home.state(lock) == "unlocked", 30)
            gateway.close(is_clean=False)  # its power fails: the broker says its will
            waited(lambda: home.state(lock) == "unavailable", 120)
    assert DeviceCommand.objects.get().command_state == "applied"
