"""Ten named changes asked of the whole chain, each answered part by part."""

import datetime as dt
import pathlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict

from sportsbrain.bench.games import games_to_plan
from sportsbrain.bench.rows import BenchRow
from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.jobs import answer_now
from sportsbrain.controlroom.queries import CHAIN, WhatIfRow, choices_of
from sportsbrain.plans.actions import start_run
from sportsbrain.plans.queries import Sources, number_in_force, schedule_now, version_of
from sportsbrain.sport import jobs as sport_jobs
from sportsbrain.sport.actions import publish_timetable
from sportsbrain.sport.planning import PLANNER, places_of_unit
from sportsbrain.sport.planning import Order as TimetableOrder
from sportsbrain.transport import jobs as transport_jobs
from sportsbrain.village import jobs as village_jobs
from sportsbrain.vocabulary.changes import (
    BuildingClosed,
    Change,
    Closure,
    DepotLost,
    FewerVolunteers,
    HallSeats,
    LargerDelegation,
    LateArrival,
    MorePeople,
    Move,
    SlowRoads,
)
from sportsbrain.vocabulary.planning import Order
from sportsbrain.workforce import jobs as workforce_jobs
from sportsbrain.world.queries import person_facts

SECONDS_MAX = 30.0
FIRST_PART_SECONDS_MAX = 10.0
JOBS = {
    "rooms": (village_jobs, 40.0),
    "demand": (transport_jobs, 30.0),
    "fleet": (transport_jobs, 30.0),
    "meals": (village_jobs, 30.0),
    "roster": (workforce_jobs, 60.0),
}


def bench_whatif(
    *,
    games_code: str,
    seconds: float,
    data: pathlib.Path | None,
    on_progress: Callable[[str], None],
) -> list[BenchRow]:
    """Return the rows of line 6 on the first Games; plans it needs are made first."""
    del seconds, data
    games = games_to_plan(games_code)[0]
    _plan_what_is_missing(games, on_progress)
    rows = []
    for name, change in ten_changes(games):
        on_progress(f"{games.code}: {name}")
        began = time.monotonic()
        marks: list[float] = []
        answer = answer_now(
            games=games,
            changes=(change,),
            title=name,
            actor="bench",
            on_part=lambda _, began=began, marks=marks: marks.append(time.monotonic() - began),  # type: ignore[misc]  # defaults bind the turn
        )
        spent = time.monotonic() - began
        rows += _rows(name, answer, spent, marks[0])
    return rows


def _rows(name: str, answer: WhatIfRow, spent: float, first: float) -> list[BenchRow]:
    changed = ", ".join(part["planner"] for part in answer.changed) or "nothing"
    return [
        BenchRow(line=6, case=f"{name}: all six plans ({changed} changed)", value=spent,
                 unit="s", op="<=", target=SECONDS_MAX),
        BenchRow(line=6, case=f"{name}: first part", value=first, unit="s",
                 op="<=", target=FIRST_PART_SECONDS_MAX),
        BenchRow(line=6, case=f"{name}: parts with another hash, or the reason why not",
                 value=sum(_is_told(part) for part in answer.parts), unit="parts",
                 op="==", target=len(CHAIN)),
    ]  # fmt: skip


def _is_told(part: dict[str, object]) -> bool:
    """Tell whether a changed part has another fingerprint, and an unchanged one a reason."""
    if part["state"] == "changed":
        return part["hash_before"] != part["hash_after"] and part["after"] is not None
    return (
        part["state"] == "same" and part["hash_before"] == part["hash_after"] and bool(part["why"])
    )


def _plan_what_is_missing(games: GamesRow, on_progress: Callable[[str], None]) -> None:
    if number_in_force(games_id=games.id, planner=PLANNER) is None:
        on_progress(f"{games.code}: timetable")
        order = asdict(TimetableOrder(seconds=60.0))
        run_id = start_run(games_id=games.id, planner=PLANNER, order=order, actor="bench")
        outcome = sport_jobs.run_now(run_id=run_id)
        if outcome is not None:
            publish_timetable(
                games=games, number=outcome.version, actor="bench", now=sport_jobs.now()
            )
    for planner, (jobs, seconds) in JOBS.items():
        if version_of(games_id=games.id, planner=planner, sources=Sources()) is None:
            on_progress(f"{games.code}: {planner}")
            jobs.run_order(
                games=games, planner=planner, order=Order(seconds=seconds), actor="bench"
            )


def ten_changes(games: GamesRow) -> list[tuple[str, Change]]:
    """Return ten changes with names, on whatever the Games has most of."""
    schedule = schedule_now(games=games, sources=Sources())
    delegations = [
        code
        for code, _ in Counter(
            p.organisation for p in person_facts(games_id=games.id)
        ).most_common()
    ]
    final = next(
        u for u in schedule.units if u.medal == "1" and u.event.startswith(("ATHW", "ATH"))
    )
    moment, _ = places_of_unit(games=games, unit=final.code, count=1)[0]
    session = max(schedule.sessions, key=lambda s: (len(s.units), s.code))
    closed_from = schedule.epoch + dt.timedelta(seconds=session.starts_at)
    buildings = choices_of(games=games)["building"]
    return [
        ("a final begins at another time", Move(unit=final.code, starts_at=moment)),
        (
            "the venue of the fullest session closed for 24 hours",
            Closure(
                venue=session.venue,
                starts_at=closed_from,
                ends_before=closed_from + dt.timedelta(hours=24),
            ),
        ),
        ("200 more media", MorePeople(client_group="media", people=200)),
        ("the media's bus depot lost", DepotLost(depot="Media depot")),
        (
            "the largest delegation arrives two days late",
            LateArrival(delegation=delegations[0], days=2),
        ),
        (
            "25 more people in a delegation",
            LargerDelegation(delegation=delegations[3], people=25),
        ),
        (
            "a building closed for ten nights",
            BuildingClosed(
                building=buildings[0][0],
                from_date=games.starts_on,
                until_date=games.starts_on + dt.timedelta(days=10),
            ),
        ),
        ("a dining hall closed", HallSeats(hall="Riverside hall", share=0.0)),
        (
            "a quarter more time on the roads from 16 to 20 h",
            SlowRoads(factor=1.25, from_hour=16, until_hour=20),
        ),
        ("one volunteer in 20 does not come", FewerVolunteers(one_in=20)),
    ]
