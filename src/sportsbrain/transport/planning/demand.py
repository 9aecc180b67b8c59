"""Build → solve → check → draft, for the demand profile."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

from sportsbrain.brain.demand.check import check
from sportsbrain.brain.demand.plan import Flow, Profile
from sportsbrain.brain.demand.problem import Attendance, Curve, Problem
from sportsbrain.brain.demand.solve import solve
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import (
    Schedule,
    Sources,
    changes_for,
    load_slice_rules,
    people_now,
    schedule_now,
    sites_now,
    version_items,
    version_of,
)
from sportsbrain.transport.queries import hotel_of, places_of
from sportsbrain.vocabulary.changes import (
    Change,
    ChangeError,
    MorePeople,
    Withdrawal,
    of_kind,
)
from sportsbrain.vocabulary.planning import Order, Progress, Score, Term
from sportsbrain.vocabulary.series import Series
from sportsbrain.world.queries import SiteFact, unit_competitors, units_of_participants

PLANNER = "demand"
DAY = 86400
SEATS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A problem, where its places are, and what had to be assumed."""

    problem: Problem
    places: tuple[tuple[str, float, float], ...]
    schedule: Schedule
    offset: int
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of the problem."""
        return self.problem.fingerprint()


def build_demand(*, games: GamesRow, order: Order) -> Built:
    """
    Return the problem of a Games from its schedule, entries, venues and the rules file.

    Raises
    ------
    NothingToPlanError
        When no unit has a time.

    """
    rules = load_slice_rules("transport", games.rules_name)
    sources = Sources(numbers=order.sources)
    schedule = schedule_now(games=games, sources=sources)
    if not schedule.units:
        message = "no unit has a time yet: import or plan the timetable first"
        raise NothingToPlanError(message)
    changes = changes_for(games_id=games.id, order=order)
    sites = sites_now(games=games, changes=changes)
    places, told = places_of(games=games, sources=sources, sites=sites, reach_km=rules["reach_km"])
    said = list(told)
    unknown = sum(1 for site in sites if not site.spectators_max)
    if unknown:
        said.append(f"{unknown} venues without a known capacity count as {SEATS} seats")
    place = {name: n for n, (name, _, _) in enumerate(places)}
    maker = _Maker(games, rules, schedule, place, changes)
    attendances = maker.attendances({site.code: site for site in sites})
    for change in of_kind(changes, MorePeople):
        attendances = with_more_people(
            attendances, change, place=maker.place, zone_seconds=maker.offset
        )
    curves = tuple(
        Curve(
            client_group=group,
            kind=kind,
            comes=tuple((int(q), float(s)) for q, s in row["comes"]),
            goes=tuple((int(q), float(s)) for q, s in row["goes"]),
        )
        for row in rules["curves"]
        for group in row["groups"]
        for kind in row["kinds"]
    )
    ports, travellers, more = _travellers(games, sources, len(places))
    if travellers:
        said.append(f"{sum(a.people for a in travellers):,} come or go by the arrivals plan")
    problem = Problem(
        places=(*(name for name, _, _ in places), *ports),
        places_max=(0,) * (len(places) + len(ports)),
        attendances=(*attendances, *travellers),
        curves=(*curves, *more),
        modes=tuple(
            (g, m, float(s)) for g, some in rules["modes"].items() for m, s in some.items()
        ),
    )
    return Built(
        problem=problem,
        places=places,
        schedule=schedule,
        offset=maker.offset,
        assumptions=(*said, *maker.said),
    )


def _travellers(
    games: GamesRow, sources: Sources, places: int
) -> tuple[tuple[str, ...], tuple[Attendance, ...], tuple[Curve, ...]]:
    """Return ports, who is there and when, from the arrivals plan in force; nothing without one."""
    number = version_of(games_id=games.id, planner="arrivals", sources=sources)
    if number is None:
        return (), (), ()
    items = version_items(games_id=games.id, planner="arrivals", number=number)
    rows = items.get("attendances", [])  # a plan of before they were kept has none
    ports = tuple(sorted({row[3] for row in rows}))
    attendances = tuple(
        Attendance(
            code=code, kind=kind, client_group=group, home=-1, place=places + ports.index(port),
            starts_at=at, ends_before=at + 1, people=people,
        )
        for code, kind, group, port, at, people in rows
    )  # fmt: skip
    curves = tuple(
        Curve(
            client_group=group,
            kind=kind,
            comes=tuple((q, share) for q, share in comes),
            goes=tuple((q, share) for q, share in goes),
        )
        for group, kind, comes, goes in items.get("curves", [])
    )
    return ports, attendances, curves


def with_more_people(
    attendances: tuple[Attendance, ...],
    change: MorePeople,
    *,
    place: dict[str, int],
    zone_seconds: int,
) -> tuple[Attendance, ...]:
    """
    Return attendances with more people of a client group.

    With a venue they go to each of its sessions; else everybody goes to one session a day, as the
    others of the group do: in proportion, largest remainders first.

    Raises
    ------
    ChangeError
        When nobody of that group goes to sessions, or not to that venue.

    """
    mine: dict[int, list[int]] = defaultdict(list)
    for n, attendance in enumerate(attendances):
        is_there = not change.venue or attendance.place == place.get(change.venue)
        is_asked = (attendance.client_group, attendance.kind) == (change.client_group, "session")
        if is_asked and is_there:
            mine[(attendance.starts_at + zone_seconds) // DAY].append(n)
    if not mine:
        known = sorted({a.client_group for a in attendances if a.kind == "session"})
        message = (
            f"no {change.client_group} go to sessions{' of ' if change.venue else ''}"
            f"{change.venue}; groups are {', '.join(known)}"
        )
        raise ChangeError(message)
    more: dict[int, int] = {}
    for some in mine.values():
        if change.venue:
            more |= dict.fromkeys(some, change.people)
        else:
            counts = [attendances[n].people for n in some]
            more |= dict(zip(some, _shared(change.people, counts), strict=True))
    return tuple(
        replace(a, people=max(0, a.people + more[n])) if n in more else a
        for n, a in enumerate(attendances)
    )


def _shared(people: int, counts: list[int]) -> list[int]:
    """Return people shared in proportion to counts, in whole people that add up."""
    total = sum(counts)
    exact = [people * count / total for count in counts]
    found = [math.floor(share) for share in exact]
    order = sorted(range(len(counts)), key=lambda n: (found[n] - exact[n], n))
    for n in order[: people - sum(found)]:
        found[n] += 1
    return found


class _Maker:
    """Turn a schedule into attendances."""

    def __init__(
        self,
        games: GamesRow,
        rules: dict[str, Any],
        schedule: Schedule,
        place: dict[str, int],
        changes: tuple[Change, ...],
    ) -> None:
        self.games, self.rules, self.schedule, self.place = games, rules, schedule, place
        self.people = people_now(games=games, changes=changes)
        self.gone = tuple(c.participant for c in of_kind(changes, Withdrawal) if not c.reserve)
        self.offset = games.utc_offset
        self.homes = {g["name"]: place[g["home"]] for g in rules["groups"]}
        self.said: list[str] = []
        self.found: list[Attendance] = []

    def attendances(self, sites: dict[str, SiteFact]) -> tuple[Attendance, ...]:
        """Return everybody who goes somewhere."""
        self._competition()
        for session in self.schedule.sessions:
            seats = sites[session.venue].spectators_max or SEATS
            fill = self.rules["fill_final"] if session.finals else self.rules["fill"]
            media = round(
                self.rules["media_per_seat"] * seats + self.rules["media_a_final"] * session.finals
            )
            staff = self.rules["workforce_per_seat"] * seats + self.rules["workforce_a_session"]
            for group, people in (
                ("technical officials", int(self.rules["technical_officials_a_session"])),
                ("media", media),
                ("workforce", round(staff)),
                ("spectators", round(seats * fill)),
            ):
                self._add(session.code, "session", group, session.venue, people,
                          (session.starts_at, session.ends_before))  # fmt: skip
        self._training()
        return tuple(self.found)

    def _add(  # one line a group reads best in a row
        self, code: str, kind: str, group: str, venue: str, people: int, when: tuple[int, int]
    ) -> None:
        if venue in self.place and people:
            self.found.append(
                Attendance(
                    code=code,
                    kind=kind,
                    client_group=group,
                    home=self._home(group, venue),
                    place=self.place[venue],
                    starts_at=when[0],
                    ends_before=when[1],
                    people=people,
                )
            )

    def _home(self, group: str, venue: str) -> int:
        """Return where a group comes from; −1 for those whom the network does not carry."""
        if group not in {*self.homes, "team officials"}:
            return -1
        own = self.homes.get(group, self.homes["athletes"])
        return self.place.get(hotel_of(venue), own)

    def _competition(self) -> None:
        """Add athletes and their officials, unit by unit."""
        known = unit_competitors(games_id=self.games.id)
        for code in units_of_participants(games_id=self.games.id, codes=self.gone):
            known[code] -= 1
        entered: dict[str, int] = defaultdict(int)
        for person in self.people:
            for event in person.events:
                entered[event] += 1
        stages: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for unit in self.schedule.units:
            stages[unit.event][unit.phase_order].append(unit.code)
        guessed = 0
        for unit in self.schedule.units:
            people = known.get(unit.code, 0)
            if not people:
                guessed += 1
                orders = sorted(stages[unit.event])
                later = orders.index(unit.phase_order)
                share = self.rules["later_stage_share"] ** later
                units = len(stages[unit.event][unit.phase_order])
                people = math.ceil(entered[unit.event] * share / units)
            people = min(people, max(2, entered[unit.event]))
            when = (unit.starts_at, unit.ends_before)
            officials = round(people * self.rules["officials_per_athlete"])
            self._add(unit.code, "unit", "athletes", unit.venue, people, when)
            self._add(unit.code, "unit", "team officials", unit.venue, officials, when)
        if guessed:
            self.said.append(
                f"{guessed} units have no start list: half of a stage is in the next one"
            )

    def _training(self) -> None:
        """Add training at the venue of the discipline on days without competition of it."""
        people: dict[str, int] = defaultdict(int)
        for person in self.people:
            for discipline in {event[:3] for event in person.events}:
                people[discipline] += 1
        days: dict[str, set[int]] = defaultdict(set)
        venues: dict[str, str] = {}
        for unit in self.schedule.units:
            days[unit.discipline].add(unit.starts_at // DAY)
            venues.setdefault(unit.discipline, unit.venue)
        for discipline, played in sorted(days.items()):
            count = round(people[discipline] * self.rules["training_share"] / 2)
            for day in range(min(*played, 0), max(played)):
                if day in played:
                    continue
                for slot, hour in enumerate((9, 15)):
                    at = day * DAY + hour * 3600 - self.offset
                    code = f"{discipline}-training-{day + 1:+03}-{slot + 1}"
                    when = (at, at + 7200)
                    self._add(code, "training", "athletes", venues[discipline], count, when)
        self.said.append(
            f"{self.rules['training_share']:.0%} of a discipline's athletes train on days without"
            " competition, in two slots at its venue"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A profile as `plans` wants answers: there is no choice, so bound and objective are one."""

    profile: Profile
    objective: float = 0.0
    bound: float = 0.0
    terms: tuple[Term, ...] = ()
    solver: str = "curves"

    @property
    def seed(self) -> int:
        """Return the seed."""
        return self.profile.seed

    @property
    def seconds(self) -> float:
        """Return the seconds it took."""
        return self.profile.seconds

    @property
    def first_feasible_seconds(self) -> float | None:
        """Return the seconds it took."""
        return self.profile.seconds


def plan_demand(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    built = build_demand(games=games, order=order)
    profile = yield from solve(built.problem, seed=order.seed, stop=order.stop(), clock=clock)
    score = check(built.problem, profile)
    peak = max(profile.peaks, key=lambda row: row[1], default=("", 0, 0))
    people = sum(a.people for a in built.problem.attendances)
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER,
            title=f"timetable {built.schedule.version or 'as imported'}",
            problem_hash=built.problem_hash,
            answer=_Answer(profile=profile),
            score=score,
            items={
                "flows": _flows(profile),
                "peaks": [list(row) for row in profile.peaks],
            },
            facts={
                "assumptions": list(built.assumptions),
                "people": people,
                "spectators": sum(
                    a.people for a in built.problem.attendances if a.client_group == "spectators"
                ),
                "fullest_place": f"{peak[0]}: {peak[1]} at once",
                "places": [list(row) for row in built.places],
                "timetable": built.schedule.version,
                "sessions": [
                    [built.problem.places[a.place], a.starts_at, a.ends_before, a.people]
                    for a in built.problem.attendances
                    if a.client_group == "spectators"
                ],
            },
            order=order,
        ),
        actor=actor,
        run_id=run_id,
        now=now(),
    )


def _flows(profile: Profile) -> dict[str, Any]:
    """Return the series by place, client group and mode."""
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for flow in profile.flows:
        found[flow.place][flow.client_group][flow.mode] = {
            "comes": _series_row(flow.comes),
            "goes": _series_row(flow.goes),
        }
    return {place: dict(groups) for place, groups in found.items()}


def _series_row(series: Series) -> dict[str, Any]:
    return {
        "starts_at": series.starts_at,
        "values": list(series.values),
        "step_seconds": series.step_seconds,
        "unit": series.unit,
    }


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says about the items of a version."""

    def series(raw: dict[str, Any]) -> Series:
        return Series(**{**raw, "values": tuple(raw["values"])})

    flows = tuple(
        Flow(
            place=place,
            client_group=group,
            mode=mode,
            comes=series(raw["comes"]),
            goes=series(raw["goes"]),
        )
        for place, groups in items["flows"].items()
        for group, modes in groups.items()
        for mode, raw in modes.items()
    )
    return check(built.problem, Profile(flows=flows, peaks=(), seed=0, seconds=0.0))
