"""A village happens: the same seed is the same, it knows no planner, it comes in by the doors."""

import ast
import datetime as dt
import itertools
import pathlib
from typing import Any

import pytest

from sportsbrain.committee.actions import make_api_token, seat_person
from sportsbrain.committee.queries import exercise_of, get_games
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.credentials.models import PassRead
from sportsbrain.ledger.queries import differing, differing_folios, line_rows
from sportsbrain.rehearsal import village
from sportsbrain.rehearsal.doors import DoorError, Doors
from sportsbrain.rehearsal.village.houses import darker, houses, presence, use, warmer, weather
from sportsbrain.rehearsal.village.people import Resident, live
from sportsbrain.rehearsal.village.run import rehearse_village
from sportsbrain.rehearsal.village.wishes import Thing, wants
from sportsbrain.village.actions import begin_rates, save_service_kinds
from sportsbrain.village.models import ServiceRequest, Turnover
from sportsbrain.vocabulary.statuses import Role
from tests.village.houses import NOW, OFFICE, a_wish, settled
from tests.village.houses import houses as four_rooms

THING = Thing(code="CAR", price=9_000, a_thousand=60, period="day")
HALLS = {"D": ("dining", 60), "G": ("gym", 20), "W": ("laundry", 12)}


def some(count: int = 200) -> list[Resident]:
    return [Resident(person=f"P{n}", delegation=f"D{n % 7}", building=f"H{n % 3}", room="R")
            for n in range(count)]  # fmt: skip


def test_the_same_seed_is_the_same_day_and_another_is_not() -> None:
    one, two = (live(residents=some(), halls=HALLS, seed=1, day=1) for _n in range(2))
    assert all((one.halls[code] == two.halls[code]).all() for code in HALLS)
    assert one.crossings == two.crossings
    other = live(residents=some(), halls=HALLS, seed=2, day=1)
    assert other.crossings != one.crossings


def test_who_goes_out_comes_back_before_going_out_again() -> None:
    day = live(residents=some(), halls=HALLS, seed=1, day=1)
    by_person: dict[int, list[bool]] = {}
    for minute, who, is_in in day.crossings:
        assert 0 <= minute <= 24 * 60
        by_person.setdefault(who, []).append(is_in)
    assert all(not ways[0] for ways in by_person.values())  # everybody begins inside
    turned = sum(a == b for ways in by_person.values() for a, b in itertools.pairwise(ways))
    assert turned == 0


def test_halls_are_never_below_nobody_and_a_full_one_sends_people_away() -> None:
    day = live(residents=some(800), halls=HALLS, seed=1, day=1)
    wide = live(residents=some(800), halls={**HALLS, "G": ("gym", 999)}, seed=1, day=1)
    assert day.halls["G"].max() < wide.halls["G"].max()
    assert all(hall.min() >= 0 for hall in day.halls.values())


def test_a_house_uses_less_when_it_is_warmer_or_darker() -> None:
    outdoor, sky = weather(seed=1, days=3)
    (house,) = houses(seed=1, count=1, venues=0)
    there, _told = presence(house, seed=1, days=3, full=0.9)
    plain = use(house, outdoor, sky, there, seed=1)
    assert use(warmer(house, 2.0), outdoor, sky, there, seed=1).kw.sum() < plain.kw.sum()
    assert use(darker(house), outdoor, sky, there, seed=1).kw.sum() < plain.kw.sum()
    assert plain.kw.min() > 0
    assert plain.indoor.max() < house.cooled + 1.0


def test_wishes_come_in_order_and_are_used_after_they_are_known() -> None:
    found = wants(seed=1, delegations={"A": 300, "B": 40}, days=20,
                  things=(THING,))  # fmt: skip
    assert [w.orders for w in found] == sorted((w.orders for w in found), reverse=True)
    assert all(want.knows >= want.orders for want in found)
    assert all(want.day > -want.knows for want in found)


def test_it_imports_no_planner() -> None:
    for file in pathlib.Path(str(village.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert "brain" not in (node.module or "").split("."), file
                assert "planning" not in (node.module or "").split("."), file


def doors_of(games: int, server: str) -> Doors:
    user = seat_person(games_id=games, username="sim", display_name="Sim", role=Role.APPROVER,
                       actor="t")  # fmt: skip
    return Doors(server=server, games="VIL30", token=make_api_token(user_id=user, name="t"))


@pytest.mark.django_db(transaction=True)
def test_a_day_of_the_village_comes_in_and_adds_up(
    live_server: Any, settings: Any, tmp_path: pathlib.Path
) -> None:
    settings.SIGNING_KEYS = tmp_path
    games = four_rooms()
    settled(games, [
        a_wish("ann", "A1", 0), a_wish("amy", "A1", 1), a_wish("abe", "A2", 0, gender="M"),
        a_wish("ben", "B1", 0, gender="M", delegation="BBB"),
    ])  # fmt: skip
    found = get_games(code="VIL30")
    assert found is not None
    rotate_key(games=found, actor="t", now=NOW)
    begin_rates(games=found, residents=4_000, by=OFFICE)
    save_service_kinds(games_id=games)
    doors = doors_of(games, live_server.url)
    going = rehearse_village(doors=doors, date=dt.date(2030, 7, 24), time_zone="Europe/Lisbon",
                             speed=40_000.0, seed=1, residents=100)  # fmt: skip
    told = [*going][-1]
    assert exercise_of(games_id=games) is None  # it ends with the day
    assert told.other_answers == 0
    assert told.brought["gates"] == PassRead.objects.count() + told.refused
    assert Turnover.objects.count() == 5
    assert all(row.place for row in ServiceRequest.objects.all())
    assert differing(games_id=games) == differing_folios(games_id=games) == ()
    assert all(line.folio.startswith(("T-", "AAA", "BBB")) for line in line_rows(games_id=games))


@pytest.mark.django_db
def test_to_join_there_has_to_be_a_rehearsal(live_server: Any) -> None:
    games = four_rooms()
    doors = doors_of(games, live_server.url)
    going = rehearse_village(doors=doors, date=dt.date(2030, 7, 24), time_zone="UTC", speed=60.0,
                             seed=1, residents=1, patience=0.0)  # fmt: skip
    with pytest.raises(DoorError, match="no rehearsal goes on"):
        next(going)
