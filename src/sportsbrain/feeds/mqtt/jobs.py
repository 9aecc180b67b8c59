"""The ingest: receive, judge, store in one transaction, acknowledge after it."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection

from sportsbrain.feeds.mqtt.messages import FILTERS, Message
from sportsbrain.feeds.mqtt.receiver import BrokerError, Receiver
from sportsbrain.feeds.mqtt.record import Register, record_messages
from sportsbrain.village.actions import keep_partitions

log = logging.getLogger(__name__)
ROWS_MAX, GATHER_SECONDS, LOOK_SECONDS = 2_000, 0.1, 5.0
AGAIN_SECONDS = 0.5


@dataclass(slots=True)
class Ingest:
    """What was stored and refused, until `stop` is set; ``on_stored`` is told of each batch."""

    receiver: Receiver
    register: Register = field(default_factory=Register)
    stop: threading.Event = field(default_factory=threading.Event)
    stored: int = 0
    refused: int = 0
    batches: int = 0
    on_stored: Callable[[list[Message]], None] | None = None
    _looked_at: float = 0.0
    _day: dt.date | None = None
    _shown: dt.date | None = None

    def run(self) -> None:
        """Receive and store until stopped; a broker or a database that is away is waited for."""
        while not self.stop.is_set():
            try:
                self._look()
                self.receiver.connect(FILTERS)
                log.info("connected, session %s", "resumed" if self.receiver.is_resumed else "new")
                while not self.stop.is_set():
                    self._batch()
            except BrokerError as error:
                log.warning("%s", error)
            except (OperationalError, InterfaceError) as error:
                log.warning("the database is away: %s", str(error).splitlines()[0])
                connection.close()
            self.receiver.close()  # what was not acknowledged comes again
            self.stop.wait(AGAIN_SECONDS)

    def _batch(self) -> None:
        """Take what comes within a moment, store it, then acknowledge it."""
        self._look()
        messages: list[Message] = self.receiver.receive(1.0)
        until = time.monotonic() + GATHER_SECONDS
        while messages and len(messages) < ROWS_MAX and (left := until - time.monotonic()) > 0:
            messages += self.receiver.receive(left)
        if not messages:
            return
        received = time.time_ns() // 1_000
        stored, refused = record_messages(messages, register=self.register, received=received)
        self.receiver.acknowledge([message.mid for message in messages if message.mid])
        self.stored += stored
        self.refused += refused
        self.batches += 1
        if self.on_stored:
            self.on_stored(messages)

    def _look(self) -> None:
        """Read again who may speak, and make tomorrow's partition."""
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self.register.read()
        today = dt.datetime.now(dt.UTC).date()
        if today != self._day:
            day = dt.timedelta(days=1)
            keep_partitions(first=today - 14 * day, last=today + day)
            self._day = today
        for moment in self.register.moments(time.time_ns() // 1_000).values():
            shown = dt.datetime.fromtimestamp(moment / 1e6, dt.UTC).date()
            if shown != self._shown:  # a rehearsal has days of its own
                day = dt.timedelta(days=1)
                keep_partitions(first=shown - 14 * day, last=shown + day, kept_days=None)
                self._shown = shown
        self._looked_at = time.monotonic()  # only now: who may speak is known
