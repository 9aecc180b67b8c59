"""Build → solve → check → draft, for the timetable."""

import contextlib
import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.problem import Problem
from sportsbrain.brain.timetable.solve.bounds import Bounds
from sportsbrain.brain.timetable.solve.crew import Crew, CrewMaker, worker_of
from sportsbrain.brain.timetable.solve.explain import Reason, explain
from sportsbrain.brain.timetable.solve.index import Index
from sportsbrain.brain.timetable.solve.search import Search
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Draft, draft_version
from sportsbrain.plans.errors import UnknownVersionError
from sportsbrain.plans.jobs import Crew as FarCrew
from sportsbrain.plans.queries import decisions_of, number_in_force, version_items
from sportsbrain.sport.planning.build import Built, build_timetable
from sportsbrain.sport.planning.changed import changed_problem
from sportsbrain.sport.planning.rules import load_rules
from sportsbrain.vocabulary.changes import ChangeError
from sportsbrain.vocabulary.planning import Progress, Score, Stop
from sportsbrain.world.queries import timetable_facts

PLANNER = "timetable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What a run is asked to do.

    ``against`` names a timetable (``held`` or a version) that it should beat on every term. With
    ``from_version``, each unit that moves costs ``stability``, and what began before ``as_of`` (a
    moment in ISO 8601) stays where it is. ``on`` is where disciplines are planned side by side: on
    this machine, or Ray (`plans.jobs.spread`).
    """

    seconds: float = 60.0
    seed: int = 1
    gap: float = 0.0
    stale_seconds: float = 0.0
    rounds: int = 0
    is_deterministic: bool = False
    from_version: int | None = None
    against: str = ""
    stability: float = 0.0
    as_of: str = ""
    on: str = ""

    def stop(self) -> Stop:
        """Return the stop rule."""
        return Stop(
            seconds=self.seconds,
            gap=self.gap,
            stale_seconds=self.stale_seconds,
            rounds=self.rounds,
            deterministic=self.is_deterministic,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A drafted version and its score by `check`."""

    version: int
    score: Score
    objective: float
    bound: float
    first_feasible_seconds: float | None
    seconds: float
    moved: int = 0
    moved_least: int | None = None
    reasons: tuple[Reason, ...] = ()
    term_bounds: dict[str, float] = field(default_factory=dict)


def build_for(*, games: GamesRow) -> Built:
    """Return the problem of a Games from its facts, its rules file and what was decided."""
    facts = timetable_facts(games_id=games.id)
    built = build_timetable(games=games, facts=facts, rules=load_rules(games.rules_name))
    for row in decisions_of(games_id=games.id):
        try:
            problem, _ = changed_problem(built.problem, changes=(row.change,), epoch=built.epoch)
        except ChangeError as error:
            words = f"decided, but no longer possible: {row.title} ({error})"
            built = replace(built, assumptions=(*built.assumptions, words))
        else:
            built = replace(built, problem=problem)
    return built


def starts_of_version(*, games: GamesRow, number: int) -> dict[str, int]:
    """Return the starts in seconds of a version by unit code."""
    items = version_items(games_id=games.id, planner=PLANNER, number=number)
    return {code: int(item[0]) for code, item in items.items()}


def starts_named(*, games: GamesRow, built: Built, name: str) -> dict[str, int]:
    """
    Return the starts of ``held`` or of a version number.

    Raises
    ------
    UnknownVersionError
        When it is neither.

    """
    if name == "held":
        return built.held
    if not name.isdecimal():
        raise UnknownVersionError(planner=PLANNER, number=name)
    return starts_of_version(games=games, number=int(name))


def score_of(*, built: Built, starts: dict[str, int]) -> Score:
    """Return what the independent check says about starts."""
    return check(built.problem, starts)


def _far(address: str) -> CrewMaker:
    """Return who makes a crew on Ray; each of its workers reads the problem once."""

    def made(index: Index, bounds: Bounds, *, is_deterministic: bool) -> Crew:
        del is_deterministic  # which tasks are answered first is chance there: refused before
        return FarCrew(worker_of, (index.problem, bounds), address=address)

    return made


def plan_timetable(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress; send True to cancel and keep the best; return the drafted version."""
    built = build_for(games=games)
    start = (
        starts_of_version(games=games, number=order.from_version) if order.from_version else None
    )
    problem = _as_ordered(built, order, start)
    search = Search(
        problem,
        seed=order.seed,
        stop=order.stop(),
        clock=clock,
        ceilings=_ceilings(games=games, built=built, name=order.against),
        crew=_far(order.on) if order.on else None,
    )
    steps = search.run(start)
    with contextlib.closing(steps):
        for progress in steps:
            is_cancelled = yield progress
            if is_cancelled:
                break
    plan = search.timetable()
    starts = plan.start_of()
    score = check(problem, starts)
    if start is not None:
        before = check(problem, start)
        if _is_worse(score, before):
            starts, score = start, before
    reasons = explain(problem, (u.code for u in problem.units if u.code not in starts))
    term_bounds = {t.key: t.bound for t in plan.terms}
    version = draft(
        games=games,
        built=built,
        starts=starts,
        score=score,
        title=f"{order.seconds:.0f} s, seed {order.seed}",
        seed=order.seed,
        solver=plan.solver,
        bound=plan.bound,
        statistics={
            "first_feasible_seconds": plan.first_feasible_seconds,
            "seconds": plan.seconds,
            "term_bounds": term_bounds,
            "assumptions": list(built.assumptions),
            "reasons": [asdict(reason) for reason in reasons],
        },
        actor=actor,
        run_id=run_id,
        now=now(),
    )
    return Outcome(
        version=version,
        score=score,
        objective=score.objective,
        bound=plan.bound,
        first_feasible_seconds=plan.first_feasible_seconds,
        seconds=plan.seconds,
        reasons=reasons,
        term_bounds=term_bounds,
    )


def _as_ordered(built: Built, order: Order, start: dict[str, int] | None) -> Problem:
    """Return the problem with what an order adds: what may not move, what a move costs."""
    problem = built.problem
    if start is None:
        return problem
    if order.as_of:
        moment = dt.datetime.fromisoformat(order.as_of)
        problem = pin_before(problem, starts=start, moment=moment, epoch=built.epoch)
    if order.stability:
        weights = {**dict(problem.weights), "stability": order.stability}
        problem = replace(
            problem, in_force=tuple(sorted(start.items())), weights=tuple(sorted(weights.items()))
        )
    return problem


def pin_before(
    problem: Problem, *, starts: dict[str, int], moment: dt.datetime, epoch: dt.datetime
) -> Problem:
    """Return the problem with every unit pinned that began before a moment: it has been run."""
    seconds = (moment - epoch).total_seconds()
    units = tuple(
        replace(u, pinned_at=starts[u.code]) if starts.get(u.code, seconds) < seconds else u
        for u in problem.units
    )
    return replace(problem, units=units)


def _ceilings(*, games: GamesRow, built: Built, name: str) -> dict[str, float]:
    """Return the soft terms of the timetable to be beaten; stability is no term of quality."""
    if not name:
        return {}
    score = check(built.problem, starts_named(games=games, built=built, name=name))
    return {key: value for key, value in score.soft.items() if key != "stability"}


def _is_worse(score: Score, other: Score) -> bool:
    return (len(score.faults), score.objective) > (len(other.faults), other.objective)


def draft(  # noqa: PLR0913  # a version keeps this much
    *,
    games: GamesRow,
    built: Built,
    starts: dict[str, int],
    score: Score,
    title: str,
    seed: int | None,
    solver: str,
    bound: float,
    statistics: dict[str, Any],
    actor: str,
    run_id: int | None,
    now: dt.datetime,
) -> int:
    """Keep starts as the next version of the timetable."""
    places = [loc.code for loc in built.problem.locations]
    bounds = statistics.get("term_bounds", {})
    items = {
        u.code: [starts[u.code], starts[u.code] + u.seconds, places[u.location]]
        for u in built.problem.units
        if u.code in starts
    }
    return draft_version(
        games_id=games.id,
        draft=Draft(
            planner=PLANNER,
            title=title,
            problem_hash=built.problem.fingerprint(),
            seed=seed,
            solver=solver,
            objective=score.objective,
            bound=bound,
            terms=[
                {
                    "key": k,
                    "value": v,
                    "weight": score.weights.get(k, 0.0),
                    "bound": bounds.get(k, 0.0),
                }
                for k, v in score.soft.items()
            ],
            faults=[asdict(f) for f in score.faults[:2000]],
            items=items,
            statistics={
                **statistics,
                "epoch": built.epoch.isoformat(),
                "hard_faults": len(score.faults),
                "by_rule": score.by_rule,
            },
        ),
        actor=actor,
        run_id=run_id,
        now=now,
    )


def draft_held(*, games: GamesRow, actor: str, now: dt.datetime) -> int | None:
    """Keep the schedule as imported as a first version, once, so that it can be compared."""
    if number_in_force(games_id=games.id, planner=PLANNER) is not None:
        return None
    built = build_for(games=games)
    return draft(
        games=games,
        built=built,
        starts=built.held,
        score=check(built.problem, built.held),
        title="As imported",
        seed=None,
        solver="people",
        bound=0.0,
        statistics={"assumptions": list(built.assumptions)},
        actor=actor,
        run_id=None,
        now=now,
    )
