"""Whether a competitor may be entered in an event: pure, all reasons at once."""

import datetime as dt
from dataclasses import dataclass

from sportsbrain.vocabulary.marks import Better, MarkError, is_as_good, thousandths_of
from sportsbrain.vocabulary.people import Trouble, age_on
from sportsbrain.world.queries import AthleteRow, CompetitorRow, EventRow

WOMEN = {"W", "F"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleValues:
    """
    What an event asks.

    ``places`` and ``reserves`` are of one organisation, ``places_all`` of all (None: no limit).
    Ages are whole years on ``age_on`` (None: the first day); 0 asks nothing. ``standard`` is a mark
    that must be reached, ``better`` says which way. A team has ``size_min`` to ``size_max`` people;
    0 and 0: the event is for single people.
    """

    places: int = 0
    reserves: int = 0
    places_all: int | None = None
    age_min: int = 0
    age_max: int = 0
    age_on: dt.date | None = None
    asks_nation: bool = False
    standard: str = ""
    better: str = ""
    size_min: int = 0
    size_max: int = 0
    closes_at: dt.datetime | None = None


def troubles_of_entry(
    *,
    rule: RuleValues,
    event: EventRow,
    competitor: CompetitorRow,
    mark: str,
    nations: dict[str, str],
    first_day: dt.date,
) -> tuple[Trouble, ...]:
    """
    Return everything that speaks against an entry.

    ``nations``: nationality by participant code, of those who are registered and approved.
    """
    found = _team(rule, event, competitor)
    day = rule.age_on or first_day
    for person in competitor.people:
        found += _person(rule, event, person, nations, day)
    return tuple(found + _mark(rule, mark))


def _team(rule: RuleValues, event: EventRow, competitor: CompetitorRow) -> list[Trouble]:
    if competitor.is_team != bool(rule.size_max):
        asked = "teams" if rule.size_max else "single people"
        return [Trouble(column="competitor", value=competitor.code, reason="wrong kind",
                        advice=f"{event.code} is for {asked}")]  # fmt: skip
    if not competitor.is_team:
        return []
    found = []
    people = [person for person in competitor.people if not person.is_withdrawn]
    if not rule.size_min <= len(people) <= rule.size_max:
        advice = f"a team has {rule.size_min} to {rule.size_max} people, this one {len(people)}"
        found.append(Trouble(column="members", value=competitor.code, reason="wrong size",
                             advice=advice))  # fmt: skip
    women = sum(1 for person in people if person.gender in WOMEN)
    men = sum(1 for person in people if person.gender == "M")
    if event.gender == "X" and people and not (women and men):
        found.append(Trouble(column="members", value=competitor.code, reason="not mixed",
                             advice="women and men compete together"))  # fmt: skip
    return found


def _person(
    rule: RuleValues, event: EventRow, person: AthleteRow, nations: dict[str, str], day: dt.date
) -> list[Trouble]:
    found = []
    if person.is_withdrawn:
        found.append(Trouble(column="competitor", value=person.code, reason="withdrawn",
                             advice=f"{person.name} does not come"))  # fmt: skip
    asked = {"W": WOMEN, "M": {"M"}}.get(event.gender)
    if asked and person.gender not in asked:
        word = "women" if event.gender == "W" else "men"
        found.append(Trouble(column="gender", value=person.gender, reason="wrong gender",
                             advice=f"{event.code} is for {word}"))  # fmt: skip
    if (rule.age_min or rule.age_max) and person.birth_date is None:
        found.append(Trouble(column="birth_date", value="", reason="missing",
                             advice=f"{event.code} asks for an age"))  # fmt: skip
    elif person.birth_date is not None:
        age = age_on(person.birth_date, day)
        if rule.age_min and age < rule.age_min:
            found.append(Trouble(column="birth_date", value=str(age), reason="too young",
                                 advice=f"from {rule.age_min} years on {day}"))  # fmt: skip
        if rule.age_max and age > rule.age_max:
            found.append(Trouble(column="birth_date", value=str(age), reason="too old",
                                 advice=f"up to {rule.age_max} years on {day}"))  # fmt: skip
    if rule.asks_nation:
        found += _nation(person, nations)
    return found


def _nation(person: AthleteRow, nations: dict[str, str]) -> list[Trouble]:
    nation = nations.get(person.code)
    if nation is None:
        return [Trouble(column="competitor", value=person.code, reason="not registered",
                        advice="register the person first, and wait for the approval")]  # fmt: skip
    if nation != person.organisation:
        advice = f"competes for {person.organisation}: compare the passport"
        return [Trouble(column="nationality", value=nation, reason="other nationality",
                        advice=advice)]  # fmt: skip
    return []


def _mark(rule: RuleValues, mark: str) -> list[Trouble]:
    try:
        if mark:
            thousandths_of(mark)
        if not rule.standard:
            return []
        if not mark:
            advice = f"the standard is {rule.standard}: give the best mark"
            return [Trouble(column="mark", value="", reason="missing", advice=advice)]
        if not is_as_good(mark, rule.standard, Better(rule.better)):
            return [Trouble(column="mark", value=mark, reason="below the standard",
                            advice=f"the standard is {rule.standard}")]  # fmt: skip
    except MarkError as error:
        return [Trouble(column="mark", value=mark, reason="no mark", advice=str(error))]
    return []
