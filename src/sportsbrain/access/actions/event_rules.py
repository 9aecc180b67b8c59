"""What events ask of those who are entered, and how many of each organisation."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from sportsbrain.access.actions.rows import By, lock_people
from sportsbrain.access.errors import AccessError, QuotaError
from sportsbrain.access.models import Client, EntryQuota, EventRule
from sportsbrain.access.queries import RuleValues
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import load_slice_rules
from sportsbrain.vocabulary.marks import Better, MarkError, thousandths_of
from sportsbrain.vocabulary.people import Standing
from sportsbrain.world.queries import (
    EntryRow,
    competitor_rows,
    entries_by_organisation,
    entry_rows,
    event_rows,
)


@transaction.atomic
def begin_event_rules(*, games: GamesRow, by: By) -> int:
    """
    Open every event that is not open yet with the usual rules; return how many.

    Where there are entries already, an organisation has as many places as the largest has, and a
    team as many people as there are in teams.
    """
    usual = load_slice_rules("access", games.rules_name)["entries"]
    opened = set(EventRule.objects.filter(games_id=games.id).values_list("event", flat=True))
    by_event: dict[str, list[EntryRow]] = defaultdict(list)
    for row in entry_rows(games_id=games.id, standing=Standing.ENTERED.value):
        by_event[row.event].append(row)
    sizes = {row.code: len(row.people) for row in competitor_rows(games_id=games.id) if row.is_team}
    rules = {
        event.code: _usual(games, usual, by_event[event.code], sizes)
        for event in event_rows(games_id=games.id)
        if event.code not in opened
    }
    return save_event_rules(games=games, rules=rules, by=by) if rules else 0


def _usual(
    games: GamesRow, usual: dict[str, Any], entries: list[EntryRow], sizes: dict[str, int]
) -> RuleValues:
    counted: dict[str, int] = defaultdict(int)
    for row in entries:
        counted[row.organisation] += 1
    teams = [sizes[row.competitor] for row in entries if row.is_team and sizes[row.competitor]]
    day = games.starts_on - dt.timedelta(days=int(usual["closes_days_before"]))
    return RuleValues(
        places=max(counted.values(), default=int(usual["places"])),
        reserves=int(usual["reserves"]),
        age_min=int(usual["age_min"]),
        size_min=min(teams, default=0),
        size_max=max(teams, default=0),
        closes_at=dt.datetime.combine(day, dt.time(), ZoneInfo(games.time_zone)),
    )


@transaction.atomic
def save_event_rules(*, games: GamesRow, rules: dict[str, RuleValues], by: By) -> int:
    """
    Open events for entries, or change what they ask; return how many.

    Organisations without places of their own get those of the rule.

    Raises
    ------
    AccessError
        When an event is unknown, a rule makes no sense, or more are entered than it allows.

    """
    lock_people(games)
    known = {row.code for row in event_rows(games_id=games.id, codes=tuple(rules))}
    rows = [
        row
        for row in entry_rows(games_id=games.id, event__code__in=list(rules))
        if row.standing == Standing.ENTERED.value
    ]
    there = Counter(row.event for row in rows)
    by_client = Counter((row.event, row.organisation) for row in rows)
    for event, values in sorted(rules.items()):
        if event not in known:
            message = f"there is no event {event}"
            raise AccessError(message)
        _refuse_nonsense(event, values)
        _refuse_fewer(games, event, values, by_client)
        try:
            with transaction.atomic():
                row, _ = EventRule.objects.update_or_create(
                    games_id=games.id,
                    event=event,
                    defaults={**asdict(values), "entered": there[event]},
                )
                EntryQuota.objects.filter(rule=row, is_own=False).update(
                    places=values.places, reserves=values.reserves
                )
        except IntegrityError as error:
            message = f"{event}: more are entered than these places: withdraw somebody first"
            raise QuotaError(message) from error
    record_audit(games_id=games.id, actor=by.name, verb="saved event rules",
                 thing=f"{len(rules)} events", details={})  # fmt: skip
    return len(rules)


def _refuse_fewer(
    games: GamesRow, event: str, values: RuleValues, by_client: Counter[tuple[str, str]]
) -> None:
    """Refuse places below what a delegation without places of its own has entered."""
    own = EntryQuota.objects.filter(rule__games_id=games.id, rule__event=event, is_own=True)
    special = set(own.values_list("client__code", flat=True))
    for (name, code), n in sorted(by_client.items()):
        if name == event and code not in special and n > values.places:
            message = f"{event}: {code} has {n} entered, more are entered than {values.places}"
            raise QuotaError(message)


def _refuse_nonsense(event: str, values: RuleValues) -> None:
    numbers = (values.places, values.reserves, values.age_min, values.age_max, values.size_min,
               values.size_max, values.places_all or 0)  # fmt: skip
    why = ""
    if min(numbers) < 0:
        why = "numbers are 0 or more"
    elif values.age_max and values.age_min > values.age_max:
        why = "the youngest age is above the oldest"
    elif values.size_min > values.size_max:
        why = "a team's smallest size is above its largest"
    elif values.standard and values.better not in set(Better):
        why = "say whether less or more is better than the standard"
    if not why and values.standard:
        try:
            thousandths_of(values.standard)
        except MarkError as error:
            why = str(error)
    if why:
        message = f"{event}: {why}"
        raise AccessError(message)


@transaction.atomic
def save_entry_quotas(
    *, games: GamesRow, event: str, quotas: dict[str, tuple[int, int]], by: By
) -> int:
    """
    Give organisations places and reserves of their own in an event; return how many.

    Raises
    ------
    AccessError
        When the event is not open, an organisation is unknown, or more are entered already.

    """
    lock_people(games)
    rule = EventRule.objects.filter(games_id=games.id, event=event).first()
    if rule is None:
        message = f"{event} is not open for entries"
        raise AccessError(message)
    clients = dict(Client.objects.filter(games_id=games.id).values_list("code", "pk"))
    counted = entries_by_organisation(games_id=games.id, event=event)
    for code, (places, reserves) in sorted(quotas.items()):
        if code not in clients or min(places, reserves) < 0:
            message = f"{code}: an organisation that there is, and places of 0 or more"
            raise AccessError(message)
        try:
            with transaction.atomic():
                EntryQuota.objects.update_or_create(
                    rule=rule,
                    client_id=clients[code],
                    defaults={
                        "places": places,
                        "reserves": reserves,
                        "is_own": True,
                        "used": counted.get((code, Standing.ENTERED.value), 0),
                        "used_reserves": counted.get((code, Standing.RESERVE.value), 0),
                    },
                )
        except IntegrityError as error:
            message = f"{code} has more entered in {event} than {places}: withdraw somebody first"
            raise QuotaError(message) from error
    record_audit(games_id=games.id, actor=by.name, verb="saved entry places", thing=event,
                 details={code: list(n) for code, n in quotas.items()})  # fmt: skip
    return len(quotas)
