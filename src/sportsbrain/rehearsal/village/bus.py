"""
Gateways that speak as things do: late, in bursts after an outage, twice after a storm.

Each gateway is a real MQTT client with a certificate. Now and then it loses the network and brings
what it kept as history; once a day all of them come back at once.
"""

import datetime as dt
import json
import pathlib
import ssl
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

OUTAGE, STORM = 0.0006, 0.00035  # a minute of the day, of one gateway and of all
KEPT_MOST = 4_000


@dataclass(slots=True)
class Gateway:
    """A gateway with its client, what it has said, and what it keeps while it is away."""

    name: str
    client: Any
    epoch: int
    sequence: int = 0
    away_until: dt.datetime | None = None
    kept: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    said: int = 0
    lost: int = 0


class Bus:
    """The gateways of a village."""

    def __init__(self, folder: pathlib.Path, port: int, names: tuple[str, ...], seed: int) -> None:
        self._dice = np.random.default_rng([seed, 31])
        self.gateways = {name: self._connected(folder, port, name) for name in names}

    def _connected(self, folder: pathlib.Path, port: int, name: str) -> Gateway:
        place = folder / "principals" / name
        context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(f"{place}.crt", f"{place}.key")
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"gateway-{name}",
                             protocol=mqtt.MQTTv5)  # fmt: skip
        client.tls_set_context(context)
        client.max_queued_messages_set(0)
        client.reconnect_delay_set(1, 2)
        own = Gateway(name=name, client=client, epoch=int(dt.datetime.now(dt.UTC).timestamp()))
        status = f"sb/v1/{name}/status"
        client.will_set(status, json.dumps({"online": False}), qos=1, retain=True)
        lasting = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has none
        lasting.SessionExpiryInterval = 3_600
        client.connect("localhost", port, clean_start=False, properties=lasting)
        client.loop_start()
        client.publish(status, json.dumps({"online": True, "epoch": own.epoch}), qos=1, retain=True)
        return own

    def say(
        self, gateway: str, device: str, point: str, value: float, at: dt.datetime, *,
        is_history: bool = False,
    ) -> None:  # fmt: skip
        """Let a point say something, or keep it while its gateway is away."""
        own = self.gateways[gateway]
        own.sequence += 1
        body: dict[str, Any] = {"ts": int(at.timestamp() * 1000), "epoch": own.epoch,
                                "seq": own.sequence, "v": round(float(value), 3)}  # fmt: skip
        if is_history:
            body["hist"] = True
        topic = f"sb/v1/{gateway}/{device}/{point}/state"
        if own.away_until is not None:
            own.kept.append((topic, {**body, "hist": True}))
            if len(own.kept) > KEPT_MOST:
                own.kept.pop(0)
                own.lost += 1
            return
        self._send(own, topic, body)

    def _send(self, own: Gateway, topic: str, body: dict[str, Any]) -> None:
        own.client.publish(topic, json.dumps(body), qos=1, retain="hist" not in body)
        own.said += 1

    def minute(self, at: dt.datetime) -> None:
        """Let a minute go by: gateways go away and come back, sometimes all at once."""
        for own in self.gateways.values():
            if own.away_until is not None and at >= own.away_until:
                own.away_until = None
                for topic, body in own.kept:
                    self._send(own, topic, body)
                own.kept.clear()
            elif own.away_until is None and self._dice.random() < OUTAGE:
                own.away_until = at + dt.timedelta(minutes=float(self._dice.gamma(2.0, 9.0)))
        if self._dice.random() < STORM:
            for own in self.gateways.values():
                own.client.reconnect()

    def close(self) -> None:
        """Say goodbye."""
        for own in self.gateways.values():
            own.client.disconnect()
            own.client.loop_stop()

    @property
    def told(self) -> tuple[int, int]:
        """Return how many messages were said, and how many were lost because nobody kept them."""
        rows = self.gateways.values()
        return sum(own.said for own in rows), sum(own.lost for own in rows)
