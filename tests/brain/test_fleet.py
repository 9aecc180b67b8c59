"""Buses on small cases with known answers, and random ones before the independent check."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.fleet.check import check
from sportsbrain.brain.fleet.plan import FleetPlan
from sportsbrain.brain.fleet.problem import (
    BlockProblem,
    Depot,
    Need,
    Place,
    Problem,
    ProblemError,
    Roads,
    Service,
    Trip,
)
from sportsbrain.brain.fleet.solve import solve
from sportsbrain.brain.fleet.solve.blocks import Blocks, solve_blocks
from sportsbrain.brain.fleet.solve.explain import too_few
from sportsbrain.brain.fleet.solve.flow import NoFlowError
from sportsbrain.brain.fleet.solve.search import reserve_of
from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.planning import Stop

pytestmark = pytest.mark.brain
HOUR = 3600


def _clock() -> float:
    return next(_TICKS) * 0.001


_TICKS = itertools.count()


def _blocks(problem: BlockProblem) -> Blocks:
    steps = solve_blocks(problem, seconds=20, clock=_clock)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: Blocks = end.value
        return found


def _plan(problem: Problem, seed: int = 1) -> FleetPlan:
    steps = solve(problem, seed=seed, stop=Stop(seconds=20), clock=_clock)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: FleetPlan = end.value
        return found


def _trip(code: str, leaves: float, *, back: bool = False, depots: tuple[int, ...] = (0,)) -> Trip:
    one, other = (1, 0) if back else (0, 1)
    at = int(leaves * HOUR)
    return Trip(
        code=code, line="A", starts_in=one, ends_in=other, departs_at=at,
        arrives_at=at + 1800, depots=depots,
    )  # fmt: skip


def _problem(trips: tuple[Trip, ...], depots: int = 1, vehicles: int = 9) -> BlockProblem:
    return BlockProblem(
        places=("village", "arena"),
        depots=tuple(
            Depot(code=f"N{n}", place=n % 2, vehicles_max=vehicles, vehicle_cost=1000)
            for n in range(depots)
        ),
        trips=trips,
        dead_seconds=((0, 1200), (1200, 0)),
    )


def test_one_bus_goes_to_and_fro() -> None:
    trips = (_trip("1", 8), _trip("2", 9, back=True), _trip("3", 10))
    found = _blocks(_problem(trips))
    assert [block.trips for block in found.blocks] == [("1", "2", "3")]
    assert found.objective == found.bound == pytest.approx(1000 + 0.01 * 1200)


def test_two_buses_where_one_is_too_late() -> None:
    trips = (_trip("1", 8), _trip("2", 8.2), _trip("3", 9, back=True))
    assert len(_blocks(_problem(trips)).blocks) == 2


def test_a_dead_run_saves_a_bus() -> None:
    found = _blocks(_problem((_trip("1", 8), _trip("2", 9))))
    assert len(found.blocks) == 1
    assert found.objective == pytest.approx(1000 + 0.01 * 2400)


def test_too_few_vehicles_are_said() -> None:
    with pytest.raises(NoFlowError, match="1 vehicles can't drive all 2 trips"):
        _blocks(_problem((_trip("1", 8), _trip("2", 8.1)), vehicles=1))


def test_a_trip_stays_with_the_depots_that_may_drive_it() -> None:
    trips = (_trip("1", 8, depots=(1,)), _trip("2", 9, back=True, depots=(0, 1)))
    found = _blocks(_problem(trips, depots=2))
    assert [block.depot for block in found.blocks] == ["N1"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(60, 260), st.booleans(), st.sampled_from([(0,), (1,), (0, 1)])),
        min_size=1,
        max_size=8,
    )
)
def test_several_depots_are_as_good_as_trying_everything(
    rows: list[tuple[int, bool, tuple[int, ...]]],
) -> None:
    trips = tuple(
        _trip(f"{n}", step / 12, back=back, depots=depots)
        for n, (step, back, depots) in enumerate(rows)
    )
    problem = _problem(trips, depots=2)
    best = min(
        sum(_one_depot(problem, depot, choice) for depot in (0, 1))
        for choice in itertools.product(*[trip.depots for trip in trips])
    )
    found = _blocks(problem)
    assert found.objective == pytest.approx(best)
    assert found.bound <= best + 1e-6


def _one_depot(problem: BlockProblem, depot: int, choice: tuple[int, ...]) -> float:
    trips = tuple(
        replace(trip, depots=(0,))
        for trip, mine in zip(problem.trips, choice, strict=True)
        if mine == depot
    )
    return _blocks(replace(problem, depots=(problem.depots[depot],), trips=trips)).objective


def network(needs: tuple[Need, ...], **changes: object) -> Problem:
    """Return a village and an arena, half an hour apart."""
    service = Service(
        code="out", client_group="athletes", starts_in=0, ends_in=1, seats=40, needs=needs
    )
    base = Problem(
        places=(Place(code="village", bays=2), Place(code="arena")),
        depots=(Depot(code="N", place=0, vehicles_max=20, vehicle_cost=500),),
        services=(service,),
        roads=Roads(median_seconds=((0, 1800), (1800, 0)), hour_factors=(1.0,) * 24),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _need(code: str, people: int, by: float, *, minutes: int = 60, arrives: bool = True) -> Need:
    at = int(by * HOUR)
    return Need(code=code, people=people, is_arrival=arrives, from_at=at - minutes * 60, by_at=at)


def test_everyone_arrives_in_the_window_in_the_fewest_buses() -> None:
    problem = network((_need("S1", 70, 10), _need("S2", 10, 10.25)))
    plan = _plan(problem)
    assert not check(problem, plan).faults
    assert len(plan.departures) == 2


def test_full_bays_send_a_bus_earlier() -> None:
    problem = network((_need("S1", 160, 10),))
    plan = _plan(problem)
    assert not check(problem, plan).faults
    assert len({departure.departs_at for departure in plan.departures}) == 2


def test_a_headway_is_kept_between_first_and_last() -> None:
    problem = network(())
    service = replace(
        problem.services[0],
        headway_seconds_max=900,
        open_windows=((8 * HOUR, 10 * HOUR),),
    )
    problem = replace(problem, services=(service,))
    plan = _plan(problem)
    assert not check(problem, plan).faults
    assert [d.departs_at % HOUR // 60 for d in plan.departures] == [0, 15, 30, 45] * 2


def test_a_window_that_no_departure_reaches_is_a_fault() -> None:
    problem = network((Need(code="S1", people=5, is_arrival=True, from_at=36001, by_at=36059),))
    plan = _plan(problem)
    assert check(problem, plan).by_rule == {"not_carried": 1}


def test_the_plan_scores_as_check_scores_it() -> None:
    problem = network((_need("S1", 70, 10), _need("S2", 30, 13), _need("S3", 80, 19)))
    plan = _plan(problem)
    score = check(problem, plan)
    assert plan.objective == pytest.approx(score.objective)
    assert plan.bound <= plan.objective
    for term in plan.terms:
        assert term.value == pytest.approx(score.soft[term.key])
        assert term.bound <= term.value + 1e-9


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 200), st.integers(14, 44), st.integers(30, 120), st.booleans()),
        max_size=8,
    )
)
def test_random_networks_have_no_fault(rows: list[tuple[int, int, int, bool]]) -> None:
    needs = tuple(
        _need(f"S{n}", people, half / 2, minutes=minutes, arrives=arrives)
        for n, (people, half, minutes, arrives) in enumerate(rows)
    )
    depots = (
        Depot(code="N", place=0, vehicles_max=80, vehicle_cost=500),
    )  # enough for all at once
    places = (Place(code="village"), Place(code="arena"))
    problem = replace(network(needs), places=places, depots=depots)
    assert not check(problem, _plan(problem)).faults


def test_a_forged_plan_is_found_out() -> None:
    problem = network((_need("S1", 70, 10),))
    plan = _plan(problem)
    late = replace(plan.departures[0], departs_at=plan.departures[0].departs_at + 1800)
    forged = replace(plan, departures=(late, *plan.departures[1:]), blocks=plan.blocks[:1])
    rules = set(check(problem, forged).by_rule)
    assert {"run_time", "not_driven", "not_manned"} >= rules >= {"run_time"}


def test_reserve_grows_with_the_fleet_and_keeps_its_promise() -> None:
    problem = network(())
    assert reserve_of(problem, 0) == 0
    assert reserve_of(problem, 500) > reserve_of(problem, 100) > 0


def test_same_seed_same_plan_and_problems_survive_json() -> None:
    problem = network((_need("S1", 70, 10), _need("S2", 30, 13)))
    assert frozen.from_json(Problem, frozen.to_json(problem)) == problem
    one, other = _plan(problem), _plan(problem)
    assert (one.departures, one.blocks, one.duties) == (
        other.departures,
        other.blocks,
        other.duties,
    )


def test_a_problem_checks_itself() -> None:
    with pytest.raises(ProblemError, match="arrives at"):
        Trip(code="x", line="", starts_in=0, ends_in=1, departs_at=9, arrives_at=9, depots=(0,))
    with pytest.raises(ProblemError, match="between places"):
        network((), services=(replace(network(()).services[0], ends_in=7),))


def test_too_few_vehicles_are_explained_by_the_fewest_trips() -> None:
    trips = (_trip("1", 7), _trip("2", 8), _trip("3", 8.1), _trip("4", 12))
    found = too_few(_problem(trips, vehicles=1))
    assert found is not None
    assert found.trips == ("2", "3")
    assert too_few(_problem(trips, vehicles=2)) is None


def test_trips_too_far_apart_are_a_conflict_too() -> None:
    trips = (_trip("1", 8), _trip("2", 8.6), _trip("3", 12))
    found = too_few(_problem(trips, vehicles=1))
    assert found is not None
    assert found.trips == ("1", "2")


def test_an_overfull_depot_is_a_fault_and_still_a_plan() -> None:
    problem = network((_need("S1", 160, 10),))
    depot = replace(problem.depots[0], vehicles_max=1)
    problem = replace(problem, depots=(depot,))
    assert check(problem, _plan(problem)).by_rule == {"fleet": 1}


def test_cancel_keeps_what_was_found() -> None:
    problem = network((_need("S1", 70, 10), _need("S2", 30, 40), _need("S3", 30, 60)))
    steps = solve(problem, seed=1, stop=Stop(seconds=20), clock=_clock)
    next(steps)
    try:
        while True:
            steps.send(True)
    except StopIteration as end:
        assert not check(problem, end.value).faults
