"""Enter, withdraw, replace; compose teams. One door for form, file and program."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from sportsbrain.access.actions.rows import BATCH, By, lock_people
from sportsbrain.access.errors import AccessError, QuotaError, UnknownPersonError
from sportsbrain.access.models import Client, EntryQuota, EntryStep, EventRule
from sportsbrain.access.queries import nations_of, rule_values, troubles_of_entry
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import Standing, Trouble, WithdrawalReason
from sportsbrain.world.actions import (
    EntryFact,
    change_entries,
    compose,
    mark_withdrawn,
    tell_teams,
)
from sportsbrain.world.queries import (
    CompetitorRow,
    EntryRow,
    EventRow,
    competitor_rows,
    entries_by_organisation,
    entry_rows,
    event_rows,
    participants_of,
)

CODE_MAX = 80  # of a fact: event/competitor


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryValues:
    """One competitor to enter in one event, with the best mark so far."""

    event: str
    competitor: str
    standing: Standing = Standing.ENTERED
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEntered:
    """An entry that is not made: place in the batch and everything against it."""

    index: int
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of entries: made + same + refused are all of them."""

    made: int
    same: int
    refused: tuple[NotEntered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    values: EntryValues
    competitor: CompetitorRow
    code: str = ""
    was: str = ""
    reason: str = ""
    note: str = ""
    instead_of: str = ""


@transaction.atomic
def enter(*, games: GamesRow, entries: Sequence[EntryValues], by: By) -> Entered:
    """
    Enter competitors; who can't be is refused with every reason, the others are kept.

    Raises
    ------
    QuotaError
        When the database counts more than there are places; then nothing is kept.

    """
    lock_people(games)
    desk = _Desk.of(games, entries, by)
    steps: list[_Step] = []
    refused: list[NotEntered] = []
    done: set[tuple[str, str]] = set()
    same = 0
    for index, values in enumerate(entries):
        key = (values.event, values.competitor)
        known = desk.known.get(key)
        if known and (known.standing, known.mark) == (values.standing.value, values.mark):
            same += 1
            continue
        troubles = _never(values, is_repeated=key in done) or desk.troubles(values)
        if troubles:
            refused.append(NotEntered(index=index, troubles=troubles))
            continue
        desk.take(values)
        done.add(key)
        steps.append(
            _Step(
                values=values,
                competitor=desk.competitors[values.competitor],
                code=known.code if known else "",
                was=known.standing if known else "",
            )
        )
    _write(games, steps, by)
    return Entered(made=len(steps), same=same, refused=tuple(refused))


def _never(values: EntryValues, *, is_repeated: bool) -> tuple[Trouble, ...]:
    """Return what no entry may be: a withdrawal without a reason, somebody twice in a list."""
    if values.standing not in {Standing.ENTERED, Standing.RESERVE}:
        return (Trouble(column="standing", value=values.standing.value, reason="not an entry",
                        advice="withdraw with a reason instead"),)  # fmt: skip
    if is_repeated:
        return (Trouble(column="competitor", value=values.competitor, reason="twice",
                        advice="the list enters this competitor already"),)  # fmt: skip
    if len(values.event) + len(values.competitor) >= CODE_MAX:
        return (Trouble(column="competitor", value=values.competitor, reason="too long",
                        advice="event and competitor have 79 letters at most"),)  # fmt: skip
    return ()


class _Desk:
    """What is known of the events and competitors of a batch, and the places that are left."""

    def __init__(self, games: GamesRow, by: By) -> None:
        self.games, self.by = games, by
        self.rules: dict[str, EventRule] = {}
        self.events: dict[str, EventRow] = {}
        self.competitors: dict[str, CompetitorRow] = {}
        self.clients: dict[str, int] = {}
        self.known: dict[tuple[str, str], EntryRow] = {}
        self.nations: dict[str, str] = {}
        self.left: dict[tuple[str, str, Standing], int] = {}

    @classmethod
    def of(cls, games: GamesRow, entries: Sequence[EntryValues], by: By) -> "_Desk":
        """Look everything up at once."""
        desk = cls(games, by)
        events = tuple(sorted({values.event for values in entries}))
        codes = tuple(sorted({values.competitor for values in entries}))
        if not entries:
            return desk
        desk.rules = {
            row.event: row
            for row in EventRule.objects.select_for_update()
            .filter(games_id=games.id, event__in=events)
            .order_by("pk")
        }
        desk.events = {row.code: row for row in event_rows(games_id=games.id, codes=events)}
        desk.competitors = {
            row.code: row for row in competitor_rows(games_id=games.id, codes=codes)
        }
        desk.clients = dict(Client.objects.filter(games_id=games.id).values_list("code", "pk"))
        desk.known = {
            (row.event, row.competitor): row
            for row in entry_rows(games_id=games.id, event__code__in=events)
        }
        people = [person.code for row in desk.competitors.values() for person in row.people]
        desk.nations = nations_of(games=games, codes=people)
        return desk

    def troubles(self, values: EntryValues, *, is_replacement: bool = False) -> tuple[Trouble, ...]:
        """Return everything against an entry."""
        event = self.events.get(values.event)
        if event is None:
            return (Trouble(column="event", value=values.event, reason="unknown",
                            advice="the code of an event"),)  # fmt: skip
        competitor = self.competitors.get(values.competitor)
        if competitor is None or not self.by.owns(competitor.organisation):
            return (Trouble(column="competitor", value=values.competitor, reason="unknown",
                            advice="the code of an athlete or a team of yours"),)  # fmt: skip
        if competitor.organisation not in self.clients:
            return (Trouble(column="organisation", value=competitor.organisation, reason="unknown",
                            advice="bring in delegations that are new"),)  # fmt: skip
        row = self.rules.get(values.event)
        if row is None:
            return (Trouble(column="event", value=values.event, reason="not open",
                            advice="the office opens an event for entries"),)  # fmt: skip
        if _is_late(row, self.by) and self.by.client and not is_replacement:
            return (Trouble(column="event", value=values.event, reason="closed",
                            advice="the deadline is over: ask the office"),)  # fmt: skip
        found = troubles_of_entry(
            rule=rule_values(row), event=event, competitor=competitor, mark=values.mark,
            nations=self.nations, first_day=self.games.starts_on,
        )  # fmt: skip
        return found or self._full(values, row)

    def take(self, values: EntryValues) -> None:
        """Count a place as taken."""
        for key in self._keys(values):
            self.left[key] -= 1
        known = self.known.get((values.event, values.competitor))
        if known and known.standing != Standing.WITHDRAWN.value:
            back = replace(values, standing=Standing(known.standing))
            for key in self._keys(back):
                self.left[key] += 1

    def _keys(self, values: EntryValues) -> list[tuple[str, str, Standing]]:
        organisation = self.competitors[values.competitor].organisation
        keys = [(values.event, organisation, values.standing)]
        if values.standing == Standing.ENTERED:
            keys.append((values.event, "*", values.standing))
        for key in keys:
            if key not in self.left:
                self.left[key] = self._left(*key)
        return keys

    def _left(self, event: str, organisation: str, standing: Standing) -> int:
        row = self.rules[event]
        counted = entries_by_organisation(games_id=self.games.id, event=event)
        if organisation == "*":
            entered = sum(n for (_, s), n in counted.items() if s == standing.value)
            return (10**9 if row.places_all is None else row.places_all) - entered
        quota = EntryQuota.objects.filter(rule=row, client__code=organisation).first()
        places = (quota or row).places if standing == Standing.ENTERED else (quota or row).reserves
        return places - counted.get((organisation, standing.value), 0)

    def _full(self, values: EntryValues, row: EventRule) -> tuple[Trouble, ...]:
        known = self.known.get((values.event, values.competitor))
        if known and known.standing == values.standing.value:
            return ()
        for key in self._keys(values):
            if self.left[key] < 1:
                what = "places" if values.standing == Standing.ENTERED else "reserves"
                who = "the event" if key[1] == "*" else key[1]
                return (Trouble(column="event", value=row.event, reason="full",
                                advice=f"{who} has no {what} left"),)  # fmt: skip
        return ()


@transaction.atomic
def withdraw_entries(
    *,
    games: GamesRow,
    event: str,
    competitors: Iterable[str],
    reason: WithdrawalReason,
    by: By,
    note: str = "",
) -> int:
    """
    Withdraw entries of an event, at any time; return how many.

    Raises
    ------
    UnknownPersonError
        When one of them is not entered, or not of the own organisation.

    """
    lock_people(games)
    wanted = tuple(sorted(set(competitors)))
    steps = [_withdrawal(_entry_of(games, event, code, by), reason, note) for code in wanted]
    _write(games, steps, by)
    return len(steps)


def _entry_of(games: GamesRow, event: str, competitor: str, by: By) -> EntryRow:
    rows = entry_rows(games_id=games.id, event__code=event)
    known = next((row for row in rows if row.competitor == competitor), None)
    if known is None or not by.owns(known.organisation):
        message = f"{competitor} is not entered in {event}"
        raise UnknownPersonError(message)
    if known.standing == Standing.WITHDRAWN.value:
        message = f"{competitor} is withdrawn from {event} already"
        raise AccessError(message)
    return known


def _withdrawal(known: EntryRow, reason: WithdrawalReason, note: str) -> _Step:
    row = CompetitorRow(
        code=known.competitor, name=known.name, organisation=known.organisation,
        is_team=known.is_team, people=(),
    )  # fmt: skip
    values = EntryValues(
        event=known.event, competitor=known.competitor, standing=Standing.WITHDRAWN, mark=known.mark
    )
    return _Step(
        values=values, competitor=row, code=known.code, was=known.standing, reason=reason.value,
        note=note,
    )  # fmt: skip


@transaction.atomic
def replace_entry(
    *,
    games: GamesRow,
    event: str,
    gone: str,
    comes: str,
    reason: WithdrawalReason,
    by: By,
    note: str = "",
    mark: str = "",
) -> None:
    """
    Withdraw a competitor and let another of the delegation have the place.

    After the deadline a delegation may only call up its reserves of the event.

    Raises
    ------
    AccessError
        When who comes may not be entered; then nobody is withdrawn either.
    UnknownPersonError
        When who goes is not entered, or not of the own organisation.

    """
    lock_people(games)
    leaves = _entry_of(games, event, gone, by)
    if leaves.standing != Standing.ENTERED.value or gone == comes:
        message = f"{gone} does not compete in {event}: name who has the place, and another"
        raise AccessError(message)
    goes = _withdrawal(leaves, reason, note)
    desk = _Desk.of(games, [EntryValues(event=event, competitor=comes)], by)
    known = desk.known.get((event, comes))
    values = EntryValues(event=event, competitor=comes, mark=mark or (known.mark if known else ""))
    if known and known.standing == Standing.ENTERED.value:
        message = f"{comes} is entered in {event} already"
        raise AccessError(message)
    row = desk.rules.get(event)
    is_reserve = known is not None and known.standing == Standing.RESERVE.value
    if by.client and _is_late(row, by) and not is_reserve:
        message = "the deadline is over: only a reserve of the event can come, or ask the office"
        raise AccessError(message)
    _write(games, [goes], by)
    desk.left.clear()
    troubles = desk.troubles(values, is_replacement=True)
    if troubles or desk.competitors[comes].organisation != goes.competitor.organisation:
        words = "; ".join(f"{t.reason}: {t.advice}" for t in troubles) or "of another delegation"
        message = f"{comes} can't come instead: {words}"
        raise AccessError(message)
    step = _Step(
        values=values, competitor=desk.competitors[comes], code=known.code if known else "",
        was=known.standing if known else "", instead_of=gone,
    )  # fmt: skip
    _write(games, [step], by, takes_over={gone: comes})


@transaction.atomic
def compose_team(
    *, games: GamesRow, event: str, members: Sequence[str], by: By, name: str = "", team: str = ""
) -> str:
    """
    Make or change a team of an event and return its code; entering it is another step.

    Raises
    ------
    AccessError
        When the team could not be entered with these people, or the deadline is over.

    """
    lock_people(games)
    people = competitor_rows(games_id=games.id, codes=tuple(members)) if members else []
    found = {row.code: row for row in people if not row.is_team and by.owns(row.organisation)}
    missing = [code for code in members if code not in found]
    delegations = {row.organisation for row in found.values()}
    if missing or len(delegations) != 1:
        message = (
            f"{missing[0]} is no athlete of yours" if missing
            else "a team is made of athletes of one delegation"
        )  # fmt: skip
        raise AccessError(message)
    organisation = delegations.pop()
    desk = _Desk.of(games, [EntryValues(event=event, competitor=code) for code in members], by)
    code = team or _free_code(games, event, organisation)
    name = name or _name_of_team(games, code, organisation, event) or organisation
    desk.competitors[code] = CompetitorRow(
        code=code, name=name, organisation=organisation, is_team=True,
        people=tuple(found[m].people[0] for m in sorted(found)),
    )  # fmt: skip
    known = desk.known.get((event, code))
    standing = Standing(known.standing) if known else Standing.ENTERED
    # the mark is asked when the team is entered, places are counted then
    troubles = [
        trouble
        for trouble in desk.troubles(EntryValues(event=event, competitor=code, standing=standing))
        if trouble.column != "mark" and trouble.reason != "full"
    ]
    if troubles:
        message = "; ".join(f"{t.value} {t.reason}: {t.advice}" for t in troubles)
        raise AccessError(message)
    differs = compose(
        games_id=games.id, team=code, organisation=organisation, name=name,
        members=sorted(found), fact_source=f"entries, {by.name}",
    )  # fmt: skip
    if differs and known and known.standing != Standing.WITHDRAWN.value:
        values = EntryValues(event=event, competitor=code, standing=standing, mark=known.mark)
        note = " ".join(sorted(found))[:200]
        step = _Step(
            values=values, competitor=desk.competitors[code], code=known.code, was=known.standing,
            note=note,
        )  # fmt: skip
        _write(games, [step], by)
    return code


def _free_code(games: GamesRow, event: str, organisation: str) -> str:
    rows = competitor_rows(games_id=games.id, organisation=organisation)
    taken = {row.code for row in rows}
    number = 1
    while f"{event[:60]}-{organisation}{number:02}" in taken:
        number += 1
    return f"{event[:60]}-{organisation}{number:02}"


def _name_of_team(games: GamesRow, code: str, organisation: str, event: str) -> str:
    """Return the name of a team that is there; refuse those of others and of other events."""
    for row in competitor_rows(games_id=games.id, codes=(code,)):
        if not row.is_team or row.organisation != organisation:
            message = f"{code} is not a team of {organisation}"
            raise AccessError(message)
        entered = entry_rows(games_id=games.id, team__code=code)
        others = sorted({entry.event for entry in entered} - {event})
        if others:
            message = f"{code} is a team of {', '.join(others)}: change it there"
            raise AccessError(message)
        return row.name
    return ""


def withdraw_athletes(
    *, games: GamesRow, people: Iterable[tuple[str, str]], by: By, reason: WithdrawalReason
) -> int:
    """
    Withdraw athletes, (delegation, own code) each, from everything: they do not come.

    Their own entries are withdrawn; events of their teams are told that one is missing. Returns
    how many entries were withdrawn.
    """
    wanted = participants_of(games_id=games.id, people=people)
    rows = entry_rows(games_id=games.id, participant__code__in=wanted)
    steps = [
        _withdrawal(row, reason, "") for row in rows if row.standing != Standing.WITHDRAWN.value
    ]
    mark_withdrawn(
        games_id=games.id, codes=wanted, is_withdrawn=True, fact_source=f"registration, {by.name}"
    )
    _write(games, steps, by)
    tell_teams(games_id=games.id, codes=wanted, now=by.now)
    return len(steps)


def _write(
    games: GamesRow, steps: Sequence[_Step], by: By, takes_over: dict[str, str] | None = None
) -> None:
    """Write facts, counts and steps; the facts' door tells the log."""
    if not steps:
        return
    facts = {
        step.code or f"{step.values.event}/{step.values.competitor}": EntryFact(
            event=step.values.event,
            competitor=step.values.competitor,
            organisation=step.competitor.organisation,
            standing=step.values.standing,
            mark=step.values.mark,
        )
        for step in steps
    }
    change_entries(
        games_id=games.id, entries=facts, fact_source=f"entries, {by.name}", now=by.now,
        takes_over=takes_over,
    )  # fmt: skip
    rules = {
        row.event: row
        for row in EventRule.objects.filter(
            games_id=games.id, event__in={step.values.event for step in steps}
        )
    }
    clients = dict(Client.objects.filter(games_id=games.id).values_list("code", "pk"))
    for event in sorted(rules):
        here = [step for step in steps if step.values.event == event]
        _count(games, rules[event], here, clients)
    EntryStep.objects.bulk_create(
        [
            EntryStep(
                games_id=games.id,
                client_id=clients[step.competitor.organisation],
                event=step.values.event,
                competitor=step.values.competitor,
                standing=step.values.standing.value,
                mark=step.values.mark,
                reason=step.reason,
                note=step.note[:200],
                instead_of=step.instead_of,
                is_late=_is_late(rules.get(step.values.event), by),
                done_by=by.name,
                done_at=by.now,
            )
            for step in steps
            if step.competitor.organisation in clients
        ],
        batch_size=BATCH,
    )
    words = {s.values.standing.value for s in steps}
    record_audit(
        games_id=games.id, actor=by.name, verb="changed entries",
        thing=steps[0].values.event if len(facts) == 1 else f"{len(facts)} entries",
        details={"standings": sorted(words)},
    )  # fmt: skip


def _is_late(row: EventRule | None, by: By) -> bool:
    """Tell whether the deadline of an event is over; one that is not open has none."""
    return bool(row and row.closes_at and by.now >= row.closes_at)


def _count(
    games: GamesRow, rule: EventRule, steps: Sequence[_Step], clients: dict[str, int]
) -> None:
    """
    Count entries anew where the database keeps them below the places.

    Who was above them by an import may go down, one by one; nobody goes up past them.
    """
    counted = entries_by_organisation(games_id=games.id, event=rule.event)
    grown = {
        (step.competitor.organisation, step.values.standing)
        for step in steps
        if step.was != step.values.standing.value
    }
    try:
        with transaction.atomic():
            for code in sorted({step.competitor.organisation for step in steps} & clients.keys()):
                quota, _ = EntryQuota.objects.get_or_create(
                    rule=rule,
                    client_id=clients[code],
                    defaults={"places": rule.places, "reserves": rule.reserves},
                )
                used = counted.get((code, Standing.ENTERED.value), 0)
                if (code, Standing.ENTERED) not in grown:
                    used = min(used, quota.places)
                waiting = counted.get((code, Standing.RESERVE.value), 0)
                if (code, Standing.RESERVE) not in grown:
                    waiting = min(waiting, quota.reserves)
                EntryQuota.objects.filter(pk=quota.pk).update(used=used, used_reserves=waiting)
            entered = sum(n for (_, s), n in counted.items() if s == Standing.ENTERED.value)
            is_grown = any(standing == Standing.ENTERED for _, standing in grown)
            if not is_grown and rule.places_all is not None:
                entered = min(entered, rule.places_all)
            EventRule.objects.filter(pk=rule.pk).update(entered=entered)
    except IntegrityError as error:
        message = f"{rule.event}: more entries than places; look again, nothing was changed"
        raise QuotaError(message) from error
