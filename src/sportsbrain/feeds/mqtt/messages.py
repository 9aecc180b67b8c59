"""Topics of the bus, and what can be wrong with a message."""

from dataclasses import dataclass

ROOT = "sb/v1"
HOME = "sb/home"
FILTERS = (f"{ROOT}/+/+/+/state", f"{ROOT}/+/+/+/event", f"{ROOT}/+/status",
           f"{ROOT}/+/+/+/reply")  # fmt: skip
ASKS = f"{HOME}/+/+/+/ask"
BYTES_MAX = 65_536
TEXT_MAX = 500
SKEW = 60_000_000  # microseconds that a clock may be wrong
AHEAD = 86_400_000_000  # how far in the future a clock may be
KEPT = 14 * 86_400_000_000  # how old history may be when it comes


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the broker gave it; ``mid`` is what it is acknowledged by."""

    topic: str
    payload: bytes
    mid: int
    is_retained: bool


class RefusedError(ValueError):
    """A message that is not stored; the text is the reason."""
