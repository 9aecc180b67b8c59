"""The answer: how many come and go, by place, client group and quarter of an hour."""

from dataclasses import dataclass

from sportsbrain.vocabulary.series import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Arrivals and departures of one client group by one mode at one place."""

    place: str
    client_group: str
    mode: str
    comes: Series
    goes: Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All flows, the fullest moment of each place, and what it was made with."""

    flows: tuple[Flow, ...]
    peaks: tuple[tuple[str, int, int], ...]
    seed: int
    seconds: float
