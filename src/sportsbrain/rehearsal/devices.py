"""Devices that speak: real MQTT clients with certificates, at a pace or as fast as they can."""

import json
import pathlib
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

RECENT_SECONDS, RECENT_MAX = 5.0, 50_000
IN_FLIGHT, AHEAD, PATIENCE = 2_000, 10_000, 120.0  # a client has 65,535 names for messages


@dataclass(slots=True)
class Spoken:
    """What a speaker sent and what its broker took: sequence numbers, in order."""

    sent: int
    taken: int
    seconds: float


def speak(
    *,
    folder: str,
    port: int,
    name: str,
    topic: str,
    count: int,
    rate: float,
    first: int = 0,
    ends: threading.Event | None = None,
    clock: Callable[[], float] = time.time,
) -> Spoken:
    """
    Publish ``count`` numbered states at QoS 1 and return when the broker has taken all of them.

    ``rate``: messages a second, 0: as fast as it goes; ``clock``: the device's; ``ends`` ends it
    before. A broker that dies is waited for: what it did not take is sent again, and what it took
    in the last seconds too, for it may have died before it wrote that down, and the ingest stores
    each number once.
    """
    line = _Line(_client(folder, name), topic)
    line.client.connect("localhost", port, clean_start=False, properties=_kept())
    line.client.loop_start()
    began, sent = time.monotonic(), 0
    while sent < count and not (ends and ends.is_set()):
        if rate and (ahead := sent / rate - (time.monotonic() - began)) > 0.002:
            time.sleep(ahead)
        while sent - line.taken > AHEAD and time.monotonic() - began < PATIENCE:
            time.sleep(0.002)
        body = {"ts": int(clock() * 1_000), "epoch": 1, "seq": first + sent, "v": sent % 1000}
        line.say(json.dumps(body))
        sent += 1
    until = time.monotonic() + PATIENCE
    while line.taken < sent and time.monotonic() < until:
        time.sleep(0.05)
    spent = time.monotonic() - began
    line.client.disconnect()
    line.client.loop_stop()
    return Spoken(sent=sent, taken=line.taken, seconds=spent)


class _Line:
    """A connection that counts what the broker took, and repeats itself to one that came back."""

    def __init__(self, client: mqtt.Client, topic: str) -> None:
        self.client, self.topic, self.taken = client, topic, 0
        self._recent: deque[tuple[float, str]] = deque(maxlen=RECENT_MAX)
        self._repeats: set[int] = set()
        client.on_publish = self._was_taken
        client.on_connect = self._say_again

    def say(self, text: str) -> None:
        """Say something."""
        self.client.publish(self.topic, text, qos=1)
        self._recent.append((time.monotonic(), text))

    def _was_taken(self, _client: object, _data: object, mid: int, *_told: object) -> None:
        if mid in self._repeats:
            self._repeats.discard(mid)
        else:
            self.taken += 1

    def _say_again(self, *_told: object) -> None:
        since = time.monotonic() - RECENT_SECONDS
        for at, text in tuple(self._recent):
            if at >= since:
                self._repeats.add(self.client.publish(self.topic, text, qos=1).mid)


def _client(folder: str, name: str) -> mqtt.Client:
    place = pathlib.Path(folder) / "principals" / name
    context = ssl.create_default_context(cafile=str(pathlib.Path(folder) / "ca.crt"))
    context.load_cert_chain(f"{place}.crt", f"{place}.key")
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"speaker-{name}",
                         protocol=mqtt.MQTTv5)  # fmt: skip
    client.tls_set_context(context)
    client.max_inflight_messages_set(IN_FLIGHT)
    client.max_queued_messages_set(0)
    client.reconnect_delay_set(1, 1)
    return client


def _kept() -> Properties:
    """Return what lets the broker keep our session for an hour."""
    kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has none there
    kept.SessionExpiryInterval = 3_600
    return kept
