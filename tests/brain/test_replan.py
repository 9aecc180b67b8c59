"""Changes to a timetable: what must move, what may, what else one unit could do, and why not."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.cover import fewest_moves
from sportsbrain.brain.timetable.problem import DAY, Problem
from sportsbrain.brain.timetable.solve import greedy_timetable
from sportsbrain.brain.timetable.solve.bounds import lower_bounds
from sportsbrain.brain.timetable.solve.crew import Prove, Proven, Worker
from sportsbrain.brain.timetable.solve.explain import explain
from sportsbrain.brain.timetable.solve.index import index_of
from sportsbrain.brain.timetable.solve.least_moves import least_moves
from sportsbrain.brain.timetable.solve.places import other_places
from sportsbrain.vocabulary.windows import Window, without
from tests.brain.small import HOUR, problem, tournament, unit
from tests.brain.test_solve import solved

HELD = {
    "SF00": 10 * HOUR,
    "SF01": 10 * HOUR,
    "SF10": 14 * HOUR,
    "SF11": 14 * HOUR,
    "F0": 12 * HOUR,
    "F1": 18 * HOUR,
}


def rules_of(made: Problem, **values: int) -> Problem:
    return replace(made, disciplines=(replace(made.disciplines[0], **values),))  # type: ignore[arg-type]


def closed(made: Problem, begin: int, end: int) -> Problem:
    cut = Window(starts_at=begin, ends_before=end)
    windows = tuple((d, without(w, cut)) for d, w in made.venues[0].windows)
    return replace(made, venues=(replace(made.venues[0], windows=windows),))


def test_a_moved_unit_pushes_only_what_is_in_its_way() -> None:
    made = tournament()
    units = tuple(replace(u, pinned_at=18 * HOUR) if u.code == "F0" else u for u in made.units)
    moved = replace(made, units=units)
    moves = least_moves(moved, HELD, venues={"V"}, seconds=5, seed=1)
    assert moves.starts["F0"] == 18 * HOUR
    assert moves.moved == 2, "F0 as asked, and F1, which held its place"
    assert check(moved, moves.starts).faults == ()


def test_the_cover_proves_moves_from_faults_alone() -> None:
    made = closed(tournament(), 11 * HOUR + 1800, 13 * HOUR + 1800)
    assert fewest_moves(made, HELD, venue="V") == 1
    assert fewest_moves(tournament(), HELD, venue="V") == 0


@settings(max_examples=15, deadline=None)
@given(begin=st.integers(min_value=10, max_value=18), hours=st.integers(min_value=1, max_value=6))
def test_no_planner_moves_fewer_than_the_cover_proves(begin: int, hours: int) -> None:
    made = closed(tournament(), begin * HOUR, (begin + hours) * HOUR)
    moves = least_moves(made, HELD, venues={"V"}, seconds=5, seed=1)
    assert fewest_moves(made, HELD, venue="V") <= moves.bound <= moves.moved
    assert check(made, moves.starts).faults == ()


def test_other_places_break_nothing_and_come_cheapest_first() -> None:
    made = tournament()
    found = other_places(made, HELD, unit="F0", count=5)
    assert found, "four days of ten hours hold more than one final"
    assert [p.delta for p in found] == sorted(p.delta for p in found)
    before = check(made, HELD).objective
    for place in found:
        score = check(made, {**HELD, "F0": place.start})
        assert score.faults == ()
        assert abs(score.objective - before - place.delta) < 1e-3
        assert abs(sum(cost for _, cost in place.terms) - place.delta) < 0.01


def test_a_full_place_is_explained_with_its_figures() -> None:
    made = problem(*[unit(f"u{n}", seconds=5 * HOUR) for n in range(9)])
    reasons = explain(made, ["u8"])
    assert len(reasons) == 1
    assert "2,750" in reasons[0].text, "nine times five hours and five change-overs of ten minutes"
    assert "2,400" in reasons[0].text, "four days of ten hours"


def test_a_unit_longer_than_any_day_is_explained() -> None:
    reasons = explain(problem(unit("long", seconds=11 * HOUR)), ["long"])
    assert "660 minutes" in reasons[0].text
    assert "600" in reasons[0].text


def test_too_many_rounds_are_explained_and_the_rule_that_would_help_is_named() -> None:
    rounds = [unit(f"r{n}", stage=100 * (n + 1)) for n in range(5)]
    made = rules_of(problem(*rounds), stage_days=1)
    reasons = explain(made, ["r4"])
    assert reasons[0].helps == ("fewer than 1 nights between rounds", "one more day")


def test_a_venue_may_limit_its_units_at_once() -> None:
    made = problem(unit("a"), unit("b", event=1, location=1))
    limited = replace(made, venues=(replace(made.venues[0], units_at_once=1),))
    both = {"a": 10 * HOUR, "b": 10 * HOUR + 1800}
    assert check(made, both).by_rule == {}
    assert check(limited, both).by_rule == {"venue_units": 1}
    assert check(limited, greedy_timetable(limited)).by_rule == {}
    assert check(limited, solved(limited).start_of()).by_rule == {}
    moves = least_moves(limited, both, venues={"V"}, seconds=5, seed=1)
    assert (moves.moved, check(limited, moves.starts).by_rule) == (1, {})


def test_a_dear_move_keeps_a_timetable_as_it_is() -> None:
    made = tournament()
    free = solved(made, start=HELD).start_of()
    assert free != HELD
    weights = tuple(sorted({**dict(made.weights), "stability": 100.0}.items()))
    dear = replace(made, in_force=tuple(sorted(HELD.items())), weights=weights)
    assert solved(dear, start=HELD).start_of() == HELD


def proven(made: Problem) -> float:
    """Return what the joint model of the one discipline proves."""
    index = index_of(made)
    answer = Worker(index, lower_bounds(index), is_deterministic=True).answer(
        Prove(discipline=0, seconds=5)
    )
    assert isinstance(answer, Proven)
    return answer.bound


def test_a_missing_night_is_charged_once_between_two_rounds() -> None:
    rounds = (("pool 1", 100), ("pool 2", 100), ("semi 1", 200), ("semi 2", 200))
    units = [unit(code, stage=stage, competitors=(1,), persons=(1,)) for code, stage in rounds]
    made = rules_of(problem(*units, weights=(("rest", 1.0),)), good_days=1)
    first = (made.venues[0].windows[0][1][0],)
    made = replace(made, venues=(replace(made.venues[0], windows=((0, first),)),))
    score = check(made, greedy_timetable(made))
    assert score.faults == ()
    assert score.soft["rest"] == 36, "three nights are missing, twelve hours each"
    assert abs(proven(made) - 36) < 0.001


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.sampled_from([20, 45, 60, 150]), min_size=2, max_size=7),
    rounds=st.lists(st.integers(min_value=1, max_value=3), min_size=7, max_size=7),
    stage=st.sampled_from([0, 30, 120]),
    rest=st.sampled_from([0, 60, 180]),
    nights=st.integers(min_value=0, max_value=1),
    rest_nights=st.integers(min_value=0, max_value=2),
    good=st.integers(min_value=0, max_value=3),
    odd_seconds=st.sampled_from([0, 25]),
)
def test_no_timetable_is_cheaper_than_what_is_proven(
    lengths: list[int],
    rounds: list[int],
    stage: int,
    rest: int,
    nights: int,
    rest_nights: int,
    good: int,
    odd_seconds: int,
) -> None:
    units = [
        unit(
            f"u{n}",
            seconds=60 * m + odd_seconds,
            event=n % 2,
            stage=100 * rounds[n],
            location=n % 2,
            competitors=(n % 3,),
            persons=(n % 3 + 10 * (n % 2),),
            medal="1" if rounds[n] == 3 else "0",
        )
        for n, m in enumerate(lengths)
    ]
    made = rules_of(
        problem(*units),
        stage_seconds=60 * stage,
        rest_seconds=60 * rest,
        stage_days=nights,
        rest_days=rest_nights,
        good_days=good,
    )
    starts = greedy_timetable(made)
    score = check(made, starts)
    assume(not score.faults)
    joint = ("venue_hours", "venue_days", "prime_time", "rest")
    cost = sum(made.weight(key) * score.soft[key] for key in joint)
    assert proven(made) <= cost + 0.01
    assert max(starts.values()) < 4 * DAY
