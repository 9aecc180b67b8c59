"""Large teams as crews: alike parts that are exact each, and a bound of the whole by counting."""

from collections import defaultdict
from dataclasses import replace

from sportsbrain.brain.roster.plan import TeamRoster
from sportsbrain.brain.roster.problem import Demand, Team, Worker
from sportsbrain.brain.roster.solve.quick import quick_roster
from sportsbrain.brain.roster.solve.teams import Effort, solve_team

CREW_PEOPLE = 45


def solve_any_team(team: Team, effort: Effort) -> TeamRoster | None:
    """
    Return the roster of a team; one of more than 45 people is cut into crews.

    A roster made by hand that costs no more than `least_cost` is best and taken at once. The time
    of the exact model grows with the square of the people, so crews are dealt out by skill, each
    with its share of every demand; the whole is proved best when it costs no more than
    `least_cost`, which looks at the whole team.
    """
    if effort.is_whole:
        return _better(solve_team(team, effort), least_cost(team))
    if len(team.workers) <= CREW_PEOPLE:
        return _by_hand(team) or solve_team(team, effort)
    whole = _by_hand(team)
    if whole is not None:
        return whole
    crews = crews_of(team)
    rosters = [_by_hand(crew) or solve_team(crew, effort) for crew in crews]
    if any(roster is None for roster in rosters):
        return None
    solved = [roster for roster in rosters if roster is not None]
    shifts = tuple(sorted(row for roster in solved for row in roster.shifts))
    return judged(team, shifts, seconds=sum(roster.seconds for roster in solved))


def judged(
    team: Team, shifts: tuple[tuple[str, int, int], ...], *, seconds: float = 0.0
) -> TeamRoster:
    """Return shifts as a roster, with their cost and the bound by counting."""
    objective, bound = cost_of(team, shifts), least_cost(team)
    return TeamRoster(
        team=team.code,
        shifts=shifts,
        objective=objective,
        bound=min(bound, objective),
        is_proved=bound >= objective - 1e-9,
        seconds=seconds,
    )


def _better(roster: TeamRoster | None, bound: float) -> TeamRoster | None:
    """Return a roster with the better of two bounds."""
    if roster is None or bound <= roster.bound:
        return roster
    is_proved = roster.is_proved or bound >= roster.objective - 1e-9
    return replace(roster, bound=min(bound, roster.objective), is_proved=is_proved)


def _by_hand(team: Team) -> TeamRoster | None:
    """Return the roster made by hand when it is proved best, else nothing."""
    shifts = quick_roster(team)
    if shifts is None:
        return None
    roster = judged(team, shifts)
    return roster if roster.is_proved else None


def crews_of(team: Team) -> list[Team]:
    """Return the crews: people dealt out by skill and liking, demands shared evenly."""
    count = -(-len(team.workers) // CREW_PEOPLE)
    ordered = sorted(team.workers, key=lambda w: (w.skills, w.prefers, len(w.days_off), w.code))
    parts: list[list[Worker]] = [ordered[n::count] for n in range(count)]
    demands: list[list[Demand]] = [[] for _ in range(count)]
    for turn, demand in enumerate(team.demands):
        for n in range(count):
            # whoever has one more changes from demand to demand
            place = (n + turn) % count
            people = demand.people // count + (place < demand.people % count)
            demands[n].append(replace(demand, people=people))
    return [
        replace(
            team, code=f"{team.code}/{n + 1}", workers=tuple(parts[n]), demands=tuple(demands[n])
        )
        for n in range(count)
    ]


def cost_of(team: Team, shifts: tuple[tuple[str, int, int], ...]) -> float:
    """Return what a roster costs the whole team."""
    skills = {worker.code: set(worker.skills) for worker in team.workers}
    liked = {worker.code: worker.prefers for worker in team.workers}
    there: dict[tuple[int, int], list[str]] = defaultdict(list)
    loads = dict.fromkeys(skills, 0)
    cost = 0.0
    for code, day, shift in shifts:
        there[day, shift].append(code)
        loads[code] += 1
        if liked[code] >= 0 and liked[code] != shift:
            cost += team.preference_weight
    for demand in team.cover:
        people = there[demand.day, demand.shift]
        count = sum(demand.skill in skills[c] for c in people) if demand.skill else len(people)
        cost += demand.under_weight * max(0, demand.people - count)
        cost += demand.over_weight * max(0, count - demand.people)
    given = set(shifts)
    for worker in team.workers:
        for day, shift, weight in worker.requests:
            has_it = (worker.code, day, shift) in given
            cost += weight if weight > 0 and not has_it else 0
            cost -= weight if weight < 0 and has_it else 0
    if loads:
        cost += team.unfair_weight * (max(loads.values()) - min(loads.values()))
    return cost


def least_cost(team: Team) -> float:
    """
    Return a proven lower bound of a team's cost by counting.

    On a day no more people work than are not off; shifts beyond those who like their kind (or any)
    are not liked; a number of shifts that can't be shared evenly leaves a difference of one, or
    somebody too many or too few.
    """
    bound = 0.0
    by_day: dict[int, int] = defaultdict(int)
    least_weight: dict[int, int] = defaultdict(lambda: 1_000_000)
    by_shift: dict[int, int] = defaultdict(int)
    over = 1_000_000
    for demand in team.cover:
        if demand.skill:
            continue
        by_day[demand.day] += demand.people
        by_shift[demand.shift] += demand.people
        least_weight[demand.day] = min(least_weight[demand.day], demand.under_weight)
        over = min(over, demand.over_weight)
    off: dict[int, int] = defaultdict(int)
    for worker in team.workers:
        for day in set(worker.days_off):
            off[day] += 1
    short = 0
    for day, wanted in by_day.items():
        missing = max(0, wanted - (len(team.workers) - off[day]))
        short += missing
        bound += missing * least_weight[day]
    if team.workers and not short:
        rest = sum(by_day.values()) % len(team.workers)
        under = rest * min(least_weight.values(), default=0)
        if rest:
            bound += min(team.unfair_weight, (len(team.workers) - rest) * over, under)
    return bound + _least_disliked(team, by_shift, short)


def _least_disliked(team: Team, by_shift: dict[int, int], short: int) -> float:
    """Return the price of shifts that nobody likes who could take them."""
    if not team.preference_weight:
        return 0.0
    disliked = 0
    for shift, wanted in by_shift.items():
        like = sum(worker.prefers in {shift, -1} for worker in team.workers)
        disliked += max(0, wanted - like * team.days)
    return float(team.preference_weight * max(0, disliked - short))
