"""Judge a staffing plan: walk everybody through it by loops that the solver does not use."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sportsbrain.brain.crowd.check import kernels
from sportsbrain.brain.crowd.days import Day, day_of, takes_of
from sportsbrain.brain.crowd.parameters import OBSERVED_STADIUM
from sportsbrain.brain.crowd.plan import BankPlan, StaffingPlan
from sportsbrain.brain.crowd.problem import QUARTER, Site, Staffing
from sportsbrain.vocabulary.planning import Fault, Score

Floats = np.ndarray[Any, np.dtype[np.float64]]
Waited = tuple[Floats, Floats]  # when people came, and when they were served


def check(problem: Staffing, plan: StaffingPlan, *, clean: frozenset[str] = frozenset()) -> Score:
    """
    Return broken rules: a bank that is missing, too many lanes, a promise that is not kept.

    Sites in ``clean`` were judged before, with these banks and this problem, and had no fault: they
    are not walked again.
    """
    known = {(bank.site, bank.entrance, bank.kind): bank for bank in plan.banks}
    faults: list[Fault] = []
    broken = 0
    for site in problem.sites:
        if site.code not in clean:
            own, late = _judge(problem, site, known)
            faults += own
            broken += late
    hours = {
        kind: sum(sum(bank.open_lanes) for bank in plan.banks if bank.kind == kind) * QUARTER / 3600
        for kind in ("screening", "gates")
    }
    return Score(
        faults=tuple(faults),
        soft={
            "lane_hours": hours["screening"],
            "gate_hours": hours["gates"],
            "promise": float(broken),
        },
        weights={
            "lane_hours": problem.lane_cost,
            "gate_hours": problem.gate_cost,
            "promise": problem.broken_cost,
        },
    )


def _judge(
    problem: Staffing, site: Site, known: dict[tuple[str, str, str], BankPlan]
) -> tuple[list[Fault], int]:
    """Return the faults of one site, and the quarters in which it breaks its promise."""
    missing = [
        (entrance.code, kind)
        for entrance in site.ingress.entrances
        for kind in ("screening", "gates")
        if (site.code, entrance.code, kind) not in known
    ]
    if missing:
        return [_fault("no_lanes", site, *names, "has no lanes") for names in missing], 0
    faults, broken = [], 0
    days = [
        day_of(site.ingress, OBSERVED_STADIUM, seed=problem.draws, number=number)
        for number in range(problem.days)
    ]
    for index, entrance in enumerate(site.ingress.entrances):
        pair = [known[site.code, entrance.code, kind] for kind in ("screening", "gates")]
        most = (site.lanes_max[index], site.gates_max[index])
        for bank, limit in zip(pair, most, strict=True):
            if max(bank.open_lanes, default=0) > limit:
                text = f"opens {max(bank.open_lanes)} lanes, {limit} are there"
                faults.append(_fault("too_many", site, entrance.code, bank.kind, text))
        for bank, quarters in zip(pair, _late(days, site, index, pair), strict=True):
            broken += len(quarters)
            if quarters:
                text = f"is late in {len(quarters)} quarters, first in {quarters[0] + 1}"
                faults.append(_fault("promise", site, entrance.code, bank.kind, text))
    return faults, broken


def _fault(rule: str, site: Site, entrance: str, kind: str, text: str) -> Fault:
    return Fault(rule=rule, text=f"{site.code} {entrance} {kind} {text}", places=(site.code,))


def _late(
    days: list[Day], site: Site, index: int, pair: Sequence[BankPlan]
) -> tuple[list[int], list[int]]:
    """Return the quarters in which too many wait too long, at the screening and at the gates."""
    ingress, entrance = site.ingress, site.ingress.entrances[index]
    screening, gates = pair
    people: list[list[Waited]] = [[], []]
    for day in days:
        own = np.flatnonzero(day.entrance == index)
        pace = OBSERVED_STADIUM.speed * day.pace[own]
        comes = day.comes[own] + entrance.walks[0] / pace
        takes = takes_of(entrance.screening[0], day.screening[own], day.search[own])
        begins = _begins(comes, takes, screening)
        people[0].append((comes, begins))
        through = begins + takes + entrance.walks[1] / pace
        is_in = np.isfinite(through)
        comes = through[is_in]
        takes = takes_of(entrance.gates, day.gates[own[is_in]])
        people[1].append((comes, _begins(comes, takes, gates)))
    share = ingress.promise_share
    return (
        _broken(people[0], screening, ingress.promise_seconds, share),
        _broken(people[1], gates, site.gates_promise_seconds, share),
    )


def _begins(comes: Floats, takes: Floats, bank: BankPlan) -> Floats:
    """Return when each person is served by the lanes of a plan."""
    lanes = bank.open_lanes
    times = []
    for lane in range(max(lanes, default=0)):
        marks = [False, *(count > lane for count in lanes), False]
        changes = [n for n in range(1, len(marks)) if marks[n] != marks[n - 1]]
        times += list(zip(changes[::2], changes[1::2], strict=True))
    opens = np.asarray([bank.opens_at + QUARTER * (first - 1) for first, _ in times], dtype=float)
    closes = np.asarray([bank.opens_at + QUARTER * (last - 1) for _, last in times], dtype=float)
    order = np.argsort(comes, kind="stable")
    begins = np.empty(len(comes))
    found = np.empty(len(comes))
    kernels.serve(comes[order], takes[order], opens, closes, found)
    begins[order] = found
    return begins


def _broken(days: list[Waited], bank: BankPlan, limit: float, share: float) -> list[int]:
    """Return the quarters in which fewer than the promised share were served in time."""
    quarters = len(bank.open_lanes)
    late, count = np.zeros(quarters), np.zeros(quarters)
    for comes, begins in days:
        at = np.clip((comes - bank.opens_at) // QUARTER, 0, quarters - 1).astype(int)
        count += np.bincount(at, minlength=quarters)
        late += np.bincount(at[begins - comes > limit], minlength=quarters)
    return [q for q in range(quarters) if late[q] > (1.0 - share) * count[q] + 1e-6]


def late_quarters(
    *,
    opens_at: float,
    open_lanes: tuple[int, ...],
    days: Sequence[Waited],
    promise_seconds: float,
    promise_share: float,
) -> list[int]:
    """
    Return the quarters in which a single bank breaks its promise, by loops of the check's own.

    ``days``: when people come, in order, and how long each takes, by day.
    """
    bank = BankPlan(
        site="", entrance="", kind="", opens_at=opens_at, open_lanes=open_lanes, hours=0.0,
        bound=0.0, constant_hours=None, share_kept=0.0, proved=0,
    )  # fmt: skip
    waited = [(comes, _begins(comes, takes, bank)) for comes, takes in days]
    return _broken(waited, bank, promise_seconds, promise_share)
