"""What each delegation needs: beds in turn for people who follow each other, and rooms for them."""

from collections import defaultdict
from dataclasses import dataclass, field

from sportsbrain.brain.rooms.problem import Person, Problem


@dataclass(slots=True)
class Chain:
    """People who sleep in one bed one after another."""

    gender: str
    people: list[Person] = field(default_factory=list)

    @property
    def free_on(self) -> int:
        """Return the night from which the bed is free."""
        return self.people[-1].leaves_on

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
    """The rooms of one delegation: pairs of chains (or single ones) of one gender."""

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
    def first_night(self) -> int:
        """Return the first night of anybody."""
        return min(c.people[0].first_night for pair in self.pairs for c in pair)

    @property
    def leaves_on(self) -> int:
        """Return the night from which everybody is gone."""
        return max(c.free_on for pair in self.pairs for c in pair)


def needs_of(problem: Problem, *, beds: int = 2) -> list[Need]:
    """
    Return the rooms of each delegation that has people, in the order of the delegations.

    A bed goes to the next person of the gender as soon as it is free, which takes as many beds as
    people are there at once (interval graphs); those who need an accessible room follow each other.
    """
    by_delegation: dict[int, list[Person]] = defaultdict(list)
    for person in problem.people:
        by_delegation[person.delegation].append(person)
    return [
        Need(delegation=number, pairs=_pairs(_chains(by_delegation[number]), beds))
        for number in sorted(by_delegation)
    ]


def _chains(people: list[Person]) -> list[Chain]:
    chains: dict[str, list[Chain]] = defaultdict(list)
    ordered = sorted(
        people, key=lambda p: (p.first_night, not p.needs_accessible, p.leaves_on, p.code)
    )
    for person in ordered:
        free = [c for c in chains[person.gender] if c.free_on <= person.first_night]
        if free:
            chain = max(
                free,
                key=lambda c: (c.is_accessible == person.needs_accessible, c.free_on),
            )
        else:
            chain = Chain(gender=person.gender)
            chains[person.gender].append(chain)
        chain.people.append(person)
    return [chain for gender in sorted(chains) for chain in chains[gender]]


def _pairs(chains: list[Chain], beds: int) -> list[list[Chain]]:
    """Put chains into rooms: those with the same needs, role and sport side by side."""
    pairs: list[list[Chain]] = []
    for gender in sorted({chain.gender for chain in chains}):
        mine = sorted((c for c in chains if c.gender == gender), key=_likeness)
        pairs += _mixed(mine, beds)
    return pairs


def _mixed(chains: list[Chain], beds: int) -> list[list[Chain]]:
    """Fill rooms in order, a tall one with one who is not: a room seldom has two long beds."""
    left = list(chains)
    rooms = []
    while left:
        room = [left.pop(0)]
        while left and len(room) < beds:
            alike = [c for c in left if _kind(c) == _kind(room[0])] or left
            short = [c for c in alike if not (c.tall and room[0].tall)]
            chosen = (short or alike)[0]
            left.remove(chosen)
            room.append(chosen)
        rooms.append(room)
    return rooms


def _kind(chain: Chain) -> tuple[bool, bool, bool]:
    return chain.is_accessible, chain.has_minor, chain.people[0].is_official


def _likeness(chain: Chain) -> tuple[bool, bool, bool, str, str]:
    first = chain.people[0]
    return (
        not chain.is_accessible,
        not chain.has_minor,
        first.is_official,
        first.sport,
        first.code,
    )
