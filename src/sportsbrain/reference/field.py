"""Who takes part in an invented Games: delegations with a long tail, athletes who double."""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sportsbrain.reference.dice import Dice
from sportsbrain.reference.library import Sport
from sportsbrain.reference.names import person

Tables = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How many athletes come from how many organisations."""

    organisations: tuple[str, ...]
    athletes: int

    def shares(self) -> list[float]:
        """Return the relative size of each delegation: exp(-0.23 · rank^0.613)."""
        scale = 206 / max(1, len(self.organisations))
        return [math.exp(-0.23 * (i * scale) ** 0.613) for i in range(len(self.organisations))]


def entries_and_people(
    *, tables: Tables, field: Field, sports: list[Sport], dice: Dice
) -> dict[str, list[str]]:
    """Make participants, teams and entries, and return the start lists of first-phase units."""
    maker = _Maker(tables=tables, field=field, dice=dice)
    events = defaultdict(list)
    for event in tables["events"]:
        events[event["discipline"]].append(event)
    targets = _targets(field.athletes, sports, events)
    for sport in sports:
        if sport.team_size > 2:
            maker.teams(sport, events[sport.code], targets[sport.code])
        else:
            maker.individuals(sport, events[sport.code], targets[sport.code])
    return maker.start_lists(sports)


def _targets(athletes: int, sports: list[Sport], events: dict[str, list[Any]]) -> dict[str, int]:
    """Return how many athletes each discipline has, summing to the size of the field."""
    raw = {s.code: len(events[s.code]) * s.entries * s.team_size / (1 + s.doubling) for s in sports}
    scale = athletes / sum(raw.values())
    targets = {code: max(4, round(n * scale)) for code, n in raw.items()}
    largest = max(targets, key=lambda c: (targets[c], c))
    targets[largest] += athletes - sum(targets.values())
    return targets


class _Maker:
    """Fill the tables of people."""

    def __init__(self, *, tables: Tables, field: Field, dice: Dice) -> None:
        self.tables, self.dice = tables, dice
        for name in ("participants", "teams", "entries"):
            tables[name] = []
        self.organisations = dice.shuffled(field.organisations)
        self.shares = field.shares()
        self.by_event: dict[str, list[str]] = defaultdict(list)
        self.unseen = list(self.organisations)

    def _organisation(self) -> str:
        if self.unseen:
            return self.unseen.pop()
        return self.organisations[self.dice.weighted(self.shares)]

    def _person(self, organisation: str, gender: str) -> str:
        code = f"P{len(self.tables['participants']) + 1:05}"
        age, tall = 17 + self.dice.below(18), self.dice.below(34)
        self.tables["participants"].append(
            {
                "code": code,
                "organisation": organisation,
                "name": person(self.dice),
                "gender": gender,
                "birth_date": f"{2030 - age}-{1 + self.dice.below(12):02}-{1 + self.dice.below(28):02}",
                "height_cm": (168 if gender == "M" else 158) + tall,
            }
        )
        return code

    def _enter(self, event: str, competitor: str) -> None:
        self.tables["entries"].append(
            {"code": f"{event}/{competitor}", "event": event, "competitor": competitor}
        )
        self.by_event[event].append(competitor)

    def teams(self, sport: Sport, events: list[dict[str, Any]], athletes: int) -> None:
        """Enter teams; members are counted into the number of athletes."""
        left = athletes
        for number, event in enumerate(events):
            share = left // (len(events) - number)
            groups = sum(name.startswith("GP") for name, *_ in sport.ladder)
            count = max(2 * max(1, groups), min(sport.entries, round(share / sport.team_size)))
            left -= share
            organisations: list[str] = []
            for _ in range(400):
                candidate = self.organisations[self.dice.weighted(self.shares)]
                if candidate not in organisations:
                    organisations.append(candidate)
                if len(organisations) == count:
                    break
            sizes = [
                share * (i + 1) // len(organisations) - share * i // len(organisations)
                for i in range(len(organisations))
            ]
            for organisation, size in zip(organisations, sizes, strict=True):
                self._team(event, organisation, max(2, size))

    def _team(self, event: dict[str, Any], organisation: str, size: int) -> None:
        gender = {"M": "M", "W": "F"}.get(event["gender"], "")
        members = [self._person(organisation, gender or "MF"[i % 2]) for i in range(size)]
        code = f"{event['code'].ljust(12, '-')}{organisation}01"
        self.tables["teams"].append(
            {
                "code": code,
                "organisation": organisation,
                "name": f"{organisation} 1",
                "members": tuple(members),
            }
        )
        self._enter(event["code"], code)

    def individuals(self, sport: Sport, events: list[dict[str, Any]], athletes: int) -> None:
        """Enter athletes, some of them in several events of their gender."""
        by_gender = defaultdict(list)
        for event in events:
            for gender in {"M": "M", "W": "F"}.get(event["gender"], "MF"):
                by_gender[gender].append(event["code"])
        genders = sorted(by_gender)
        for number in range(athletes):
            gender = genders[number % len(genders)]
            code = self._person(self._organisation(), gender)
            choices = by_gender[gender]
            emptiest = sorted(choices, key=lambda e: (len(self.by_event[e]), e))
            wanted = (
                1 + (self.dice.unit() < sport.doubling) + (self.dice.unit() < sport.doubling / 3)
            )
            for event in emptiest[:wanted]:
                self._enter(event, code)

    def start_lists(self, sports: list[Sport]) -> dict[str, list[str]]:
        """Return who starts in each unit of the first phase of each event."""
        firsts = {s.code: s.ladder[0][1] for s in sports}
        order = {p["code"]: (p["event"], p["order"]) for p in self.tables["phases"]}
        units: dict[str, list[str]] = defaultdict(list)
        for unit in self.tables["units"]:
            event, place = order[unit["phase"]]
            if place == firsts[event[:3]]:
                units[event].append(unit["code"])
        lists: dict[str, list[str]] = {}
        for event, codes in units.items():
            field = self.by_event[event]
            sport = next(s for s in sports if s.code == event[:3])
            if any(r[0].startswith("GP") for r in sport.ladder):
                lists.update(_groups(codes, field))
            else:
                for place, competitor in enumerate(field):
                    lists.setdefault(codes[place % len(codes)], []).append(competitor)
        return lists


def _groups(codes: list[str], field: list[str]) -> dict[str, list[str]]:
    """Return round-robin pairings (circle method), group by group."""
    groups: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        groups[code[:26]].append(code)
    lists: dict[str, list[str]] = {}
    names = sorted(groups)
    for index, name in enumerate(names):
        teams = [c for place, c in enumerate(field) if place % len(names) == index]
        pairs = _round_robin(teams)
        for unit, pair in zip(sorted(groups[name]), pairs, strict=False):
            lists[unit] = list(pair)
    return lists


def _round_robin(teams: list[str]) -> list[tuple[str, str]]:
    ring: list[str | None] = [*teams, *([None] if len(teams) % 2 else [])]
    pairs: list[tuple[str, str]] = []
    for _ in range(max(0, len(ring) - 1)):
        for i in range(len(ring) // 2):
            one, other = ring[i], ring[-1 - i]
            if one and other:
                pairs.append((one, other))
        ring = [ring[0], ring[-1], *ring[1:-1]]
    return pairs
