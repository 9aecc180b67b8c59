"""The check names every broken rule, on cases small enough to see."""

import pytest

from sportsbrain.brain.timetable.check import check
from sportsbrain.brain.timetable.problem import DAY, Problem, ProblemError
from tests.brain.small import HOUR, problem, tournament, unit

TEN = 10 * HOUR


def rules(made: Problem, **starts: int) -> dict[str, int]:
    return check(made, starts).by_rule


def test_it_accepts_two_units_with_change_over_between() -> None:
    made = problem(unit("a"), unit("b"))
    assert rules(made, a=TEN, b=TEN + HOUR + 600) == {}


def test_it_names_a_place_that_holds_two_units_at_once() -> None:
    made = problem(unit("a"), unit("b"))
    assert rules(made, a=TEN, b=TEN + HOUR) == {"field_of_play": 1}


def test_it_names_a_unit_outside_the_opening_hours() -> None:
    assert rules(problem(unit("a")), a=19 * HOUR + 1800) == {"opening_hours": 1}


def test_it_names_a_unit_without_a_time() -> None:
    assert rules(problem(unit("a"))) == {"unscheduled": 1}


def test_it_names_a_final_that_comes_before_its_semifinal() -> None:
    made = problem(unit("sf", stage=100), unit("f", stage=200, location=1))
    assert rules(made, sf=TEN, f=TEN + HOUR) == {"phase_order": 1}
    assert rules(made, sf=TEN, f=TEN + HOUR + 1800) == {}


def test_it_names_a_person_in_two_places() -> None:
    made = problem(
        unit("a", persons=(1,), possible=(1,)),
        unit("b", event=1, location=1, persons=(1,), possible=(1,)),
    )
    assert rules(made, a=TEN, b=TEN + 1800) == {"competitor_clash": 1}
    assert rules(made, a=TEN, b=TEN + HOUR) == {"competitor_rest": 1}
    assert rules(made, a=TEN, b=TEN + HOUR + 600) == {}


def test_it_names_a_person_who_may_qualify_into_two_places() -> None:
    made = problem(unit("a", possible=(1,)), unit("b", event=1, location=1, possible=(1,)))
    assert rules(made, a=TEN, b=TEN) == {"possible_clash": 1}


def test_it_names_a_pinned_unit_that_moved() -> None:
    assert rules(problem(unit("a", pinned_at=TEN)), a=TEN + 60) == {"pinned": 1}


def test_it_names_a_session_that_is_too_long() -> None:
    units = [unit(f"u{n}") for n in range(6)]
    starts = {f"u{n}": TEN + n * (HOUR + 600) for n in range(6)}
    assert check(problem(*units), starts).by_rule == {"session_length": 1}


def test_soft_terms_have_the_values_one_counts_by_hand() -> None:
    made = problem(unit("a", medal="1"), unit("b", event=1, location=1, medal="1"))
    soft = check(made, {"a": TEN, "b": TEN}).soft
    assert soft["prime_time"] == 2
    assert soft["final_clash"] == 1
    assert soft["medal_spread"] == pytest.approx(3.0)
    assert soft["venue_hours"] == pytest.approx(2.5)
    assert soft["venue_days"] == 1
    assert soft["gender_balance"] == 0
    evening = check(made, {"a": 18 * HOUR, "b": DAY + 18 * HOUR}).soft
    assert evening["prime_time"] == 0
    assert evening["venue_days"] == 2


def test_a_problem_checks_itself_when_it_is_built() -> None:
    with pytest.raises(ProblemError, match="stands twice"):
        problem(unit("a"), unit("a"))
    with pytest.raises(ProblemError, match="duration"):
        problem(unit("a", seconds=0))


def test_a_problem_survives_json() -> None:
    made = tournament()
    assert Problem.from_json(made.to_json()) == made
    assert Problem.from_json(made.to_json()).fingerprint() == made.fingerprint()
