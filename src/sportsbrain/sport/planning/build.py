"""Facts and rules to a timetable problem, and the schedule as held to a timetable."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.brain.timetable.problem import (
    DAY,
    Discipline,
    Event,
    Location,
    PrimeZone,
    Problem,
    Unit,
    Venue,
)
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.sport.planning.people import People, people_of
from sportsbrain.sport.planning.rules import MINUTES, Rules
from sportsbrain.vocabulary.geography import distance_km
from sportsbrain.vocabulary.windows import Window, clock_seconds, without
from sportsbrain.world.queries import TimetableFacts, UnitFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A problem, the schedule as held, and what had to be assumed."""

    problem: Problem
    held: dict[str, int]
    epoch: dt.datetime
    assumptions: tuple[str, ...]


def build_timetable(
    *,
    games: GamesRow,
    facts: TimetableFacts,
    rules: Rules,
    in_force: dict[str, int] | None = None,
    pinned: dict[str, int] | None = None,
) -> Built:
    """
    Build the problem of one Games from its facts and a rules file.

    Raises
    ------
    NothingToPlanError
        When no unit has a place.

    """
    if not facts.units:
        message = "no unit has a place and a time yet: import units with locations first"
        raise NothingToPlanError(message)
    maker = _Builder(games=games, facts=facts, rules=rules)
    return maker.build(in_force or {}, pinned or {})


class _Builder:
    """One build."""

    def __init__(self, *, games: GamesRow, facts: TimetableFacts, rules: Rules) -> None:
        self.games, self.facts, self.rules = games, facts, rules
        self.epoch = dt.datetime.combine(games.starts_on, dt.time(), tzinfo=dt.UTC)
        self.days = (games.ends_on - games.starts_on).days + 1
        self.discipline_codes = sorted({e.discipline for e in facts.events})
        self.discipline_index = {c: i for i, c in enumerate(self.discipline_codes)}
        used = {u.location for u in facts.units}
        self.location_facts = [loc for loc in facts.locations if loc.code in used]
        venues = {loc.venue for loc in self.location_facts}
        self.venue_facts = [v for v in facts.venues if v.code in venues]
        self.venue_index = {v.code: i for i, v in enumerate(self.venue_facts)}
        events = {u.event for u in facts.units}
        self.event_facts = [e for e in facts.events if e.code in events]
        self.event_index = {e.code: i for i, e in enumerate(self.event_facts)}
        self.assumptions: list[str] = []

    def build(self, in_force: dict[str, int], pinned: dict[str, int]) -> Built:
        people = people_of(self.facts)
        if people.notes:
            self.assumptions += people.notes
        location_index = {loc.code: i for i, loc in enumerate(self.location_facts)}
        parts = {u.rsc for u in self.facts.units if u.part > 1}
        units = tuple(
            self._unit(fact, people, location_index, fact.rsc in parts, pinned)
            for fact in self.facts.units
        )
        problem = Problem(
            epoch=self.epoch.isoformat(),
            days=self.days,
            disciplines=tuple(self._discipline(code) for code in self.discipline_codes),
            venues=tuple(self._venue(index) for index in range(len(self.venue_facts))),
            locations=tuple(
                Location(
                    code=loc.code,
                    venue=self.venue_index[loc.venue],
                    units_at_once=loc.units_at_once,
                )
                for loc in self.location_facts
            ),
            events=tuple(
                Event(
                    code=e.code,
                    name=e.name,
                    discipline=self.discipline_index[e.discipline],
                    gender=e.gender,
                )
                for e in self.event_facts
            ),
            units=units,
            prime_zones=self._prime_zones(),
            zone_seats_max=int(self.rules.raw["zone_seats_max"]),
            medal_days=(int(self.rules.raw["first_medal_day"]), self.days - 1),
            travel_seconds=self._travel(),
            weights=tuple(sorted((k, float(w)) for k, w in self.rules.raw["weights"].items())),
            session_extra_seconds=int(self.rules.raw["session_extra"]) * 60,
            discipline_change_seconds=int(self.rules.raw["discipline_change"]) * 60,
            in_force=tuple(sorted(in_force.items())),
            person_codes=people.codes,
        )
        held = self._held(problem)
        return Built(
            problem=problem, held=held, epoch=self.epoch, assumptions=tuple(self.assumptions)
        )

    def _seconds(self, moment: dt.datetime) -> int:
        return int((moment - self.epoch).total_seconds())

    def _unit(
        self,
        fact: UnitFact,
        people: People,
        location_index: dict[str, int],
        has_parts: bool,  # noqa: FBT001
        pinned: dict[str, int],
    ) -> Unit:
        at = pinned.get(fact.code)
        if at is None and fact.is_pinned:
            at = self._seconds(fact.starts_at)
        return Unit(
            code=fact.code,
            name=fact.name or fact.code,
            event=self.event_index[fact.event],
            stage=fact.phase_order * 100 + (fact.part if has_parts else 0),
            location=location_index[fact.location],
            seconds=self._duration(fact),
            medal=fact.medal,
            competitors=people.competitors[fact.code],
            persons=people.known[fact.code],
            possible=people.possible[fact.code],
            pinned_at=at,
        )

    def _duration(self, fact: UnitFact) -> int:
        seconds = (
            int((fact.ends_before - fact.starts_at).total_seconds()) if fact.ends_before else 0
        )
        for line in self.rules.raw.get("nominal", []):
            if line["discipline"] == fact.event[:3] and (
                line.get("when") != "zero" or seconds == 0
            ):
                return int(line["minutes"]) * 60
        if seconds <= 0:
            return int(self.rules.of_discipline(fact.event[:3])["nominal"]) * 60
        return seconds

    def _discipline(self, code: str) -> Discipline:
        rule = self.rules.of_discipline(code)
        seconds = {f"{key}_seconds": int(rule[key] * 60) for key in MINUTES}
        return Discipline(
            code=code,
            stage_days=rule["stage_days"],
            rest_days=rule["rest_days"],
            good_days=rule["good_days"],
            session_seconds_max=int(rule["session"] * 3600),
            **seconds,
        )

    def _offset(self, zone: str) -> int:
        moment = self.epoch.astimezone(ZoneInfo(zone or self.games.time_zone))
        offset = moment.utcoffset()
        return int(offset.total_seconds()) if offset else 0

    def _venue(self, index: int) -> Venue:
        fact = self.venue_facts[index]
        rule = self.rules.of_venue(fact.code)
        offset = self._offset(fact.time_zone)
        here = {place.code for place in self.location_facts if place.venue == fact.code}
        disciplines = sorted(
            {self.discipline_index[u.event[:3]] for u in self.facts.units if u.location in here}
        )
        return Venue(
            code=fact.code,
            zone=rule.get("zone") or fact.zone or fact.code,
            seats=int(rule.get("seats") or fact.spectators_max or 1000),
            utc_offset=offset,
            windows=tuple((d, self._windows(d, rule, offset)) for d in disciplines),
            units_at_once=int(rule.get("units_at_once", 0)),
        )

    def _windows(self, discipline: int, rule: dict[str, Any], offset: int) -> tuple[Window, ...]:
        code = self.discipline_codes[discipline]
        hours = self.rules.of_discipline(code)
        pre = code in self.rules.raw["pre_opening_disciplines"]
        first = 0 if pre else int(self.rules.raw["first_medal_day"])
        first, last = rule.get("windows", {}).get(code, [first, self.days - 1])
        windows = tuple(
            Window(
                starts_at=day * DAY + clock_seconds(hours["from"]) - offset,
                ends_before=day * DAY + clock_seconds(hours["until"]) - offset,
            )
            for day in range(first, last + 1)
            if day not in self.rules.raw["no_competition_days"]
        )
        for closed in self.rules.raw.get("closed_evening", []):
            begin = closed["day"] * DAY + clock_seconds(closed["from"]) - offset
            windows = without(windows, Window(starts_at=begin, ends_before=begin + DAY))
        for block in rule.get("blocks", []):
            day = int(block["day"]) * DAY - offset
            begin, end = (day + clock_seconds(block[key]) for key in ("from", "until"))
            windows = without(windows, Window(starts_at=begin, ends_before=end))
        return windows

    def _prime_zones(self) -> tuple[PrimeZone, ...]:
        zones = []
        for line in self.rules.raw["prime_zone"]:
            offset = self._offset(line["time_zone"])
            begin, end = clock_seconds(line["from"]), clock_seconds(line["until"])
            windows = tuple(
                Window(starts_at=day * DAY + begin - offset, ends_before=day * DAY + end - offset)
                for day in range(self.days)
            )
            zones.append(PrimeZone(name=line["name"], value=line["value"], windows=windows))
        return tuple(zones)

    def _travel(self) -> tuple[tuple[int, ...], ...]:
        speed, start = self.rules.raw["travel_kmh"], self.rules.raw["travel_start"]

        def seconds(a: int, b: int) -> int:
            if a == b:
                return 0
            one, other = self.venue_facts[a], self.venue_facts[b]
            if one.latitude is None or other.latitude is None:
                return int(start * 60)
            km = distance_km(
                (one.latitude, one.longitude or 0.0), (other.latitude, other.longitude or 0.0)
            )
            return int(start * 60 + min(km / speed, 12.0) * 3600)

        count = range(len(self.venue_facts))
        return tuple(tuple(seconds(a, b) for b in count) for a in count)

    def _held(self, problem: Problem) -> dict[str, int]:
        """Return the schedule as held; nominal durations are laid one after another on a place."""
        held = {fact.code: self._seconds(fact.starts_at) for fact in self.facts.units}
        seconds = {u.code: u.seconds for u in problem.units}
        nominal = {
            line["discipline"]
            for line in self.rules.raw.get("nominal", [])
            if line.get("when") != "zero"
        }
        same: dict[tuple[str, int], list[UnitFact]] = defaultdict(list)
        for fact in self.facts.units:
            if fact.event[:3] in nominal:
                same[fact.location, held[fact.code]].append(fact)
        for code in sorted(nominal):
            change = self.rules.of_discipline(code)["change"] * 60
            for (_, begin), facts in same.items():
                if facts[0].event[:3] != code:
                    continue
                free = begin
                late = dt.datetime.max.replace(tzinfo=dt.UTC)
                for fact in sorted(
                    facts, key=lambda f: (self.facts.finished_at.get(f.rsc, late), f.code)
                ):
                    held[fact.code] = free
                    free += seconds[fact.code] + change
            self.assumptions.append(
                f"{code}: nominal {self._nominal(code)} minutes a unit; units that share one "
                "session window are laid one after another in the order they were finished"
            )
        return held

    def _nominal(self, code: str) -> int:
        return next(
            int(line["minutes"]) for line in self.rules.raw["nominal"] if line["discipline"] == code
        )
