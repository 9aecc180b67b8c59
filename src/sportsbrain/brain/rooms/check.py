"""Judge a room plan rule by rule. Shares nothing with the solver but the problem."""

import itertools
from collections import defaultdict
from collections.abc import Iterator

from sportsbrain.brain.rooms.problem import Apartment, Person, Problem, Room
from sportsbrain.vocabulary.planning import Fault, Score

RULES = (
    "no_bed",
    "unknown_bed",
    "bed_twice",
    "apartment_shared",
    "mixed_room",
    "not_accessible",
    "minor_alone",
    "pair_together",
    "closed_building",
)
Beds = tuple[tuple[str, str, int], ...]


def check(problem: Problem, beds: Beds) -> Score:
    """Return the faults and the soft terms of a plan."""
    judge = _Judge(problem, beds)
    faults = [
        *judge.beds_there(),
        *judge.nights(),
        *judge.accessible(),
        *judge.minors(),
        *judge.pairs(),
        *judge.closures(),
    ]
    return Score(faults=tuple(faults), soft=judge.soft(), weights=dict(problem.weights))


class _Judge:
    """One plan before one problem."""

    def __init__(self, problem: Problem, beds: Beds) -> None:
        self.problem = problem
        self.room: dict[str, Room] = {}
        self.apartment: dict[str, Apartment] = {}
        for apartment in problem.apartments:
            for room in apartment.rooms:
                self.room[room.code] = room
                self.apartment[room.code] = apartment
        self.person = {person.code: person for person in problem.people}
        self.bed = {
            code: (room, number)
            for code, room, number in beds
            if code in self.person and room in self.room and 1 <= number <= self.room[room].beds
        }
        self.unknown = [row for row in beds if self.bed.get(row[0]) != (row[1], row[2])]

    def beds_there(self) -> Iterator[Fault]:
        """Yield who has no bed, and beds that are not there."""
        for code, room, number in self.unknown:
            text = f"{code} has bed {number} of room {room}, which is not there, or two beds"
            yield Fault(rule="unknown_bed", text=text, persons=(code,), places=(room,))
        for code in self.person:
            if code not in self.bed:
                yield Fault(rule="no_bed", text=f"{code} has no bed", persons=(code,))

    def nights(self) -> Iterator[Fault]:
        """Yield beds slept in twice, apartments shared, rooms mixed; each pair of people once."""
        by_bed: dict[tuple[str, int], list[Person]] = defaultdict(list)
        by_apartment: dict[str, list[Person]] = defaultdict(list)
        by_room: dict[str, list[Person]] = defaultdict(list)
        for code, (room, number) in self.bed.items():
            person = self.person[code]
            by_bed[room, number].append(person)
            by_room[room].append(person)
            by_apartment[self.apartment[room].code].append(person)
        for (room, _), people in sorted(by_bed.items()):
            for one, other in _meeting(people):
                text = f"{one.code} and {other.code} have one bed in {room} on the same night"
                yield Fault(rule="bed_twice", text=text, persons=(one.code, other.code))
        for room, people in sorted(by_room.items()):
            yield from _mixed(room, people)
        for apartment, people in sorted(by_apartment.items()):
            yield from _shared(apartment, people)

    def accessible(self) -> Iterator[Fault]:
        """Yield who needs an accessible room and has another."""
        for code, (room, _) in self.bed.items():
            if self.person[code].needs_accessible and not self.room[room].is_accessible:
                text = f"{code} needs an accessible room, {room} is not"
                yield Fault(rule="not_accessible", text=text, persons=(code,), places=(room,))

    def minors(self) -> Iterator[Fault]:
        """Yield minors in a building without a grown-up official of theirs."""
        guards: dict[tuple[int, int], list[Person]] = defaultdict(list)
        has_guard: set[int] = set()
        for person in self.problem.people:
            if person.is_official and not person.is_minor:
                has_guard.add(person.delegation)
                if person.code in self.bed:
                    guards[person.delegation, self._building(person)].append(person)
        for code in self.bed:
            person = self.person[code]
            is_watched = bool(guards[person.delegation, self._building(person)])
            if person.is_minor and person.delegation in has_guard and not is_watched:
                text = f"{code} is a minor, no official of the delegation is in the building"
                yield Fault(rule="minor_alone", text=text, persons=(code,))

    def _building(self, person: Person) -> int:
        return self.apartment[self.bed[person.code][0]].building

    def pairs(self) -> Iterator[Fault]:
        """Yield delegations in one building that must be apart."""
        used = self._buildings_of()
        for one, other in self.problem.apart:
            for building in sorted(used[one] & used[other]):
                names = self.problem.delegations[one], self.problem.delegations[other]
                where = self.problem.buildings[building].code
                text = f"{names[0]} and {names[1]} are both in {where}"
                yield Fault(rule="pair_together", text=text, units=names, places=(where,))

    def closures(self) -> Iterator[Fault]:
        """Yield nights in closed buildings."""
        for code in self.bed:
            person = self.person[code]
            building = self.problem.buildings[self._building(person)]
            if not building.is_open(person.first_night, person.leaves_on):
                text = f"{code} sleeps in {building.code} while it is closed"
                yield Fault(rule="closed_building", text=text, persons=(code,))

    def _buildings_of(self) -> dict[int, set[int]]:
        used: dict[int, set[int]] = defaultdict(set)
        for code in self.bed:
            used[self.person[code].delegation].add(self._building(self.person[code]))
        return used

    def soft(self) -> dict[str, float]:
        """Return the soft terms."""
        floors: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for code, (room, _) in self.bed.items():
            place = self.apartment[room]
            floors[self.person[code].delegation].add((place.building, place.floor))
        used_rooms = {room for room, _ in self.bed.values()}
        used_apartments = {self.apartment[room].code for room in used_rooms}
        held = sum(len(a.rooms) for a in self.problem.apartments if a.code in used_apartments)
        buildings = self._buildings_of()
        minutes = [
            self.problem.buildings[self.apartment[room].building].walk_minutes
            for room in used_rooms
        ]
        before = {code: (room, number) for code, room, number in self.problem.in_force}
        return {
            "building_splits": float(sum(len(b) - 1 for b in buildings.values())),
            "floor_splits": float(sum(len(f) - 1 for f in floors.values())),
            "spare_rooms": float(held - len(used_rooms)),
            "open_buildings": float(len({b for some in buildings.values() for b in some})),
            "walk": float(sum(sorted(minutes))),
            "long_beds": float(self._short_beds()),
            "noise": float(self._noisy_nights()),
            "handovers": float(self._handovers()),
            "moves": float(
                sum(1 for c, bed in before.items() if c in self.bed and self.bed[c] != bed)
            ),
        }

    def _short_beds(self) -> int:
        """Count tall people in a short bed: bed numbers up to ``long_beds`` are the long ones."""
        return sum(
            1
            for code, (room, number) in self.bed.items()
            if self.person[code].is_tall and number > self.room[room].long_beds
        )

    def _handovers(self) -> int:
        """Count apartments that go from one delegation to another, each time."""
        stays: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for code, (room, _) in self.bed.items():
            person = self.person[code]
            stays[self.apartment[room].code].append(
                (person.first_night, person.leaves_on, person.delegation)
            )
        count = 0
        for some in stays.values():
            order = [delegation for _, _, delegation in sorted(some)]
            count += sum(one != other for one, other in itertools.pairwise(order))
        return count

    def _noisy_nights(self) -> int:
        count = 0
        for code, (room, _) in self.bed.items():
            place = self.apartment[room]
            if place.floor not in self.problem.buildings[place.building].quiet_floors:
                count += len(self.person[code].race_nights)
        return count


def _mixed(room: str, people: list[Person]) -> Iterator[Fault]:
    for one, other in _meeting(people):
        if one.gender != other.gender:
            text = f"{one.code} ({one.gender}), {other.code} ({other.gender}) in {room}"
            yield Fault(rule="mixed_room", text=text, persons=(one.code, other.code))


def _shared(apartment: str, people: list[Person]) -> Iterator[Fault]:
    if len({person.delegation for person in people}) == 1:
        return
    for one, other in _meeting(people):
        if one.delegation != other.delegation:
            text = f"two delegations in {apartment} on the same night"
            yield Fault(rule="apartment_shared", text=text, persons=(one.code, other.code))


def _meeting(people: list[Person]) -> Iterator[tuple[Person, Person]]:
    """Yield the pairs of people who are there on the same night."""
    there: list[Person] = []
    for person in sorted(people, key=lambda p: (p.first_night, p.code)):
        there = [other for other in there if other.leaves_on > person.first_night]
        for other in there:
            yield other, person
        there.append(person)
