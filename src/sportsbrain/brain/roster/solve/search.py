"""People to posts, then the teams side by side, each proved best where time allows."""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

from sportsbrain.brain.roster.plan import RosterPlan, TeamRoster
from sportsbrain.brain.roster.problem import Problem, Team, kilometres
from sportsbrain.brain.roster.solve.crews import solve_any_team
from sportsbrain.brain.roster.solve.patch import (
    Shifts,
    kept_posts,
    members_of,
    open_places,
    patched_team,
)
from sportsbrain.brain.roster.solve.posts import Postings, assign_posts
from sportsbrain.brain.roster.solve.teams import Effort
from sportsbrain.vocabulary.planning import Progress, Stop, Term

SOLVER = "minimum-cost flow and CP-SAT by team"
CREW = 2
AGAIN_CREW = 1.6  # processes that prove side by side, not quite two
SMALL_TEAMS = 8
TEAM_SHARE = 0.01  # of all seconds that one team, or one crew of a large team, may take
TEAM_SECONDS_MIN = 1.0
Job = tuple[Team, Effort | None, Shifts]  # without effort the shifts are only patched


def solve(
    problem: Problem,
    *,
    seed: int,
    stop: Stop,
    clock: Callable[[], float],
    before: RosterPlan | None = None,
) -> Generator[Progress, bool, RosterPlan]:
    """
    Yield progress and return the plan; send True to leave the teams still waiting without shifts.

    With ``before`` everybody stays in the team, a team that is as it was keeps its roster, and in
    the others the fewest shifts change. With ``stop.deterministic`` each team has ``stop.rounds``
    deterministic seconds.
    """
    began = clock()
    postings = kept_posts(problem, before.posts) if before else assign_posts(problem)
    cancelled = yield Progress(
        step="posts", seconds=clock() - began, note=f"{len(postings.of)} people have a team"
    )
    teams = _teams(problem, postings)
    seconds = max(TEAM_SECONDS_MIN, stop.seconds * TEAM_SHARE)
    effort = Effort(
        seconds=float(stop.rounds) if stop.deterministic else seconds,
        seed=seed,
        is_deterministic=stop.deterministic,
    )
    rosters: dict[str, TeamRoster] = {}
    open_: dict[str, tuple[Team, int]] = {}
    jobs: list[Job] = [(team, effort, ()) for team in teams]
    if before:
        rosters, open_ = _patched(teams, before)
        jobs = [(team, effort, ()) for team, _ in open_.values()]
    first: float | None = None
    answers = _solved(jobs, is_alone=stop.deterministic)
    for done, (name, roster) in enumerate(answers, start=1):
        if roster is not None and (name not in open_ or _opens_less(roster, open_[name])):
            rosters[name] = roster
        proved = sum(r.is_proved for r in rosters.values())
        note = f"{done} of {len(jobs)} teams, {proved} proved best"
        cancelled = bool(
            (yield Progress(step="teams", seconds=clock() - began, note=note)) or cancelled
        )
        first = first or clock() - began
        if cancelled or (not stop.deterministic and clock() - began > stop.seconds):
            answers.close()
            break
    if not cancelled and not stop.deterministic and before is None:
        left = [team for team in teams if team.code in rosters and not rosters[team.code].is_proved]
        yield from _again(left, rosters, stop=stop, seed=seed, clock=clock, began=began)
    return _plan(problem, postings, rosters, seed=seed, seconds=clock() - began, first=first)


def _again(
    teams: list[Team],
    rosters: dict[str, TeamRoster],
    *,
    stop: Stop,
    seed: int,
    clock: Callable[[], float],
    began: float,
) -> Generator[Progress, bool, None]:
    """Solve the teams that are not proved best as a whole, in the time that is left."""
    seconds = (stop.seconds - (clock() - began)) * AGAIN_CREW / max(1, len(teams))
    effort = Effort(seconds=max(TEAM_SECONDS_MIN, seconds), seed=seed, is_whole=True)
    ordered = sorted(teams, key=lambda t: (len(t.workers), t.code))
    jobs: list[Job] = [(team, effort, ()) for team in ordered]
    answers = _solved(jobs, is_alone=False)
    for done, (name, roster) in enumerate(answers, start=1):
        if roster is not None:
            before = rosters[name]
            best = roster if roster.objective < before.objective else before
            bound = min(best.objective, max(roster.bound, before.bound))
            is_proved = roster.is_proved or bound >= best.objective - 1e-9
            rosters[name] = replace(best, bound=bound, is_proved=is_proved)
        note = f"{done} of {len(teams)} teams again"
        cancelled = yield Progress(step="proofs", seconds=clock() - began, note=note)
        if cancelled or clock() - began > stop.seconds:
            answers.close()
            return


def _patched(
    teams: list[Team], before: RosterPlan
) -> tuple[dict[str, TeamRoster], dict[str, tuple[Team, int]]]:
    """Return rosters kept or patched, and the teams with open places, the worst first."""
    known = {roster.team: roster for roster in before.teams}
    rosters: dict[str, TeamRoster] = {}
    changed: list[Job] = []
    for team in teams:
        roster = known.get(team.code)
        if roster is not None and roster.fingerprint == team.fingerprint():
            rosters[team.code] = roster
        else:
            changed.append((team, None, roster.shifts if roster else ()))
    rosters.update(_solved(changed, is_alone=False))
    found = [(team, open_places(team, rosters[team.code].shifts)) for team, _, _ in changed]
    worst = sorted((row for row in found if row[1]), key=lambda row: (-row[1], row[0].code))
    return rosters, {team.code: (team, count) for team, count in worst}


def _opens_less(roster: TeamRoster, known: tuple[Team, int]) -> bool:
    """Tell whether a roster made anew, which moves many, is worth it: it fills more places."""
    team, count = known
    return open_places(team, roster.shifts) < count


def _teams(problem: Problem, postings: Postings) -> list[Team]:
    members = members_of(problem, postings)
    teams = [problem.team_of(post, members.get(n, [])) for n, post in enumerate(problem.posts)]
    # the largest first, so that none is left alone at the end
    return sorted(teams, key=lambda team: (-len(team.workers), team.code))


def _plan(
    problem: Problem,
    postings: Postings,
    rosters: dict[str, TeamRoster],
    *,
    seed: int,
    seconds: float,
    first: float | None,
) -> RosterPlan:
    codes = [person.code for person in problem.applicants]
    values = _values(problem, postings, rosters)
    bounds = _bounds(postings, rosters)
    terms = tuple(
        Term(key=k, value=v, weight=1.0, bound=bounds.get(k, 0.0)) for k, v in values.items()
    )
    return RosterPlan(
        teams=tuple(rosters[post.code] for post in problem.posts if post.code in rosters),
        posts=tuple((codes[p], problem.posts[n].code) for p, n in sorted(postings.of.items())),
        left=tuple(codes[person] for person in postings.left),
        objective=sum(values.values()),
        bound=sum(bounds.values()),
        terms=terms,
        seed=seed,
        solver=SOLVER,
        seconds=seconds,
        first_feasible_seconds=first,
    )


def _values(
    problem: Problem, postings: Postings, rosters: dict[str, TeamRoster]
) -> dict[str, float]:
    """Return the terms as the solver sees them: the teams' own costs and the ways."""
    distance = 0.0
    for person, number in postings.of.items():
        applicant, post = problem.applicants[person], problem.posts[number]
        distance += problem.distance_weight * kilometres(applicant.home, post.at)
        if applicant.wishes and post.area not in applicant.wishes:
            distance += problem.wish_weight
    missing = sum(
        demand.under_weight * demand.people
        for post in problem.posts
        if post.code not in rosters
        for demand in post.demands
    )
    return {
        "teams": sum(roster.objective for roster in rosters.values()) + missing,
        "distance": distance,
    }


def _bounds(postings: Postings, rosters: dict[str, TeamRoster]) -> dict[str, float]:
    """Return proven bounds: of each team with the people it was given, and of the ways."""
    return {
        "teams": sum(roster.bound for roster in rosters.values()),
        "distance": postings.least_distance,
    }


def _solved(jobs: list[Job], *, is_alone: bool) -> Generator[tuple[str, Any], None, None]:
    """Yield (team, roster) as they come; closing it ends the crew at once."""
    if is_alone or len(jobs) < SMALL_TEAMS or multiprocessing.cpu_count() < 2:
        for job in jobs:
            yield _solve_one(job)
        return
    is_forked = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("fork" if is_forked else "spawn")
    size = max(CREW, multiprocessing.cpu_count())
    pool = context.Pool(size, initializer=_open)
    try:
        yield from pool.imap_unordered(_solve_one, jobs)
    finally:
        pool.terminate()
        pool.join()


def _open() -> None:
    """Begin a process: it leaves Ctrl-C to the one who asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _solve_one(job: Job) -> tuple[str, TeamRoster | None]:
    team, effort, before = job
    solved = solve_any_team(team, effort) if effort else patched_team(team, before)
    return team.code, solved and replace(solved, fingerprint=team.fingerprint())
