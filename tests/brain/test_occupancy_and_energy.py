"""How full it gets and what a building uses: known answers, and better than the naive ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.brain.energy.problem import Hour, Option, Tariff
from sportsbrain.brain.energy.problem import Problem as EnergyProblem
from sportsbrain.brain.energy.problem import ProblemError as EnergyProblemError
from sportsbrain.brain.energy.solve import by_day, expected, fit, save
from sportsbrain.brain.occupancy.problem import PastDay, Problem, ProblemError
from sportsbrain.brain.occupancy.solve import forecast

BUMP = tuple(100 * math.exp(-((n - 20) ** 2) / 40) for n in range(48))
FLAT = Tariff(prices=(20.0,) * 24, grams=(300.0,) * 24)


def hall(*days: tuple[float, ...], today: tuple[float, ...] = (), people: float = 100) -> Problem:
    return Problem(
        place="HALL", step_minutes=15, places=100, today=today, people=people,
        days=tuple(PastDay(values=day, people=100) for day in days),
    )  # fmt: skip


def test_days_that_are_all_alike_come_again() -> None:
    found = forecast(hall(BUMP, BUMP, BUMP))
    assert found.values == pytest.approx(BUMP, abs=0.01)
    assert found.error == pytest.approx(0, abs=0.01)
    assert found.naive > 5


def test_twice_the_people_are_twice_as_many() -> None:
    found = forecast(hall(BUMP, BUMP, BUMP, people=200))
    assert max(found.values) == pytest.approx(200, abs=0.01)


def test_a_day_that_is_fuller_so_far_stays_fuller() -> None:
    more = tuple(1.4 * value for value in BUMP)
    plain = forecast(hall(BUMP, BUMP, BUMP, today=BUMP[:18]))
    found = forecast(hall(BUMP, BUMP, BUMP, today=more[:18]))
    assert found.values[2] > 1.1 * plain.values[2]


def test_quiet_until_and_crowded_until_are_the_steps_that_turn() -> None:
    before = forecast(hall(BUMP, BUMP, BUMP, today=BUMP[:10]))
    assert before.quiet_until == next(n for n in range(10, 48) if BUMP[n] > 50)
    assert before.quiet_from is None
    within = forecast(hall(BUMP, BUMP, BUMP, today=BUMP[:20]))
    assert within.quiet_from == next(n for n in range(20, 48) if BUMP[n] <= 50)


def test_with_days_that_differ_it_errs_less_than_as_it_is_now() -> None:
    dice = np.random.default_rng(1)
    days = [tuple(dice.poisson(dice.gamma(80, 1 / 80) * np.array(BUMP)).tolist()) for _ in range(9)]
    found = forecast(hall(*days, today=days[0][:16]))
    assert found.error < 0.7 * found.naive


@given(
    st.lists(st.lists(st.integers(0, 90), min_size=12, max_size=12), min_size=1, max_size=5),
    st.integers(0, 12),
)
def test_a_forecast_is_never_below_nobody_and_within_its_band(
    days: list[list[int]], seen: int
) -> None:
    problem = hall(*(tuple(float(n) for n in day) for day in days),
                   today=tuple(float(n) for n in days[0][:seen]))  # fmt: skip
    found = forecast(problem)
    assert len(found.values) == 12 - seen
    for low, value, high in zip(found.low, found.values, found.high, strict=True):
        assert 0 <= low <= value <= high
    assert Problem.from_json(problem.to_json()) == problem


@pytest.mark.parametrize("wrong", [
    {"days": ()}, {"today": (-1.0,)}, {"today": (1.0,) * 99}, {"places": 0},
    {"days": (PastDay(values=(1.0, 2.0), people=0),)},
])  # fmt: skip
def test_a_hall_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    usual: dict[str, object] = {
        "place": "HALL", "step_minutes": 15, "places": 9, "today": (), "people": 5,
        "days": (PastDay(values=(1.0, 2.0), people=5),),
    }  # fmt: skip
    with pytest.raises(ProblemError, match="HALL"):
        Problem(**(usual | wrong))  # type: ignore[arg-type]  # what is wrong is the point


def house(days: int = 10, *, cooling: float = 4.0, heating: float = 2.0) -> tuple[Hour, ...]:
    rows = []
    for day in range(days):
        for hour in range(24):
            outdoor = 14 + 9 * math.sin((hour - 9) * math.pi / 12) + 3 * math.sin(day)
            presence = 1.0 if 8 <= hour < 18 else 0.3
            used = (
                10 + (5 if hour > 6 else 0) + 6 * presence
                + cooling * max(0.0, outdoor - 18) + heating * max(0.0, 12 - outdoor)
            )  # fmt: skip
            rows.append(Hour(day=day, hour=hour, outdoor=outdoor, presence=presence, used=used))
    return tuple(rows)


def test_a_house_that_follows_the_model_is_found_again() -> None:
    problem = EnergyProblem(building="A", hours=house())
    found = fit(problem)
    assert (found.heats_below, found.cools_above) == (12.0, 18.0)
    assert found.cooling == pytest.approx(4.0, abs=0.05)
    assert found.heating == pytest.approx(2.0, abs=0.05)
    assert found.cv < 0.01
    assert expected(found, problem.hours) == pytest.approx([r.used for r in problem.hours], abs=0.2)


def test_a_warmer_set_point_saves_what_the_kelvin_cost() -> None:
    problem = EnergyProblem(building="A", hours=house(), lighting=3.0)
    option = Option(code="up", title="A Kelvin warmer", cooling_up=1.0)
    found = save(problem, fit(problem), problem.hours, option, FLAT)
    hot = sum(min(1.0, max(0.0, row.outdoor - 18)) for row in problem.hours)
    assert found.kwh == pytest.approx(4.0 * hot, rel=0.02)
    assert found.cost == pytest.approx(20 * found.kwh)
    assert found.carbon == pytest.approx(0.3 * found.kwh)
    assert found.discomfort > 0


def test_lights_that_are_off_save_their_power_and_no_comfort() -> None:
    problem = EnergyProblem(building="A", hours=house(), lighting=3.0)
    option = Option(code="dark", title="Off at night", lights_off=(1, 2, 3))
    found = save(problem, fit(problem), problem.hours, option, FLAT)
    assert found.kwh == pytest.approx(10 * 3 * 3.0)
    assert found.discomfort == 0


def test_doing_nothing_saves_nothing() -> None:
    problem = EnergyProblem(building="A", hours=house())
    found = save(problem, fit(problem), problem.hours, Option(code="no", title=""), FLAT)
    assert (found.kwh, found.cost, found.carbon, found.discomfort) == (0, 0, 0, 0)


def test_days_add_up_to_what_was_metered() -> None:
    rows = house()
    figures = by_day("A", rows, [row.used or 0.0 for row in rows], FLAT)
    assert len(figures) == 10
    assert sum(row.kwh for row in figures) == pytest.approx(sum(row.used or 0 for row in rows))


def test_a_meter_with_few_days_is_refused_in_words() -> None:
    with pytest.raises(EnergyProblemError, match="A: 4 days were metered, 5 are needed"):
        EnergyProblem(building="A", hours=house(4))
