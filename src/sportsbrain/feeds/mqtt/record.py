"""A batch of messages to rows: everything is stored or refused with its reason, once."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import DataError, transaction

from sportsbrain.committee.queries import ExerciseRow, exercises_now
from sportsbrain.feeds.mqtt.messages import Message, RefusedError
from sportsbrain.feeds.mqtt.parse import parse_message
from sportsbrain.village.actions import answer_command, store_readings
from sportsbrain.village.queries import directory
from sportsbrain.vocabulary.devices import Birth, PrincipalRow, Reading, Refusal, Reply

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Register:
    """Who may speak, read again when told so."""

    known: dict[str, PrincipalRow] = field(default_factory=dict)
    exercises: dict[int, ExerciseRow] = field(default_factory=dict)

    def read(self) -> None:
        """Read who may speak, and which Games have the clock of a rehearsal."""
        self.known, self.exercises = directory(), exercises_now()

    def moments(self, received: int) -> dict[int, int]:
        """Return what the clocks of rehearsals show now, in microseconds, by Games."""
        now = dt.datetime.fromtimestamp(received / 1e6, dt.UTC)
        return {games: int(row.clock(now).timestamp() * 1e6)
                for games, row in self.exercises.items()}  # fmt: skip


def record_messages(
    messages: Sequence[Message], *, register: Register, received: int
) -> tuple[int, int]:
    """Store a batch in one transaction; return how many were stored and how many refused."""
    readings: list[Reading] = []
    births: list[Birth] = []
    refusals: list[Refusal] = []
    told: list[tuple[Message, Reply]] = []
    moments = register.moments(received)
    for message in messages:
        parts = message.topic.split("/")
        sender = register.known.get(parts[2]) if len(parts) > 2 else None
        now = moments.get(sender.games_id, received) if sender else received
        try:
            found = parse_message(message, known=register.known, received=now)
        except Exception as error:  # one that nobody thought of must not stop the others
            if not isinstance(error, RefusedError):
                log.exception("a message of %s could not be judged", message.topic)
            reason = str(error) or type(error).__name__
            refusals.append(Refusal(sender.games_id if sender else None, message.topic, reason,
                                    message.payload[:2_000], received))  # fmt: skip
            continue
        if isinstance(found, Reading):
            readings.append(found)
        elif isinstance(found, Reply):
            told.append((message, found))
        else:
            births.append(found)
            name = message.topic.split("/")[2]
            known = register.known[name]
            if found.epoch > known.epoch:
                register.known[name] = replace(known, epoch=found.epoch)
    for message, one in told:
        reason = _carried_out(one)
        if reason:
            sender = register.known[message.topic.split("/")[2]]
            refusals.append(Refusal(sender.games_id, message.topic, reason, message.payload[:2_000],
                                    received))  # fmt: skip
    missed = store_readings(readings=readings, births=births, refusals=refusals)
    refused = len(refusals) + missed
    return len(messages) - refused, refused


def _carried_out(one: Reply) -> str:
    """Keep an answer; return why not, nothing when it is kept."""
    try:
        number = uuid.UUID(one.number)
        with transaction.atomic():
            done = answer_command(
                principal=one.principal, number=number, is_done=one.is_done, text=one.text,
                now=dt.datetime.now(dt.UTC),  # a command is real, whatever clock a rehearsal has
            )  # fmt: skip
    except (ValueError, DataError):
        return "no command has this id"
    return "" if done else "no command of this principal waits for this answer"
