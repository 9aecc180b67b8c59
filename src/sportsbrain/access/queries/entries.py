"""Entries for pages: events with places, one event with who is and who could be entered."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sportsbrain.access.models import EntryQuota, EntryStep, EventRule, Registration
from sportsbrain.access.queries.eligibility import RuleValues, troubles_of_entry
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import RegistrationState, Standing, Trouble
from sportsbrain.world.queries import (
    CompetitorRow,
    EntryRow,
    EventRow,
    competitor_rows,
    entry_rows,
    event_rows,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """An event with its places and entries, of one organisation or of all; None: not open."""

    event: EventRow
    places: int | None
    reserves: int | None
    closes_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of an entry; ``reason`` and ``note`` are of the own delegation and the office."""

    done_at: dt.datetime
    done_by: str
    competitor: str
    organisation: str
    standing: str
    mark: str
    reason: str
    note: str
    instead_of: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """One event: its rule, the entries that are the user's business, their steps."""

    event: EventRow
    rule: RuleValues | None
    places: int
    reserves: int
    entries: tuple[EntryRow, ...]
    steps: tuple[StepRow, ...]


def event_lines(*, games: GamesRow, organisation: str = "") -> tuple[EventLine, ...]:
    """Return every event with places and entries of an organisation, or of all."""
    rules = {row.event: row for row in EventRule.objects.filter(games_id=games.id)}
    own: dict[int, EntryQuota] = {}
    if organisation:
        quotas = EntryQuota.objects.filter(rule__games_id=games.id, client__code=organisation)
        own = {row.rule_id: row for row in quotas}
    found = []
    for event in event_rows(games_id=games.id, organisation=organisation):
        rule = rules.get(event.code)
        places = own.get(rule.pk, rule) if rule else None
        found.append(
            EventLine(
                event=event,
                places=_places(rule, places, organisation),
                reserves=places.reserves if places else None,
                closes_at=rule.closes_at if rule else None,
            )
        )
    return tuple(found)


def _places(
    rule: EventRule | None, places: EventRule | EntryQuota | None, organisation: str
) -> int | None:
    if rule is None or places is None:
        return None
    return places.places if organisation else rule.places_all


def event_page(*, games: GamesRow, event: str, organisation: str) -> EventPage | None:
    """Return one event with the entries and steps of an organisation, or of all when empty."""
    found = event_rows(games_id=games.id, organisation=organisation, codes=(event,))
    if not found:
        return None
    rule = EventRule.objects.filter(games_id=games.id, event=event).first()
    quota = (
        EntryQuota.objects.filter(rule=rule, client__code=organisation).first() if rule else None
    )
    places = quota or rule
    steps = EntryStep.objects.filter(games_id=games.id, event=event).select_related("client")
    if organisation:
        steps = steps.filter(client__code=organisation)
    rows = entry_rows(games_id=games.id, organisation=organisation, event__code=event)
    order = {Standing.ENTERED.value: 0, Standing.RESERVE.value: 1, Standing.WITHDRAWN.value: 2}
    return EventPage(
        event=found[0],
        rule=rule_values(rule) if rule else None,
        places=places.places if places else 0,
        reserves=places.reserves if places else 0,
        entries=tuple(sorted(rows, key=lambda r: (order[r.standing], r.organisation, r.name))),
        steps=tuple(_step(row) for row in steps.order_by("-pk")[:100]),
    )


def _step(row: EntryStep) -> StepRow:
    return StepRow(
        done_at=row.done_at,
        done_by=row.done_by,
        competitor=row.competitor,
        organisation=row.client.code,
        standing=row.standing,
        mark=row.mark,
        reason=row.reason,
        note=row.note,
        instead_of=row.instead_of,
        is_late=row.is_late,
    )


def entries_by_discipline(
    lines: tuple[EventLine, ...],
) -> tuple[tuple[str, tuple[EventLine, ...]], ...]:
    """Return the lines in the groups of their disciplines."""
    groups: dict[str, list[EventLine]] = defaultdict(list)
    for line in lines:
        groups[line.event.discipline].append(line)
    return tuple((name, tuple(group)) for name, group in groups.items())


def rule_values(row: EventRule) -> RuleValues:
    """Return what an event asks."""
    return RuleValues(**{name: getattr(row, name) for name in RuleValues.__dataclass_fields__})


def nations_of(*, games: GamesRow, codes: Iterable[str]) -> dict[str, str]:
    """Return the nationality of approved people by their code."""
    rows = Registration.objects.filter(
        games_id=games.id,
        registration_state=RegistrationState.APPROVED.value,
        code__in=list(codes),
        category__client_group="athletes",
    )
    return dict(rows.values_list("code", "nationality"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Who could be entered, and everything against it; a mark is asked later."""

    competitor: CompetitorRow
    troubles: tuple[Trouble, ...]


def candidates(
    *, games: GamesRow, page: EventPage, organisation: str
) -> tuple[tuple[Candidate, ...], tuple[CompetitorRow, ...]]:
    """
    Return who of an organisation could be entered in an event, the possible first.

    Beside them the athletes that a team could be made of, when the event is for teams.
    """
    if page.rule is None or not organisation:
        return (), ()
    rule = page.rule
    there = {e.competitor for e in page.entries if e.standing != Standing.WITHDRAWN.value}
    rows = competitor_rows(games_id=games.id, organisation=organisation)
    nations = nations_of(games=games, codes=[row.code for row in rows if not row.is_team])
    found = []
    for row in rows:
        is_other_team = row.is_team and not row.code.startswith(page.event.code)
        if row.code in there or row.is_team != bool(rule.size_max) or is_other_team:
            continue
        troubles = troubles_of_entry(
            rule=rule, event=page.event, competitor=row, mark=rule.standard, nations=nations,
            first_day=games.starts_on,
        )  # fmt: skip
        found.append(Candidate(competitor=row, troubles=troubles))
    found.sort(key=lambda one: (bool(one.troubles), one.competitor.name))
    single = RuleValues(
        age_min=rule.age_min, age_max=rule.age_max, age_on=rule.age_on, asks_nation=rule.asks_nation
    )
    athletes = [
        row
        for row in rows
        if rule.size_max
        and not row.is_team
        and not troubles_of_entry(
            rule=single,
            event=page.event,
            competitor=row,
            mark="",
            nations=nations,
            first_day=games.starts_on,
        )
    ]
    return tuple(found), tuple(athletes)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFault:
    """An entry, imported or older than its rule, that could not be made today."""

    entry: EntryRow
    troubles: tuple[Trouble, ...]


def entry_faults(*, games: GamesRow, organisation: str = "") -> tuple[EntryFault, ...]:
    """Return the entries that break the rule of their event; places are counted beside."""
    rules = {row.event: row for row in EventRule.objects.filter(games_id=games.id)}
    events = {row.code: row for row in event_rows(games_id=games.id)}
    competitors = {
        row.code: row for row in competitor_rows(games_id=games.id, organisation=organisation)
    }
    people = [person.code for row in competitors.values() for person in row.people]
    nations = nations_of(games=games, codes=people)
    found = []
    for entry in entry_rows(games_id=games.id, organisation=organisation):
        rule = rules.get(entry.event)
        if rule is None or entry.standing == Standing.WITHDRAWN.value:
            continue
        troubles = troubles_of_entry(
            rule=rule_values(rule), event=events[entry.event],
            competitor=competitors[entry.competitor], mark=entry.mark, nations=nations,
            first_day=games.starts_on,
        )  # fmt: skip
        if troubles:
            found.append(EntryFault(entry=entry, troubles=troubles))
    return tuple(found)
