"""The answer of the retail planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Haul:
    """Pieces of an item to a store, or back to the warehouse when below nothing."""

    item: int
    store: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetailPlan:
    """What is moved tonight."""

    hauls: tuple[Haul, ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None
