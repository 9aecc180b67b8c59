"""What a crowd meets: banks of lanes it waits at, ways it walks, vehicles it takes."""

from dataclasses import dataclass

from sportsbrain.vocabulary import frozen

QUARTER = 900


class ProblemError(ValueError):
    """A problem that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """
    Lanes that serve one after the other: screening, gates, tills.

    Parameters
    ----------
    opens_at
        When the first quarter of an hour begins.
    open_lanes
        Lanes that are open in each quarter from then on.
    headway
        Mean seconds between two people of one lane, not the time of a passage.
    headway_cv
        Its standard deviation over its mean.
    search_share, search_seconds
        Who is searched a second time in the lane, and for how long.
    own_queues
        Each lane has its own queue; else one queue feeds all.
    takes
        Classes of people that are served here; empty for all.

    """

    code: str
    opens_at: float
    open_lanes: tuple[int, ...]
    headway: float
    headway_cv: float = 0.6
    search_share: float = 0.0
    search_seconds: float = 0.0
    own_queues: bool = False
    takes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.headway <= 0 or self.headway_cv < 0:
            message = f"{self.code}: a headway is longer than 0 s, its spread not below 0"
            raise ProblemError(message)
        if not self.open_lanes or min(self.open_lanes) < 0:
            message = f"{self.code}: say how many lanes are open in each quarter, 0 or more"
            raise ProblemError(message)
        if not 0 <= self.search_share <= 1:
            message = f"{self.code}: the share that is searched is between 0 and 1"
            raise ProblemError(message)

    @property
    def closes_at(self) -> float:
        """Return the end of the last quarter."""
        return self.opens_at + QUARTER * len(self.open_lanes)

    @property
    def lane_hours(self) -> float:
        """Return the hours of all lanes together."""
        return sum(self.open_lanes) * QUARTER / 3600

    def shifts(self) -> tuple[tuple[int, float, float], ...]:
        """Return (lane, from, until) of each time that a lane is open without a break."""
        found = []
        for lane in range(max(self.open_lanes)):
            first: int | None = None
            for quarter, count in enumerate((*self.open_lanes, 0)):
                if count > lane and first is None:
                    first = quarter
                elif count <= lane and first is not None:
                    begins = self.opens_at + QUARTER * first
                    found.append((lane, begins, self.opens_at + QUARTER * quarter))
                    first = None
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """
    People who come by one mode.

    Parameters
    ----------
    starts_at, people
        Of the first quarter of an hour; people who come in each quarter.
    every, clear
        Seconds between vehicles (0: one by one), and until all of one have left its stop.

    """

    mode: str
    starts_at: float
    people: tuple[float, ...]
    every: float = 0.0
    clear: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """
    A way in: a walk, screening, a walk, ticket gates, a walk to the seat.

    Parameters
    ----------
    share
        Of the people who come this way.
    walks
        Metres before the screening, before the gates, and to the seat.

    """

    code: str
    share: float
    screening: tuple[Bank, ...]
    gates: Bank
    walks: tuple[float, float, float] = (300.0, 50.0, 150.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingress:
    """
    Everything that decides how a venue fills before a session.

    Parameters
    ----------
    starts_at
        Start of the session, in the clock of the arrivals.
    show_share
        Of ticket holders who come.
    classes
        (class, share), such as those with a bag and those without.
    promise_seconds, promise_share
        So many shall wait no longer than that at the screening.
    spread
        Of the flow of arrivals from one day to another, as a share.

    """

    starts_at: float
    arrivals: tuple[Arrival, ...]
    entrances: tuple[Entrance, ...]
    show_share: float = 1.0
    classes: tuple[tuple[str, float], ...] = (("all", 1.0),)
    promise_seconds: float = 1200.0
    promise_share: float = 0.95
    spread: float = 0.0

    def __post_init__(self) -> None:
        for name, shares in (
            ("entrances", [entrance.share for entrance in self.entrances]),
            ("classes", [share for _, share in self.classes]),
        ):
            if not shares or abs(sum(shares) - 1.0) > 1e-6 or min(shares) < 0:
                message = f"shares of {name} add up to 1, not {sum(shares):g}"
                raise ProblemError(message)
        for entrance in self.entrances:
            taken = {name for bank in entrance.screening for name in bank.takes or ("*",)}
            missing = {name for name, _ in self.classes} - taken
            if missing and "*" not in taken:
                message = f"{entrance.code}: no screening takes {', '.join(sorted(missing))}"
                raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """
    A way that people walk in one direction: level, stairs, escalator, lift or an opening.

    Parameters
    ----------
    width, length
        Metres, clear of handrails.
    flow
        People a second that leave it; 0: what its width and the walk set make of it.
    opens_at, closes_at
        When one may leave it.
    every
        Seconds between the rides of a lift; ``flow`` is then people a second over all rides.

    """

    code: str
    start: str
    end: str
    width: float
    length: float
    kind: str = "level"
    flow: float = 0.0
    opens_at: float = 0.0
    closes_at: float = float("inf")
    every: float = 0.0

    def __post_init__(self) -> None:
        if self.width <= 0 or self.length <= 0:
            message = f"{self.code}: width and length are longer than 0 m"
            raise ProblemError(message)
        if self.kind not in {"level", "stairs"} and not self.flow:
            message = f"{self.code}: say how many people a second a {self.kind} lets through"
            raise ProblemError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """
    People who sit together and leave at one place.

    Parameters
    ----------
    leaves_at, delay, delay_spread, delay_max
        When they may go, and how long one stays behind: lognormal with that median and spread of
        its logarithm, cut off.
    exits
        Places they may go to; the nearest that can be reached is taken. Empty: any exit.

    """

    code: str
    place: str
    people: int
    leaves_at: float = 0.0
    delay: float = 0.0
    delay_spread: float = 0.0
    delay_max: float = 1800.0
    exits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Vehicles that take people away from an exit: when they leave and how many have room."""

    exit: str
    leaves_at: tuple[float, ...]
    room: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """Everything that decides how a venue empties."""

    ways: tuple[Way, ...]
    blocks: tuple[Block, ...]
    exits: tuple[str, ...]
    departures: tuple[Departure, ...] = ()
    closed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        codes = [way.code for way in self.ways]
        if len(set(codes)) != len(codes):
            message = "two ways have one code"
            raise ProblemError(message)
        unknown = sorted(set(self.closed) - set(codes))
        if unknown:
            message = f"no way {unknown[0]!r} to close; known are {', '.join(sorted(codes))}"
            raise ProblemError(message)

    @property
    def open_ways(self) -> tuple[Way, ...]:
        """Return the ways that are not closed."""
        shut = set(self.closed)
        return tuple(way for way in self.ways if way.code not in shut)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """
    A venue on one day, whose lanes are to be planned.

    Parameters
    ----------
    ingress
        Who comes by which entrance; the open lanes of its banks only say which quarters there are.
    lanes_max, gates_max
        Of each entrance, in its order: screening lanes and ticket gates that are there.
    gates_promise_seconds
        The promised share shall wait no longer than that at the gates.

    """

    code: str
    ingress: Ingress
    lanes_max: tuple[int, ...]
    gates_max: tuple[int, ...]
    gates_promise_seconds: float = 300.0

    def __post_init__(self) -> None:
        entrances = len(self.ingress.entrances)
        if not len(self.lanes_max) == len(self.gates_max) == entrances:
            message = f"{self.code}: {entrances} entrances need as many lanes_max and gates_max"
            raise ProblemError(message)
        if any(len(entrance.screening) != 1 for entrance in self.ingress.entrances):
            message = f"{self.code}: lanes are planned for one screening bank an entrance"
            raise ProblemError(message)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """
    How many lanes and gates to open at every venue on every day, at least cost.

    Parameters
    ----------
    lane_cost, gate_cost
        Of an hour of one lane and of one gate, in money of the Games.
    days, draws
        Random days that a promise has to hold on, and the seed they are drawn with.
    broken_cost
        Of a quarter in which the promise is broken although everything is open.

    """

    sites: tuple[Site, ...]
    lane_cost: float = 1.0
    gate_cost: float = 1.0
    broken_cost: float = 1000.0
    days: int = 3
    draws: int = 5

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON."""
        return frozen.fingerprint(self)
