"""
The competition-timetable problem: units to be placed in time on their fields of play.

All times are whole seconds from midnight UTC of the first day (the epoch). Durations are seconds.
A calendar day is counted in the local time of the venue.
"""

from dataclasses import dataclass, field

from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.windows import Window

DAY = 86400
SESSION_GAP = 3600
TERMS = (
    "prime_time",
    "medal_spread",
    "final_clash",
    "gender_balance",
    "rest",
    "venue_hours",
    "venue_days",
    "crowd_peak",
    "stability",
)


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discipline:
    """
    The rules of one discipline.

    Parameters
    ----------
    change_seconds
        Change-over on a field of play after each unit.
    stage_seconds, stage_days
        Least time, and least number of nights, between two stages of an event.
    rest_seconds, rest_days
        Least rest of a competitor between two units of one event, and least nights.
    cross_seconds
        Least rest of a person between units of two events, travel aside.
    good_seconds, good_days
        The rest that is wished for; what is missing is the soft term ``rest``.
    session_seconds_max
        Longest session.

    """

    code: str
    change_seconds: int = 0
    stage_seconds: int = 0
    stage_days: int = 0
    rest_seconds: int = 0
    rest_days: int = 0
    cross_seconds: int = 600
    good_seconds: int = 0
    good_days: int = 0
    session_seconds_max: int = 6 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """
    A site with the windows in which each discipline may use it.

    ``units_at_once`` is the most units that may run at one time on all its places; 0 is no limit.
    """

    code: str
    zone: str
    seats: int
    utc_offset: int
    windows: tuple[tuple[int, tuple[Window, ...]], ...]
    units_at_once: int = 0

    def windows_of(self, discipline: int) -> tuple[Window, ...]:
        """Return the windows of one discipline, in order."""
        return next((w for d, w in self.windows if d == discipline), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A field of play."""

    code: str
    venue: int
    units_at_once: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A contest."""

    code: str
    name: str
    discipline: int
    gender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """
    One unit.

    Parameters
    ----------
    stage
        Order in its event times 100, plus the part where one code stands on several rows.
    competitors
        Known competitors (persons or teams), as indices.
    persons
        Persons known to take part, as indices; members of teams included.
    possible
        Persons who may take part, the known ones included.
    pinned_at
        The start that may not change, when there is one.

    """

    code: str
    name: str
    event: int
    stage: int
    location: int
    seconds: int
    medal: str
    competitors: tuple[int, ...] = ()
    persons: tuple[int, ...] = ()
    possible: tuple[int, ...] = ()
    pinned_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimeZone:
    """A broadcast market: its prime time by day and what a final outside of all zones loses."""

    name: str
    value: float
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything a timetable is judged by. It checks itself when it is built."""

    epoch: str
    days: int
    disciplines: tuple[Discipline, ...]
    venues: tuple[Venue, ...]
    locations: tuple[Location, ...]
    events: tuple[Event, ...]
    units: tuple[Unit, ...]
    prime_zones: tuple[PrimeZone, ...]
    zone_seats_max: int
    medal_days: tuple[int, int]
    travel_seconds: tuple[tuple[int, ...], ...]
    weights: tuple[tuple[str, float], ...]
    discipline_change_seconds: int = 3600
    session_extra_seconds: int = 5400
    in_force: tuple[tuple[str, int], ...] = ()
    person_codes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        _check_indices(self)
        _check_units(self)
        unknown = {key for key, _ in self.weights} - set(TERMS)
        if unknown:
            message = f"weights name unknown terms: {', '.join(sorted(unknown))}"
            raise ProblemError(message)

    def weight(self, key: str) -> float:
        """Return the weight of a term, 0 when it has none."""
        return next((w for k, w in self.weights if k == key), 0.0)

    def to_json(self) -> str:
        """Return the problem as canonical JSON."""
        return frozen.to_json(self)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)

    @classmethod
    def from_json(cls, text: str) -> "Problem":
        """Return the problem of its JSON."""
        return frozen.from_json(cls, text)


def _check_indices(problem: Problem) -> None:
    for location in problem.locations:
        if not 0 <= location.venue < len(problem.venues) or location.units_at_once < 1:
            message = f"location {location.code}: no such venue, or fewer than one unit at once"
            raise ProblemError(message)
    for event in problem.events:
        if not 0 <= event.discipline < len(problem.disciplines):
            message = f"event {event.code}: no such discipline"
            raise ProblemError(message)
    if len(problem.travel_seconds) != len(problem.venues):
        message = "travel_seconds needs one row a venue"
        raise ProblemError(message)


def _check_units(problem: Problem) -> None:
    seen: set[str] = set()
    for unit in problem.units:
        if unit.code in seen:
            message = f"unit {unit.code} stands twice"
            raise ProblemError(message)
        seen.add(unit.code)
        if unit.seconds <= 0:
            message = f"unit {unit.code} needs a duration above 0 seconds"
            raise ProblemError(message)
        if not 0 <= unit.event < len(problem.events) or not 0 <= unit.location < len(
            problem.locations
        ):
            message = f"unit {unit.code}: no such event or location"
            raise ProblemError(message)
