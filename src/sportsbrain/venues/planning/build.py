"""Build the lanes problem: who comes when by the demand profile, to which doors by the drawing."""

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from sportsbrain.brain.crowd.problem import (
    Arrival,
    Bank,
    Block,
    Departure,
    Egress,
    Entrance,
    Ingress,
    Site,
    Staffing,
    Way,
)
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import (
    Sources,
    changes_for,
    load_slice_rules,
    sites_now,
    version_items,
    version_of,
    version_row,
)
from sportsbrain.venues.queries import maps_of
from sportsbrain.vocabulary.changes import Change, ChangeError, LanesOut, of_kind
from sportsbrain.vocabulary.drawings import Drawing, Entry
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.series import QUARTER
from sportsbrain.vocabulary.windows import clock_seconds

DAY = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDay:
    """
    A venue on one day, in seconds from midnight UTC of the first day of the Games.

    ``sessions`` are (starts at, ends before, people).
    """

    code: str
    venue: str
    date: dt.date
    sessions: tuple[tuple[int, int, int], ...]

    @property
    def fullest(self) -> int:
        """Return the people of the fullest session."""
        return max(people for _, _, people in self.sessions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A problem, the days it is about, how each venue empties, and what had to be assumed."""

    problem: Staffing
    days: tuple[SiteDay, ...]
    egress: dict[str, Egress]
    rules: dict[str, Any]
    demand: int
    timetable: int | None
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of everything that is planned or answered."""
        parts = [self.problem.fingerprint()]
        parts += [f"{venue} {self.egress[venue].fingerprint()}" for venue in sorted(self.egress)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build_lanes(*, games: GamesRow, order: Order) -> Built:
    """
    Return the problem from the demand profile, the drawings and the rules file.

    Raises
    ------
    NothingToPlanError
        When no demand profile is planned yet, or no spectators come.
    ChangeError
        When a change names a venue that is not there.

    """
    rules = load_slice_rules("venues", games.rules_name)
    sources = Sources(numbers=order.sources)
    number = version_of(games_id=games.id, planner="demand", sources=sources)
    if number is None:
        message = "no demand profile is planned yet: plan demand first, queues follow who comes"
        raise NothingToPlanError(message)
    items = version_items(games_id=games.id, planner="demand", number=number)
    statistics = version_row(games_id=games.id, planner="demand", number=number).statistics
    changes = changes_for(games_id=games.id, order=order)
    sites = sites_now(games=games, changes=changes)
    maps = maps_of(games=games, sites=sites, rules=rules)
    cut = clock_seconds(rules["day_cut"]) - games.utc_offset
    days = _days(games, statistics["sessions"], set(maps), cut)
    if not days:
        message = "no session has spectators yet: plan the timetable and the demand first"
        raise NothingToPlanError(message)
    out = _lanes_out(changes, set(maps))
    made = tuple(
        _site(day, _arrivals(items["flows"].get(day.venue, {}), day, rules, cut, games),
              maps[day.venue].drawing, rules, out.get(day.venue, 0))
        for day in days
    )  # fmt: skip
    kept = [n for n, site in enumerate(made) if site is not None]
    templates = sum(1 for venue in {day.venue for day in days} if maps[venue].number == 0)
    said = [
        f"{templates} venues are drawn as templates: nobody has drawn them yet",
        "shapes of arrival, headways and the lanes of what is not drawn are assumptions: measure",
    ]
    fullest: dict[str, SiteDay] = {}
    for n in kept:
        day = days[n]
        if day.venue not in fullest or fullest[day.venue].fullest < day.fullest:
            fullest[day.venue] = day
    return Built(
        problem=Staffing(
            sites=tuple(site for site in made if site is not None),
            lane_cost=rules["lane_hour_cost"],
            gate_cost=rules["gate_hour_cost"],
        ),
        days=tuple(days[n] for n in kept),
        egress={
            venue: egress_of(maps[venue].drawing, people=day.fullest, rules=rules)
            for venue, day in sorted(fullest.items())
        },
        rules=rules,
        demand=number,
        timetable=statistics.get("timetable"),
        assumptions=tuple(said),
    )


def _lanes_out(changes: tuple[Change, ...], venues: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for change in of_kind(changes, LanesOut):
        if change.venue not in venues:
            message = f"no venue {change.venue}; known are {', '.join(sorted(venues))}"
            raise ChangeError(message)
        found[change.venue] = found.get(change.venue, 0) + change.lanes
    return found


def _days(games: GamesRow, sessions: list[list[Any]], venues: set[str], cut: int) -> list[SiteDay]:
    """Return the days of each venue with the sessions that begin in them."""
    found: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
    for venue, starts, ends, people in sessions:
        if venue in venues and people > 0:
            found[venue, (int(starts) - cut) // DAY].append((int(starts), int(ends), int(people)))
    return [
        SiteDay(
            code=f"{venue}/{games.starts_on + dt.timedelta(days=number)}",
            venue=venue,
            date=games.starts_on + dt.timedelta(days=number),
            sessions=tuple(sorted(rows)),
        )
        for (venue, number), rows in sorted(found.items(), key=lambda row: (row[0][1], row[0][0]))
    ]


def _arrivals(
    groups: dict[str, Any], day: SiteDay, rules: dict[str, Any], cut: int, games: GamesRow
) -> tuple[Arrival, ...]:
    """Return the spectators of one day by mode."""
    first = (day.date - games.starts_on).days * DAY + cut
    found = []
    for mode, flow in sorted(groups.get("spectators", {}).items()):
        series = flow["comes"]
        own: dict[int, float] = {}
        for n, value in enumerate(series["values"]):
            at = int(series["starts_at"]) + n * QUARTER
            if value > 0 and first <= at < first + DAY:
                own[at] = float(value)
        if not own:
            continue
        begins, ends = min(own), max(own)
        found.append(
            Arrival(
                mode=mode,
                starts_at=float(begins),
                people=tuple(own.get(at, 0.0) for at in range(begins, ends + QUARTER, QUARTER)),
                every=float(rules["every"].get(mode, 0)),
                clear=float(rules["clear"].get(mode, 0)),
            )
        )
    return tuple(found)


def _site(
    day: SiteDay,
    arrivals: tuple[Arrival, ...],
    drawing: Drawing,
    rules: dict[str, Any],
    lanes_out: int,
) -> Site | None:
    """Return the lanes problem of a venue on a day; None when nobody comes."""
    if not arrivals:
        return None
    first = min(arrival.starts_at for arrival in arrivals) - QUARTER * rules["opens_before"]
    last = max(arrival.starts_at + QUARTER * len(arrival.people) for arrival in arrivals)
    quarters = int((last - first) // QUARTER) + int(rules["closes_after"])
    entries = drawing.entries
    lanes = _without(tuple(entry.lanes for entry in entries), lanes_out)
    ingress = Ingress(
        starts_at=float(day.sessions[0][0]),
        arrivals=arrivals,
        entrances=tuple(_entrance(entry, rules, first, quarters, entries) for entry in entries),
        show_share=rules["show_share"],
        promise_seconds=60.0 * rules["promise_minutes"],
        promise_share=rules["promise_share"],
        spread=rules["spread"],
    )
    return Site(
        code=day.code,
        ingress=ingress,
        lanes_max=lanes,
        gates_max=tuple(entry.gates for entry in entries),
        gates_promise_seconds=60.0 * rules["gates_promise_minutes"],
    )


def _without(lanes: tuple[int, ...], out: int) -> tuple[int, ...]:
    """Return the lanes of each entrance when some are out: each time of the fullest one."""
    left = list(lanes)
    for _ in range(min(out, sum(lanes))):
        left[left.index(max(left))] -= 1
    return tuple(left)


def _entrance(
    entry: Entry, rules: dict[str, Any], first: float, quarters: int, entries: tuple[Entry, ...]
) -> Entrance:
    total = sum(other.share for other in entries)
    own, gates = rules["screening"], rules["gates"]
    closed = (0,) * quarters
    return Entrance(
        code=entry.code,
        share=entry.share / total,
        screening=(
            Bank(
                code=f"{entry.code} screening",
                opens_at=first,
                open_lanes=closed,
                headway=own["headway"],
                headway_cv=own["headway_cv"],
                search_share=own["search_share"],
                search_seconds=own["search_seconds"],
            ),
        ),
        gates=Bank(
            code=f"{entry.code} gates",
            opens_at=first,
            open_lanes=closed,
            headway=gates["headway"],
            headway_cv=gates["headway_cv"],
        ),
        walks=(entry.walks[0], entry.walks[1], entry.walks[2]),
    )


def egress_of(
    drawing: Drawing, *, people: int, rules: dict[str, Any], closed: tuple[str, ...] = ()
) -> Egress:
    """Return how so many people leave a drawn venue; trains wait at its exits."""
    own = rules["egress"]
    seats = sum(stand.seats for stand in drawing.stands) or 1
    left, blocks = people, []
    for number, stand in enumerate(drawing.stands):
        is_last = number == len(drawing.stands) - 1
        here = left if is_last else min(left, round(people * stand.seats / seats))
        left -= here
        blocks.append(
            Block(
                code=stand.code,
                place=stand.place,
                people=here,
                delay=own["delay_seconds"],
                delay_spread=own["delay_spread"],
                delay_max=own["delay_max_seconds"],
            )
        )
    rides = 2 * (people // int(own["train_room"]) + 12)
    leaves = tuple(float(own["train_seconds"] * (n + 1)) for n in range(rides))
    shut = {way.code for way in drawing.passages if way.is_closed} | set(closed)
    return Egress(
        ways=tuple(
            Way(
                code=way.code,
                start=way.start,
                end=way.end,
                width=way.width,
                length=drawing.length_of(way),
                kind=way.kind,
                flow=way.flow,
                every=way.every,
            )
            for way in drawing.passages
        ),
        blocks=tuple(blocks),
        exits=drawing.exits,
        departures=tuple(
            Departure(exit=code, leaves_at=leaves, room=(int(own["train_room"]),) * rides)
            for code in drawing.exits
        ),
        closed=tuple(sorted(shut)),
    )


def evacuation_of(egress: Egress) -> Egress:
    """Return the same venue left at once with its widest way to an exit closed, as guides ask."""
    last = [way for way in egress.open_ways if way.end in egress.exits]
    widest = max(last, key=lambda way: (way.width, way.code), default=None)
    shut = (*egress.closed, widest.code) if widest is not None and len(last) > 1 else egress.closed
    return replace(
        egress,
        closed=shut,
        departures=(),
        blocks=tuple(replace(block, delay=30.0, delay_spread=0.4) for block in egress.blocks),
    )
