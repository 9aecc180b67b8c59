"""
Say on the bus what we have to say: commands, each once and only in time; discovery, retained.

A client of its own (paho), with a certificate that may write nothing else. See ADR 0030.
"""

import datetime as dt
import json
import logging
import ssl
import threading
from collections import deque
from collections.abc import Iterable

import paho.mqtt.client as mqtt
from django.db import DataError, InterfaceError, OperationalError, connection, transaction
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from sportsbrain.feeds.mqtt.messages import ASKS, ROOT
from sportsbrain.village.actions import CommandRow, ask_command, next_commands, store_readings
from sportsbrain.vocabulary.devices import Refusal

log = logging.getLogger(__name__)
LOOK_SECONDS, BIRTH = 0.2, "homeassistant/status"


class Speaker:
    """
    A connection of a Games that says what is due, and hears what a house asks for.

    Its session is not kept: what was asked while it was away is over, and is not done late.
    ``discovery`` is said again when Home Assistant comes.
    """

    def __init__(
        self, *, games_id: int, host: str, port: int, tls: ssl.SSLContext,
        discovery: Iterable[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        self.games_id, self.discovery, self.said = games_id, list(discovery), 0
        self._asked: deque[tuple[str, bytes]] = deque(maxlen=1_000)
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5,
                                  client_id=f"sportsbrain-speaker-{games_id}")  # fmt: skip
        self.client.tls_set_context(tls)
        self.client.on_connect = self._connected
        self.client.on_message = self._heard
        self.client.connect(host, port)
        self.client.loop_start()

    def _connected(self, client: mqtt.Client, *_told: object) -> None:
        client.subscribe([(BIRTH, SubscribeOptions(qos=1)),
                          (ASKS, SubscribeOptions(qos=1, retainHandling=2))])  # fmt: skip
        self.announce()

    def _heard(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.topic != BIRTH:
            self._asked.append((message.topic, bytes(message.payload)))
        elif message.payload == b"online":
            self.announce()

    def announce(self) -> None:
        """Say which devices there are."""
        for topic, payload in self.discovery:
            self.client.publish(topic, payload, qos=1, retain=True)

    def run(self, stop: threading.Event) -> None:
        """Take what is asked and send commands, until stopped; a database away is waited for."""
        while not stop.is_set():
            try:
                self._look()
            except (OperationalError, InterfaceError) as error:
                log.warning("the database is away: %s", str(error).splitlines()[0])
                connection.close()
            stop.wait(LOOK_SECONDS)
        self.client.disconnect()
        self.client.loop_stop()

    def _look(self) -> None:
        while self._asked:
            self._ask(*self._asked.popleft())
        if self.client.is_connected():  # else they would be sent late
            for row in next_commands(games_id=self.games_id, now=dt.datetime.now(dt.UTC)):
                self.tell(row)

    def _ask(self, topic: str, payload: bytes) -> None:
        """Judge what a house asks for; what is refused is kept with its reason."""
        now = dt.datetime.now(dt.UTC)
        _sb, _home, principal, device, key, _word = topic.split("/")
        try:
            with transaction.atomic():
                body = json.loads(payload)
                ask_command(
                    games_id=self.games_id, principal=principal, device=device, key=key,
                    value=body["v"], by="home automation", is_from_home=True, now=now,
                )  # fmt: skip
        except (ValueError, KeyError, TypeError, RecursionError, DataError) as error:
            refused = Refusal(self.games_id, topic, str(error) or "no JSON", payload[:2_000],
                              int(now.timestamp() * 1e6))  # fmt: skip
            store_readings(readings=(), refusals=(refused,))

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
