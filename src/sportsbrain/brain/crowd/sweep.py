"""Many days that could be: more people, later people, fewer lanes; each simulated, none planned."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sportsbrain.brain.crowd.ingress import simulate_ingress
from sportsbrain.brain.crowd.parameters import WalkSet
from sportsbrain.brain.crowd.problem import Bank, Entrance, Ingress


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """
    One day that could be.

    ``people``: share of those who are expected; ``late_minutes``: they come so much later;
    ``lanes``: share of the screening lanes that are open, at least one of each that has any.
    """

    people: float = 1.0
    late_minutes: float = 0.0
    lanes: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A scenario of a venue, to be simulated so many days from a seed."""

    ingress: Ingress
    scenario: Scenario
    walk: WalkSet
    days: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a scenario led to: people, waits at the screening in seconds, shares, where."""

    scenario: Scenario
    people: float
    wait_median: float
    wait_p95: float
    queue_most: float
    share_kept: float
    share_seated: float
    weakest: str


def scenarios(
    *, people: Sequence[float], late_minutes: Sequence[float], lanes: Sequence[float]
) -> tuple[Scenario, ...]:
    """Return every combination, in order."""
    return tuple(
        Scenario(people=p, late_minutes=late, lanes=open_)
        for p, late, open_ in itertools.product(people, late_minutes, lanes)
    )


def changed(ingress: Ingress, scenario: Scenario) -> Ingress:
    """Return the venue's day as the scenario has it."""
    late = scenario.late_minutes * 60
    arrivals = tuple(
        replace(
            one,
            starts_at=one.starts_at + late,
            people=tuple(n * scenario.people for n in one.people),
        )
        for one in ingress.arrivals
    )
    entrances = tuple(_with_lanes(one, scenario.lanes) for one in ingress.entrances)
    return replace(ingress, arrivals=arrivals, entrances=entrances)


def _with_lanes(entrance: Entrance, share: float) -> Entrance:
    return replace(entrance, screening=tuple(_open(bank, share) for bank in entrance.screening))


def _open(bank: Bank, share: float) -> Bank:
    lanes = tuple(max(1, int(n * share)) if n else 0 for n in bank.open_lanes)
    return replace(bank, open_lanes=lanes)


def answered(task: Task) -> Answered:
    """Return what a scenario leads to."""
    problem = changed(task.ingress, task.scenario)
    outcome = simulate_ingress(problem, task.walk, seed=task.seed, days=task.days)
    banks = [outcome.bank(b.code) for e in problem.entrances for b in e.screening]
    return Answered(
        scenario=task.scenario,
        people=outcome.people,
        wait_median=max(bank.wait_median for bank in banks),
        wait_p95=max(bank.wait_p95 for bank in banks),
        queue_most=sum(bank.queue_most for bank in banks),
        share_kept=outcome.share_kept,
        share_seated=outcome.share_seated,
        weakest=outcome.weakest.code,
    )
