"""The village as imported is planned; without one, a village is invented and that is said."""

import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sportsbrain.feeds.tables.record import ImportReport, import_tables
from sportsbrain.plans.queries import version_items, version_row
from sportsbrain.transport.queries import ride_places
from sportsbrain.village.planning.houses import houses_of
from sportsbrain.village.queries import village_page
from sportsbrain.vocabulary.planning import Order
from sportsbrain.world.models import Building, Room
from sportsbrain.world.queries import village_facts
from tests.conftest import NOW, games_once
from tests.plans.test_chain import carried_out


@pytest.fixture(scope="module")
def games_made(
    django_db_setup: None, django_db_blocker: Any, small_folder: pathlib.Path
) -> Iterator[Any]:
    """Import the small Games once; each test begins from it again."""
    with games_once(django_db_blocker, small_folder) as games:
        yield games


@pytest.fixture
def games(games_made: Any, db: None) -> Any:
    """Return the small Games."""
    return games_made


def imported(folder: pathlib.Path, rooms: str) -> ImportReport:
    """Import two houses in two villages with some rooms."""
    (folder / "buildings.csv").write_text(
        "code,name,village,latitude,longitude,walk_minutes,quiet_floors\n"
        "EAST,East House,East village,41.2,-8.5,9,1 3\n"
        "WEST,West House,West village,,,,\n"
    )
    (folder / "rooms.csv").write_text(
        "code,building,floor,apartment,beds,long_beds,is_accessible\n" + rooms
    )
    return import_tables(
        path=folder, mapping_name="", games_code="REFS1", is_applied=True, actor="t", now=NOW
    )


def test_houses_come_in_and_again_change_nothing(games: Any, tmp_path: pathlib.Path) -> None:
    rooms = "E1,EAST,0,EA,2,1,yes\nE2,EAST,0,EA,1,0,no\nW1,WEST,2,WA,2,,\n"
    for created in (3, 0):
        report = imported(tmp_path, rooms)
        assert report.tables["rooms"].created == created
    houses = {building.code: building for building in village_facts(games_id=games.id)[0]}
    assert houses["EAST"].quiet_floors == (1, 3)
    assert (houses["WEST"].walk_minutes, houses["WEST"].quiet_floors) == (10.0, ())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("X,NONE,0,A,2,0,no", "unknown building"),
        ("X,EAST,0,A,0,0,no", "no bed"),
        ("X,EAST,0,A,2,3,no", "more long beds than beds"),
        ("X,EAST,top,A,2,0,no", "not a number"),
    ],
)
def test_a_wrong_room_is_refused_with_its_reason(
    games: Any, tmp_path: pathlib.Path, row: str, reason: str
) -> None:
    report = imported(tmp_path, row + "\n")
    assert report.tables["rooms"].rejected == 1
    assert reason in " ".join(report.tables["rooms"].reasons)
    assert not Room.objects.filter(code="X").exists()


def test_what_is_imported_is_planned_and_drawn(games: Any, tmp_path: pathlib.Path) -> None:
    Room.objects.all().delete()
    Building.objects.all().delete()
    rooms = "".join(
        f"{house}-{n}{side},{house},{n % 5},{house}-{n},2,0,{'yes' if n % 10 == 0 else 'no'}\n"
        for house in ("EAST", "WEST")
        for n in range(400)
        for side in ("left", "right")
    )
    imported(tmp_path, rooms)
    outcome = carried_out(games, "rooms", Order(seconds=1.0), time.monotonic)
    assert outcome.score.faults == ()
    items = version_items(games_id=games.id, planner="rooms", number=outcome.version)
    assert {item[0] for item in items.values()} <= {row.split(",")[0] for row in rooms.split("\n")}
    villages = version_row(games_id=games.id, planner="rooms", number=outcome.version).statistics[
        "villages"
    ]
    assert {village["name"] for village in villages} == {"East village", "West village"}
    assert sum(village["residents"] for village in villages) == len(items)
    east = next(v for v in villages if v["name"] == "East village")
    assert (east["latitude"], east["longitude"]) == (41.2, -8.5)
    page = village_page(games=games)
    assert page is not None
    taken = sum(door.taken for row in page.buildings for _, doors in row.floors for door in doors)
    assert taken == page.here
    assert ride_places(games=games)[0][0] == "village"


def test_without_houses_a_village_is_invented_and_said(games: Any) -> None:
    assert "invented" not in " ".join(houses_of(games=games, residents=2000).assumptions)
    Room.objects.all().delete()
    houses = houses_of(games=games, residents=2000)
    assert sum(room.beds for a in houses.apartments for room in a.rooms) >= 2000
    assert "was invented" in houses.assumptions[0]
