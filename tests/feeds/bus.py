"""A real Mosquitto with our configuration, and devices that speak by paho."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from sportsbrain.committee.actions import save_games
from sportsbrain.feeds.mqtt.broker import add_principal, init_broker, tls_of
from sportsbrain.village.actions import PointValues, register_points
from sportsbrain.vocabulary.devices import PointKind, ValueKind

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
POINTS = (("door", "locked", PointKind.STATE, ValueKind.FLAG),
          ("door", "opened", PointKind.EVENT, ValueKind.TEXT),
          ("meter", "power", PointKind.STATE, ValueKind.NUMBER))  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def a_folder(folder: pathlib.Path, *names: str) -> int:
    """Make the folder of a broker with certificates for some principals; return its port."""
    port = free_port()
    init_broker(folder, address="127.0.0.1", port=port, hosts=["localhost", "127.0.0.1"],
                user="root" if os.getuid() == 0 else "")  # fmt: skip
    for name in names:
        add_principal(folder, name)
    return port


@contextmanager
def a_broker(folder: pathlib.Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run Mosquitto on a folder; it is killed at the end."""
    process = subprocess.Popen(
        [str(MOSQUITTO), "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "mosquitto refuses the configuration"
                assert time.monotonic() < until
        yield process
    finally:
        process.kill()
        process.wait(10)


def villagers(*names: str) -> int:
    """Register principals with a door and a meter each; return the key of the Games."""
    games, _ = save_games(
        code="BUS30", actor="test",
        values={"name": "Bus Games", "city": "Lumar", "time_zone": "Europe/Lisbon",
                "starts_on": "2030-07-19", "ends_on": "2030-08-04"},
    )  # fmt: skip
    register_points(
        games_id=games.id,
        points=[
            PointValues(principal=name, device=device, key=key, kind=kind, value_kind=value)
            for name in names
            for device, key, kind, value in POINTS
        ],
    )
    return games.id


class Speaker:
    """A principal's client: connected, and it knows what the broker answered."""

    def __init__(
        self,
        folder: pathlib.Path,
        port: int,
        name: str,
        *,
        certificate: str = "",
        **will: Any,
    ) -> None:
        self.name, self.answers, self.heard = name, {}, []  # type: ignore[var-annotated]
        self.refused = ""
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"c-{name}",
                                  protocol=mqtt.MQTTv5)  # fmt: skip
        place = folder / "principals" / (certificate or name)
        self.client.tls_set_context(tls_of(folder, place))
        if will:
            self.client.will_set(**will)
        self.client.on_publish = self._published
        self.client.on_message = lambda _c, _u, message: self.heard.append(message.topic)
        self.client.connect("localhost", port)
        self.client.loop_start()

    def _published(self, _client: Any, _data: Any, mid: int, reason: Any, _properties: Any) -> None:
        self.answers[mid] = reason

    def say(
        self, topic: str, body: Any, *, retain: bool = False, is_waited_for: bool = True
    ) -> str:
        """Publish at QoS 1 and return what the broker said to it."""
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        info = self.client.publish(topic, payload, qos=1, retain=retain)
        if not is_waited_for:
            return ""
        info.wait_for_publish(20)
        until = time.monotonic() + 20
        while info.mid not in self.answers:
            assert time.monotonic() < until, "the broker does not answer"
        return str(self.answers[info.mid])

    def close(self, *, is_clean: bool = True) -> None:
        """Say goodbye, or end as when the power fails."""
        if is_clean:
            self.client.disconnect()
        elif (own := self.client.socket()) is not None:
            own.close()
        self.client.loop_stop()


def said(sequence: int, value: object) -> dict[str, object]:
    """Return what a point says now."""
    return {"ts": time.time_ns() // 1_000_000, "epoch": 1, "seq": sequence, "v": value}
