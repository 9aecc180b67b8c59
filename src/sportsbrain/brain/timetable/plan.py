"""The answer of the timetable planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """
    A start for each unit; a unit that is absent is left unscheduled.

    Parameters
    ----------
    starts
        (unit code, seconds from the epoch), in the order of the problem's units.
    terms
        The soft terms as the planner sees them, with the bound of each term alone.
    bound
        A proven lower bound of the objective.

    """

    starts: tuple[tuple[str, int], ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None

    def start_of(self) -> dict[str, int]:
        """Return the starts by unit code."""
        return dict(self.starts)
