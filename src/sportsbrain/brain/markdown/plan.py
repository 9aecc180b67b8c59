"""The answer of the markdown planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An item that costs another share of its full price from tomorrow."""

    item: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownPlan:
    """The prices that change."""

    marks: tuple[Mark, ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None
