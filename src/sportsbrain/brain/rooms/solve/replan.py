"""After the list has changed: everybody keeps the bed that still suits, the fewest move."""

from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass

from sportsbrain.brain.rooms.plan import RoomPlan
from sportsbrain.brain.rooms.problem import Apartment, Person, Problem, Room
from sportsbrain.brain.rooms.solve.bounds import short_beds
from sportsbrain.brain.rooms.solve.bounds.prices import Prices
from sportsbrain.brain.rooms.solve.evaluate import terms_of
from sportsbrain.brain.rooms.solve.explain import splits_of
from sportsbrain.vocabulary.planning import Progress, Term

Bed = tuple[str, int]
SOLVER = "fewest moves, bound by prices of rooms"
ROUNDS_OF_BOUND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A bed with all that counts."""

    apartment: Apartment
    room: Room
    number: int

    @property
    def bed(self) -> Bed:
        return self.room.code, self.number


class _Village:
    """Who sleeps where, night by night, while it is filled."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.people = {person.code: person for person in problem.people}
        self.places = {
            (room.code, number): _Place(apartment=apartment, room=room, number=number)
            for apartment in problem.apartments
            for room in apartment.rooms
            for number in range(1, room.beds + 1)
        }
        self.places_in: dict[str, list[_Place]] = defaultdict(list)
        for place in self.places.values():
            self.places_in[place.apartment.code].append(place)
        self.nearest_first = sorted(
            problem.apartments,
            key=lambda a: (problem.buildings[a.building].walk_minutes, a.code),
        )
        self.beds: dict[str, Bed] = {}
        self.in_apartment: dict[str, list[Person]] = defaultdict(list)
        self.houses: dict[int, set[int]] = defaultdict(set)
        self.guards: Counter[tuple[int, int]] = Counter()
        self.guarded = {p.delegation for p in problem.people if _is_guard(p)}
        self.of_delegation: dict[int, set[str]] = defaultdict(set)
        self.foes: dict[int, set[int]] = defaultdict(set)
        for one, other in problem.apart:
            self.foes[one].add(other)
            self.foes[other].add(one)

    def refuses(self, person: Person, bed: Bed, *, may_be_alone: bool = False) -> str:
        """
        Return the rule that keeps somebody out of a bed, empty when none does.

        With ``may_be_alone`` a minor may be where no official of theirs is: one has to follow.
        """
        place = self.places.get(bed)
        if place is None:
            return "unknown_bed"
        building = self.problem.buildings[place.apartment.building]
        if not building.is_open(person.first_night, person.leaves_on):
            return "closed_building"
        if person.needs_accessible and not place.room.is_accessible:
            return "not_accessible"
        if self.houses[place.apartment.building] & self.foes[person.delegation]:
            return "pair_together"
        is_alone = person.is_minor and self.is_alone(person, place.apartment.building)
        if is_alone and not may_be_alone:
            return "minor_alone"
        return self._refused_by_others(person, place)

    def _refused_by_others(self, person: Person, place: _Place) -> str:
        for other in self.in_apartment[place.apartment.code]:
            if other.leaves_on <= person.first_night or person.leaves_on <= other.first_night:
                continue
            if other.delegation != person.delegation:
                return "apartment_shared"
            room, number = self.beds[other.code]
            if room == place.room.code and number == place.number:
                return "bed_twice"
            if room == place.room.code and other.gender != person.gender:
                return "mixed_room"
        return ""

    def is_others(self, person: Person, apartment: str) -> bool:
        """Tell whether people of another delegation are in an apartment during a stay."""
        return any(
            other.delegation != person.delegation
            and other.first_night < person.leaves_on
            and person.first_night < other.leaves_on
            for other in self.in_apartment[apartment]
        )

    def put(self, person: Person, bed: Bed) -> None:
        """Give somebody a bed."""
        apartment = self.places[bed].apartment
        self.beds[person.code] = bed
        self.of_delegation[person.delegation].add(person.code)
        self.in_apartment[apartment.code].append(person)
        self.guards[person.delegation, apartment.building] += _is_guard(person)
        self.houses[apartment.building].add(person.delegation)

    def take(self, person: Person) -> Bed:
        """Take somebody's bed away and return it."""
        bed = self.beds.pop(person.code)
        apartment = self.places[bed].apartment
        self.of_delegation[person.delegation].discard(person.code)
        self.in_apartment[apartment.code].remove(person)
        self.guards[person.delegation, apartment.building] -= _is_guard(person)
        houses = {self.places[self.beds[c]].apartment.building for c in self.mates(person)}
        if apartment.building not in houses:
            self.houses[apartment.building].discard(person.delegation)
        return bed

    def mates(self, person: Person) -> set[str]:
        """Return the people of a delegation who have a bed."""
        return self.of_delegation[person.delegation]

    def is_alone(self, person: Person, building: int) -> bool:
        """Tell whether no grown-up official of a minor's delegation sleeps in a building."""
        has_guard = self.guards[person.delegation, building] > 0
        return person.delegation in self.guarded and not has_guard

    def minors_alone(self) -> list[Person]:
        """Return the minors with a bed in a building without an official of theirs."""
        return [
            person
            for code, bed in self.beds.items()
            for person in [self.people[code]]
            if person.is_minor and self.is_alone(person, self.places[bed].apartment.building)
        ]


def _is_guard(person: Person) -> bool:
    return person.is_official and not person.is_minor


def replan(
    problem: Problem, *, seed: int, clock: Callable[[], float]
) -> Generator[Progress, bool, RoomPlan]:
    """
    Yield progress and return the plan in which the fewest people move.

    Everybody whose bed still suits keeps it: nobody moves without a rule that asks for it, so the
    moves are those whose bed is refused, which is the least. Who has no bed gets the free one that
    costs least: in the room of the delegation, behind its doors, on its floor, in its building.
    """
    began = clock()
    village = _Village(problem)
    waiting: list[Person] = []
    before = {code: (room, number) for code, room, number in problem.in_force}
    for person in sorted(problem.people, key=lambda p: not _is_guard(p)):
        bed = before.get(person.code)
        if bed is not None and not village.refuses(person, bed):
            village.put(person, bed)
        else:
            waiting.append(person)
    yield Progress(step="kept", seconds=clock() - began, note=f"{len(village.beds)} keep their bed")
    left = _fill(village, waiting)
    _join_minors(village)
    beds = [(p.code, *village.beds[p.code]) for p in problem.people if p.code in village.beds]
    yield Progress(step="filled", seconds=clock() - began, note=f"{len(left)} without a bed")
    prices = Prices(problem)
    for _ in range(ROUNDS_OF_BOUND):
        if not prices.step():
            break
    values = terms_of(problem, beds)
    least = {"moves": float(sum(1 for p in waiting if p.code in before))}
    terms = tuple(
        Term(key=k, value=v, weight=problem.weight(k), bound=least.get(k, 0.0))
        for k, v in values.items()
    )
    return RoomPlan(
        beds=tuple(beds),
        splits=splits_of(problem, beds),
        left=tuple(left),
        objective=sum(term.cost for term in terms),
        bound=prices.bound
        + problem.weight("long_beds") * short_beds(problem)
        + problem.weight("moves") * least["moves"],
        terms=terms,
        seed=seed,
        solver=SOLVER,
        seconds=clock() - began,
        first_feasible_seconds=clock() - began,
    )


def filled(
    problem: Problem, beds: list[tuple[str, str, int]]
) -> tuple[list[tuple[str, str, int]], list[tuple[str, str]]]:
    """Return beds with those who had none in any bed that suits, and who is left and why."""
    village = _Village(problem)
    people = {person.code: person for person in problem.people}
    for code, room, number in beds:
        village.put(people[code], (room, number))
    left = _fill(village, [p for p in problem.people if p.code not in village.beds])
    _join_minors(village)
    found = [(p.code, *village.beds[p.code]) for p in problem.people if p.code in village.beds]
    return found, left


def _join_minors(village: _Village) -> None:
    """Move minors who are alone to an official, or an official to them, where a bed suits."""
    for person in village.minors_alone():
        house = village.places[village.beds[person.code]].apartment.building
        if not village.is_alone(person, house):
            continue  # an official has come for another minor
        bed = village.take(person)
        better = _best(village, person)
        village.put(person, better or bed)
        if better is None:
            _bring_guard(village, person, house)


def _bring_guard(village: _Village, minor: Person, house: int) -> None:
    """Move an official, whom no other minor needs, into the building of a minor."""
    for code in sorted(village.mates(minor)):
        official = village.people[code]
        if not _is_guard(official):
            continue
        before = len(village.minors_alone())
        bed = village.take(official)
        for place in village.places.values():
            is_there = place.apartment.building == house
            if is_there and not village.refuses(official, place.bed):
                village.put(official, place.bed)
                if len(village.minors_alone()) < before:
                    return
                village.take(official)
                break
        village.put(official, bed)


def _fill(village: _Village, waiting: list[Person]) -> list[tuple[str, str]]:
    """Give beds to those who wait, the hardest to please first; return who is left and why."""
    left = []
    ordered = sorted(
        waiting,
        key=lambda p: (
            not p.needs_accessible,
            p.is_minor,  # after the officials, who may not leave them alone
            p.first_night - p.leaves_on,
            p.code,
        ),
    )
    for person in ordered:
        bed = _best(village, person)
        if bed is None and person.is_minor:
            bed = _best(village, person, may_be_alone=True)
        if bed is None:
            rules = {village.refuses(person, b) for b in village.places}
            left.append((person.code, f"every bed is refused: {', '.join(sorted(rules))}"))
        else:
            village.put(person, bed)
    return left


def _best(village: _Village, person: Person, *, may_be_alone: bool = False) -> Bed | None:
    """Return the bed that suits and is nearest to the delegation's own, then to the mall."""
    own = [village.places[village.beds[code]].apartment for code in village.mates(person)]
    mine = {apartment.code for apartment in own}
    floors = {(apartment.building, apartment.floor) for apartment in own}
    houses = {apartment.building for apartment in own}
    tiers: dict[tuple[bool, bool, bool], list[_Place]] = defaultdict(list)
    for apartment in village.nearest_first:
        if village.is_others(person, apartment.code):
            continue
        tier = (
            apartment.building not in houses,
            apartment.code not in mine,
            (apartment.building, apartment.floor) not in floors,
        )
        tiers[tier] += village.places_in[apartment.code]
    for tier in sorted(tiers):
        places = tiers[tier]
        if person.is_tall:
            places = sorted(places, key=lambda place: place.number > place.room.long_beds)
        for place in places:
            if not village.refuses(person, place.bed, may_be_alone=may_be_alone):
                return place.bed
    return None
