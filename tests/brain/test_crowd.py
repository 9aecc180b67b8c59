"""Queues against closed forms and a heap, walkways against the cases of the guidelines."""

import heapq
import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.brain.crowd import kernels
from sportsbrain.brain.crowd.days import day_of, takes_of
from sportsbrain.brain.crowd.egress import RECORD, network_of, simulate_egress
from sportsbrain.brain.crowd.ingress import served, simulate_ingress
from sportsbrain.brain.crowd.lanes import LanePlan, LanesShortError, least_lanes
from sportsbrain.brain.crowd.parameters import (
    GREEN_GUIDE,
    LAB,
    OBSERVED_STADIUM,
    SETS,
    WEIDMANN,
    level_of,
    speed_at,
)
from sportsbrain.brain.crowd.problem import (
    QUARTER,
    Arrival,
    Bank,
    Block,
    Departure,
    Egress,
    Entrance,
    Ingress,
    ProblemError,
    Way,
)
from sportsbrain.vocabulary import frozen

pytestmark = pytest.mark.brain
EVEN = replace(GREEN_GUIDE, pace_spread=0.0)  # everybody walks alike: times by arithmetic


def bank(**more: Any) -> Bank:
    """Return a bank of two lanes that are open all day."""
    base: dict[str, Any] = {"code": "B", "opens_at": 0.0, "open_lanes": (2,) * 96, "headway": 10.0}
    return Bank(**{**base, **more})


def test_two_lanes_serve_who_comes_first() -> None:
    comes, takes = np.asarray([0.0, 1.0, 2.0, 3.0]), np.asarray([10.0, 4.0, 5.0, 1.0])
    assert list(served(bank(), comes, takes)) == [0.0, 1.0, 5.0, 10.0]


def test_a_lane_that_closes_finishes_one_person_and_begins_none() -> None:
    shifts = bank(open_lanes=(2, 1))
    assert shifts.shifts() == ((0, 0.0, 1800.0), (1, 0.0, 900.0))
    comes = np.asarray([890.0, 891.0, 892.0])
    begins = served(shifts, comes, np.asarray([100.0, 20.0, 5.0]))
    assert list(begins) == [890.0, 891.0, 990.0]  # lane 2 is free at 911, but closed
    late = served(shifts, np.asarray([1799.0, 1799.5]), np.asarray([60.0, 1.0]))
    assert list(late) == [1799.0, math.inf]


def test_the_shortest_of_own_queues_is_joined() -> None:
    comes, takes = np.asarray([0.0, 1.0, 2.0, 3.0]), np.asarray([10.0, 50.0, 5.0, 1.0])
    begins = served(bank(own_queues=True), comes, takes)
    # the third joins behind the first (equal queues), the fourth behind the second
    assert list(begins) == [0.0, 1.0, 10.0, 51.0]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 30)), max_size=60))
def test_waits_are_those_of_a_plain_heap(lanes: int, people: list[tuple[float, float]]) -> None:
    people.sort()
    comes = np.asarray([at for at, _ in people])
    takes = np.asarray([takes for _, takes in people])
    heap = [0.0] * lanes
    expected = []
    for at, long in people:
        begins = max(at, heapq.heappop(heap))
        heapq.heappush(heap, begins + long)
        expected.append(begins)
    found = served(bank(open_lanes=(lanes,) * 96), comes, takes)
    assert list(found) == expected


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (5, 0.8), (20, 0.9)])
def test_mean_waits_are_those_of_erlang(servers: int, load: float) -> None:
    dice = np.random.default_rng(7)
    people = 400_000
    comes = np.cumsum(dice.exponential(1.0 / (load * servers), people))
    takes = dice.exponential(1.0, people)
    begins = np.empty(people)
    opens, closes = np.zeros(servers), np.full(servers, np.inf)
    kernels.shared_queue(comes, takes, opens, closes, begins)
    offered = load * servers
    top = offered**servers / math.factorial(servers) / (1 - load)
    share = top / (sum(offered**k / math.factorial(k) for k in range(servers)) + top)
    assert (begins - comes).mean() == pytest.approx(share / (servers * (1 - load)), rel=0.06)


def test_vehicles_take_as_many_as_they_have_room_for() -> None:
    comes = np.asarray([0.0, 1.0, 2.0, 50.0])
    boards, ride = np.empty(4), np.empty(4, dtype=np.int64)
    kernels.hub(comes, np.asarray([10.0, 20.0]), np.asarray([2, 5]), boards, ride)
    assert list(boards) == [10.0, 10.0, 20.0, math.inf]
    assert list(ride) == [0, 0, 1, -1]


def out_of(ways: tuple[Way, ...], people: int, walk: Any = EVEN, **more: Any) -> Any:
    """Return how people at A get to X."""
    blocks = more.pop("blocks", (Block(code="b", place="A", people=people),))
    step = more.pop("step", 0.5)
    problem = Egress(ways=ways, blocks=blocks, exits=more.pop("exits", ("X",)), **more)
    return simulate_egress(problem, walk, seed=1, step=step)


@pytest.mark.parametrize("share", [0.1, 0.41, 0.9, 3.28])
@pytest.mark.parametrize("step", [0.5, 1.0, 2.0])
def test_a_full_way_flows_at_its_capacity_whatever_the_step(share: float, step: float) -> None:
    flow, people = share / step, 1000 if share < 0.5 else 6000
    way = Way(code="w", start="A", end="X", width=50.0, length=50.0, kind="gate", flow=flow)
    found = out_of((way,), people, step=step)
    walked = 50.0 / EVEN.speed
    assert found.out_last - walked == pytest.approx(people / flow, rel=0.002)


def test_one_walks_forty_metres_in_the_time_of_the_guideline() -> None:
    way = Way(code="w", start="A", end="X", width=2.0, length=40.0)
    assert 26.0 <= out_of((way,), 1, replace(EVEN, speed=1.33)).out_last <= 34.0


@pytest.mark.parametrize(("speed", "seconds"), [(0.5, 20.0), (0.65, 15.4)])
def test_one_takes_ten_metres_of_stairs_in_the_time_of_the_guideline(
    speed: float, seconds: float
) -> None:
    way = Way(code="w", start="A", end="X", width=2.0, length=10.0, kind="stairs")
    walk = replace(EVEN, speed=speed, stairs_share=1.0)
    assert out_of((way,), 1, walk).out_last == pytest.approx(seconds, abs=0.6)


def test_ten_metres_of_level_and_of_stairs_pass_what_the_guide_says() -> None:
    door = Way(code="w", start="A", end="X", width=10.0, length=0.5)
    level = out_of((door,), 6560)
    stairs = out_of((replace(door, kind="stairs"),), 6560)
    assert level.out_last == pytest.approx(480, rel=0.01)
    assert stairs.out_last == pytest.approx(596, rel=0.01)


def test_half_the_doors_take_twice_as_long() -> None:
    doors = tuple(Way(code=f"d{n}", start=f"A{n % 4}", end="X", width=1.0, length=1.0)
                  for n in range(4))  # fmt: skip
    four = tuple(Block(code=f"b{n}", place=f"A{n}", people=250) for n in range(4))
    two = tuple(Block(code=f"b{n}", place=f"A{n % 2}", people=250) for n in range(4))
    first = out_of(doors, 0, blocks=four).out_last
    assert out_of(doors, 0, blocks=two).out_last == pytest.approx(2 * first, rel=0.02)


def test_each_leaves_at_an_own_time() -> None:
    blocks = tuple(
        Block(code=f"b{n}", place="A", people=1, leaves_at=10.0 * n) for n in range(1, 11)
    )
    way = Way(code="w", start="A", end="X", width=5.0, length=1.34)
    assert out_of((way,), 0, blocks=blocks).out_last == pytest.approx(101.0, abs=0.6)


def test_a_jam_stands_before_the_narrow_place_and_reaches_back() -> None:
    ways = (
        Way(code="room", start="A", end="B", width=10.0, length=10.0),
        Way(code="corridor", start="B", end="C", width=2.0, length=10.0),
        Way(code="door", start="C", end="X", width=0.8, length=0.5),
    )
    found = {way.code: way for way in out_of(ways, 400).ways}
    assert found["corridor"].density_most > 3.0
    assert found["corridor"].people <= GREEN_GUIDE.jam * 20 + 1
    assert found["door"].people <= 3


def test_a_closed_way_sends_them_round_and_no_way_is_said() -> None:
    ways = (
        Way(code="near", start="A", end="X", width=2.0, length=10.0),
        Way(code="far", start="A", end="Y", width=2.0, length=100.0),
    )
    both = ("X", "Y")
    assert dict(out_of(ways, 50, exits=both).exits) == {"X": 50, "Y": 0}
    assert dict(out_of(ways, 50, exits=both, closed=("near",)).exits) == {"X": 0, "Y": 50}
    with pytest.raises(ProblemError, match="no open way leads from A to X"):
        out_of(ways, 50, exits=("X",), closed=("near",))


def test_a_gate_holds_them_until_it_opens_and_a_lift_takes_them_by_the_ride() -> None:
    gate = Way(
        code="g", start="A", end="X", width=2.0, length=1.0, kind="gate", flow=5.0, opens_at=60.0
    )
    assert out_of((gate,), 10).out_last >= 60.0
    lift = Way(
        code="l", start="A", end="X", width=2.0, length=1.0, kind="lift", flow=0.2, every=60.0
    )
    found = out_of((lift,), 30)  # twelve a minute
    assert found.out_last == pytest.approx(180.0, abs=1.0)


def test_trains_take_them_away() -> None:
    way = Way(code="w", start="A", end="X", width=5.0, length=10.0)
    trains = Departure(exit="X", leaves_at=(60.0, 120.0), room=(60, 40))
    found = out_of((way,), 100, departures=(trains,))
    assert found.gone_p95 == 120.0
    assert found.out_last < 60.0


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_nobody_is_lost_and_no_way_holds_more_than_it_can(data: st.DataObject) -> None:
    places = ["A", "B", "C", "X"]
    ways = tuple(
        Way(
            code=f"w{n}", start=one, end=other,
            width=data.draw(st.floats(0.8, 5.0)), length=data.draw(st.floats(1.0, 60.0)),
            kind=data.draw(st.sampled_from(["level", "stairs"])),
        )
        for n, (one, other) in enumerate(itertools.pairwise(places))
    )  # fmt: skip
    people = data.draw(st.integers(0, 300))
    walk = data.draw(st.sampled_from(list(SETS.values())))
    problem = Egress(
        ways=ways,
        blocks=tuple(
            Block(code=place, place=place, people=people, delay=20.0, delay_spread=0.5)
            for place in places[:2]
        ),
        exits=("X",),
    )
    found = simulate_egress(problem, walk, seed=data.draw(st.integers(0, 99)))
    assert found.left == 0
    assert found.people == 2 * people
    room = network_of(problem, walk).arrays[3]  # people that fit
    for way, most in zip(found.ways, room, strict=True):
        assert way.people <= most + 1
    assert found == simulate_egress(problem, walk, seed=found.seed)


def venue(lanes: int = 12, **more: Any) -> Ingress:
    """Return a venue of 3,000 with one entrance."""
    starts_at = 3 * 3600.0
    quarters = 14
    people = tuple(3000 * share for share in (0, 0.02, 0.03, 0.05, 0.08, 0.12, 0.16, 0.18,
                                              0.16, 0.11, 0.06, 0.03))  # fmt: skip
    entrance = Entrance(
        code="North",
        share=1.0,
        screening=(
            Bank(code="screening", opens_at=0.0, open_lanes=(lanes,) * quarters, headway=12.0),
        ),
        gates=Bank(
            code="gates", opens_at=0.0, open_lanes=(12,) * quarters, headway=5.5, headway_cv=0.35
        ),
    )
    base: dict[str, Any] = {
        "starts_at": starts_at,
        "arrivals": (Arrival(mode="rail", starts_at=0.0, people=people),),
        "entrances": (entrance,),
    }
    return Ingress(**{**base, **more})


def test_more_lanes_never_make_anybody_wait_longer() -> None:
    before = 0.0
    for lanes in (6, 8, 10, 12, 16):
        found = simulate_ingress(venue(lanes), OBSERVED_STADIUM, seed=3, days=4)
        assert found.share_kept >= before
        before = found.share_kept
    assert before == 1.0
    few = simulate_ingress(venue(6), OBSERVED_STADIUM, seed=3, days=4)
    assert few.weakest.code == "screening"
    assert few.bank("screening").peak_at is not None
    assert few == simulate_ingress(venue(6), OBSERVED_STADIUM, seed=3, days=4)


def test_a_train_brings_people_at_once() -> None:
    by_train = Arrival(mode="rail", starts_at=0.0, people=(600.0,) * 4, every=600.0, clear=60.0)
    day = day_of(venue(arrivals=(by_train,)), GREEN_GUIDE, seed=1, number=0)
    assert len(day.comes) == 2400
    assert set(np.floor(day.comes / 600.0).astype(int)) <= set(range(1, 8))
    assert ((day.comes % 600.0) <= 60.0).all()


def test_classes_go_to_lanes_that_take_them() -> None:
    base = venue()
    lanes = (
        Bank(code="bags", opens_at=0.0, open_lanes=(10,) * 14, headway=14.0, takes=("bag",)),
        Bank(code="express", opens_at=0.0, open_lanes=(4,) * 14, headway=6.5, takes=("none",)),
    )
    problem = replace(
        base,
        classes=(("bag", 0.6), ("none", 0.4)),
        entrances=(replace(base.entrances[0], screening=lanes),),
    )
    found = simulate_ingress(problem, GREEN_GUIDE, seed=1, days=2)
    assert found.bank("bags").people == pytest.approx(1800, rel=0.05)
    assert found.bank("express").people == pytest.approx(1200, rel=0.05)
    with pytest.raises(ProblemError, match="no screening takes bag"):
        replace(problem, entrances=(replace(base.entrances[0], screening=lanes[1:]),))


def plan_of(promise: float, **more: Any) -> tuple[LanePlan, Bank, Any]:
    """Return the least lanes of the screening of a venue."""
    problem = venue()
    screening = problem.entrances[0].screening[0]
    days = tuple(
        (day.comes, takes_of(screening, day.screening))
        for day in (day_of(problem, GREEN_GUIDE, seed=5, number=n) for n in range(3))
    )
    ticks = itertools.count()
    steps = least_lanes(
        screening, days, promise_seconds=promise, promise_share=0.95, seed=5,
        clock=lambda: float(next(ticks)), lanes_max=more.get("lanes_max", 40),
    )  # fmt: skip
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value, screening, days


def test_one_lane_fewer_in_any_quarter_breaks_the_promise() -> None:
    plan, screening, days = plan_of(600.0)
    assert plan.proved == len(plan.open_lanes)
    assert plan.bound <= plan.lane_hours
    assert plan.constant_hours is not None
    assert plan.lane_hours < plan.constant_hours

    def kept(lanes: tuple[int, ...]) -> bool:
        late, count = np.zeros(len(lanes)), np.zeros(len(lanes))
        for comes, takes in days:
            begins = served(replace(screening, open_lanes=lanes), comes, takes)
            quarter = np.minimum(len(lanes) - 1, comes // QUARTER).astype(int)
            late += np.bincount(quarter, begins - comes > 600.0, minlength=len(lanes))
            count += np.bincount(quarter, minlength=len(lanes))
        return bool((late <= 0.05 * count + 1e-9).all())

    assert kept(plan.open_lanes)
    for quarter, lanes in enumerate(plan.open_lanes):
        if lanes:
            fewer = list(plan.open_lanes)
            fewer[quarter] -= 1
            assert not kept(tuple(fewer)), quarter


def test_too_few_lanes_are_said_with_the_quarter() -> None:
    with pytest.raises(LanesShortError, match="with all 3 lanes open"):
        plan_of(600.0, lanes_max=3)


def test_levels_speeds_and_sets_are_those_of_the_literature() -> None:
    assert [level_of(x) for x in (0.2, 0.4, 0.7, 1.0, 2.0, 2.2)] == list("ABCDEF")
    assert speed_at(0.0) == 1.34
    assert speed_at(1.754) * 1.754 == pytest.approx(1.2249, abs=1e-3)
    assert speed_at(5.4) == 0.0
    assert GREEN_GUIDE.wave_of(GREEN_GUIDE.flow_level) == pytest.approx(0.343, abs=0.001)
    assert OBSERVED_STADIUM.wave_of(1.0) == pytest.approx(0.24, abs=0.001)
    assert LAB.wave_of(1.0) == 0.45
    assert WEIDMANN.wave_of(1.225) == pytest.approx(0.27, abs=0.01)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bank(headway=0.0), "longer than 0 s"),
        (lambda: bank(open_lanes=()), "how many lanes"),
        (lambda: bank(search_share=2.0), "between 0 and 1"),
        (lambda: Way(code="w", start="A", end="X", width=0.0, length=1.0), "longer than 0 m"),
        (lambda: Way(code="w", start="A", end="X", width=1.0, length=1.0, kind="lift"), "lets"),
        (lambda: venue(classes=(("a", 0.5),)), "add up to 1"),
        (lambda: Egress(ways=(), blocks=(), exits=("X",), closed=("w",)), "no way 'w' to close"),
    ],
)
def test_nonsense_is_said(make: Any, words: str) -> None:
    with pytest.raises(ProblemError, match=words):
        make()


def test_problems_survive_json_and_records_are_ten_seconds() -> None:
    problem = venue()
    assert frozen.from_json(Ingress, frozen.to_json(problem)) == problem
    assert problem.fingerprint() == venue().fingerprint()
    assert RECORD == 10.0
