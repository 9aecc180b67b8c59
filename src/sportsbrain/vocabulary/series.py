"""A quantity over time in equal steps: people an hour, meals, vehicles on the road."""

from collections.abc import Iterable
from dataclasses import dataclass

QUARTER = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """
    Values in equal steps from a moment on; outside of them the value is 0.

    Parameters
    ----------
    starts_at
        Seconds from the epoch that the owner names.
    step_seconds
        Length of a step.
    values
        One value a step, in ``unit``.

    """

    starts_at: int
    values: tuple[float, ...]
    step_seconds: int = QUARTER
    unit: str = "people"

    def __post_init__(self) -> None:
        if self.step_seconds <= 0:
            message = f"a step is longer than 0 seconds, not {self.step_seconds}"
            raise ValueError(message)

    @property
    def ends_before(self) -> int:
        """Return the end of the last step."""
        return self.starts_at + self.step_seconds * len(self.values)

    @property
    def total(self) -> float:
        """Return the sum of the values."""
        return float(sum(self.values))

    @property
    def peak(self) -> float:
        """Return the largest value, 0 when there is none."""
        return max(self.values, default=0.0)

    @property
    def peak_at(self) -> int | None:
        """Return when the first step with the largest value begins."""
        if not self.values:
            return None
        return self.starts_at + self.step_seconds * self.values.index(max(self.values))

    def at(self, moment: int) -> float:
        """Return the value of the step that holds a moment."""
        step = (moment - self.starts_at) // self.step_seconds
        return self.values[step] if 0 <= step < len(self.values) else 0.0

    def between(self, starts_at: int, ends_before: int) -> float:
        """Return the sum of the steps that begin in a period."""
        first = max(0, -(-(starts_at - self.starts_at) // self.step_seconds))
        last = max(0, -(-(ends_before - self.starts_at) // self.step_seconds))
        return float(sum(self.values[first:last]))

    def running(self, *, starts_with: float = 0.0) -> "Series":
        """Return the running sum: how many are there when these come and go."""
        found, there = [], starts_with
        for value in self.values:
            there += value
            found.append(there)
        return Series(
            starts_at=self.starts_at,
            values=tuple(found),
            step_seconds=self.step_seconds,
            unit=self.unit,
        )


def summed(series: Iterable[Series]) -> Series:
    """
    Return the sum of series that share their steps.

    Raises
    ------
    ValueError
        When steps or units differ, or there is no series.

    """
    rows = list(series)
    if not rows:
        message = "the sum of no series has no steps"
        raise ValueError(message)
    first = rows[0]
    step = first.step_seconds
    for row in rows:
        if (row.step_seconds, row.unit) != (step, first.unit):
            message = (
                f"steps and units differ: {step} s {first.unit}, {row.step_seconds} s {row.unit}"
            )
            raise ValueError(message)
        if (row.starts_at - first.starts_at) % step:
            message = f"the steps begin at other moments: {first.starts_at}, {row.starts_at}"
            raise ValueError(message)
    starts_at = min(row.starts_at for row in rows)
    length = max(row.ends_before for row in rows) - starts_at
    values = [0.0] * (length // step)
    for row in rows:
        shift = (row.starts_at - starts_at) // step
        for index, value in enumerate(row.values):
            values[shift + index] += value
    return Series(starts_at=starts_at, values=tuple(values), step_seconds=step, unit=first.unit)
