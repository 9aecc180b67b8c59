"""Answers about one venue: curves of its queue, how it empties, tills in a break."""

from typing import Any

import numpy as np

from sportsbrain.brain.crowd.days import takes_of
from sportsbrain.brain.crowd.egress import simulate_egress
from sportsbrain.brain.crowd.ingress import simulate_ingress
from sportsbrain.brain.crowd.lanes import least_constant
from sportsbrain.brain.crowd.outcome import EgressOutcome, IngressOutcome
from sportsbrain.brain.crowd.parameters import GREEN_GUIDE, OBSERVED_STADIUM
from sportsbrain.brain.crowd.problem import QUARTER, Bank, Egress, Ingress, ProblemError
from sportsbrain.venues.planning.build import evacuation_of

WALKS = (GREEN_GUIDE, OBSERVED_STADIUM)  # always both: they differ more than any method errs
TILL_WAIT_SECONDS = 300.0
TILL_SHARE = 0.95


def curves_of(ingress: Ingress, *, days: int, seed: int) -> dict[str, Any]:
    """Return queue by minute with its band, lanes as a staircase and waits, for both walk sets."""
    outcomes = [simulate_ingress(ingress, walk, seed=seed, days=days) for walk in WALKS]
    lanes = np.sum([e.screening[0].open_lanes for e in ingress.entrances], axis=0)
    gates = np.sum([e.gates.open_lanes for e in ingress.entrances], axis=0)
    rows = [_set_row(ingress, outcome) for outcome in outcomes]
    open_quarters = np.flatnonzero(lanes)
    first = ingress.entrances[0].screening[0].opens_at
    return {
        "starts_at": int(first),
        "lanes": [int(n) for n in lanes],
        "gates": [int(n) for n in gates],
        "lanes_most": int(lanes.max(initial=0)),
        "gates_open_at": int(first + QUARTER * open_quarters[0]) if len(open_quarters) else None,
        "queue_most": max(row["queue_most"] for row in rows),
        "sets": rows,
    }


def _set_row(ingress: Ingress, outcome: IngressOutcome) -> dict[str, Any]:
    screening = [outcome.bank(entrance.screening[0].code) for entrance in ingress.entrances]
    middle = np.sum([bank.queue_median for bank in screening], axis=0)
    high = np.sum([bank.queue_p90 for bank in screening], axis=0)
    weakest = outcome.weakest
    at = int(high.argmax()) if len(high) else 0
    return {
        "walk_set": outcome.walk_set,
        "starts_at": int(screening[0].starts_at),
        "queue": [round(float(n)) for n in middle],
        "queue_p90": [round(float(n)) for n in high],
        "queue_most": round(float(high.max(initial=0.0))),
        "peak_at": int(screening[0].starts_at + 60 * (at + 1)),
        "wait_median": round(max(bank.wait_median for bank in screening)),
        "wait_p95": round(max(min(bank.wait_p95, 86400.0) for bank in screening)),
        "share_kept": round(outcome.share_kept, 4),
        "share_seated": round(outcome.share_seated, 4),
        "people": round(outcome.people),
        "weakest": weakest.code,
    }


def egress_answer(egress: Egress, *, seed: int) -> dict[str, Any]:
    """Return how a venue empties after its fullest session, and when it has to be left at once."""
    return {
        "hash": egress.fingerprint(),
        "sets": [_egress_row(simulate_egress(egress, walk, seed=seed)) for walk in WALKS],
        "evacuation": _evacuation(egress, seed),
    }


def _evacuation(egress: Egress, seed: int) -> list[dict[str, Any]]:
    """Return the evacuation by both walk sets; nothing where one closed way locks people in."""
    shut = evacuation_of(egress)
    try:
        outcomes = [simulate_egress(shut, walk, seed=seed) for walk in WALKS]
    except ProblemError as error:
        return [{"walk_set": walk.name, "trouble": str(error)} for walk in WALKS]
    closed = sorted(set(shut.closed) - set(egress.closed))
    return [{**_egress_row(outcome), "closed": closed} for outcome in outcomes]


def _egress_row(outcome: EgressOutcome) -> dict[str, Any]:
    tightest = outcome.tightest
    return {
        "walk_set": outcome.walk_set,
        "people": outcome.people,
        "out_p95": round(min(outcome.out_p95, 86400.0)),
        "out_p99": round(min(outcome.out_p99, 86400.0)),
        "gone_p95": None if outcome.gone_p95 is None else round(min(outcome.gone_p95, 86400.0)),
        "left": outcome.left,
        "exits": [list(row) for row in outcome.exits],
        "tightest": tightest.code,
        "density_most": round(tightest.density_most, 2),
        "ways": [
            {
                "code": way.code,
                "density": round(way.density_most, 2),
                "level": way.level,
                "minutes": [[name, round(value, 1)] for name, value in way.person_minutes if value],
            }
            for way in outcome.ways
        ],
    }


def tills_of(people: int, rules: dict[str, Any], *, seed: int) -> dict[str, Any]:
    """Return the tills that serve those who go in a break, 95 % of them within five minutes."""
    seconds = 60.0 * rules["minutes"]
    goes = round(people * rules["share"])
    dice = np.random.default_rng([seed, goes])
    bank = Bank(
        code="tills",
        opens_at=0.0,
        open_lanes=(1,) * max(1, int(seconds // QUARTER) + 1),
        headway=rules["till_headway"],
        headway_cv=rules["till_cv"],
    )
    comes = np.sort(seconds * dice.beta(1.2, 2.5, goes))
    days = ((comes, takes_of(bank, dice.standard_normal(goes))),)
    there = max(1, round(rules["tills_per_1000"] * people / 1000))
    most = max(there, goes // 4 + 2)
    needed = least_constant(bank, days, lanes_max=most, seconds=TILL_WAIT_SECONDS, share=TILL_SHARE)
    return {"people": goes, "there": there, "needed": needed}
