"""
The rooms problem: people of delegations to beds, by night.

Nights are counted from the first night of the village; a person sleeps there from ``first_night``
up to, not including, ``leaves_on``.
"""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen

TERMS = (
    "building_splits",
    "floor_splits",
    "spare_rooms",
    "open_buildings",
    "walk",
    "long_beds",
    "noise",
    "handovers",
    "moves",
)


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room with its beds; ``long_beds`` of them are long."""

    code: str
    beds: int = 2
    long_beds: int = 0
    is_accessible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Apartment:
    """Rooms behind one door, on a floor of a building (an index)."""

    code: str
    building: int
    floor: int
    rooms: tuple[Room, ...]

    def __post_init__(self) -> None:
        if not self.rooms:
            message = f"apartment {self.code} has no room"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """
    A house of a village, or a hotel.

    Parameters
    ----------
    walk_minutes
        To the dining hall and the transport mall and back, together.
    quiet_floors
        Floors on which those sleep well who compete the next day.
    closed
        Nights (from, before) in which nobody may sleep there.

    """

    code: str
    village: str
    walk_minutes: float
    quiet_floors: tuple[int, ...] = ()
    closed: tuple[tuple[int, int], ...] = ()

    def is_open(self, first_night: int, leaves_on: int) -> bool:
        """Tell whether one may sleep there from one night up to another."""
        return all(leaves_on <= a or b <= first_night for a, b in self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who sleeps in the village; ``race_nights`` are nights before a competition day."""

    code: str
    delegation: int
    gender: str
    first_night: int
    leaves_on: int
    sport: str = ""
    is_official: bool = False
    is_minor: bool = False
    needs_accessible: bool = False
    is_tall: bool = False
    race_nights: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.leaves_on <= self.first_night:
            message = f"person {self.code} leaves on night {self.leaves_on}, before the first"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Everything a room plan is judged by.

    Parameters
    ----------
    delegations
        Their codes.
    apart
        Pairs of delegations (indices) that may not sleep in one building.
    in_force
        (person, room, bed) of the plan in force; with a weight of ``moves`` a change of it costs.

    """

    nights: int
    delegations: tuple[str, ...]
    buildings: tuple[Building, ...]
    apartments: tuple[Apartment, ...]
    people: tuple[Person, ...]
    weights: tuple[tuple[str, float], ...]
    apart: tuple[tuple[int, int], ...] = ()
    in_force: tuple[tuple[str, str, int], ...] = ()

    def __post_init__(self) -> None:
        unknown = {key for key, _ in self.weights} - set(TERMS)
        if unknown:
            message = f"weights name unknown terms: {', '.join(sorted(unknown))}"
            raise ProblemError(message)
        for what, codes in (
            ("delegation", self.delegations),
            ("building", [b.code for b in self.buildings]),
            ("apartment", [a.code for a in self.apartments]),
            ("room", [r.code for a in self.apartments for r in a.rooms]),
            ("person", [p.code for p in self.people]),
        ):
            if len(set(codes)) != len(codes):
                message = f"two rows have one {what} code"
                raise ProblemError(message)
        for apartment in self.apartments:
            if not 0 <= apartment.building < len(self.buildings):
                message = f"apartment {apartment.code} is in a building that is not there"
                raise ProblemError(message)
        for person in self.people:
            if not 0 <= person.delegation < len(self.delegations):
                message = f"person {person.code} is of a delegation that is not there"
                raise ProblemError(message)

    def weight(self, key: str) -> float:
        """Return the weight of a term, 0 when it has none."""
        return next((w for k, w in self.weights if k == key), 0.0)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
