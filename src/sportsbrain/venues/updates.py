"""What gates counted, and what it says of lanes: pure functions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

SCANNED = "gate.scanned"
OPENED = "lanes.opened"
EXPECTED = "queue.expected"
BIN_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """People whom an entrance let through in five minutes; the newest count of a bin holds."""

    venue: str
    entrance: str
    starts_at: dt.datetime
    people: int

    @property
    def key(self) -> str:
        """Return what this count is about: the same key is the same five minutes again."""
        return f"{self.venue}/{self.entrance}/{self.starts_at:%Y%m%dT%H%M}"


State = Mapping[tuple[str, str, dt.datetime], int]


def apply(state: State, update: Scanned) -> State:
    """Return the counts after one more: a doubled one changes nothing, a late one fills its bin."""
    return {**state, (update.venue, update.entrance, update.starts_at): update.people}


def counts_of(
    state: State, *, venue: str, starts_at: dt.datetime, bins: int
) -> tuple[float | None, ...]:
    """Return the people of all entrances of a venue by bin; None where nobody counted."""
    found: list[float | None] = [None] * bins
    for (code, _, at), people in state.items():
        n = int((at - starts_at).total_seconds() // BIN_SECONDS)
        if code == venue and 0 <= n < bins:
            found[n] = (found[n] or 0.0) + people
    return tuple(found)
