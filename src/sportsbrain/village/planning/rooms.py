"""Build → solve → check → draft, for the beds."""

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, replace
from typing import Any

from sportsbrain.brain.rooms.check import check
from sportsbrain.brain.rooms.plan import RoomPlan
from sportsbrain.brain.rooms.problem import Building, Problem
from sportsbrain.brain.rooms.solve import solve
from sportsbrain.brain.rooms.solve.explain import too_little
from sportsbrain.brain.rooms.solve.needs import needs_of
from sportsbrain.brain.rooms.solve.replan import replan
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.queries import (
    Sources,
    changes_for,
    load_slice_rules,
    schedule_now,
    version_items,
)
from sportsbrain.village.planning.houses import Houses, houses_of, villages_of
from sportsbrain.village.planning.residents import Residents, residents_of
from sportsbrain.vocabulary.changes import BuildingClosed, Change, ChangeError, of_kind
from sportsbrain.vocabulary.planning import Order, Progress, Score

PLANNER = "rooms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A problem, the houses and people it is made of, and what had to be assumed."""

    problem: Problem
    residents: Residents
    houses: Houses
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of what is to be housed where, whatever plan it began from."""
        weights = tuple((key, w) for key, w in self.problem.weights if key != "moves")
        return replace(self.problem, in_force=(), weights=weights).fingerprint()


def build_rooms(*, games: GamesRow, order: Order) -> Built:
    """Return the problem of a Games from its facts, its schedule and the rules file."""
    rules = load_slice_rules("village", games.rules_name)
    schedule = schedule_now(games=games, sources=Sources(numbers=order.sources))
    changes = changes_for(games_id=games.id, order=order)
    residents = residents_of(games=games, schedule=schedule, rules=rules, changes=changes)
    houses = houses_of(games=games, residents=residents.registered)
    number = {code: n for n, code in enumerate(residents.delegations)}
    in_force: tuple[tuple[str, str, int], ...] = ()
    if order.from_version is not None:
        items = version_items(games_id=games.id, planner=PLANNER, number=order.from_version)
        in_force = tuple((code, str(i[0]), int(i[1])) for code, i in sorted(items.items()))
    weights = {**rules["weights"], **({} if in_force else {"moves": 0})}
    problem = Problem(
        nights=residents.nights,
        delegations=residents.delegations,
        buildings=_closed(houses.buildings, changes, residents.first_night),
        apartments=houses.apartments,
        people=residents.people,
        weights=tuple(sorted((k, float(w)) for k, w in weights.items())),
        apart=tuple((number[a], number[b]) for a, b in rules["apart"] if {a, b} <= number.keys()),
        in_force=in_force,
    )
    return Built(
        problem=problem,
        residents=residents,
        houses=houses,
        assumptions=(*houses.assumptions, *residents.assumptions),
    )


def _closed(
    buildings: tuple[Building, ...], changes: tuple[Change, ...], first_night: dt.date
) -> tuple[Building, ...]:
    """Return the buildings with the nights in which changes close them."""
    for change in of_kind(changes, BuildingClosed):
        names = [building.code for building in buildings]
        if change.building not in names:
            message = f"no building {change.building}; known are {', '.join(names)}"
            raise ChangeError(message)
        nights = (change.from_date - first_night).days, (change.until_date - first_night).days
        buildings = tuple(
            replace(b, closed=(*b.closed, nights)) if b.code == change.building else b
            for b in buildings
        )
    return buildings


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says about the items of a version."""
    return check(built.problem, tuple((c, str(i[0]), int(i[1])) for c, i in items.items()))


def plan_rooms(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress; with ``from_version`` the fewest people move; return the drafted version."""
    built = build_rooms(games=games, order=order)
    problem = built.problem
    if order.from_version is not None:
        plan = yield from replan(problem, seed=order.seed, clock=clock)
        title = f"after changes to {order.from_version}, fewest moves"
    else:
        plan = yield from solve(problem, seed=order.seed, stop=order.stop(), clock=clock)
        title = f"{order.seconds:.0f} s, seed {order.seed}"
    score = check(problem, plan.beds)
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=title,
            problem_hash=built.problem_hash,
            answer=plan,
            score=score,
            items=_items(built, plan),
            order=order,
            reasons=_reasons(built, plan),
            facts={
                "assumptions": list(built.assumptions),
                "splits": [asdict(split) for split in plan.splits],
                "without_bed": len(plan.left),
                "apartments": [
                    [
                        apartment.code,
                        problem.buildings[apartment.building].code,
                        apartment.floor,
                        sum(room.beds for room in apartment.rooms),
                    ]
                    for apartment in problem.apartments
                ],
                "registered": built.residents.registered,
                "races_missed": list(built.residents.races_missed),
                "first_night": built.residents.first_night.isoformat(),
                "nights": problem.nights,
                "villages": villages_of(
                    built.houses,
                    {code: room for code, room, _ in plan.beds},
                    _building_of(problem),
                ),
            },
        ),
        actor=actor,
        run_id=run_id,
        now=now(),
    )


def _building_of(problem: Problem) -> dict[str, str]:
    """Return the building of each room."""
    return {
        room.code: problem.buildings[apartment.building].code
        for apartment in problem.apartments
        for room in apartment.rooms
    }


def _items(built: Built, plan: RoomPlan) -> dict[str, Any]:
    """Return [room, bed, first night, leaves on, delegation, building, role, door] by person."""
    problem = built.problem
    people = {person.code: person for person in problem.people}
    building = _building_of(problem)
    door = {room.code: a.code for a in problem.apartments for room in a.rooms}
    return {
        code: [
            room,
            bed,
            people[code].first_night,
            people[code].leaves_on,
            problem.delegations[people[code].delegation],
            building[room],
            "official" if people[code].is_official else "athlete",
            door[room],
        ]
        for code, room, bed in plan.beds
    }


def _reasons(built: Built, plan: RoomPlan) -> tuple[str, ...]:
    missed = built.residents.races_missed
    said = [f"{len(missed)} people come after their first race: {', '.join(missed[:20])}"]
    said = said if missed else []
    said += [f"{s.delegation} is in {len(s.buildings)} buildings: {s.text}" for s in plan.splits]
    said += [f"{code} has no bed: {text}" for code, text in plan.left[:50]]
    if plan.left:
        words = too_little(built.problem, needs_of(built.problem))
        said += [words] if words else []
    return tuple(said)
