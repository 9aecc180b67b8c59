"""
Say on the bus what we have to say: commands, each once and only in time; discovery, retained.

A client of its own (paho), with a certificate that may write nothing else. See ADR 0030.
"""

import datetime as dt
import json
import logging
import ssl
import threading
from collections.abc import Iterable

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from sportsbrain.feeds.mqtt.messages import ROOT
from sportsbrain.village.actions import CommandRow, next_commands

log = logging.getLogger(__name__)
LOOK_SECONDS, BIRTH = 0.2, "homeassistant/status"


class Speaker:
    """A connection that says what is due; ``discovery`` is said again when Home Assistant comes."""

    def __init__(
        self, host: str, port: int, tls: ssl.SSLContext, discovery: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.discovery, self.said = list(discovery), 0
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="sportsbrain-speaker",
                                  protocol=mqtt.MQTTv5)  # fmt: skip
        self.client.tls_set_context(tls)
        self.client.on_connect = self._connected
        self.client.on_message = self._heard
        self.client.connect(host, port)
        self.client.loop_start()

    def _connected(self, client: mqtt.Client, *_told: object) -> None:
        client.subscribe(BIRTH, qos=1)
        self.announce()

    def _heard(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.payload == b"online":
            self.announce()

    def announce(self) -> None:
        """Say which devices there are."""
        for topic, payload in self.discovery:
            self.client.publish(topic, payload, qos=1, retain=True)

    def run(self, stop: threading.Event) -> None:
        """Send commands as they are asked for, until stopped."""
        while not stop.is_set():
            for row in next_commands(now=dt.datetime.now(dt.UTC)):
                self.tell(row)
            stop.wait(LOOK_SECONDS)
        self.client.disconnect()
        self.client.loop_stop()

    def tell(self, row: CommandRow) -> None:
        """Send a command: the broker drops it when its time is over, and keeps it for nobody."""
        left = (row.expires_at - dt.datetime.now(dt.UTC)).total_seconds()
        if left <= 0:
            return
        until = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho has none
        until.MessageExpiryInterval = max(1, int(left))
        body = {"id": str(row.id), "v": row.value, "until": int(row.expires_at.timestamp() * 1000)}
        self.client.publish(f"{ROOT}/{row.principal}/{row.device}/{row.key}/set", json.dumps(body),
                            qos=1, retain=False, properties=until)  # fmt: skip
        self.said += 1
