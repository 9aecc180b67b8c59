"""Plan lanes and gates of every venue and day: the least that keep the promise."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sportsbrain.brain.crowd.days import Day, day_of, takes_of
from sportsbrain.brain.crowd.ingress import served
from sportsbrain.brain.crowd.lanes import LanePlan, LanesShortError, broken_quarters, least_lanes
from sportsbrain.brain.crowd.parameters import OBSERVED_STADIUM
from sportsbrain.brain.crowd.plan import BankPlan, StaffingPlan
from sportsbrain.brain.crowd.problem import QUARTER, Bank, Entrance, Site, Staffing
from sportsbrain.vocabulary.planning import Progress, Stop, Term

WALK = OBSERVED_STADIUM  # forecasts; the promise counts waits, which hardly depend on it
Floats = np.ndarray[Any, np.dtype[np.float64]]
People = tuple[tuple[Floats, Floats], ...]  # (comes, takes) by day


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    problem: Staffing
    seed: int
    clock: Callable[[], float]


def solve(
    problem: Staffing,
    *,
    seed: int,
    stop: Stop,
    clock: Callable[[], float],
    known: Mapping[str, tuple[BankPlan, ...]] | None = None,
) -> Generator[Progress, bool, StaffingPlan]:
    """
    Yield progress and return the plan; send True to be content with what is there.

    ``known`` gives banks by the fingerprint of their site: a warm start that keeps what nothing
    has changed. When time is over, the sites that are left open everything they have.
    """
    began = clock()
    asked = _Asked(problem=problem, seed=seed, clock=clock)
    banks: list[BankPlan] = []
    is_content = False
    for number, site in enumerate(problem.sites):
        found = (known or {}).get(site.fingerprint())
        if found is None:
            is_late = not stop.deterministic and clock() - began > stop.seconds
            is_hurried = is_content or is_late
            found = yield from _site(asked, site, is_hurried=is_hurried)
        banks += found
        hours = sum(bank.hours for bank in banks)
        note = f"{number + 1} of {len(problem.sites)} venue-days"
        step = Progress(step="lanes", seconds=clock() - began, objective=hours, note=note)
        is_content = bool((yield step)) or is_content
    return _plan(problem, tuple(banks), seed=seed, seconds=clock() - began)


def _plan(
    problem: Staffing, banks: tuple[BankPlan, ...], *, seed: int, seconds: float
) -> StaffingPlan:
    weights = {"screening": problem.lane_cost, "gates": problem.gate_cost}
    terms = [
        Term(
            key=f"{'lane' if kind == 'screening' else 'gate'}_hours",
            value=sum(bank.hours for bank in banks if bank.kind == kind),
            weight=weight,
            bound=sum(bank.bound for bank in banks if bank.kind == kind),
        )
        for kind, weight in weights.items()
    ]
    broken = float(sum(bank.broken for bank in banks))
    terms.append(Term(key="promise", value=broken, weight=problem.broken_cost, bound=broken))
    return StaffingPlan(
        banks=banks,
        objective=sum(term.cost for term in terms),
        bound=sum(term.bound * term.weight for term in terms),
        terms=tuple(terms),
        seed=seed,
        solver="quarter by quarter",
        seconds=seconds,
        first_feasible_seconds=seconds,
    )


def _site(
    asked: _Asked, site: Site, *, is_hurried: bool
) -> Generator[Progress, bool, tuple[BankPlan, ...]]:
    """Plan the screening of each entrance, then its gates for those who come through."""
    ingress = site.ingress
    days = [
        day_of(ingress, WALK, seed=asked.problem.draws, number=n) for n in range(asked.problem.days)
    ]
    banks = []
    for index, entrance in enumerate(ingress.entrances):
        lanes = entrance.screening[0]
        people = _at_screening(days, index, entrance)
        own = yield from _bank(
            asked,
            replace(lanes, code=f"{site.code} {entrance.code} screening"),
            people,
            most=site.lanes_max[index],
            promise=(ingress.promise_seconds, ingress.promise_share),
            is_hurried=is_hurried,
        )
        banks.append(_bank_plan(site, entrance, "screening", lanes, own))
        opened = replace(lanes, open_lanes=banks[-1].open_lanes)
        people = _at_gates(days, index, entrance, opened, people)
        own = yield from _bank(
            asked,
            replace(entrance.gates, code=f"{site.code} {entrance.code} gates"),
            people,
            most=site.gates_max[index],
            promise=(site.gates_promise_seconds, ingress.promise_share),
            is_hurried=is_hurried,
        )
        banks.append(_bank_plan(site, entrance, "gates", entrance.gates, own))
    return tuple(banks)


Found = tuple[LanePlan | None, tuple[int, ...], int, str]


def _bank(
    asked: _Asked,
    bank: Bank,
    people: People,
    *,
    most: int,
    promise: tuple[float, float],
    is_hurried: bool,
) -> Generator[Progress, bool, Found]:
    """Return the least lanes of one bank; everything open, and why, when that is too few."""
    full = (most,) * len(bank.open_lanes)
    seconds, share = promise
    if not is_hurried:
        try:
            plan = yield from least_lanes(
                bank,
                people,
                lanes_max=most,
                promise_seconds=seconds,
                promise_share=share,
                seed=asked.seed,
                clock=asked.clock,
            )
        except LanesShortError as error:
            broken = broken_quarters(bank, people, full, seconds=seconds, share=share)
            return None, full, broken, str(error)
        return plan, plan.open_lanes, 0, ""
    broken = broken_quarters(bank, people, full, seconds=seconds, share=share)
    return None, full, broken, "no time was left to open fewer"


def _bank_plan(site: Site, entrance: Entrance, kind: str, bank: Bank, found: Found) -> BankPlan:
    plan, lanes, broken, reason = found
    hours = sum(lanes) * QUARTER / 3600
    return BankPlan(
        site=site.code,
        entrance=entrance.code,
        kind=kind,
        opens_at=bank.opens_at,
        open_lanes=lanes,
        hours=hours,
        bound=plan.bound if plan else 0.0,
        constant_hours=plan.constant_hours if plan else None,
        share_kept=plan.share_kept if plan else 0.0,
        proved=plan.proved if plan else 0,
        broken=broken,
        reason=reason,
    )


def _at_screening(days: list[Day], index: int, entrance: Entrance) -> People:
    """Return who comes to the screening of an entrance when, and how long each takes, by day."""
    bank = entrance.screening[0]
    found = []
    for day in days:
        own = np.flatnonzero(day.entrance == index)
        comes = day.comes[own] + entrance.walks[0] / (WALK.speed * day.pace[own])
        order = np.argsort(comes, kind="stable")
        takes = takes_of(bank, day.screening[own], day.search[own])
        found.append((comes[order], takes[order]))
    return tuple(found)


def _at_gates(
    days: list[Day], index: int, entrance: Entrance, bank: Bank, people: People
) -> People:
    """Return who comes to the gates when, after a screening with these lanes."""
    found = []
    for day, (comes, takes) in zip(days, people, strict=True):
        own = np.flatnonzero(day.entrance == index)
        speed = WALK.speed * day.pace[own]
        order = np.argsort(day.comes[own] + entrance.walks[0] / speed, kind="stable")
        own = own[order]
        done = served(bank, comes, takes) + takes + entrance.walks[1] / (WALK.speed * day.pace[own])
        own, done = own[np.isfinite(done)], done[np.isfinite(done)]
        order = np.argsort(done, kind="stable")
        found.append((done[order], takes_of(entrance.gates, day.gates[own[order]])))
    return tuple(found)
