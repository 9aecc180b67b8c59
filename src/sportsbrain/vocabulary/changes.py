"""What may be different from what is known: the changes of a what-if, and of what was decided."""

import datetime as dt
import shlex
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeVar, get_type_hints

T = TypeVar("T")


class ChangeError(ValueError):
    """A change that can not be made; the message says why and what is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A unit begins at another time."""

    KIND: ClassVar[str] = "move"
    unit: str
    starts_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A venue can not be used for a while."""

    KIND: ClassVar[str] = "closure"
    venue: str
    starts_at: dt.datetime
    ends_before: dt.datetime

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_at:
            message = "a closure ends after it starts"
            raise ChangeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """An event is not held."""

    KIND: ClassVar[str] = "cancellation"
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MorePeople:
    """More people of a client group go to the sessions of each day, or to those of one venue."""

    KIND: ClassVar[str] = "more-people"
    client_group: str
    people: int
    venue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """A venue takes another number of spectators."""

    KIND: ClassVar[str] = "seats"
    venue: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotLost:
    """No bus comes from a depot; the others drive its lines."""

    KIND: ClassVar[str] = "depot-lost"
    depot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowRoads:
    """Every run between two hours of the day takes longer, by a factor."""

    KIND: ClassVar[str] = "slow-roads"
    factor: float
    from_hour: int = 0
    until_hour: int = 24

    def __post_init__(self) -> None:
        if self.factor <= 0 or not 0 <= self.from_hour < self.until_hour <= 24:
            message = "slow roads need a factor above 0 and hours from 0 up to 24"
            raise ChangeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateArrival:
    """A delegation arrives some days later."""

    KIND: ClassVar[str] = "late-arrival"
    delegation: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LargerDelegation:
    """A delegation brings more people, with the stays and genders of those it has."""

    KIND: ClassVar[str] = "larger-delegation"
    delegation: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingClosed:
    """Nobody sleeps in a building from one date up to another."""

    KIND: ClassVar[str] = "building-closed"
    building: str
    from_date: dt.date
    until_date: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class HallSeats:
    """A dining hall has only a share of its seats; 0 closes it."""

    KIND: ClassVar[str] = "hall-seats"
    hall: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FewerVolunteers:
    """One volunteer in so many does not come, everywhere or at one venue."""

    KIND: ClassVar[str] = "fewer-volunteers"
    one_in: int
    venue: str = ""

    def __post_init__(self) -> None:
        if self.one_in < 2:
            message = "fewer volunteers: one in 2 or more, not all of them"
            raise ChangeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesOut:
    """Some screening lanes of a venue do not work, all days long."""

    KIND: ClassVar[str] = "lanes-out"
    venue: str
    lanes: int

    def __post_init__(self) -> None:
        if self.lanes < 1:
            message = "lanes that are out: 1 or more"
            raise ChangeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Somebody who is entered does not come; another of the delegation may take the places."""

    KIND: ClassVar[str] = "withdrawal"
    participant: str
    reserve: str = ""

    def __post_init__(self) -> None:
        if not self.participant or self.participant == self.reserve:
            message = "a withdrawal names who does not come, and another who comes instead"
            raise ChangeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldMedals:
    """A delegation wins more gold medals, tonight: what is sold of it is asked for more."""

    KIND: ClassVar[str] = "gold-medals"
    delegation: str
    medals: int

    def __post_init__(self) -> None:
        if self.medals < 1:
            message = "gold medals: 1 or more"
            raise ChangeError(message)


Change = (
    Move
    | Closure
    | Cancellation
    | MorePeople
    | Seats
    | DepotLost
    | SlowRoads
    | LateArrival
    | LargerDelegation
    | BuildingClosed
    | HallSeats
    | FewerVolunteers
    | LanesOut
    | Withdrawal
    | GoldMedals
)
KINDS: dict[str, type[Any]] = {
    kind.KIND: kind
    for kind in (
        Move,
        Closure,
        Cancellation,
        MorePeople,
        Seats,
        DepotLost,
        SlowRoads,
        LateArrival,
        LargerDelegation,
        BuildingClosed,
        HallSeats,
        FewerVolunteers,
        LanesOut,
        Withdrawal,
        GoldMedals,
    )
}


def of_kind(changes: Iterable[Change], kind: type[T]) -> list[T]:
    """Return the changes of one kind, in order."""
    return [change for change in changes if isinstance(change, kind)]


def change_row(change: Change) -> dict[str, Any]:
    """Return a change as JSON can hold it."""
    values = {
        key: value.isoformat() if isinstance(value, dt.date) else value
        for key, value in asdict(change).items()
    }
    return {"kind": change.KIND, **values}


def change_of(row: dict[str, Any], *, zone: dt.tzinfo | None = None) -> Change:
    """
    Return the change of a row; numbers and moments may be words, moments without a zone get one.

    Raises
    ------
    ChangeError
        When the kind or a field is unknown, missing or not understood.

    """
    values = dict(row)
    name = values.pop("kind", "")
    kind = KINDS.get(name)
    if kind is None:
        message = f"no change is called {name!r}; known are {', '.join(sorted(KINDS))}"
        raise ChangeError(message)
    hints = get_type_hints(kind)
    known = [field.name for field in fields(kind)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        message = f"{name} has no {unknown[0]!r}; it takes {', '.join(known)}"
        raise ChangeError(message)
    try:
        found: Change = kind(**{k: _value(hints[k], raw, zone) for k, raw in values.items()})
    except TypeError:
        message = f"{name} needs {', '.join(known)}"
        raise ChangeError(message) from None
    return found


def _value(hint: Any, raw: Any, zone: dt.tzinfo | None) -> Any:
    try:
        value = raw
        if isinstance(raw, str) and hint is not str:
            value = hint.fromisoformat(raw) if issubclass(hint, dt.date) else hint(raw)
    except ValueError:
        wanted = {int: "a whole number", float: "a number"}.get(hint, "a moment in ISO 8601")
        message = f"{raw!r} is not {wanted}"
        raise ChangeError(message) from None
    if isinstance(value, dt.datetime) and value.tzinfo is None and zone is not None:
        return value.replace(tzinfo=zone)
    return value


def change_words(words: str, *, zone: dt.tzinfo | None = None) -> Change:
    """
    Return the change of words such as ``depot-lost depot="Village depot"``.

    Raises
    ------
    ChangeError
        When the words are not understood.

    """
    name, *pairs = shlex.split(words)
    if any("=" not in pair for pair in pairs):
        message = f"{words!r} is not a kind and field=value pairs"
        raise ChangeError(message)
    return change_of({"kind": name, **dict(pair.split("=", 1) for pair in pairs)}, zone=zone)
