"""A venue as it is drawn: places, ways between them, blocks of seats, entrances and exits."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("level", "stairs", "escalator", "lift", "gate")


class DrawingError(ValueError):
    """A drawing that contradicts itself; the message says where and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point that ways meet at, in metres east and north of the venue's coordinates."""

    code: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """
    A way that people walk out by, from one place to another.

    Parameters
    ----------
    width, length
        Metres, clear of handrails; a length of 0 is the straight distance.
    flow
        People a second that leave it; needed for what is neither level nor stairs.
    every
        Seconds between the rides of a lift.

    """

    code: str
    start: str
    end: str
    width: float
    length: float = 0.0
    kind: str = "level"
    flow: float = 0.0
    every: float = 0.0
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Seats that people leave at one place; ``seats`` share the venue's people among stands."""

    code: str
    place: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    A way in with its screening lanes and ticket gates.

    ``share`` of the people come by it; metres are walked before the screening, before the gates
    and to the seat.
    """

    code: str
    place: str
    share: float
    lanes: int
    gates: int
    walks: tuple[float, ...] = (300.0, 50.0, 150.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Everything that is drawn of a venue. It checks itself when it is built."""

    template: str
    places: tuple[Place, ...]
    passages: tuple[Passage, ...]
    stands: tuple[Stand, ...]
    entries: tuple[Entry, ...]
    exits: tuple[str, ...]

    def __post_init__(self) -> None:
        known = {place.code for place in self.places}
        for name, codes in (
            ("place", [place.code for place in self.places]),
            ("way", [way.code for way in self.passages]),
            ("stand", [stand.code for stand in self.stands]),
            ("entrance", [entry.code for entry in self.entries]),
        ):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise DrawingError(_twice(name, twice[0]))
        for way in self.passages:
            _check_passage(way, known)
        stood = [(stand.code, stand.place) for stand in self.stands]
        for code, place in (*stood, *((entry.code, entry.place) for entry in self.entries)):
            if place not in known:
                message = f"{code}: there is no place {place!r}"
                raise DrawingError(message)
        for code in self.exits:
            if code not in known:
                message = f"exit {code!r}: there is no such place"
                raise DrawingError(message)
        self._check_shares()
        self._check_ways_out()

    def _check_shares(self) -> None:
        if not self.entries:
            message = "draw at least one entrance"
            raise DrawingError(message)
        total = sum(entry.share for entry in self.entries)
        if abs(total - 1.0) > 0.01 or min(entry.share for entry in self.entries) < 0:
            message = f"the shares of the entrances add up to 1, not {total:g}"
            raise DrawingError(message)
        for entry in self.entries:
            if entry.lanes < 1 or entry.gates < 1 or len(entry.walks) != 3:
                message = f"{entry.code}: an entrance has lanes, gates and three walks"
                raise DrawingError(message)

    def _check_ways_out(self) -> None:
        reached = set(self.exits)
        open_ways = [way for way in self.passages if not way.is_closed]
        grows = True
        while grows:
            more = {way.start for way in open_ways if way.end in reached} - reached
            reached |= more
            grows = bool(more)
        for stand in self.stands:
            if stand.place not in reached:
                message = f"{stand.code}: no open way leads from {stand.place} to an exit"
                raise DrawingError(message)

    def place(self, code: str) -> Place:
        """Return one place."""
        return next(place for place in self.places if place.code == code)

    def length_of(self, way: Passage) -> float:
        """Return the metres of a way: as drawn unless told."""
        if way.length:
            return way.length
        start, end = self.place(way.start), self.place(way.end)
        return max(1.0, math.hypot(end.x - start.x, end.y - start.y))


def _twice(name: str, code: str) -> str:
    return f"two {name}s are called {code!r}"


def _check_passage(way: Passage, known: Iterable[str]) -> None:
    for code in (way.start, way.end):
        if code not in known:
            message = f"way {way.code}: there is no place {code!r}"
            raise DrawingError(message)
    if way.kind not in KINDS:
        message = f"way {way.code}: {way.kind!r} is none of {', '.join(KINDS)}"
        raise DrawingError(message)
    if way.width <= 0 or way.length < 0:
        message = f"way {way.code}: its width is more than 0 m, its length not below 0"
        raise DrawingError(message)
    if way.kind not in {"level", "stairs"} and way.flow <= 0:
        message = f"way {way.code}: say how many people a second the {way.kind} lets through"
        raise DrawingError(message)


def template_of(kind: str, *, seats: int, lanes: int, gates: int) -> Drawing:
    """
    Return a stadium, arena or road course for so many seats, lanes and gates to begin from.

    Raises
    ------
    DrawingError
        When there is no such template.

    """
    makers = {"stadium": _stadium, "arena": _arena, "road course": _road_course}
    if kind not in makers:
        message = f"no template {kind!r}; there are {', '.join(makers)}"
        raise DrawingError(message)
    return makers[kind](seats, lanes, gates)


def _round(number: int, radius: float, of: int) -> tuple[float, float]:
    angle = 2 * math.pi * (number + 0.5) / of
    return round(radius * math.sin(angle), 1), round(radius * math.cos(angle), 1)


def _bowl(  # one shape for what is round: blocks, a ring, exits
    template: str, seats: int, lanes: int, gates: int, *, blocks: int, exits: int, radius: float
) -> Drawing:
    each = math.ceil(seats / blocks)
    width = max(1.2, round(2.4 * each / 1458, 1))
    ring = max(3.0, round(seats / 14_000, 1))
    places, passages, stands, entries = [], [], [], []
    for n in range(blocks):
        x, y = _round(n, radius, blocks)
        rx, ry = _round(n, 1.3 * radius, blocks)
        places += [Place(code=f"B{n + 1}", x=x, y=y), Place(code=f"R{n + 1}", x=rx, y=ry)]
        stands.append(Stand(code=f"Block {n + 1}", place=f"B{n + 1}", seats=each))
        after = f"R{(n + 1) % blocks + 1}"
        passages += [
            Passage(code=f"V{n + 1}", start=f"B{n + 1}", end=f"R{n + 1}", width=width, length=20.0),
            Passage(code=f"C{n + 1}", start=f"R{n + 1}", end=after, width=ring),
            Passage(code=f"D{n + 1}", start=after, end=f"R{n + 1}", width=ring),
        ]
    wide = max(2.4, round(seats / exits / 1040, 1))
    for n in range(2 * exits):
        side = n // 2
        at = round(blocks * (side + 0.5) / exits + (n % 2 - 0.5) * blocks / (2 * exits)) % blocks
        passages.append(
            Passage(code=f"S{n + 1}", start=f"R{at + 1}", end=f"P{side + 1}", width=wide,
                    length=25.0, kind="stairs")
        )  # fmt: skip
    for n in range(exits):
        x, y = _round(n, 1.9 * radius, exits)
        away = _round(n, 2.9 * radius, exits)
        places += [
            Place(code=f"P{n + 1}", x=x, y=y),
            Place(code=f"X{n + 1}", x=away[0], y=away[1]),
        ]
        wide = max(4.0, round(seats / exits / 1500, 1))
        passages.append(
            Passage(code=f"W{n + 1}", start=f"P{n + 1}", end=f"X{n + 1}", width=wide, length=200.0)
        )
        entries.append(_entry(n, exits, lanes, gates))
    return Drawing(
        template=template,
        places=tuple(places),
        passages=tuple(passages),
        stands=tuple(stands),
        entries=tuple(entries),
        exits=tuple(f"X{n + 1}" for n in range(exits)),
    )


def _entry(n: int, of: int, lanes: int, gates: int) -> Entry:
    return Entry(
        code=f"Entrance {chr(65 + n)}",
        place=f"P{n + 1}",
        share=1.0 / of,
        lanes=max(2, math.ceil(lanes / of)),
        gates=max(2, math.ceil(gates / of)),
    )


def _stadium(seats: int, lanes: int, gates: int) -> Drawing:
    blocks = 4 * max(2, min(12, math.ceil(seats / 6000)))
    return _bowl("stadium", seats, lanes, gates, blocks=blocks, exits=4, radius=90.0)


def _arena(seats: int, lanes: int, gates: int) -> Drawing:
    blocks = 2 * max(3, min(8, math.ceil(seats / 2500)))
    return _bowl("arena", seats, lanes, gates, blocks=blocks, exits=2, radius=50.0)


def _road_course(seats: int, lanes: int, gates: int) -> Drawing:
    """Return people along a road: six stretches, a path behind them, ways out at its ends."""
    parts, step = 6, 200.0
    each = math.ceil(seats / parts)
    width = max(3.0, round(seats / 3 / 1400, 1))
    places, passages, stands = [], [], []
    for n in range(parts):
        x = round((n - (parts - 1) / 2) * step, 1)
        places += [Place(code=f"B{n + 1}", x=x, y=0.0), Place(code=f"R{n + 1}", x=x, y=30.0)]
        stands.append(Stand(code=f"Stretch {n + 1}", place=f"B{n + 1}", seats=each))
        passages.append(
            Passage(code=f"V{n + 1}", start=f"B{n + 1}", end=f"R{n + 1}", width=6.0, length=30.0)
        )
        if n:
            passages += [
                Passage(code=f"C{n}", start=f"R{n}", end=f"R{n + 1}", width=width),
                Passage(code=f"D{n}", start=f"R{n + 1}", end=f"R{n}", width=width),
            ]
    for n, at in enumerate((1, 3, 6)):
        x = places[2 * at - 1].x
        places += [Place(code=f"P{n + 1}", x=x, y=80.0), Place(code=f"X{n + 1}", x=x, y=180.0)]
        passages += [
            Passage(code=f"S{n + 1}", start=f"R{at}", end=f"P{n + 1}", width=width),
            Passage(code=f"W{n + 1}", start=f"P{n + 1}", end=f"X{n + 1}", width=width),
        ]
    return Drawing(
        template="road course",
        places=tuple(places),
        passages=tuple(passages),
        stands=tuple(stands),
        entries=tuple(_entry(n, 3, lanes, gates) for n in range(3)),
        exits=("X1", "X2", "X3"),
    )
