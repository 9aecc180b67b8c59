"""What would each plan be after changes: the chain is asked again, only what is affected."""

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.planning.lanes import Lane, may_fork
from sportsbrain.controlroom.queries import CHAIN
from sportsbrain.plans.errors import NothingToPlanError, SliceRulesError
from sportsbrain.plans.queries import Sources, version_row
from sportsbrain.shop import planning as shop_planning
from sportsbrain.shop.queries import has_tickets, retail_difference, tickets_difference
from sportsbrain.sport import planning as timetables
from sportsbrain.sport.queries import timetable_difference
from sportsbrain.transport import planning as transport_planning
from sportsbrain.transport.queries import demand_difference, fleet_difference
from sportsbrain.venues import planning as venues_planning
from sportsbrain.venues.queries import lanes_difference
from sportsbrain.village import planning as village_planning
from sportsbrain.village.queries import meals_difference
from sportsbrain.vocabulary.changes import Change, ChangeError, Withdrawal, of_kind
from sportsbrain.vocabulary.comparison import Difference
from sportsbrain.vocabulary.planning import Order, Progress
from sportsbrain.workforce import planning as workforce_planning
from sportsbrain.workforce.queries import roster_difference
from sportsbrain.world.queries import reserves_for

# What each plan reads of the others, the seconds it may take, and whether it keeps what it can.
READS: dict[str, tuple[str, ...]] = {
    "timetable": (),
    "rooms": ("timetable",),
    "demand": ("timetable", "rooms"),
    "lanes": ("demand",),
    "fleet": ("timetable", "rooms"),
    "meals": ("rooms", "demand"),
    "roster": ("timetable",),
    "retail": ("timetable",),
    "tickets": ("timetable",),
}
SECONDS = {
    "timetable": 8.0,
    "rooms": 6.0,
    "demand": 5.0,
    "lanes": 8.0,
    "fleet": 7.0,
    "meals": 5.0,
    "roster": 8.0,
    "retail": 3.0,
}
KEEPS = {"rooms", "lanes", "roster"}
# What these plan moves all day: they are planned now without the change, and with it.
LIVE = {"retail"}
SLICE: dict[str, Any] = {
    "rooms": village_planning,
    "meals": village_planning,
    "demand": transport_planning,
    "lanes": venues_planning,
    "fleet": transport_planning,
    "roster": workforce_planning,
    "retail": shop_planning,
}
DIFFERENCES: dict[str, Callable[..., Difference]] = {
    "rooms": village_planning.rooms_difference,
    "meals": meals_difference,
    "demand": demand_difference,
    "lanes": lanes_difference,
    "fleet": fleet_difference,
    "roster": roster_difference,
    "retail": retail_difference,
}
REASONS_MAX = 40
ASIDE = ("roster", "fleet")  # nobody reads them: asked beside the others once they may read
LANE_POLL_SECONDS = 0.2
Base = Mapping[str, int | None]


@dataclass(slots=True, kw_only=True)
class _Asked:
    """One question on its way down the chain."""

    games: GamesRow
    changes: tuple[Change, ...]
    base: Base
    actor: str
    clock: Callable[[], float]
    now: Callable[[], dt.datetime]
    seed: int
    run_id: int | None
    sources: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


Part = dict[str, Any]


def answer(
    *,
    games: GamesRow,
    changes: tuple[Change, ...],
    base: Base,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    seed: int = 1,
    run_id: int | None = None,
) -> Generator[Progress | Part, bool, None]:
    """
    Yield progress and, plan by plan, its part of the answer; send True to stop.

    A plan is solved again when its problem's fingerprint is another one; else the part says why it
    is not affected. Everything solved is a draft: what is in force is not touched.
    """
    asked = _Asked(
        games=games,
        changes=changes,
        base=base,
        actor=actor,
        clock=clock,
        now=now,
        seed=seed,
        run_id=run_id,
    )
    started = clock()
    asides: dict[str, Lane] = {}
    done: set[str] = set()
    try:
        for planner in CHAIN:
            if (yield Progress(step=planner, seconds=clock() - started)):
                return
            if planner in asides:
                while not asides[planner].is_ready(LANE_POLL_SECONDS):
                    if (yield Progress(step=planner, seconds=clock() - started)):
                        return
                part = asides[planner].result()
            else:
                part = yield from _timed(asked, planner)
            _note(asked, part)
            if planner == "timetable":
                part = {**part, "reasons": [*_reserves(asked), *part["reasons"]]}
            yield part
            done.add(planner)
            for aside in ASIDE:
                if aside not in asides and done.issuperset(READS[aside]) and may_fork():
                    asides[aside] = Lane(partial(_to_the_end, _timed(asked, aside)))
    finally:
        for lane in asides.values():
            lane.close()


def _reserves(asked: _Asked) -> list[str]:
    """Return who could come instead of somebody who withdraws, where nobody was named."""
    found = []
    for change in of_kind(asked.changes, Withdrawal):
        if change.reserve:
            continue
        reserves = reserves_for(games_id=asked.games.id, participant=change.participant)
        names = ", ".join(f"{code} ({events} events)" for code, _, events in reserves)
        found.append(f"instead of {change.participant}: {names or 'nobody of the delegation'}")
    return found


def _timed(asked: _Asked, planner: str) -> Generator[Progress, bool, Part]:
    """Return the part of one plan with the seconds it took; what can't be asked says why."""
    began = asked.clock()
    try:
        if planner == "timetable":
            part = _timetable_part(asked)
        elif planner == "tickets":
            part = _tickets_part(asked)
        elif planner in LIVE:
            part = yield from _live_part(asked, planner)
        else:
            part = yield from _part(asked, planner)
    except (ChangeError, NothingToPlanError, SliceRulesError) as error:
        part = _empty(asked, planner, state="failed", why=str(error))
    return {**part, "seconds": round(asked.clock() - began, 2)}


def _to_the_end(steps: Generator[Progress, bool, Part]) -> Part:
    try:
        while True:
            next(steps)
    except StopIteration as end:
        part: Part = end.value
        return part


def _note(asked: _Asked, part: Part) -> None:
    """Let the plans further down read this part."""
    number = part["after"] or part["before"]
    if number is not None:
        asked.sources[part["planner"]] = number
    if part["state"] == "changed":
        asked.changed.add(part["planner"])


def _empty(asked: _Asked, planner: str, *, state: str, why: str, **more: Any) -> Part:
    return {
        "planner": planner,
        "state": state,
        "why": why,
        "before": asked.base.get(planner),
        "after": None,
        "reasons": [],
        "hard_faults": 0,
        **Difference().row(),
        **more,
    }


def _timetable_part(asked: _Asked) -> Part:
    before, after = timetables.hash_after(games=asked.games, changes=asked.changes)
    hashes = {"hash_before": before, "hash_after": after}
    if before == after:
        why = "no change concerns units, their venues or their events"
        return _empty(asked, "timetable", state="same", why=why, **hashes)
    number = asked.base.get("timetable")
    name = str(number) if number is not None else "held"
    outcome = timetables.replan(
        games=asked.games,
        changes=asked.changes,
        actor=asked.actor,
        now=asked.now(),
        base=name,
        seconds=SECONDS["timetable"],
        seed=asked.seed,
    )
    why = f"{outcome.moved} units move, at least {outcome.moved_least} have to"
    found = timetable_difference(games=asked.games, before=name, after=str(outcome.version))
    return {
        **_empty(asked, "timetable", state="changed", why=why, **hashes),
        "after": outcome.version,
        "reasons": [reason.text for reason in outcome.reasons][:REASONS_MAX],
        "hard_faults": len(outcome.score.faults),
        **found.row(),
    }


def _part(asked: _Asked, planner: str) -> Generator[Progress, bool, Part]:
    number = asked.base.get(planner)
    if number is None:
        why = f"no {planner} are planned yet: there is nothing to compare with"
        return _empty(asked, planner, state="unplanned", why=why)
    row = version_row(games_id=asked.games.id, planner=planner, number=number)
    order = Order(
        seconds=SECONDS[planner],
        seed=asked.seed,
        from_version=number if planner in KEEPS else None,
        sources=tuple(sorted(asked.sources.items())),
        changes=asked.changes,
    )
    after = SLICE[planner].hash_of_problem(games=asked.games, planner=planner, order=order)
    hashes = {"hash_before": row.problem_hash, "hash_after": after}
    if after == row.problem_hash:
        return _empty(asked, planner, state="same", why=_why_same(asked, planner), **hashes)
    steps = SLICE[planner].PLANNERS[planner](
        games=asked.games,
        order=order,
        actor=asked.actor,
        clock=asked.clock,
        now=asked.now,
        run_id=asked.run_id,
    )
    outcome = yield from steps
    found = DIFFERENCES[planner](games=asked.games, before=number, after=outcome.version)
    known = set(row.statistics.get("reasons", []))
    return {
        **_empty(asked, planner, state="changed", why=_why_changed(asked, planner), **hashes),
        "after": outcome.version,
        "reasons": [text for text in outcome.reasons if text not in known][:REASONS_MAX],
        "hard_faults": len(outcome.score.faults),
        **found.row(),
    }


def _tickets_part(asked: _Asked) -> Part:
    """Return whose tickets may come back: nothing is planned here, the timetable says it."""
    if not has_tickets(games_id=asked.games.id):
        return _empty(asked, "tickets", state="unplanned", why="no session sells tickets yet")
    if "timetable" not in asked.changed:
        return _empty(asked, "tickets", state="same", why=_why_same(asked, "tickets"))
    number = asked.base.get("timetable")
    found = tickets_difference(
        games=asked.games,
        before=Sources(numbers=() if number is None else (("timetable", number),)),
        after=Sources(numbers=(("timetable", asked.sources["timetable"]),)),
    )
    is_same = not any(figure.difference for figure in found.figures) and not found.listings[0].total
    if is_same:
        return _empty(asked, "tickets", state="same", why=_why_same(asked, "tickets"))
    return {
        **_empty(asked, "tickets", state="changed", why=_why_changed(asked, "tickets")),
        **found.row(),
    }


def _live_part(asked: _Asked, planner: str) -> Generator[Progress, bool, Part]:
    """Return what a plan of now is with the changes, beside what it is without them."""
    planning = SLICE[planner]
    plain = Order(seconds=SECONDS[planner], seed=asked.seed)
    order = replace(plain, changes=asked.changes, sources=tuple(sorted(asked.sources.items())))
    try:
        before, after = (
            planning.hash_of_problem(games=asked.games, planner=planner, order=one)
            for one in (plain, order)
        )
    except NothingToPlanError as error:
        return _empty(asked, planner, state="unplanned", why=str(error))
    hashes = {"hash_before": before, "hash_after": after}
    if before == after:
        return _empty(asked, planner, state="same", why=_why_same(asked, planner), **hashes)
    versions = []
    for one in (plain, order):
        outcome = yield from planning.PLANNERS[planner](
            games=asked.games, order=one, actor=asked.actor, clock=asked.clock, now=asked.now,
            run_id=asked.run_id,
        )  # fmt: skip
        versions.append(outcome.version)
    found = DIFFERENCES[planner](games=asked.games, before=versions[0], after=versions[1])
    return {
        **_empty(asked, planner, state="changed", why=_why_changed(asked, planner), **hashes),
        "before": versions[0],
        "after": versions[1],
        "hard_faults": len(outcome.score.faults),
        **found.row(),
    }


def _why_same(asked: _Asked, planner: str) -> str:
    changed = [name for name in READS[planner] if name in asked.changed]
    if changed:
        return f"{' and '.join(changed)} changed, but nothing that it reads"
    return "nothing it reads has changed"


def _why_changed(asked: _Asked, planner: str) -> str:
    changed = [name for name in READS[planner] if name in asked.changed]
    return f"follows {' and '.join(changed)}" if changed else "the change itself"
