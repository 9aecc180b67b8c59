"""The answer of the rooms planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A delegation in several buildings, and why."""

    delegation: str
    buildings: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPlan:
    """
    A bed for each person; who is absent has none.

    Parameters
    ----------
    beds
        (person, room, bed from 1), in the order of the problem's people.
    splits
        Every delegation in more than one building.
    left
        (person, reason) of those without a bed.

    """

    beds: tuple[tuple[str, str, int], ...]
    splits: tuple[Split, ...]
    left: tuple[tuple[str, str], ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None
