"""Who sleeps in the village and when: from entries and the schedule, with officials assumed."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from sportsbrain.brain.rooms.problem import Person
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import Schedule, people_now
from sportsbrain.vocabulary.changes import (
    Change,
    ChangeError,
    LargerDelegation,
    LateArrival,
    Withdrawal,
    of_kind,
)
from sportsbrain.world.queries import PersonFact, person_facts

DAY = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Residents:
    """
    The people, their delegations, the nights, and what had to be assumed.

    ``registered`` is their number before any change; ``races_missed`` who comes too late to race.
    """

    people: tuple[Person, ...]
    registered: int
    races_missed: tuple[str, ...]
    delegations: tuple[str, ...]
    nights: int
    first_night: dt.date
    assumptions: tuple[str, ...]


def residents_of(
    *,
    games: GamesRow,
    schedule: Schedule,
    rules: dict[str, Any],
    changes: tuple[Change, ...] = (),
) -> Residents:
    """
    Return the residents of a Games.

    Raises
    ------
    NothingToPlanError
        When nobody is registered.
    ChangeError
        When a change names a delegation that is not there.

    """
    facts = person_facts(games_id=games.id)
    if not facts:
        message = "nobody is registered yet: import participants first"
        raise NothingToPlanError(message)
    first = games.starts_on - dt.timedelta(days=rules["opens_days_before"])
    days = (games.ends_on - games.starts_on).days + 1
    nights = rules["opens_days_before"] + days + rules["closes_days_after"]
    maker = _Maker(games=games, schedule=schedule, rules=rules, nights=nights)
    delegations = tuple(sorted({fact.organisation for fact in facts}))
    number = {code: n for n, code in enumerate(delegations)}
    athletes = [maker.athlete(fact, number[fact.organisation], n) for n, fact in enumerate(facts)]
    officials = maker.officials(athletes, delegations)
    registered = athletes + officials
    people = registered
    for change in changes:
        if isinstance(change, LateArrival | LargerDelegation):
            if change.delegation not in number:
                message = f"no delegation {change.delegation}; known are {', '.join(delegations)}"
                raise ChangeError(message)
            people = _after(people, change, number[change.delegation])
    people = _withdrawn(people, maker, people_now(games=games, changes=changes), changes)
    return Residents(
        people=tuple(people),
        registered=len(registered),
        races_missed=_races_missed(people, registered),
        delegations=delegations,
        nights=nights,
        first_night=first,
        assumptions=maker.assumptions(len(athletes), len(officials)),
    )


def _withdrawn(
    people: list[Person], maker: "_Maker", facts: list[PersonFact], changes: tuple[Change, ...]
) -> list[Person]:
    """Return the residents without who withdraws; reserves stay for the events they take over."""
    withdrawals = of_kind(changes, Withdrawal)
    if not withdrawals:
        return people
    after = {fact.code: fact for fact in facts}
    gone = {change.participant for change in withdrawals}
    takes_over = {change.reserve for change in withdrawals}
    return [
        _stay_of(maker.athlete(after[p.code], p.delegation, 0), p) if p.code in takes_over else p
        for p in people
        if p.code not in gone
    ]


def _stay_of(longer: Person, person: Person) -> Person:
    """Return somebody with the nights and races of a longer programme."""
    return replace(
        person,
        first_night=min(longer.first_night, person.first_night),
        leaves_on=max(longer.leaves_on, person.leaves_on),
        race_nights=tuple(sorted({*longer.race_nights, *person.race_nights})),
    )


def _after(people: list[Person], change: LateArrival | LargerDelegation, own: int) -> list[Person]:
    """Return the residents after a change to one delegation."""
    if isinstance(change, LateArrival):
        return [_later(p, change.days) if p.delegation == own else p for p in people]
    models = [p for p in people if p.delegation == own and not p.is_official]
    added = [
        replace(
            models[n % len(models)], code=f"{change.delegation}-added-{n + 1:03}", race_nights=()
        )
        for n in range(change.people)
    ]
    return people + added


def _later(person: Person, days: int) -> Person:
    """Return somebody who arrives later: at the latest for the last night of the stay."""
    first = max(0, min(person.first_night + days, person.leaves_on - 1))
    return replace(
        person,
        first_night=first,
        race_nights=tuple(night for night in person.race_nights if night >= first),
    )


def _races_missed(people: list[Person], registered: list[Person]) -> tuple[str, ...]:
    """Return who is not there yet on the night before a first competition day."""
    before = {person.code: person for person in registered}
    return tuple(
        p.code
        for p in people
        if p.code in before and len(p.race_nights) < len(before[p.code].race_nights)
    )


class _Maker:
    """Turn participants into residents."""

    def __init__(
        self, *, games: GamesRow, schedule: Schedule, rules: dict[str, Any], nights: int
    ) -> None:
        self.games, self.rules, self.nights = games, rules, nights
        self.before = int(rules["opens_days_before"])
        self.event_days: dict[str, set[int]] = defaultdict(set)
        for unit in schedule.units:
            self.event_days[unit.event].add(unit.starts_at // DAY)
        self.without_time = 0

    def athlete(self, fact: PersonFact, delegation: int, number: int) -> Person:
        """Return a participant as a resident: there from before the first to after the last day."""
        days = sorted({day for event in fact.events for day in self.event_days[event]})
        if days:
            first = self.before + days[0] - int(self.rules["arrives_days_before"])
            leaves = self.before + days[-1] + int(self.rules["leaves_days_after"])
        else:
            self.without_time += 1
            first, leaves = self.before - 2, self.nights - 1
        first = max(0, min(first, self.nights - 2))
        starts = {min(self.event_days[e]) for e in fact.events if self.event_days[e]}
        races = tuple(
            sorted(n for n in {self.before + day - 1 for day in starts} if first <= n < leaves)
        )
        return Person(
            code=fact.code,
            delegation=delegation,
            gender=fact.gender or "X",
            first_night=first,
            leaves_on=max(first + 1, min(leaves, self.nights)),
            sport=min(fact.events)[:3] if fact.events else "",
            is_minor=self._is_minor(fact.birth_date),
            needs_accessible=self._needs_accessible(number),
            is_tall=(fact.height_cm or 0) >= self.rules["tall_cm"],
            race_nights=races,
        )

    def _is_minor(self, birth: dt.date | None) -> bool:
        if birth is None:
            return False
        starts = self.games.starts_on
        age = starts.year - birth.year - ((starts.month, starts.day) < (birth.month, birth.day))
        return age < int(self.rules["age_of_majority"])

    def _needs_accessible(self, number: int) -> bool:
        every = int(self.rules["accessible_every"])
        return bool(every) and number % every == every // 2

    def officials(self, athletes: list[Person], delegations: tuple[str, ...]) -> list[Person]:
        """Return team officials by the stated ratio, there as long as their athletes."""
        by_delegation: dict[int, list[Person]] = defaultdict(list)
        for person in athletes:
            by_delegation[person.delegation].append(person)
        found: list[Person] = []
        for number, people in sorted(by_delegation.items()):
            count = max(1, round(len(people) * float(self.rules["officials_per_athlete"])))
            women = round(count * float(self.rules["official_women_share"]))
            # an official comes and goes with athletes spread over the delegation
            ordered = sorted(people, key=lambda p: (p.sport, p.code))
            for n in range(count):
                model = ordered[n * len(ordered) // count]
                found.append(
                    Person(
                        code=f"{delegations[number]}-official-{n + 1:03}",
                        delegation=number,
                        gender="W" if n < women else "M",
                        first_night=max(0, model.first_night - 1) if n else 0,
                        leaves_on=model.leaves_on,
                        sport=model.sport,
                        is_official=True,
                        needs_accessible=self._needs_accessible(len(found)),
                    )
                )
        return found

    def assumptions(self, athletes: int, officials: int) -> tuple[str, ...]:
        """Return what was not known, in words."""
        said = [
            f"{officials} team officials for {athletes} athletes"
            f" ({self.rules['officials_per_athlete']:g} each), with the stays of their athletes",
            f"athletes arrive {self.rules['arrives_days_before']} days before their first and leave"
            f" {self.rules['leaves_days_after']} days after their last competition day",
            f"one resident in {self.rules['accessible_every']} needs an accessible room",
        ]
        if self.without_time:
            said.append(f"{self.without_time} people without a timed event stay the whole time")
        return tuple(said)
