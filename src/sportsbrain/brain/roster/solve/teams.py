"""The shifts of one team: an exact model, proved best for most teams of volunteers."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sportsbrain.brain.roster.plan import TeamRoster
from sportsbrain.brain.roster.problem import Team, Worker

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """
    What one team may cost: seconds by the clock or deterministic ones, and threads.

    ``is_whole`` asks for the exact model of the whole team, however large.
    """

    seconds: float
    threads: int = 1
    seed: int = 1
    is_deterministic: bool = False
    is_whole: bool = False


class _Model:
    """One team as a CP-SAT model."""

    def __init__(self, team: Team) -> None:
        from ortools.sat.python import cp_model

        self.team = team
        self.model: Any = cp_model.CpModel()
        self.on: dict[tuple[int, int, int], Any] = {}
        self.works: dict[tuple[int, int], Any] = {}
        self.costs: list[Any] = []
        for number, worker in enumerate(team.workers):
            self._worker(number, worker)
        for demand in team.cover:
            self._demand(demand.day, demand.shift, demand)
        self._fair()
        self.model.minimize(sum(self.costs))

    def _worker(self, number: int, worker: Worker) -> None:
        team, model = self.team, self.model
        for day in range(team.days):
            mine = [model.new_bool_var("") for _ in team.shifts]
            for shift, variable in enumerate(mine):
                self.on[number, day, shift] = variable
            works = model.new_bool_var("")
            model.add(sum(mine) == works)
            self.works[number, day] = works
            if day in worker.days_off:
                model.add(works == 0)
        for day in range(team.days - 1):
            for shift, kind in enumerate(team.shifts):
                if kind.not_before:
                    after = [self.on[number, day + 1, other] for other in kind.not_before]
                    model.add_at_most_one([self.on[number, day, shift], *after])
        self._rows(number, worker)
        self._totals(number, worker)
        self._wishes(number, worker)

    def _rows(self, number: int, worker: Worker) -> None:
        """Keep rows of work and of days off within their limits."""
        days, limits = self.team.days, worker.limits
        works = [self.works[number, day] for day in range(days)]
        for start in range(days - limits.in_row_max):
            self.model.add(sum(works[start : start + limits.in_row_max + 1]) <= limits.in_row_max)
        for length in range(1, limits.in_row_min):
            for start in range(days - length - 1):
                inner = works[start + 1 : start + 1 + length]
                self.model.add_bool_or(
                    [works[start], works[start + length + 1], *(w.negated() for w in inner)]
                )
        for length in range(1, limits.off_min):
            for start in range(days - length - 1):
                inner = works[start + 1 : start + 1 + length]
                ends = [works[start].negated(), works[start + length + 1].negated()]
                self.model.add_bool_or([*ends, *inner])

    def _totals(self, number: int, worker: Worker) -> None:
        team, limits = self.team, worker.limits
        minutes = sum(
            kind.minutes * self.on[number, day, shift]
            for day in range(team.days)
            for shift, kind in enumerate(team.shifts)
        )
        self.model.add_linear_constraint(minutes, limits.minutes_min, limits.minutes_max)
        for shift, most in enumerate(limits.shifts_max):
            if most < team.days:
                self.model.add(sum(self.on[number, day, shift] for day in range(team.days)) <= most)
        if limits.weekends_max >= 0:
            self._weekends(number, limits.weekends_max)

    def _weekends(self, number: int, most: int) -> None:
        by_week: dict[int, list[Any]] = defaultdict(list)
        for day in range(self.team.days):
            if (day + self.team.first_weekday) % WEEK >= 5:
                by_week[(day + self.team.first_weekday) // WEEK].append(self.works[number, day])
        used = []
        for some in by_week.values():
            weekend = self.model.new_bool_var("")
            for works in some:
                self.model.add_implication(works, weekend)
            used.append(weekend)
        self.model.add(sum(used) <= most)

    def _wishes(self, number: int, worker: Worker) -> None:
        for day, shift, weight in worker.requests:
            variable = self.on[number, day, shift]
            self.costs.append(weight * (1 - variable) if weight > 0 else -weight * variable)
        if worker.prefers >= 0 and self.team.preference_weight:
            self.costs += [
                self.team.preference_weight * self.on[number, day, shift]
                for day in range(self.team.days)
                for shift in range(len(self.team.shifts))
                if shift != worker.prefers
            ]

    def _demand(self, day: int, shift: int, demand: Any) -> None:
        people = [
            self.on[number, day, shift]
            for number, worker in enumerate(self.team.workers)
            if not demand.skill or demand.skill in worker.skills
        ]
        under = self.model.new_int_var(0, demand.people, "")
        over = self.model.new_int_var(0, max(0, len(people) - demand.people), "")
        self.model.add(sum(people) + under - over == demand.people)
        self.costs += [demand.under_weight * under, demand.over_weight * over]

    def _fair(self) -> None:
        if not self.team.unfair_weight or not self.team.workers:
            return
        most = self.model.new_int_var(0, self.team.days, "")
        least = self.model.new_int_var(0, self.team.days, "")
        for number in range(len(self.team.workers)):
            load = sum(self.works[number, day] for day in range(self.team.days))
            self.model.add(load <= most)
            self.model.add(load >= least)
        self.costs.append(self.team.unfair_weight * (most - least))


def solve_team(team: Team, effort: Effort) -> TeamRoster | None:
    """
    Return the best roster found and its bound; None when the rules contradict each other.

    References
    ----------
    CP-SAT (OR-Tools). Rules: Curtois and Qu, computational results on new staff scheduling
    benchmark instances, 2014.

    """
    from ortools.sat.python import cp_model

    built = _Model(team)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = effort.threads
    solver.parameters.random_seed = effort.seed
    if effort.threads == 1:  # small alike teams: the relaxation does the work, probing does not
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
    if effort.is_deterministic:
        solver.parameters.max_deterministic_time = effort.seconds
    else:
        solver.parameters.max_time_in_seconds = effort.seconds
    status = solver.solve(built.model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    shifts = tuple(
        (worker.code, day, shift)
        for number, worker in enumerate(team.workers)
        for day in range(team.days)
        for shift in range(len(team.shifts))
        if solver.value(built.on[number, day, shift])
    )
    return TeamRoster(
        team=team.code,
        shifts=shifts,
        objective=solver.objective_value,
        bound=min(solver.best_objective_bound, solver.objective_value),
        is_proved=status == cp_model.OPTIMAL,
        seconds=solver.wall_time,
    )
