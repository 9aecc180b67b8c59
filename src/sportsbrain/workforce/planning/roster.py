"""Build → solve → check → draft, for the shifts."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

from sportsbrain.brain.roster.check import check
from sportsbrain.brain.roster.plan import RosterPlan, TeamRoster
from sportsbrain.brain.roster.problem import Applicant, Demand, Limits, Post, Problem, Shift
from sportsbrain.brain.roster.solve import solve
from sportsbrain.brain.roster.solve.explain import contradictions, weakest
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import (
    Schedule,
    Sources,
    changes_for,
    load_slice_rules,
    schedule_now,
    sites_now,
    version_items,
)
from sportsbrain.reference.workforce import generate_applicants
from sportsbrain.vocabulary.changes import Change, ChangeError, FewerVolunteers, of_kind
from sportsbrain.vocabulary.planning import Order, Progress, Score
from sportsbrain.vocabulary.windows import clock_seconds
from sportsbrain.world.queries import SiteFact

PLANNER = "roster"
DAY = 86400
WORST_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A problem, the schedule it is of, and what had to be assumed."""

    problem: Problem
    schedule: Schedule
    before: RosterPlan | None
    absent: tuple[str, ...]
    first_day: int
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of the problem."""
        return self.problem.fingerprint()


def build_roster(*, games: GamesRow, order: Order) -> Built:
    """
    Return the problem of a Games: shifts needed at each venue from its sessions.

    Raises
    ------
    NothingToPlanError
        When no unit has a time.

    """
    rules = load_slice_rules("workforce", games.rules_name)
    changes = changes_for(games_id=games.id, order=order)
    schedule = schedule_now(games=games, sources=Sources(numbers=order.sources))
    if not schedule.sessions:
        message = "no unit has a time yet: import or plan the timetable first"
        raise NothingToPlanError(message)
    maker = _Maker(games, rules, schedule)
    sites = {site.code: site for site in sites_now(games=games, changes=changes)}
    posts = maker.posts(sites)
    people = math.ceil(sum(post.people for post in posts) * (1 + rules["spare_share"]))
    before, absent = before_of(games, order)
    if before is not None:  # whoever applied has applied: a change invents nobody
        people = len(before.posts) + len(before.left) + len(absent)
    known = [s for s in sites.values() if s.latitude is not None and s.longitude is not None]
    applicants = _applicants(
        people,
        rules["applicant_seed"],
        (
            median(s.latitude or 0.0 for s in known) if known else 0.0,
            median(s.longitude or 0.0 for s in known) if known else 0.0,
        ),
        maker.days,
        tuple(area["name"] for area in rules["areas"]),
    )
    absent = _absent(applicants, changes, order.changes, before, absent)
    problem = Problem(
        days=maker.days,
        shifts=maker.shifts,
        posts=posts,
        applicants=tuple(person for person in applicants if person.code not in absent),
        limits=Limits(
            in_row_max=rules["in_row_max"],
            off_min=rules["off_min"],
            minutes_max=round(rules["shifts_max"] * max(s.minutes for s in maker.shifts)),
        ),
        first_weekday=(games.starts_on + dt.timedelta(days=maker.first_day)).weekday(),
        preference_weight=rules["preference_weight"],
        unfair_weight=rules["unfair_weight"],
        distance_weight=rules["distance_weight"],
        wish_weight=rules["wish_weight"],
    )
    said = (f"{people} applicants were invented: nobody has applied yet",)
    return Built(
        problem=problem,
        schedule=schedule,
        before=before,
        absent=tuple(sorted(absent)),
        first_day=maker.first_day,
        assumptions=said,
    )


@lru_cache(maxsize=2)
def _applicants(
    people: int, seed: int, middle: tuple[float, float], days: int, areas: tuple[str, ...]
) -> tuple[Applicant, ...]:
    """Return the invented applicants: the same ones for the same wishes, so made once."""
    rows = generate_applicants(people=people, seed=seed, middle=middle, days=days, areas=areas)
    return tuple(Applicant(**row) for row in rows)


def before_of(games: GamesRow, order: Order) -> tuple[RosterPlan | None, frozenset[str]]:
    """Return the plan that is kept as far as it can be, if any, and who did not come to it."""
    if order.from_version is None:
        return None, frozenset()
    items = version_items(games_id=games.id, planner=PLANNER, number=order.from_version)
    return plan_of(items), frozenset(items.get("absent", ()))


def _absent(
    applicants: tuple[Applicant, ...],
    changes: tuple[Change, ...],
    asked: tuple[Change, ...],
    before: RosterPlan | None,
    absent_before: frozenset[str],
) -> frozenset[str]:
    """
    Return who does not come: every so many in order of application, at a venue those posted there.

    Who was absent from the plan before has no post in it any more, so it counts as posted. Once a
    change has been approved (it is not ``asked`` any more) the same people stay absent, and those
    who have taken their places do come.

    Raises
    ------
    ChangeError
        When nobody is posted at the venue of a change.

    """
    posts = dict(before.posts) if before else {}
    absent: set[str] = set()
    for change in of_kind(changes, FewerVolunteers):
        turn = {person.code for person in applicants[change.one_in - 1 :: change.one_in]}
        if not change.venue:
            absent |= turn
            continue
        posted = {code for code, post in posts.items() if post.startswith(f"{change.venue}: ")}
        if posts and not posted:
            message = f"nobody is posted at {change.venue!r}: give the code of a venue with teams"
            raise ChangeError(message)
        is_approved = change not in asked and absent_before
        absent |= turn & (absent_before if is_approved else posted | absent_before)
    return frozenset(absent)


class _Maker:
    """Turn sessions into posts with demands."""

    def __init__(self, games: GamesRow, rules: dict[str, Any], schedule: Schedule) -> None:
        self.rules, self.schedule = rules, schedule
        self.offset = games.utc_offset
        codes = [row["code"] for row in rules["shifts"]]
        self.shifts = tuple(
            Shift(
                code=row["code"],
                starts_minute=clock_seconds(row["starts"]) // 60,
                minutes=round(row["hours"] * 60),
                not_before=tuple(codes.index(c) for c in row.get("not_before", [])),
            )
            for row in rules["shifts"]
        )
        local = [(s.starts_at + self.offset) // DAY for s in schedule.sessions]
        self.first_day = min(local)
        self.days = max(local) - self.first_day + 1

    def posts(self, sites: dict[str, SiteFact]) -> tuple[Post, ...]:
        """Return a post for each venue and functional area."""
        by_venue: dict[str, dict[tuple[int, int], int]] = defaultdict(dict)
        for session in self.schedule.sessions:
            for key in self._shifts_of(session.starts_at, session.ends_before):
                by_venue[session.venue][key] = by_venue[session.venue].get(key, 0) + 1
        found: list[Post] = []
        for venue, shifts in sorted(by_venue.items()):
            site = sites[venue]
            found += [self._post(site, area, sorted(shifts)) for area in self.rules["areas"]]
        return tuple(found)

    def _shifts_of(self, starts_at: int, ends_before: int) -> list[tuple[int, int]]:
        """Return (day, shift) that a session needs, two hours before and one after included."""
        starts = starts_at + self.offset - 7200
        ends = ends_before + self.offset + 3600
        day = (starts_at + self.offset) // DAY
        found = []
        for number, shift in enumerate(self.shifts):
            begin = day * DAY + shift.starts_minute * 60
            overlap = min(ends, begin + shift.minutes * 60) - max(starts, begin)
            if overlap > 3600:
                found.append((day - self.first_day, number))
        # what lies between two shifts goes to the last one
        return found or [(day - self.first_day, len(self.shifts) - 1)]

    def _post(self, site: SiteFact, area: dict[str, Any], shifts: list[tuple[int, int]]) -> Post:
        people = math.ceil(area["base"] + area["per_thousand"] * site.spectators_max / 1000)
        demands = [Demand(day=day, shift=shift, people=people) for day, shift in shifts]
        for skill, tenths in area["skills"].items():
            count = max(1, people * tenths // 10)
            demands += [
                Demand(day=d, shift=s, people=count, skill=skill, over_weight=0) for d, s in shifts
            ]
        # both shifts of a day, rest rules and days that people can't come set the least size
        by_day: dict[int, int] = defaultdict(int)
        for day, _ in shifts:
            by_day[day] += people
        total = people * len(shifts)
        size = max(
            math.ceil(total / self.rules["shifts_each"]), math.ceil(1.35 * max(by_day.values()))
        )
        return Post(
            code=f"{site.code}: {area['name']}",
            area=area["name"],
            at=(round((site.latitude or 0.0) * 1000), round((site.longitude or 0.0) * 1000)),
            people=size,
            demands=tuple(demands),
            skill_people=tuple(
                (skill, math.ceil(size * (tenths + 1) / 10))
                for skill, tenths in area["skills"].items()
            ),
        )


def plan_roster(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    built = build_roster(games=games, order=order)
    problem = built.problem
    plan = yield from solve(
        problem, seed=order.seed, stop=order.stop(), clock=clock, before=built.before
    )
    score = check(problem, plan)
    needed = sum(d.people for post in problem.posts for d in post.demands if not d.skill)
    given = sum(len(roster.shifts) for roster in plan.teams)
    missing = _empty_places(problem, plan)
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=f"timetable {built.schedule.version or 'as imported'}",
            problem_hash=built.problem_hash,
            answer=plan,
            score=score,
            items={
                "posts": dict(plan.posts),
                "shifts": {r.team: [list(row) for row in r.shifts] for r in plan.teams},
                "left": list(plan.left),
                "absent": list(built.absent),
                "proofs": {
                    r.team: [r.objective, r.bound, r.is_proved, r.fingerprint] for r in plan.teams
                },
            },
            order=order,
            reasons=_reasons(problem, plan),
            facts={
                "assumptions": list(built.assumptions),
                "people": len(plan.posts),
                "first_day": built.first_day,
                "kinds": [
                    [
                        shift.code,
                        _clock(shift.starts_minute),
                        _clock(shift.starts_minute + shift.minutes),
                    ]
                    for shift in problem.shifts
                ],
                "teams": len(problem.posts),
                "teams_proved": sum(roster.is_proved for roster in plan.teams),
                "shifts_needed": needed,
                "shifts_given": given,
                "places_empty": missing,
                "shifts_not_liked": round(score.soft["preference"]),
                "unfairness": round(score.soft["unfair"]),
                "fill_rate": round(1 - missing / needed, 5) if needed else 1.0,
            },
        ),
        actor=actor,
        run_id=run_id,
        now=now(),
    )


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _empty_places(problem: Problem, plan: RosterPlan) -> int:
    """Return the places of shifts, skills aside, that nobody takes."""
    there: dict[tuple[str, int, int], int] = defaultdict(int)
    for roster in plan.teams:
        for _, day, shift in roster.shifts:
            there[roster.team, day, shift] += 1
    return sum(
        max(0, demand.people - there[post.code, demand.day, demand.shift])
        for post in problem.posts
        for demand in post.demands
        if not demand.skill
    )


def _reasons(problem: Problem, plan: RosterPlan) -> tuple[str, ...]:
    """Return why teams have no shifts, and what makes the worst ones hard."""
    people = {person.code: person for person in problem.applicants}
    members: dict[str, list[Applicant]] = defaultdict(list)
    for code, name in plan.posts:
        members[name].append(people[code])
    rosters = {roster.team: roster for roster in plan.teams}
    said: list[str] = []
    without = [post for post in problem.posts if post.code not in rosters]
    if without:
        said.append(
            f"{len(without)} teams have no shifts: the time was too short, or their rules"
            f" contradict each other; looked at: {', '.join(p.code for p in without[:WORST_TOLD])}"
        )
    for post in without[:WORST_TOLD]:
        team = problem.team_of(post, members[post.code])
        said += [conflict.text for conflict in contradictions(team)[:WORST_TOLD]]
    posts = {post.code: post for post in problem.posts}
    open_ones = [r for r in plan.teams if not r.is_proved or r.objective - r.bound > 0.5]
    open_ones.sort(key=lambda r: r.bound - r.objective)
    for roster in open_ones[:WORST_TOLD]:
        team = problem.team_of(posts[roster.team], members[roster.team])
        said.append(weakest(team, roster))
    return tuple(said)


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says about the items of a version."""
    return check(built.problem, plan_of(items))


def plan_of(items: dict[str, Any]) -> RosterPlan:
    """Return the plan of a version's items."""
    unknown = [0.0, 0.0, False, ""]
    teams = []
    for team, rows in items["shifts"].items():
        objective, bound, is_proved, fingerprint = items.get("proofs", {}).get(team, unknown)
        teams.append(
            TeamRoster(
                team=team,
                shifts=tuple((code, day, shift) for code, day, shift in rows),
                objective=objective,
                bound=bound,
                is_proved=is_proved,
                seconds=0.0,
                fingerprint=fingerprint,
            )
        )
    return RosterPlan(
        teams=tuple(teams),
        posts=tuple(items["posts"].items()),
        left=tuple(items.get("left", ())),
        objective=0.0,
        bound=0.0,
        terms=(),
        seed=0,
        solver="",
        seconds=0.0,
        first_feasible_seconds=None,
    )
