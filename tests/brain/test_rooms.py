"""Beds on small cases with known answers, and random ones before the independent check."""

import itertools
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.rooms.check import check
from sportsbrain.brain.rooms.plan import RoomPlan
from sportsbrain.brain.rooms.problem import (
    Apartment,
    Building,
    Person,
    Problem,
    ProblemError,
    Room,
)
from sportsbrain.brain.rooms.solve import greedy_plan, solve
from sportsbrain.brain.rooms.solve.bounds.quiet import quiet_nights
from sportsbrain.brain.rooms.solve.explain import too_little
from sportsbrain.brain.rooms.solve.needs import least_rooms, needs_of
from sportsbrain.brain.rooms.solve.replan import replan
from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.planning import Stop

pytestmark = pytest.mark.brain
WEIGHTS = (
    ("building_splits", 100.0),
    ("floor_splits", 5.0),
    ("spare_rooms", 20.0),
    ("walk", 0.1),
    ("handovers", 20.0),
)


def village(sizes: tuple[int, ...], people: list[Person], **changes: Any) -> Problem:
    """Return buildings with one floor of apartments with two rooms each."""
    apartments = tuple(
        Apartment(
            code=f"B{b}-{a}",
            building=b,
            floor=0,
            rooms=(
                Room(code=f"B{b}-{a}a", is_accessible=a == 0, long_beds=1),
                Room(code=f"B{b}-{a}b"),
            ),
        )
        for b, size in enumerate(sizes)
        for a in range(size)
    )
    problem = Problem(
        nights=10,
        delegations=("AAA", "BBB", "CCC"),
        buildings=tuple(
            Building(code=f"B{b}", village="V", walk_minutes=10 + 5 * b) for b in range(len(sizes))
        ),
        apartments=apartments,
        people=tuple(people),
        weights=WEIGHTS,
    )
    return replace(problem, **changes)


def person(code: str, delegation: int = 0, gender: str = "W", **more: Any) -> Person:
    """Return somebody who stays all nights unless said otherwise."""
    base = {"first_night": 0, "leaves_on": 10, **more}
    return Person(code=code, delegation=delegation, gender=gender, **base)


def plan_of(problem: Problem, rounds: int = 8) -> RoomPlan:
    """Return the deterministic plan."""
    ticks = itertools.count()
    stop = Stop(seconds=20, rounds=rounds, deterministic=True)
    steps = solve(problem, seed=1, stop=stop, clock=lambda: next(ticks) * 0.01)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: RoomPlan = end.value
        return found


def test_a_bed_is_used_again_when_it_is_free() -> None:
    people = [person("1", leaves_on=4), person("2", first_night=4), person("3", gender="M")]
    problem = village((1,), people)
    plan = plan_of(problem)
    assert not check(problem, plan.beds).faults
    beds = {code: (room, bed) for code, room, bed in plan.beds}
    assert beds["1"] == beds["2"]


def test_a_delegation_stays_together_and_near() -> None:
    people = [person(f"{n}") for n in range(8)]
    plan = plan_of(village((2, 2), people))
    assert {room[:2] for _, room, _ in plan.beds} == {"B0"}
    assert plan.splits == ()
    assert plan.objective == pytest.approx(4 * 10 * 0.1)


def test_a_building_without_apartments_is_no_trouble() -> None:
    problem = village((0, 2, 0), [person("1"), person("2", gender="M")])
    plan = plan_of(problem, rounds=1)
    assert not check(problem, plan.beds).faults
    assert plan.objective == pytest.approx(plan.bound)


def test_a_split_is_explained() -> None:
    people = [person(f"{n}") for n in range(12)]
    plan = plan_of(village((2, 2), people))
    assert [(s.delegation, s.text) for s in plan.splits] == [
        ("AAA", "needs 6 rooms, the largest building has 4")
    ]


def test_pairs_kept_apart_and_closed_buildings_are_respected() -> None:
    people = [person("1"), person("2", delegation=1)]
    problem = village((2, 2), people, apart=((0, 1),))
    plan = plan_of(problem)
    assert not check(problem, plan.beds).faults
    closed = replace(problem.buildings[0], closed=((3, 5),))
    problem = village((2, 2), people[:1])
    problem = replace(problem, buildings=(closed, problem.buildings[1]))
    plan = plan_of(problem)
    assert {room[:2] for _, room, _ in plan.beds} == {"B1"}


def test_who_needs_it_has_an_accessible_room_and_the_tall_a_long_bed() -> None:
    people = [person("1", needs_accessible=True), person("2", delegation=1, is_tall=True)]
    problem = village((2,), people, weights=(*WEIGHTS, ("long_beds", 50.0)))
    plan = plan_of(problem)
    score = check(problem, plan.beds)
    assert not score.faults
    assert score.soft["long_beds"] == 0


def test_an_overfull_village_says_who_has_no_bed_and_the_smallest_conflict() -> None:
    people = [person(f"{d}{n}", delegation=d) for d in range(3) for n in range(3)]
    problem = village((2,), people)
    plan = plan_of(problem)
    assert set(check(problem, plan.beds).by_rule) == {"no_bed"}
    assert len(plan.left) == check(problem, plan.beds).by_rule["no_bed"]
    words = too_little(problem, needs_of(problem))
    assert words.startswith("AAA, BBB, CCC need 6 rooms, the village has 4")


def test_every_forged_bed_is_found_out() -> None:
    people = [
        person("1"),
        person("2", gender="M"),
        person("3", delegation=1, needs_accessible=True),
        person("4", delegation=2, is_minor=True),
        person("5", delegation=2, is_official=True),
    ]
    problem = village((2, 2), people, apart=((0, 1),))
    beds = (
        ("1", "B0-0a", 1),
        ("2", "B0-0a", 1),
        ("3", "B0-0b", 1),
        ("4", "B0-1a", 1),
        ("5", "B1-1a", 1),
        ("9", "B0-0a", 1),
    )
    assert set(check(problem, beds).by_rule) == {
        "unknown_bed",
        "bed_twice",
        "mixed_room",
        "apartment_shared",
        "not_accessible",
        "minor_alone",
        "pair_together",
    }


people_drawn = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from("MW"), st.integers(0, 8), st.integers(1, 9),
        st.booleans(), st.booleans(),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(people_drawn)
def test_random_villages_have_no_fault_and_never_beat_their_bound(
    rows: list[tuple[int, str, int, int, bool, bool]],
) -> None:
    people = [
        Person(
            code=f"{n}", delegation=delegation, gender=gender, first_night=first,
            leaves_on=min(10, first + nights), is_tall=tall, is_official=official,
        )
        for n, (delegation, gender, first, nights, tall, official) in enumerate(rows)
    ]  # fmt: skip
    weights = (*WEIGHTS, ("open_buildings", 30.0), ("long_beds", 2.0), ("noise", 1.0))
    problem = village((4, 4, 6), people, weights=weights)
    plan = plan_of(problem, rounds=3)
    score = check(problem, plan.beds)
    assert not score.faults
    assert plan.objective == pytest.approx(score.objective)
    assert plan.bound <= score.objective + 1e-6
    greedy = check(problem, tuple(greedy_plan(problem)))
    assert plan.bound <= greedy.objective + 1e-6 or greedy.faults


few_drawn = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from("MW"), st.integers(0, 6), st.integers(1, 6),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(few_drawn, st.sampled_from((0.0, 1.0, 20.0)), st.sampled_from((0.1, 2.0)))
def test_no_plan_at_all_is_below_the_bound(
    rows: list[tuple[int, str, int, int, int]], handovers: float, noise: float
) -> None:
    people = [
        person(
            f"{n}", delegation=delegation, gender=gender, first_night=first,
            leaves_on=min(10, first + nights), race_nights=tuple(range(first, first + 1))[:races],
        )
        for n, (delegation, gender, first, nights, races) in enumerate(rows)
    ]  # fmt: skip
    weights = {**dict(WEIGHTS), "open_buildings": 30.0, "noise": noise, "handovers": handovers}
    problem = village((1, 1), people, weights=tuple(weights.items()))
    quiet = replace(problem.buildings[1], quiet_floors=(0,))
    problem = replace(problem, buildings=(problem.buildings[0], quiet))
    beds = [(room.code, n) for a in problem.apartments for room in a.rooms for n in (1, 2)]
    scores = (
        check(problem, tuple((p.code, *bed) for p, bed in zip(people, chosen, strict=True)))
        for chosen in itertools.product(beds, repeat=len(people))
    )
    best = min(score.objective for score in scores if not score.faults)
    plan = plan_of(problem, rounds=1)
    assert plan.bound <= best + 1e-6
    assert check(problem, plan.beds).objective >= best - 1e-6


def test_an_apartment_handed_over_is_counted() -> None:
    people = [person("1", leaves_on=4), person("2", delegation=1, first_night=5)]
    problem = village((1,), people)
    score = check(problem, (("1", "B0-0a", 1), ("2", "B0-0b", 1)))
    assert not score.faults
    assert score.soft["handovers"] == 1


def test_people_who_follow_each_other_or_part_by_gender_need_the_fewest_rooms() -> None:
    early = [person(f"m{n}", gender="M", leaves_on=5) for n in range(4)]
    late = [person(f"w{n}", first_night=5) for n in range(4)]
    needs = needs_of(village((3,), early + late))
    assert [need.rooms for need in needs] == [2]
    assert least_rooms(early + late) == 2


def test_those_who_compete_are_in_few_rooms() -> None:
    stays = [(f"{n}", (3,) if n % 2 else ()) for n in range(8)]
    people = [person(code, race_nights=nights) for code, nights in stays]
    (need,) = needs_of(village((4,), people))
    assert need.races == [2, 2, 0, 0]


def test_quiet_nights_are_the_most_that_beds_can_hold() -> None:
    people = [
        person("a", leaves_on=4, race_nights=(1, 2)),
        person("b", first_night=4, race_nights=(5,)),
        person("c", race_nights=(1, 3, 5)),
        person("d", leaves_on=6, race_nights=(2,)),
    ]
    assert quiet_nights(people, beds=4) == [0, 3, 6, 7, 7]


def test_a_cancelled_search_ends_at_once_with_a_plan_and_a_closed_one_stops_working() -> None:
    problem = village((3, 3), [person(f"{n}", delegation=n % 3) for n in range(9)])
    plan_of(problem, rounds=1)  # what is compiled, is compiled
    steps = solve(problem, seed=1, stop=Stop(seconds=600), clock=time.monotonic)
    next(steps)
    with pytest.raises(StopIteration) as ended:
        steps.send(True)
    plan: RoomPlan = ended.value.value
    assert not check(problem, plan.beds).faults
    assert plan.seconds < 60
    others = threading.active_count()
    steps = solve(problem, seed=1, stop=Stop(seconds=600), clock=time.monotonic)
    next(steps)
    steps.close()
    assert threading.active_count() == others


def test_same_seed_same_plan_and_problems_survive_json() -> None:
    problem = village((2, 2), [person(f"{n}", delegation=n % 3) for n in range(7)])
    assert frozen.from_json(Problem, frozen.to_json(problem)) == problem
    assert plan_of(problem).beds == plan_of(problem).beds


def test_a_problem_checks_itself() -> None:
    with pytest.raises(ProblemError, match="before the first"):
        person("1", first_night=5, leaves_on=5)
    with pytest.raises(ProblemError, match="one person code"):
        village((1,), [person("1"), person("1")])


def replanned(problem: Problem) -> RoomPlan:
    """Return the plan with the fewest moves."""
    steps = replan(problem, seed=1, clock=lambda: 0.0)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: RoomPlan = end.value
        return found


def test_after_a_late_change_only_those_move_who_must() -> None:
    people = [person(f"{n}") for n in range(6)] + [person("x", delegation=1)]
    problem = village((3, 3), people)
    beds = plan_of(problem).beds
    closed = replace(problem.buildings[0], closed=((8, 9),))
    late = [*people[1:], person("new", gender="M"), person("short", leaves_on=8)]
    changed = village((3, 3), late, in_force=beds)
    plan = replanned(changed)
    score = check(changed, plan.beds)
    assert not score.faults
    assert score.soft["moves"] == 0
    changed = replace(changed, buildings=(closed, changed.buildings[1]))
    plan = replanned(changed)
    score = check(changed, plan.beds)
    assert set(score.by_rule) <= {"no_bed"}
    assert score.soft["moves"] == next(t.bound for t in plan.terms if t.key == "moves")
