"""
Walk people through one drawn area with JuPedSim: an odd corner, a plaza, a door.

JuPedSim is an extra (``sportsbrain[micro]``). Only calibrated parameters are used: with its own it
lets through half or twice what doors in the laboratory did, or jams for ever.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sportsbrain.brain.crowd.parameters import WalkSet
from sportsbrain.brain.crowd.problem import ProblemError

STEP = 0.05  # seconds
JAM_SECONDS = 60.0
# Radius in metres and time gap in seconds of the collision-free speed model, by walk set.
CALIBRATED = {"lab": (0.15, 0.7), "observed_stadium": (0.2, 1.0)}
NARROW = 1.2  # metres: below it people block each other as nobody does
Point = tuple[float, float]


class MicroMissingError(ImportError):
    """JuPedSim is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """
    A drawn area that people stand in and leave by one exit.

    Parameters
    ----------
    outline, stands, exit
        Polygons in metres: where one may walk, where people are at first, where they are out.
    people
        How many stand there at first.
    narrowest
        Width of the narrowest opening in metres.

    """

    outline: tuple[Point, ...]
    stands: tuple[Point, ...]
    exit: tuple[Point, ...]
    people: int
    narrowest: float

    def __post_init__(self) -> None:
        if self.narrowest < NARROW:
            message = f"openings below {NARROW} m can't be walked person by person"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroOutcome:
    """
    How an area emptied.

    ``is_jammed``: nobody left for a minute while people were there. That is a fault of the method,
    never a time of evacuation: ``out_last`` is None then. ``flow`` is people a second between the
    15 % and the 75 % person.
    """

    walk_set: str
    people: int
    out_last: float | None
    flow: float | None
    is_jammed: bool
    seed: int


def simulate_area(area: Area, walk: WalkSet, *, seed: int, seconds_max: float) -> MicroOutcome:
    """
    Return how people leave an area, each of them walked.

    Raises
    ------
    MicroMissingError
        Without JuPedSim.
    ProblemError
        When the walk set has no calibrated parameters, or people do not fit.

    """
    if walk.name not in CALIBRATED:
        message = f"{walk.name} is not calibrated; {', '.join(CALIBRATED)} are"
        raise ProblemError(message)
    simulation = _prepared(area, walk, seed)
    out: list[float] = []
    last = 0.0
    while simulation.agent_count() and simulation.elapsed_time() < seconds_max:
        before = simulation.agent_count()
        simulation.iterate()
        gone = before - simulation.agent_count()
        if gone:
            last = simulation.elapsed_time()
            out += [last] * gone
        elif simulation.elapsed_time() - last > JAM_SECONDS:
            break
    is_jammed = len(out) < area.people
    first, third = int(0.15 * area.people), int(0.75 * area.people)
    return MicroOutcome(
        walk_set=walk.name,
        people=area.people,
        out_last=None if is_jammed else out[-1],
        flow=None if is_jammed else (third - first) / (out[third] - out[first]),
        is_jammed=is_jammed,
        seed=seed,
    )


def _prepared(area: Area, walk: WalkSet, seed: int) -> Any:
    try:
        import jupedsim
    except ImportError as error:
        message = "JuPedSim is not installed: pip install 'sportsbrain[micro]'"
        raise MicroMissingError(message) from error
    radius, gap = CALIBRATED[walk.name]
    simulation = jupedsim.Simulation(
        model=jupedsim.CollisionFreeSpeedModel(), geometry=list(area.outline), dt=STEP
    )
    stage = simulation.add_exit_stage(list(area.exit))
    journey = simulation.add_journey(jupedsim.JourneyDescription([stage]))
    dice = np.random.default_rng(seed)
    paces = np.clip(
        1.0 + walk.pace_spread * dice.standard_normal(area.people), walk.pace_least, walk.pace_most
    )
    try:
        places = jupedsim.distribute_by_number(
            polygon=_polygon(area.stands),
            number_of_agents=area.people,
            distance_to_agents=2.2 * radius,
            distance_to_polygon=1.1 * radius,
            seed=seed,
        )
    except jupedsim.AgentNumberError as error:
        message = f"{area.people} people do not fit where they stand"
        raise ProblemError(message) from error
    for place, pace in zip(places, paces, strict=True):
        simulation.add_agent(
            jupedsim.CollisionFreeSpeedModelAgentParameters(
                position=place,
                journey_id=journey,
                stage_id=stage,
                desired_speed=float(walk.speed * pace),
                radius=radius,
                time_gap=gap,
            )
        )
    return simulation


def _polygon(points: tuple[Point, ...]) -> Any:
    from shapely import Polygon

    return Polygon(points)
