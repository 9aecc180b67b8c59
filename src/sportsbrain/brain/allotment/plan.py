"""The answer of the allotment planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class AllotmentPlan:
    """
    Pieces of each wish, in the order of the problem's wishes.

    ``price`` is what everybody pays for a piece where a price decides, else 0; ``order`` is the
    draw, where one decides.
    """

    pieces: tuple[int, ...]
    price: int
    order: tuple[int, ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None
