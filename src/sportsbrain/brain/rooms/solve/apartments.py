"""Which apartments of a building go to which of its delegations: exact, building by building."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sportsbrain.brain.rooms.problem import Problem

SCALE = 10
Kind = tuple[int, int, int, int]  # floor, rooms, accessible rooms, long beds


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A delegation in a building: the rooms it needs there, and wishes that its people have."""

    delegation: int
    building: int
    rooms: int
    accessible: int = 0
    tall: int = 0
    races: int = 0


class Doors:
    """The apartments of each building, once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.of: dict[int, list[int]] = defaultdict(list)
        for number, apartment in enumerate(problem.apartments):
            self.of[apartment.building].append(number)

    def first_fit(self, building: int, parties: list[Party]) -> dict[int, list[int]]:
        """Return apartments by delegation as they come, floor by floor: the yardstick."""
        free = sorted(self.of[building], key=lambda a: (self.problem.apartments[a].floor, a))
        found: dict[int, list[int]] = {}
        for party in sorted(parties, key=lambda p: (-p.rooms, p.delegation)):
            mine: list[int] = []
            rooms = accessible = 0
            for number in free:
                if rooms >= party.rooms and accessible >= party.accessible:
                    break
                apartment = self.problem.apartments[number]
                helps = sum(room.is_accessible for room in apartment.rooms)
                if rooms >= party.rooms and not helps:
                    continue
                mine.append(number)
                rooms += len(apartment.rooms)
                accessible += helps
            free = [number for number in free if number not in mine]
            found[party.delegation] = mine
        return found

    def best(
        self, building: int, parties: list[Party], *, seconds: float, deterministic: bool
    ) -> dict[int, list[int]] | None:
        """
        Return apartments by delegation with fewest floors and spare rooms; None when none fit.

        Apartments that are alike are counted, not chosen. Long beds for the tall and quiet floors
        before competition count as the weights say.
        """
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        kinds = self._kinds(building)
        takes = {
            (p.delegation, kind): model.new_int_var(0, len(some), "")
            for p in parties
            for kind, some in kinds.items()
        }
        for kind, some in kinds.items():
            model.add(sum(takes[p.delegation, kind] for p in parties) <= len(some))
        model.minimize(sum(self._party(model, party, kinds, takes) for party in parties))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        if deterministic:
            solver.parameters.max_deterministic_time = seconds
        else:
            solver.parameters.max_time_in_seconds = seconds
        if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        left = {kind: list(some) for kind, some in kinds.items()}
        return {
            p.delegation: [
                left[kind].pop(0)
                for kind in kinds
                for _ in range(solver.value(takes[p.delegation, kind]))
            ]
            for p in parties
        }

    def _kinds(self, building: int) -> dict[Kind, list[int]]:
        """Return the apartments of a building by what tells them apart."""
        kinds: dict[Kind, list[int]] = defaultdict(list)
        for number in self.of[building]:
            apartment = self.problem.apartments[number]
            kinds[
                apartment.floor,
                len(apartment.rooms),
                sum(room.is_accessible for room in apartment.rooms),
                sum(room.long_beds for room in apartment.rooms),
            ].append(number)
        return dict(sorted(kinds.items()))

    def _party(
        self, model: Any, party: Party, kinds: dict[Kind, list[int]], takes: dict[Any, Any]
    ) -> Any:
        mine = {kind: takes[party.delegation, kind] for kind in kinds}
        rooms = sum(kind[1] * count for kind, count in mine.items())
        model.add(rooms >= party.rooms)
        if party.accessible:
            model.add(sum(kind[2] * count for kind, count in mine.items()) >= party.accessible)
        weight = self.problem.weight
        terms: list[Any] = [round(weight("spare_rooms") * SCALE) * (rooms - party.rooms)]
        by_floor: dict[int, list[Kind]] = defaultdict(list)
        for kind in kinds:
            by_floor[kind[0]].append(kind)
        for some in by_floor.values():
            on_floor = model.new_bool_var("")
            for kind in some:
                model.add(mine[kind] <= len(kinds[kind]) * on_floor)
            terms.append(round(weight("floor_splits") * SCALE) * on_floor)
        if party.tall:
            missing = model.new_int_var(0, party.tall, "")
            long_beds = sum(kind[3] * count for kind, count in mine.items())
            model.add(missing >= party.tall - long_beds)
            terms.append(round(weight("long_beds") * SCALE) * missing)
        terms.append(self._noise(model, party, mine))
        return sum(terms)

    def _noise(self, model: Any, party: Party, mine: dict[Kind, Any]) -> Any:
        """Return the price of rooms on noisy floors, with the party's mean nights a room."""
        nights = party.races / max(1, party.rooms)
        price = round(self.problem.weight("noise") * nights * SCALE)
        if not price:
            return 0
        quiet = self.problem.buildings[party.building].quiet_floors
        loud = sum(kind[1] * count for kind, count in mine.items() if kind[0] not in quiet)
        counted = model.new_int_var(0, party.rooms, "")
        model.add(counted >= loud - 1)
        return price * counted
