"""Runs of the lanes planner; forecasts that follow the counts of the gates."""

import datetime as dt
from functools import partial
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.jobs import plan_now, run_planner
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.venues.actions import tell_expectation
from sportsbrain.venues.planning import PLANNERS, Expectation, expect
from sportsbrain.venues.queries import (
    bin_of,
    counts_now,
    epoch_of,
    lanes_version,
    opened_now,
    site_rows,
)
from sportsbrain.venues.updates import BIN_SECONDS, counts_of
from sportsbrain.vocabulary.series import QUARTER

run_waiting = partial(run_planner, planners=PLANNERS)
run_order = partial(plan_now, planners=PLANNERS)
SETTLES = dt.timedelta(minutes=1)  # after the end of five minutes until their counts are all there


def follow_counts(*, games: GamesRow, moment: dt.datetime, seed: int = 1) -> tuple[str, ...]:
    """Tell the log what is expected at each venue that is filling now; return which those are."""
    version = lanes_version(games=games)
    if version is None:
        return ()
    rules = load_slice_rules("venues", games.rules_name)
    epoch = epoch_of(games)
    told = []
    going = [row for row in site_rows(games=games, version=version).values()
             if _is_going(row, (moment - epoch).total_seconds())]  # fmt: skip
    if not going:
        return ()
    first = min(epoch + dt.timedelta(seconds=row["curves"]["starts_at"]) for row in going)
    state = counts_now(games=games, moment=moment, since=first)
    opened = opened_now(games=games, moment=moment, since=first)
    for row in going:
        starts = epoch + dt.timedelta(seconds=row["curves"]["starts_at"])
        bins = int((bin_of(moment - SETTLES) - starts).total_seconds() // BIN_SECONDS)
        counts = counts_of(state, venue=row["venue"], starts_at=starts, bins=max(0, bins))
        lanes = {
            max(0, int((at - starts).total_seconds() // BIN_SECONDS)): count
            for at, count in opened.get(row["venue"], [])
        }
        found = expect(row, counts=counts, opened=lanes, rules=rules, seed=seed)
        tell_expectation(
            games=games, venue=row["venue"], body=_body(found, epoch, rules), now=moment
        )
        told.append(row["venue"])
    return tuple(told)


def _is_going(row: dict[str, Any], now: float) -> bool:
    first = row["curves"]["starts_at"]
    return bool(first <= now < first + QUARTER * len(row["curves"]["lanes"]))


def _body(found: Expectation, epoch: dt.datetime, rules: dict[str, Any]) -> dict[str, Any]:
    """Return a forecast as JSON can hold it."""

    def at(seconds: float) -> str:
        return (epoch + dt.timedelta(seconds=seconds)).isoformat()

    def band(some: Any) -> list[int] | None:
        return None if some is None else [round(some.low), round(some.middle), round(some.high)]

    advice = found.advice
    return {
        "counted_until": at(found.counted_until),
        "lanes": found.lanes_now,
        "ahead": [[m, band(found.ahead(int(m)))] for m in rules["nowcast"]["ahead_minutes"]],
        "peak": band(found.peak),
        "peak_at": at(found.peak_at),
        "to_come": band(found.to_come),
        "attendance": band(found.attendance),
        "planned": round(found.planned_people),
        "is_full": found.is_full,
        "left_out": found.left_out,
        "curve": [band(some) for some in found.queue[:24]],
        "advice": None
        if advice is None
        else {
            "at": at(advice.at),
            "first": advice.first,
            "last": advice.last,
            "wait_minutes": advice.wait_minutes,
            "usual_minutes": advice.usual_minutes,
            "wait_at": at(advice.wait_at),
        },
    }
