"""The answer of the roster planner."""

from dataclasses import dataclass

from sportsbrain.vocabulary.planning import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRoster:
    """
    The shifts of one team.

    Parameters
    ----------
    shifts
        (person, day, shift index), by person and day.
    bound
        A proven lower bound of the team's cost.
    fingerprint
        Of the team it was solved for: the same team needs no other roster.

    """

    team: str
    shifts: tuple[tuple[str, int, int], ...]
    objective: float
    bound: float
    is_proved: bool
    seconds: float
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPlan:
    """
    The whole workforce: who is in which team, and every team's shifts.

    ``left`` are people that no post needed.
    """

    teams: tuple[TeamRoster, ...]
    posts: tuple[tuple[str, str], ...]
    left: tuple[str, ...]
    objective: float
    bound: float
    terms: tuple[Term, ...]
    seed: int
    solver: str
    seconds: float
    first_feasible_seconds: float | None
