"""Judge rosters rule by rule. Shares nothing with the solver but the problem."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from sportsbrain.brain.roster.plan import RosterPlan, TeamRoster
from sportsbrain.brain.roster.problem import Problem, Team, Worker, kilometres
from sportsbrain.vocabulary.planning import Fault, Score

RULES = (
    "unknown_worker",
    "two_shifts",
    "day_off",
    "rest",
    "days_in_row",
    "days_off_in_row",
    "minutes",
    "shift_limit",
    "weekends",
    "two_teams",
)
WEEK = 7


def check_team(team: Team, shifts: tuple[tuple[str, int, int], ...]) -> Score:
    """Return the faults and the soft terms of one team."""
    workers = {worker.code: worker for worker in team.workers}
    days: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    faults = []
    for code, day, shift in shifts:
        if code not in workers or not 0 <= day < team.days or not 0 <= shift < len(team.shifts):
            text = f"{code} on day {day}, shift {shift} of {team.code}, which is not there"
            faults.append(Fault(rule="unknown_worker", text=text, persons=(code,)))
        else:
            days[code][day].append(shift)
    for code, worked in days.items():
        faults += [
            Fault(rule=rule, text=f"{code}: {text}", persons=(code,), units=(team.code,))
            for rule, text in _worker(team, workers[code], worked)
        ]
    # who works nothing at all has no minutes either
    for code, worker in workers.items():
        if code not in days and worker.limits.minutes_min > 0:
            text = f"{code}: works 0 minutes, at least {worker.limits.minutes_min}"
            faults.append(Fault(rule="minutes", text=text, persons=(code,), units=(team.code,)))
    return Score(faults=tuple(faults), soft=_soft(team, days), weights=dict.fromkeys(_TEAM, 1.0))


_TEAM = ("under", "over", "requests", "preference", "unfair")


def _worker(team: Team, worker: Worker, worked: dict[int, list[int]]) -> Iterator[tuple[str, str]]:
    for day, some in sorted(worked.items()):
        if len(some) > 1:
            yield "two_shifts", f"two shifts on day {day}"
        if day in worker.days_off:
            yield "day_off", f"works on day {day}, which is off"
    for one, other in pairwise(sorted(worked)):
        if other == one + 1 and worked[other][0] in team.shifts[worked[one][0]].not_before:
            first, second = team.shifts[worked[one][0]].code, team.shifts[worked[other][0]].code
            yield "rest", f"{second} the day after {first} (day {other})"
    yield from _rows(team, worker, sorted(worked))
    yield from _totals(team, worker, worked)


def _totals(team: Team, worker: Worker, worked: dict[int, list[int]]) -> Iterator[tuple[str, str]]:
    minutes = sum(team.shifts[some[0]].minutes for some in worked.values())
    if not worker.limits.minutes_min <= minutes <= worker.limits.minutes_max:
        limits = f"{worker.limits.minutes_min} to {worker.limits.minutes_max}"
        yield "minutes", f"works {minutes} minutes, not {limits}"
    counts = Counter(some[0] for some in worked.values())
    for shift, most in enumerate(worker.limits.shifts_max):
        if counts[shift] > most:
            yield "shift_limit", f"{counts[shift]} times {team.shifts[shift].code}, at most {most}"
    if worker.limits.weekends_max >= 0:
        weekends = {
            (day + team.first_weekday) // WEEK
            for day in worked
            if (day + team.first_weekday) % WEEK >= 5
        }
        if len(weekends) > worker.limits.weekends_max:
            yield "weekends", f"{len(weekends)} weekends, at most {worker.limits.weekends_max}"


def _rows(team: Team, worker: Worker, worked: list[int]) -> Iterator[tuple[str, str]]:
    """Yield rows of work too long or short and rows of days off too short."""
    marks = [day in worked for day in range(team.days)]
    start = 0
    for day in range(1, team.days + 1):
        if day < team.days and marks[day] == marks[start]:
            continue
        length, is_cut = day - start, start == 0 or day == team.days
        if marks[start]:
            if length > worker.limits.in_row_max:
                yield "days_in_row", f"{length} days in a row from day {start}"
            elif length < worker.limits.in_row_min and not is_cut:
                yield "days_in_row", f"only {length} days in a row from day {start}"
        elif length < worker.limits.off_min and not is_cut:
            yield "days_off_in_row", f"only {length} days off from day {start}"
        start = day


def _soft(team: Team, days: dict[str, dict[int, list[int]]]) -> dict[str, float]:
    skills = {worker.code: set(worker.skills) for worker in team.workers}
    there: dict[tuple[int, int], list[str]] = defaultdict(list)
    for code, worked in days.items():
        for day, some in worked.items():
            for shift in some:
                there[day, shift].append(code)
    under = over = 0
    for demand in team.cover:
        people = there[demand.day, demand.shift]
        if demand.skill:
            people = [code for code in people if demand.skill in skills[code]]
        missing = demand.people - len(people)
        under += demand.under_weight * max(0, missing)
        over += demand.over_weight * max(0, -missing)
    requests = preference = 0
    for worker in team.workers:
        mine = days.get(worker.code, {})
        for day, shift, weight in worker.requests:
            has_it = shift in mine.get(day, [])
            requests += weight if weight > 0 and not has_it else 0
            requests += -weight if weight < 0 and has_it else 0
        if worker.prefers >= 0:
            preference += sum(1 for some in mine.values() if some[0] != worker.prefers)
    loads = [len(days.get(worker.code, {})) for worker in team.workers]
    return {
        "under": float(under),
        "over": float(over),
        "requests": float(requests),
        "preference": float(team.preference_weight * preference),
        "unfair": float(team.unfair_weight * (max(loads) - min(loads)) if loads else 0),
    }


def check(problem: Problem, plan: RosterPlan) -> Score:
    """Return the faults and the soft terms of the whole workforce."""
    people = {person.code: person for person in problem.applicants}
    members: dict[str, list[str]] = defaultdict(list)
    for code, name in plan.posts:
        members[name].append(code)
    faults = []
    twice = [code for code, count in Counter(p for p, _ in plan.posts).items() if count > 1]
    faults += [
        Fault(rule="two_teams", text=f"{code} is in two teams", persons=(code,)) for code in twice
    ]
    rosters: dict[str, TeamRoster] = {roster.team: roster for roster in plan.teams}
    soft = dict.fromkeys((*_TEAM, "distance"), 0.0)
    for post in problem.posts:
        team = problem.team_of(post, [people[code] for code in sorted(members[post.code])])
        roster = rosters.get(post.code)
        score = check_team(team, roster.shifts if roster else ())
        faults += score.faults
        for key, value in score.soft.items():
            soft[key] += value
        for code in members[post.code]:
            person = people[code]
            soft["distance"] += problem.distance_weight * kilometres(person.home, post.at)
            if person.wishes and post.area not in person.wishes:
                soft["distance"] += problem.wish_weight
    return Score(faults=tuple(faults), soft=soft, weights=dict.fromkeys(soft, 1.0))
