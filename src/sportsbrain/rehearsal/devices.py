"""Devices that speak: real MQTT clients with certificates, at a pace or as fast as they can."""

import json
import pathlib
import ssl
import time
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

IN_FLIGHT, AHEAD, PATIENCE = 2_000, 10_000, 120.0  # a client has 65,535 names for messages


@dataclass(slots=True)
class Spoken:
    """What a speaker sent and what its broker took: sequence numbers, in order."""

    sent: int
    taken: int
    seconds: float


def speak(
    *, folder: str, port: int, name: str, topic: str, count: int, rate: float, first: int = 0
) -> Spoken:
    """
    Publish ``count`` numbered states at QoS 1 and return when the broker has taken all of them.

    ``rate``: messages a second, 0: as fast as it goes. A broker that dies is waited for: what it
    did not take is sent again.
    """
    place = pathlib.Path(folder) / "principals" / name
    context = ssl.create_default_context(cafile=str(pathlib.Path(folder) / "ca.crt"))
    context.load_cert_chain(f"{place}.crt", f"{place}.key")
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"speaker-{name}",
                         protocol=mqtt.MQTTv5)  # fmt: skip
    client.tls_set_context(context)
    client.max_inflight_messages_set(IN_FLIGHT)
    client.max_queued_messages_set(0)
    client.reconnect_delay_set(1, 1)
    taken = 0

    def on_publish(*_told: object) -> None:
        nonlocal taken
        taken += 1

    client.on_publish = on_publish
    kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has none there
    kept.SessionExpiryInterval = 3_600
    client.connect("localhost", port, clean_start=False, properties=kept)
    client.loop_start()
    began = time.monotonic()
    for n in range(count):
        if rate and (ahead := n / rate - (time.monotonic() - began)) > 0.002:
            time.sleep(ahead)
        while n - taken > AHEAD and time.monotonic() - began < PATIENCE:
            time.sleep(0.002)
        body = {"ts": time.time_ns() // 1_000_000, "epoch": 1, "seq": first + n, "v": n % 1000}
        client.publish(topic, json.dumps(body), qos=1)
    until = time.monotonic() + PATIENCE
    while taken < count and time.monotonic() < until:
        time.sleep(0.05)
    spent = time.monotonic() - began
    client.disconnect()
    client.loop_stop()
    return Spoken(sent=count, taken=taken, seconds=spent)
