"""The solver's answers are judged by the check, never by the solver."""

import itertools
from collections.abc import Generator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.plan import Timetable
from sportsbrain.brain.timetable.problem import Problem
from sportsbrain.brain.timetable.solve import greedy_timetable, solve
from sportsbrain.brain.timetable.solve.bounds import lower_bounds
from sportsbrain.brain.timetable.solve.evaluate import term_values
from sportsbrain.brain.timetable.solve.index import index_of
from sportsbrain.brain.timetable.solve.least_moves import least_moves
from sportsbrain.vocabulary.planning import Progress, Stop
from sportsbrain.vocabulary.windows import Window, without
from tests.brain.small import HOUR, problem, tournament, unit

ROUNDS = Stop(seconds=60, rounds=3, deterministic=True)


def run(steps: Generator[Progress, None, Timetable]) -> Timetable:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def solved(made: Problem, *, seed: int = 1, start: dict[str, int] | None = None) -> Timetable:
    ticks = itertools.count()
    return run(solve(made, seed=seed, stop=ROUNDS, clock=lambda: float(next(ticks)), start=start))


def test_it_finds_a_timetable_without_faults() -> None:
    made = tournament()
    plan = solved(made)
    score = check(made, plan.start_of())
    assert score.faults == ()
    assert abs(score.objective - plan.objective) < 1e-6
    assert plan.bound <= score.objective + 1e-9


def test_the_same_seed_gives_the_same_timetable() -> None:
    assert solved(tournament(), seed=7).starts == solved(tournament(), seed=7).starts


def test_a_warm_start_is_never_made_worse() -> None:
    made = tournament()
    start = greedy_timetable(made)
    before = check(made, start)
    after = check(made, solved(made, start=start).start_of())
    assert after.objective <= before.objective + 1e-9
    assert len(after.faults) <= len(before.faults)


def test_pinned_units_stay() -> None:
    made = tournament()
    pinned = replace(made, units=(replace(made.units[0], pinned_at=15 * HOUR), *made.units[1:]))
    plan = solved(pinned)
    assert plan.start_of()["SF00"] == 15 * HOUR
    assert check(pinned, plan.start_of()).faults == ()


def test_an_overfull_problem_still_answers_and_says_what_is_left_out() -> None:
    made = problem(*[unit(f"u{n}", seconds=5 * HOUR) for n in range(9)])
    plan = solved(made)
    assert check(made, plan.start_of()).by_rule["unscheduled"] >= 1
    assert len(plan.starts) >= 4


@settings(max_examples=25, deadline=None)
@given(
    lengths=st.lists(st.integers(min_value=5, max_value=170), min_size=1, max_size=8),
    places=st.lists(st.integers(min_value=0, max_value=1), min_size=8, max_size=8),
)
def test_the_list_schedule_never_breaks_a_rule_for_what_it_places(
    lengths: list[int], places: list[int]
) -> None:
    units = [
        unit(f"u{n}", seconds=60 * m, location=places[n], event=n % 2, stage=100 * (1 + n // 4))
        for n, m in enumerate(lengths)
    ]
    made = problem(*units)
    broken = check(made, greedy_timetable(made)).by_rule
    broken.pop("unscheduled", None)
    assert broken == {}


def test_solver_and_check_value_a_timetable_alike() -> None:
    made = tournament()
    index = index_of(made)
    starts = greedy_timetable(made)
    mine = term_values(index, {index.position[c]: s // 60 for c, s in starts.items()})
    theirs = check(made, starts).soft
    assert {k: round(v, 6) for k, v in mine.items()} == {k: round(v, 6) for k, v in theirs.items()}


def test_no_timetable_beats_the_bounds() -> None:
    made = tournament()
    bounds = lower_bounds(index_of(made)).terms
    soft = check(made, solved(made).start_of()).soft
    assert all(bounds[key] <= soft[key] + 1e-9 for key in bounds)


def test_a_closure_moves_no_more_than_it_must() -> None:
    made = tournament()
    starts = {
        "SF00": 10 * HOUR,
        "SF01": 10 * HOUR,
        "SF10": 14 * HOUR,
        "SF11": 14 * HOUR,
        "F0": 12 * HOUR,
        "F1": 18 * HOUR,
    }
    assert check(made, starts).faults == ()
    cut = Window(starts_at=11 * HOUR + 1800, ends_before=13 * HOUR + 1800)
    venue = replace(
        made.venues[0], windows=tuple((d, without(w, cut)) for d, w in made.venues[0].windows)
    )
    closed = replace(made, venues=(venue,))
    moves = least_moves(closed, starts, venues={"V"}, seconds=5, seed=1)
    assert (moves.moved, moves.bound) == (1, 1)
    assert check(closed, moves.starts).faults == ()


def test_what_fits_nowhere_is_left_out_and_the_run_ends() -> None:
    made = problem(unit("too long", seconds=15 * HOUR), unit("other", seconds=15 * HOUR, event=1))
    plan = solved(made)
    assert plan.starts == ()
    assert plan.bound >= 0
