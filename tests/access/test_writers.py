"""Eight writers at once: exactly as many are approved as there are places."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from sportsbrain.access.actions import (
    EntryValues,
    approve,
    enter,
    register_people,
    save_event_rules,
    save_quotas,
    withdraw,
)
from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import Quota, Registration
from sportsbrain.access.queries import RuleValues
from sportsbrain.reference.dice import Dice
from sportsbrain.world.queries import entries_by_organisation
from tests.access.office import OFFICE, a_games, athletes, somebody, with_events

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8


def test_eight_writers_never_exceed_a_quota_nor_wait_in_a_ring() -> None:
    games = a_games()
    quotas = {("AAA", "ATH"): 17, ("AAA", "TO"): 9, ("BBB", "ATH"): 5, ("BBB", "TO"): 3}
    save_quotas(games=games, quotas=quotas, by=OFFICE)
    people = [
        somebody(client=client, category=category) for client, category in quotas for _ in range(40)
    ]
    numbers = list(register_people(games=games, people=people, by=OFFICE).numbers)

    def write(writer: int) -> int:
        dice = Dice(writer)
        own = dice.shuffled(numbers[writer::WRITERS])
        done = 0
        try:
            for first in range(0, len(own), 3):
                part = own[first : first + 3]
                done += _tried(games, part)
                if dice.unit() < 0.3:
                    approved = Registration.objects.filter(
                        number__in=part, registration_state="approved"
                    ).values_list("number", flat=True)
                    withdraw(games=games, numbers=tuple(approved), why="", by=OFFICE)
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    for n in numbers:
        _tried(games, [n])
    for (client, category), places in quotas.items():
        quota = Quota.objects.get(client__code=client, category__code=category)
        approved = Registration.objects.filter(
            client__code=client, category__code=category, registration_state="approved"
        ).count()
        assert quota.used == approved <= places, (client, category)
    assert sum(quota.used for quota in Quota.objects.all()) == sum(quotas.values())


def _tried(games: Any, numbers: list[int]) -> int:
    try:
        return approve(games=games, numbers=numbers, by=OFFICE)
    except AccessError:
        return 0


def test_eight_writers_never_enter_more_than_there_are_places() -> None:
    games = a_games("PEO31")
    with_events(games)
    rule = RuleValues(places=4, reserves=0, places_all=6)
    save_event_rules(games=games, rules={"ATHW100M": rule}, by=OFFICE)
    codes = {
        client: athletes(games, 12, client=client, nationality=client) for client in ("AAA", "BBB")
    }
    everybody = [code for found in codes.values() for code in found]

    def write(writer: int) -> int:
        try:
            return sum(
                enter(
                    games=games, entries=[EntryValues(event="ATHW100M", competitor=code)], by=OFFICE
                ).made
                for code in Dice(writer).shuffled(everybody)
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        made = list(pool.map(write, range(WRITERS)))
    counted = entries_by_organisation(games_id=games.id, event="ATHW100M")
    assert sum(made) == sum(counted.values()) == 6
    assert max(counted.values()) <= 4
