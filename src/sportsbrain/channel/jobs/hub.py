"""The hub: deltas of a Games to whoever listens, in order, from the number they have."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from json import dumps
from time import monotonic
from typing import Protocol

from sportsbrain.channel.jobs.journal import EVERYBODY, Follower, Numbered

KEPT = 10_000


class Listener(Protocol):
    """Whoever takes frames as they are."""

    def write(self, frame: bytes) -> None:
        """Send bytes."""


@dataclass(slots=True)
class Channel:
    """The deltas of one Games: the last ones, framed, and who listens to which topic."""

    follower: Follower
    ring: deque[tuple[int, tuple[str, ...], bytes]] = field(
        default_factory=lambda: deque(maxlen=KEPT)
    )
    listeners: dict[str, set[Listener]] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)

    def look(self) -> int:
        """Send what is new, and return how many writes that were."""
        epoch = self.follower.epoch
        new = list(self.follower.follow())
        if epoch and epoch != self.follower.epoch:
            self.ring.clear()
            self.send(self.everybody(), self.reset())
        return sum(self._take(one) for one in new)

    def _take(self, one: Numbered) -> int:
        text = dumps(one.delta.body, ensure_ascii=False, separators=(",", ":"))
        frame = (f"id: {self.follower.epoch}.{one.number}\nevent: {one.delta.event}\n"
                 f"data: {text}\n\n").encode()  # fmt: skip
        if self.ring and one.number != self.ring[-1][0] + 1:  # a hole: everybody reads afresh
            self.ring.clear()
            self.ring.append((one.number, (), b""))
            return self.send(self.everybody(), self.reset())
        topics = one.delta.topics
        now = monotonic()
        self.sent |= {topic: now for topic in topics if topic in self.listeners}
        self.ring.append((one.number, topics, frame))
        if EVERYBODY in topics:
            return self.send(self.everybody(), frame)
        heard = [self.listeners[topic] for topic in topics if topic in self.listeners]
        return self.send(heard[0] if len(heard) == 1 else set().union(*heard), frame)

    def is_quiet(self, topics: frozenset[str], since: float) -> bool:
        """Tell whether none of some topics has said anything since a moment."""
        return all(self.sent.get(topic, 0.0) < since for topic in topics)

    @staticmethod
    def send(visitors: Iterable[Listener], frame: bytes) -> int:
        """Write a frame to some and return to how many."""
        count = 0
        for visitor in visitors:
            visitor.write(frame)
            count += 1
        return count

    def everybody(self) -> set[Listener]:
        """Return everybody who listens to something."""
        return set().union(*self.listeners.values()) if self.listeners else set()

    def reset(self) -> bytes:
        """Return what tells a page to read itself afresh and to go on from here."""
        newest = self.ring[-1][0] if self.ring else 0
        return f"id: {self.follower.epoch}.{newest}\nevent: reset\ndata: {{}}\n\n".encode()

    def since(self, at: str, topics: frozenset[str]) -> bytes:
        """Return what came behind a number; a reset where there is a hole."""
        epoch, _, number = at.rpartition(".")
        newest = self.ring[-1][0] if self.ring else 0
        oldest = self.ring[0][0] if self.ring else newest + 1
        if epoch != self.follower.epoch or not number.isdecimal():
            return self.reset() if at else b""
        seen = int(number)
        if seen > newest or seen + 1 < oldest:
            return self.reset()
        return b"".join(
            frame for n, heard, frame in self.ring
            if n > seen and (EVERYBODY in heard or not topics.isdisjoint(heard))
        )  # fmt: skip
