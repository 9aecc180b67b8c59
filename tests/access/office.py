"""A small Games with an office for people: what the tests of `access` begin with."""

import datetime as dt
import itertools
from typing import Any

from sportsbrain.access.actions import (
    By,
    PersonValues,
    approve,
    begin_tables,
    clear_all,
    issue_cards,
    register_people,
    save_quotas,
)
from sportsbrain.access.queries import Seats
from sportsbrain.committee.actions import save_games
from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.vocabulary.people import Duty
from sportsbrain.world.actions import FactWriter

NOW = dt.datetime(2030, 6, 1, 9, tzinfo=dt.UTC)
OFFICE = By(name="office", now=NOW)
ALL = Seats(duties=frozenset(Duty), clients=())
_codes = itertools.count(1)


def a_games(code: str = "PEO30") -> GamesRow:
    """Return a Games with two delegations and the tables of the rules file."""
    games, _ = save_games(
        code=code,
        values={
            "name": "People Games",
            "city": "Lumar",
            "time_zone": "Europe/Lisbon",
            "starts_on": dt.date(2030, 7, 19),
            "ends_on": dt.date(2030, 8, 4),
        },
        actor="test",
    )
    writer = FactWriter(games_id=games.id, fact_source="test")
    writer.save(
        table="organisations",
        batch=[{"code": c, "name": f"Land of {c}"} for c in ("AAA", "BBB")],
    )
    begin_tables(games=games, by=OFFICE)
    return games


def somebody(**values: Any) -> PersonValues:
    """Return an athlete of AAA, changed as asked."""
    number = next(_codes)
    usual: dict[str, Any] = {
        "code": f"A{number}", "client": "AAA", "category": "ATH", "family_name": "Brelin",
        "given_name": "Tova", "birth_date": dt.date(2004, 5, 31), "gender": "W",
        "nationality": "AAA", "document": f"X{number:07}", "photo": "0" * 64,
    }  # fmt: skip
    return PersonValues(**{**usual, **values})


def registered(games: GamesRow, *people: PersonValues, places: int = 100) -> tuple[int, ...]:
    """Register people of whom there are places, and return their numbers."""
    places_of = {(p.client, p.category): places for p in people}
    save_quotas(games=games, quotas=places_of, by=OFFICE)
    done = register_people(games=games, people=people, by=OFFICE)
    assert done.refused == ()
    return done.numbers


def carded(games: GamesRow, *people: PersonValues) -> tuple[str, ...]:
    """Register, approve, clear and card people; return the cards' numbers."""
    numbers = registered(games, *people)
    approve(games=games, numbers=numbers, by=OFFICE)
    clear_all(games=games, numbers=numbers, by=OFFICE)
    return issue_cards(games=games, numbers=numbers, by=OFFICE)


def with_key(games: GamesRow, folder: Any, settings: Any) -> str:
    """Make a signing key in a folder of the test."""
    settings.SIGNING_KEYS = folder
    return rotate_key(games=games, actor="test", now=NOW)


def with_events(games: GamesRow) -> None:
    """Give the Games three events: of women, of men, of mixed teams."""
    writer = FactWriter(games_id=games.id, fact_source="test")
    writer.save(table="disciplines", batch=[{"code": "ATH", "name": "Athletics"}])
    events = [("ATHW100M", "W", "Women's 100 m"), ("ATHM100M", "M", "Men's 100 m"),
              ("ATHX4X4", "X", "Mixed relay")]  # fmt: skip
    writer.save(
        table="events",
        batch=[
            {"code": code, "discipline": "ATH", "gender": gender, "name": name}
            for code, gender, name in events
        ],
    )


def athletes(games: GamesRow, count: int, **values: Any) -> list[str]:
    """Register and approve athletes; return their codes."""
    people = [somebody(**values) for _ in range(count)]
    approve(games=games, numbers=registered(games, *people), by=OFFICE)
    return [person.code for person in people]
