"""
The demand problem: what is on, who goes to it, and how they come and go.

Moments are whole seconds from midnight UTC of the first day (the epoch).
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.series import QUARTER


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """
    When the people of a client group come and go.

    Parameters
    ----------
    kind
        What it is for: ``unit``, ``session``, ``training`` or the code of one attendance.
    comes
        (quarters before the start, share) of arrivals; 1 is the last quarter of an hour before it.
    goes
        (quarters after the end, share) of departures; 0 is the quarter that begins with the end.

    """

    client_group: str
    kind: str
    comes: tuple[tuple[int, float], ...]
    goes: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        for name, shares in (("comes", self.comes), ("goes", self.goes)):
            total = sum(share for _, share in shares)
            if abs(total - 1) > 1e-6:
                message = f"curve {self.client_group}/{self.kind}: {name} sums to {total:g}, not 1"
                raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """
    People of one client group who go to one thing.

    Parameters
    ----------
    code
        The unit, session or training.
    home
        Index of the place they come from, −1 when it is not ours to carry them.
    place
        Index of where it is.

    """

    code: str
    kind: str
    client_group: str
    home: int
    place: int
    starts_at: int
    ends_before: int
    people: int

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_at or self.people < 0:
            message = f"attendance {self.code}: {self.people} people, ends before it starts"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything a demand profile follows from.

    Parameters
    ----------
    modes
        (client group, mode, share) of how those come who are not carried by us.
    places_max
        Most people at a place at once, spectators and all; 0 for no limit.

    """

    places: tuple[str, ...]
    places_max: tuple[int, ...]
    attendances: tuple[Attendance, ...]
    curves: tuple[Curve, ...]
    modes: tuple[tuple[str, str, float], ...] = ()
    step_seconds: int = QUARTER

    def __post_init__(self) -> None:
        if len(self.places_max) != len(self.places):
            message = "places_max needs one number a place"
            raise ProblemError(message)
        known = {(curve.client_group, curve.kind) for curve in self.curves}
        for attendance in self.attendances:
            if not 0 <= attendance.place < len(self.places):
                message = f"attendance {attendance.code} is at a place that is not there"
                raise ProblemError(message)
            if (attendance.client_group, attendance.kind) not in known:
                message = f"no curve for {attendance.client_group} at a {attendance.kind}"
                raise ProblemError(message)
        shares: dict[str, float] = {}
        for group, _, share in self.modes:
            shares[group] = shares.get(group, 0.0) + share
        for group, total in shares.items():
            if abs(total - 1) > 1e-6:
                message = f"the modes of {group} sum to {total:g}, not 1"
                raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
