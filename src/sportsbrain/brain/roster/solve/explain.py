"""Why a team can't keep its rules, or leaves places empty: the smallest set that says so."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sportsbrain.brain.roster.plan import TeamRoster
from sportsbrain.brain.roster.problem import Limits, Team, Worker
from sportsbrain.brain.roster.solve.teams import Effort, solve_team

RULES: tuple[tuple[str, Callable[[Limits], Limits]], ...] = (
    ("least minutes", lambda limits: replace(limits, minutes_min=0)),
    ("most minutes", lambda limits: replace(limits, minutes_max=1_000_000)),
    ("days in a row at least", lambda limits: replace(limits, in_row_min=1)),
    ("days in a row at most", lambda limits: replace(limits, in_row_max=1_000)),
    ("days off in a row", lambda limits: replace(limits, off_min=1)),
    ("weekends", lambda limits: replace(limits, weekends_max=-1)),
    ("shifts of a kind", lambda limits: replace(limits, shifts_max=())),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Rules of one person that contradict each other: without any one of them it works."""

    worker: str
    rules: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return it in words."""
        return f"{self.worker}: {' and '.join(self.rules)} can't be kept together"


def contradictions(team: Team) -> tuple[Conflict, ...]:
    """
    Return a smallest conflicting set of rules of each person who has no roster at all.

    Cover is soft, so a team has no roster only when a person has none: each is tried alone, and
    rules are taken away as long as the rest still contradicts (deletion filter).
    """
    found = []
    for worker in team.workers:
        alone = replace(team, workers=(worker,), demands=())
        if _works(alone, worker):
            continue
        rules = list(RULES)
        days_off = True
        for rule in RULES:
            rest = [other for other in rules if other is not rule]
            if not _works(alone, _kept(worker, rest, days_off=days_off)):
                rules = rest
        if worker.days_off and not _works(alone, _kept(worker, rules, days_off=False)):
            days_off = False
        names = [name for name, _ in rules]
        if worker.days_off and days_off:
            names.append("days off")
        found.append(Conflict(worker=worker.code, rules=tuple(names)))
    return tuple(found)


def _kept(
    worker: Worker, rules: list[tuple[str, Callable[[Limits], Limits]]], *, days_off: bool
) -> Worker:
    """Return the worker with some of the rules only."""
    limits = worker.limits
    for name, without in RULES:
        if name not in {kept for kept, _ in rules}:
            limits = without(limits)
    return replace(worker, limits=limits, days_off=worker.days_off if days_off else ())


def _works(team: Team, worker: Worker) -> bool:
    alone = replace(team, workers=(worker,), unfair_weight=0)
    effort = Effort(seconds=5.0, is_deterministic=True)
    return solve_team(alone, effort) is not None


def weakest(team: Team, roster: TeamRoster) -> str:
    """Return what makes a team hard, in words: the skill or day with most places empty."""
    skills = {worker.code: set(worker.skills) for worker in team.workers}
    there: dict[tuple[int, int], list[str]] = {}
    for code, day, shift in roster.shifts:
        there.setdefault((day, shift), []).append(code)
    worst, text = 0, ""
    for demand in team.demands:
        people = there.get((demand.day, demand.shift), [])
        if demand.skill:
            people = [code for code in people if demand.skill in skills[code]]
        missing = demand.people - len(people)
        if missing > worst:
            worst = missing
            who = f"people with {demand.skill}" if demand.skill else "people"
            able = sum(demand.skill in s for s in skills.values()) if demand.skill else len(skills)
            text = (
                f"{team.code}: on day {demand.day + 1}, {team.shifts[demand.shift].code},"
                f" {missing} of {demand.people} {who} are missing; the team has {able}"
            )
    gap = roster.objective - roster.bound
    return text or f"{team.code}: all places are filled, {gap:g} between cost and bound"
