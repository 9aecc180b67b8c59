"""Half-open windows of time, in whole seconds from an epoch that the owner names."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Window:
    """The seconds from ``starts_at`` up to, not including, ``ends_before``."""

    starts_at: int
    ends_before: int

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_at:
            message = f"a window ends after it starts: {self.starts_at}..{self.ends_before}"
            raise ValueError(message)

    def holds(self, starts_at: int, ends_before: int) -> bool:
        """Tell whether the given period lies inside."""
        return self.starts_at <= starts_at and ends_before <= self.ends_before

    def meets(self, starts_at: int, ends_before: int) -> bool:
        """Tell whether the given period shares a second with this window."""
        return starts_at < self.ends_before and self.starts_at < ends_before


def without(windows: Iterable[Window], closure: Window) -> tuple[Window, ...]:
    """Return the windows with the closure cut out of each."""
    left: list[Window] = []
    for window in windows:
        if not closure.meets(window.starts_at, window.ends_before):
            left.append(window)
            continue
        if window.starts_at < closure.starts_at:
            left.append(Window(starts_at=window.starts_at, ends_before=closure.starts_at))
        if closure.ends_before < window.ends_before:
            left.append(Window(starts_at=closure.ends_before, ends_before=window.ends_before))
    return tuple(left)


def clock_seconds(text: str) -> int:
    """Return the seconds of ``HH:MM``; 24:00 is the end of the day."""
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60
