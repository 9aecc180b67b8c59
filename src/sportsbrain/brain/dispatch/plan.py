"""The answer of the dispatch planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop of a vehicle: a request is picked up or dropped off, beginning at a moment."""

    request: str
    is_pickup: bool
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """The stops of one vehicle, from leaving to coming back."""

    vehicle: str
    leaves_at: float
    stops: tuple[Stop, ...]
    back_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPlan:
    """Tours, and who is refused."""

    tours: tuple[Tour, ...]
    refused: tuple[str, ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None
