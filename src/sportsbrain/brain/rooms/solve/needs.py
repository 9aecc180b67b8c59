"""What each delegation needs: rooms for people who are there together or follow each other."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sportsbrain.brain.rooms.problem import Person, Problem

Order = Callable[[Person], Any]


@dataclass(slots=True)
class Chain:
    """People who sleep in one bed one after another."""

    people: list[Person] = field(default_factory=list)

    @property
    def is_accessible(self) -> bool:
        """Tell whether somebody in it needs an accessible room."""
        return any(person.needs_accessible for person in self.people)

    @property
    def has_minor(self) -> bool:
        """Tell whether a minor is in it."""
        return any(person.is_minor for person in self.people)

    @property
    def has_guard(self) -> bool:
        """Tell whether a grown-up official is in it."""
        return any(person.is_official and not person.is_minor for person in self.people)

    @property
    def tall(self) -> int:
        """Return how many of its people are tall."""
        return sum(person.is_tall for person in self.people)

    @property
    def races(self) -> int:
        """Return the nights before competition in it."""
        return sum(len(person.race_nights) for person in self.people)


@dataclass(slots=True)
class Need:
    """The rooms of one delegation: the beds of each, and who sleeps in them in turn."""

    delegation: int
    pairs: list[list[Chain]]

    @property
    def rooms(self) -> int:
        """Return how many rooms it needs."""
        return len(self.pairs)

    @property
    def accessible(self) -> int:
        """Return how many of them have to be accessible."""
        return sum(any(chain.is_accessible for chain in pair) for pair in self.pairs)

    @property
    def tall(self) -> int:
        """Return how many long beds it wishes for."""
        return sum(chain.tall > 0 for pair in self.pairs for chain in pair)

    @property
    def races(self) -> list[int]:
        """Return the nights before competition in each room, most first."""
        return sorted((sum(chain.races for chain in pair) for pair in self.pairs), reverse=True)

    @property
    def first_night(self) -> int:
        """Return the first night of anybody."""
        return min(person.first_night for person in self.people)

    @property
    def leaves_on(self) -> int:
        """Return the night from which everybody is gone."""
        return max(person.leaves_on for person in self.people)

    @property
    def people(self) -> list[Person]:
        """Return everybody."""
        return [person for pair in self.pairs for chain in pair for person in chain.people]


def by_delegation(problem: Problem) -> dict[int, list[Person]]:
    """Return the people of each delegation that has some."""
    found: dict[int, list[Person]] = defaultdict(list)
    for person in problem.people:
        found[person.delegation].append(person)
    return dict(sorted(found.items()))


def least_rooms(people: list[Person], *, beds: int = 2) -> int:
    """Return the rooms that some people need on their worst night: one gender in a room."""
    if not people:
        return 0
    first = min(person.first_night for person in people)
    last = max(person.leaves_on for person in people)
    there: dict[str, list[int]] = defaultdict(lambda: [0] * (last - first))
    for person in people:
        for night in range(person.first_night, person.leaves_on):
            there[person.gender][night - first] += 1
    return max(
        sum(-(-counts[night] // beds) for counts in there.values()) for night in range(last - first)
    )


def needs_of(problem: Problem, *, beds: int = 2) -> list[Need]:
    """
    Return the rooms of each delegation that has people, in the order of the delegations.

    A bed goes to the next person as soon as it is free, and a room to the other gender once it is
    empty. People are put into rooms in a few orders until one needs no room more than the worst
    night; then those who compete on the same nights are brought together.
    """
    return [
        Need(delegation=number, pairs=_gathered(_fewest(people, beds)))
        for number, people in by_delegation(problem).items()
    ]


def _fewest(people: list[Person], beds: int) -> list[list[Chain]]:
    least = least_rooms(people, beds=beds)
    best: list[list[Chain]] | None = None
    for order in _ORDERS:
        rooms = _filled(sorted(people, key=order), beds)
        if best is None or len(rooms) < len(best):
            best = rooms
        if len(best) == least:
            break
    return best or []


def _likeness(person: Person) -> tuple[bool, bool, bool, str, str]:
    return (
        not person.needs_accessible,
        not person.is_minor,
        person.is_official,
        person.sport,
        person.code,
    )


_ORDERS: tuple[Order, ...] = (
    lambda p: (p.first_night, p.leaves_on, p.gender, _likeness(p)),
    lambda p: (p.first_night, -p.leaves_on, p.gender, _likeness(p)),
    lambda p: (p.gender, p.first_night, p.leaves_on, _likeness(p)),
    lambda p: (p.first_night - p.leaves_on, p.gender, p.first_night, _likeness(p)),
)


@dataclass(slots=True)
class _Room:
    """A room while it is filled: nights as bits, of each bed and of each gender."""

    beds: list[int]
    genders: dict[str, int] = field(default_factory=dict)
    guests: list[list[Person]] = field(default_factory=list)

    def put(self, person: Person, bed: int) -> None:
        """Give somebody a bed."""
        stay = _nights(person)
        self.beds[bed] |= stay
        self.genders[person.gender] = self.genders.get(person.gender, 0) | stay
        self.guests[bed].append(person)


def _nights(person: Person) -> int:
    """Return the nights of a stay as bits."""
    return (1 << person.leaves_on) - (1 << person.first_night)


def _filled(people: list[Person], beds: int) -> list[list[Chain]]:
    """Give everybody, in order, the bed that leaves fewest lone nights; a new room when none is."""
    rooms: list[_Room] = []
    for person in people:
        stay = _nights(person)
        best: tuple[Any, _Room, int] | None = None
        for room in rooms:
            if any(n & stay for gender, n in room.genders.items() if gender != person.gender):
                continue
            for bed, nights in enumerate(room.beds):
                if nights & stay:
                    continue
                lone = stay.bit_count() - sum(
                    (n & stay).bit_count() for other, n in enumerate(room.beds) if other != bed
                )
                if best is None or lone <= best[0][0]:
                    price = (lone, *_unlike(person, stay, room, bed))
                    best = (price, room, bed) if best is None or price < best[0] else best
        if best is None:
            rooms.append(_Room(beds=[0] * beds, guests=[[] for _ in range(beds)]))
            best = (None, rooms[-1], 0)
        best[1].put(person, best[2])
    return [[Chain(people=guests) for guests in room.guests if guests] for room in rooms]


def _unlike(person: Person, stay: int, room: _Room, bed: int) -> tuple[bool, bool, int, bool]:
    """Return what speaks against a bed: two tall ones, unlike mates, nights it stood empty."""
    near = [
        mate
        for other, nights in enumerate(room.beds)
        if other != bed and nights & stay
        for mate in room.guests[other]
        if _nights(mate) & stay
    ]
    before = room.beds[bed] & ((1 << person.first_night) - 1)
    return (
        any(mate.is_tall and person.is_tall for mate in near),
        any(_kind(mate) != _kind(person) for mate in near),
        person.first_night - before.bit_length() if before else 99,
        any(mate.sport != person.sport for mate in near),
    )


def _meet(one: Person, other: Person) -> int:
    """Return the nights on which two people are there together."""
    return max(0, min(one.leaves_on, other.leaves_on) - max(one.first_night, other.first_night))


def _suits(
    person: Person, chain: Chain, room: list[Chain], *, without: Person | None = None
) -> bool:
    """Tell whether a bed is free for somebody, and the room of one gender on every night."""
    for other in room:
        for mate in other.people:
            is_in_the_way = other is chain or mate.gender != person.gender
            if is_in_the_way and mate is not without and _meet(person, mate):
                return False
    return True


def _kind(person: Person) -> tuple[bool, bool, bool]:
    return person.needs_accessible, person.is_minor, person.is_official


def _gathered(rooms: list[list[Chain]]) -> list[list[Chain]]:
    """Let people change beds so that few rooms hold the nights before competition."""
    for _ in range(2):
        order = sorted(rooms, key=lambda room: -sum(chain.races for chain in room))
        for number, rich in enumerate(order):
            least = min(len(person.race_nights) for chain in rich for person in chain.people)
            for poor in order[:number:-1]:
                if any(len(p.race_nights) > least for chain in poor for p in chain.people):
                    swap_races(rich, poor)
    return rooms


def swap_races(rich: list[Chain], poor: list[Chain]) -> None:
    """
    Let people of two rooms change beds while the first gains nights before competition.

    Who needs an accessible room, minors and the tall change with their like only, so that a room
    keeps its place.
    """
    for chain in rich:
        for person in list(chain.people):

            def competes_more(other: Person, person: Person = person) -> bool:
                is_alike = other.is_tall == person.is_tall
                return is_alike and len(other.race_nights) > len(person.race_nights)

            _swap(person, chain, rich, poor, competes_more)


def part_tall(room: list[Chain], other: list[Chain]) -> bool:
    """Let a tall one of a room change beds with one of another who is not; tell whether one did."""
    tall = [(chain, person) for chain in room for person in chain.people if person.is_tall]
    return any(_swap(p, chain, room, other, lambda mate: not mate.is_tall) for chain, p in tall)


def _swap(
    person: Person,
    chain: Chain,
    room: list[Chain],
    other: list[Chain],
    is_wanted: Callable[[Person], bool],
) -> bool:
    """Let somebody change beds with a wanted one of another room; tell whether there was one."""
    for there in other:
        for place, mate in enumerate(there.people):
            if (
                is_wanted(mate)
                and mate.needs_accessible == person.needs_accessible
                and mate.is_minor == person.is_minor
                and _suits(mate, chain, room, without=person)
                and _suits(person, there, other, without=mate)
            ):
                there.people[place] = person
                chain.people[chain.people.index(person)] = mate
                for changed in (chain, there):
                    changed.people.sort(key=lambda p: p.first_night)
                return True
    return False
