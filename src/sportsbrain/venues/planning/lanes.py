"""Build → solve → check → draft, for screening lanes and ticket gates."""

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from typing import Any

from sportsbrain.brain.crowd.check import check
from sportsbrain.brain.crowd.plan import BankPlan, StaffingPlan
from sportsbrain.brain.crowd.problem import Ingress, Site
from sportsbrain.brain.crowd.solve import solve
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.queries import version_faults, version_items
from sportsbrain.venues.planning.answers import curves_of, egress_answer, tills_of
from sportsbrain.venues.planning.build import Built, SiteDay, build_lanes
from sportsbrain.vocabulary.planning import Order, Progress, Score
from sportsbrain.vocabulary.series import QUARTER

PLANNER = "lanes"


def plan_lanes(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    began = clock()
    built = build_lanes(games=games, order=order)
    before = _before(games, order)
    plan = yield from solve(
        built.problem, seed=order.seed, stop=order.stop(), clock=clock, known=_known(before)
    )
    venues: dict[str, Any] = {}
    for venue, egress in built.egress.items():
        yield Progress(step="ways out", seconds=clock() - began, note=venue)
        known = before.get("venues", {}).get(venue)
        if known is not None and known["hash"] == egress.fingerprint():
            venues[venue] = known
        else:
            venues[venue] = egress_answer(egress, seed=order.seed)
    sites = {}
    for day, site in zip(built.days, built.problem.sites, strict=True):
        yield Progress(step="days", seconds=clock() - began, note=day.code)
        sites[day.code] = _site_row(built, day, site, plan, before, seed=order.seed)
    items = {"sites": sites, "venues": venues}
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=f"demand {built.demand}",
            problem_hash=built.problem_hash,
            answer=replace(plan, seconds=clock() - began),
            score=check(built.problem, plan, clean=_clean(games, order, before, built)),
            items=items,
            reasons=tuple(bank.reason for bank in plan.banks if bank.reason),
            facts={**_facts(plan, sites, venues), "assumptions": list(built.assumptions),
                   "demand": built.demand, "timetable": built.timetable},
            order=order,
        ),
        actor=actor,
        run_id=run_id,
        now=now(),
    )  # fmt: skip


def _before(games: GamesRow, order: Order) -> dict[str, Any]:
    """Return the items of the plan to keep what nothing has changed of; nothing without one."""
    if order.from_version is None:
        return {}
    return version_items(games_id=games.id, planner=PLANNER, number=order.from_version)


def _known(before: dict[str, Any]) -> dict[str, tuple[BankPlan, ...]]:
    return {
        row["hash"]: tuple(_bank_of(bank) for bank in row["banks"])
        for row in before.get("sites", {}).values()
        if not any(bank["reason"] for bank in row["banks"])
    }


def _clean(games: GamesRow, order: Order, before: dict[str, Any], built: Built) -> frozenset[str]:
    """Return the sites that are as they were in the plan to begin from, which found no fault."""
    if order.from_version is None:
        return frozenset()
    faults = version_faults(games_id=games.id, planner=PLANNER, number=order.from_version)
    faulty = {place for fault in faults for place in fault["places"]}
    rows = before["sites"]
    return frozenset(
        site.code
        for site in built.problem.sites
        if site.code not in faulty
        and site.code in rows
        and rows[site.code]["hash"] == site.fingerprint()
        and not any(bank["reason"] for bank in rows[site.code]["banks"])
    )


def _bank_of(row: dict[str, Any]) -> BankPlan:
    return BankPlan(**{**row, "open_lanes": tuple(row["open_lanes"])})


def _site_row(
    built: Built,
    day: SiteDay,
    site: Site,
    plan: StaffingPlan,
    before: dict[str, Any],
    *,
    seed: int,
) -> dict[str, Any]:
    """Return what a version keeps of a venue on one day."""
    hash_ = site.fingerprint()
    known = before.get("sites", {}).get(day.code)
    if known is not None and known["hash"] == hash_:
        return {**known, "sessions": [list(row) for row in day.sessions]}
    opened = opened_by(site, plan)
    curves = curves_of(opened, days=int(built.rules["days"]), seed=seed)
    comes: dict[int, float] = {}
    for arrival in site.ingress.arrivals:
        for n, people in enumerate(arrival.people):
            at = int(arrival.starts_at) + n * QUARTER
            comes[at] = comes.get(at, 0.0) + people
    return {
        "venue": day.venue,
        "date": day.date.isoformat(),
        "hash": hash_,
        "sessions": [list(row) for row in day.sessions],
        "comes": [[at, round(people, 1)] for at, people in sorted(comes.items())],
        "banks": [asdict(bank) for bank in plan.banks if bank.site == site.code],
        "lanes_max": sum(site.lanes_max),
        "headway": _seconds_a_person(site),
        "walk": _walk(site),
        "curves": curves,
        "tills": tills_of(day.fullest, built.rules["concessions"], seed=seed),
    }


def _seconds_a_person(site: Site) -> float:
    """Return the mean seconds of one person in a screening lane, second searches and all."""
    bank = site.ingress.entrances[0].screening[0]
    return bank.headway + bank.search_share * bank.search_seconds


def _walk(site: Site) -> float:
    """Return the mean metres from the hub to the screening."""
    return sum(entrance.share * entrance.walks[0] for entrance in site.ingress.entrances)


def opened_by(site: Site, plan: StaffingPlan) -> Ingress:
    """Return the ingress of a site with the lanes of the plan open."""
    entrances = []
    for entrance in site.ingress.entrances:
        lanes = plan.bank(site.code, entrance.code, "screening").open_lanes
        gates = plan.bank(site.code, entrance.code, "gates").open_lanes
        entrances.append(
            replace(
                entrance,
                screening=(replace(entrance.screening[0], open_lanes=lanes),),
                gates=replace(entrance.gates, open_lanes=gates),
            )
        )
    return replace(site.ingress, entrances=tuple(entrances))


def _facts(
    plan: StaffingPlan, sites: dict[str, Any], venues: dict[str, Any]
) -> dict[str, float | int | None]:
    screening = [bank for bank in plan.banks if bank.kind == "screening"]
    constant = [bank.constant_hours for bank in screening]
    return {
        "venue_days": len(sites),
        "lane_hours": sum(bank.hours for bank in screening),
        "gate_hours": sum(bank.hours for bank in plan.banks if bank.kind == "gates"),
        "constant_lane_hours": None if None in constant else sum(h or 0.0 for h in constant),
        "lanes_most": max((row["curves"]["lanes_most"] for row in sites.values()), default=0),
        "quarters": sum(len(bank.open_lanes) for bank in plan.banks if not bank.reason),
        "quarters_proved": sum(bank.proved for bank in plan.banks),
        "quarters_broken": sum(bank.broken for bank in plan.banks),
        "queue_most": max((row["curves"]["queue_most"] for row in sites.values()), default=0),
        "wait_p95_seconds": max(
            (row["curves"]["sets"][0]["wait_p95"] for row in sites.values()), default=0
        ),
        "emptied_p95_seconds": max(
            (row["sets"][-1]["out_p95"] for row in venues.values()), default=0
        ),
    }


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says about the items of a version."""
    return check(built.problem, plan_of(items))


def plan_of(items: dict[str, Any]) -> StaffingPlan:
    """Return the lanes of a version's items as a plan."""
    return StaffingPlan(
        banks=tuple(_bank_of(bank) for row in items["sites"].values() for bank in row["banks"]),
        objective=0.0,
        bound=0.0,
        terms=(),
        seed=0,
        solver="",
        seconds=0.0,
        first_feasible_seconds=None,
    )
