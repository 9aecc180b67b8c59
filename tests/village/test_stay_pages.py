"""The front desk, the portal of a chef de mission, room lists, and the plan that becomes stays."""

import pathlib
import re
import time
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import get_games
from sportsbrain.feeds.rooming.parse import parse_rooming
from sportsbrain.feeds.rooming.record import import_rooming
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import number_in_force, version_items
from sportsbrain.village.actions import By, seat_chef
from sportsbrain.village.models import Stay
from sportsbrain.village.planning import begin_stays
from sportsbrain.village.queries import desk_of, differing_stays
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.models import Organisation, Participant
from tests.plans.test_chain import carried_out
from tests.village.houses import FIRST, NOW, houses, settled

pytestmark = pytest.mark.django_db
GAMES = "/games/VIL30/village/"
LIST = """person,room,bed,arrives,leaves,delegation,gender
ann,A1,1,2030-07-17,2030-08-05,,
amy,A1,2,2030-07-20,2030-08-05,,
zoe,C1,1,2030-07-18,2030-08-01,CCC,W
"""


def client_of(name: str, role: Role, *, leads: str = "") -> Client:
    games = get_games(code="VIL30")
    assert games is not None
    user = seat_person(games_id=games.id, username=name, display_name=name, role=role, actor="t")
    if leads:
        seat_chef(games_id=games.id, delegation=leads, user_id=user, username=name)
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


def sent(client: Client, page: str, **fields: str) -> str:
    """Send a form of a page with its token, and return the page that follows."""
    found = client.get(page).content.decode()
    token = re.findall(r'name="token" value="([0-9a-f]+)"', found)
    code = fields.pop("delegation", "AAA")
    answer = client.post(f"{GAMES}stays/{code}/step/", {"token": token[0], **fields}, follow=True)
    return str(answer.content.decode())


def test_the_desk_checks_people_in_and_out() -> None:
    games = houses()
    desk = client_of("desk", Role.PLANNER)
    assert "Nobody has a bed yet." in desk.get(f"{GAMES}desk/").content.decode()
    settled(games)
    page = desk.get(f"{GAMES}desk/?day={FIRST}").content.decode()
    assert page.count("Check in") == 4
    assert "7 beds are free tonight" in page
    Stay.objects.filter(person="ann").update(nights=("2026-01-01", "2040-01-01"))
    found = sent(desk, f"{GAMES}desk/?q=ann", person="ann", step="in", **{"from": "desk"})
    assert "ann: done." in found
    assert "1 people live here" in found
    assert Stay.objects.get(person="ann").stay_state == "in house"
    assert "no room is called that" in desk.get(f"{GAMES}desk/?q=nobody").content.decode()
    assert desk.get(f"{GAMES}desk.json").json()["in_house"] == 1


def test_a_chef_sees_and_does_what_is_the_own_alone() -> None:
    games = houses()
    settled(games)
    chef = client_of("chef", Role.PORTAL, leads="AAA")
    page = chef.get(f"{GAMES}desk/", follow=True).content.decode()
    assert "Beds of AAA" in page
    assert "ben" not in page
    for address in ("stays/BBB/", "stays/BBB.json"):
        assert chef.get(f"{GAMES}{address}").status_code == 404
    assert chef.post(f"{GAMES}stays/BBB/step/", {"step": "in", "person": "ben"}).status_code == 404
    assert chef.post(f"{GAMES}desk/begin/").status_code in {403, 404}
    own = f"{GAMES}stays/AAA/"
    assert "ann: done." in sent(chef, own, person="ann", other="amy", step="swap")
    assert "another gender" in sent(chef, own, person="ann", other="abe", step="swap")
    assert "nobody called ben" in sent(chef, own, person="ben", step="in")
    assert "a bed is written as" in sent(chef, own, person="ann", bed="A1", step="move")
    assert "none of AAA" in sent(chef, own, person="ann", bed="B1/2", step="move", why="please")
    stranger = client_of("stranger", Role.PORTAL)
    assert stranger.get(f"{GAMES}desk/").status_code == 403
    assert stranger.get(own).status_code == 404


def test_a_viewer_looks_and_changes_nothing() -> None:
    settled(houses())
    viewer = client_of("viewer", Role.VIEWER)
    page = viewer.get(f"{GAMES}stays/AAA/").content.decode()
    assert "Check in" not in page
    games = get_games(code="VIL30")
    assert games is not None
    home = Organisation.objects.create(games_id=games.id, code="AAA", name="A", fact_source="t")
    Participant.objects.create(games_id=games.id, code="ann", name="Ann Example", gender="W",
                               organisation=home, fact_source="t")  # fmt: skip
    for address in ("stays/AAA/", "stays/AAA.json", "desk/?q=Example", f"desk.json?day={FIRST}"):
        assert "Ann Example" not in viewer.get(f"{GAMES}{address}").content.decode()
        planner = client_of("planner", Role.PLANNER).get(f"{GAMES}{address}").content.decode()
        assert "Ann Example" in planner, address
    answer = viewer.post(f"{GAMES}stays/AAA/step/", {"step": "in", "person": "ann", "token": "t"})
    assert answer.status_code == 403
    assert Client().get(f"{GAMES}desk/").status_code == 302


def test_the_desk_closes_a_room_and_opens_it_again() -> None:
    settled(houses())
    planner, viewer = client_of("planner", Role.PLANNER), client_of("viewer", Role.VIEWER)

    def sends(**fields: str) -> str:
        page = planner.post(f"{GAMES}desk/room/", fields, follow=True)
        return str(page.content.decode())

    assert "say why the room is closed" in sends(room="A1", why=" ")
    assert "there is no room Z9" in sends(room="Z9", why="water")
    page = sends(room="A1", why="water")
    assert "A1 takes nobody new; 2 people have a bed there: move them." in page
    assert "1 room is closed." in page
    assert "Every room takes people." in sends(room="A1", open="")
    assert viewer.post(f"{GAMES}desk/room/", {"room": "A1", "why": "x"}).status_code == 403


def test_planners_give_and_take_the_seats_of_chefs() -> None:
    settled(houses())
    planner = client_of("planner", Role.PLANNER)
    chef = client_of("chef", Role.PORTAL)
    fields = {"delegation": "aaa", "username": "chef"}
    planner.post(f"{GAMES}desk/chef/", fields)
    assert chef.get(f"{GAMES}stays/AAA/").status_code == 200
    assert "AAA · chef" in planner.get(f"{GAMES}desk/").content.decode()
    planner.post(f"{GAMES}desk/chef/", {**fields, "remove": ""})
    assert chef.get(f"{GAMES}stays/AAA/").status_code == 404
    none = planner.post(f"{GAMES}desk/chef/", {**fields, "username": "nobody"}, follow=True)
    assert "Nobody of this name" in none.content.decode()


def test_a_form_that_is_sent_twice_is_one_step() -> None:
    settled(houses())
    desk = client_of("desk", Role.PLANNER)
    Stay.objects.filter(person="ann").update(nights=("2026-01-01", "2040-01-01"))
    fields = {"token": "abc", "step": "in", "person": "ann"}
    for _ in range(2):
        page = desk.post(f"{GAMES}stays/AAA/step/", fields, follow=True).content.decode()
        assert "ann: done." in page


def test_a_room_list_says_first_what_it_would_change(tmp_path: pathlib.Path) -> None:
    settled(houses())
    games = get_games(code="VIL30")
    assert games is not None
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    for is_applied in (False, True):
        report = import_rooming(games=games, path=path, is_applied=is_applied, actor="t", now=NOW)
        assert [line[:3] for line in report.lines] == [
            (2, "ann", "same"), (3, "amy", "other nights"), (4, "zoe", "new"),
        ]  # fmt: skip
        assert Stay.objects.filter(person="zoe").exists() == is_applied
    again = import_rooming(games=games, path=path, is_applied=True, actor="t", now=NOW)
    assert {line[2] for line in again.lines} == {"same"}
    assert Stay.objects.count() == 5, "a list is of whom it names"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"{'x' * 61},A1,1,2030-07-17,2030-08-05,CCC,W", "has 60 letters at most"),
        ("zed,C1,2,2030-07-18,2030-08-01,CCC,M", "another gender"),
        ("ann,A1,0,2030-07-17,2030-08-05,,", "bed '0': is a number from 1"),
        ("ann,A1,1,soon,2030-08-05,,", "arrives 'soon': is not a day"),
        ("ann,A1,1,2030-07-17,2030-07-17,,", "leaves '2030-07-17': is not after"),
        (",A1,1,2030-07-17,2030-08-05,,", "person: is empty"),
        ("una,A1,1,2030-07-17,2030-08-05,,", "una has no bed yet: say delegation and gender"),
        ("una,A1,1,2030-07-17,2030-08-05,CCC,Q", "gender 'Q': is M, W or X"),
        ("amy,A1,1,2030-07-17,2030-08-05,,", "amy and ann in one bed"),
        ("ann,Z9,1,2030-07-17,2030-08-05,,", "there is no room Z9"),
    ],
)
def test_a_wrong_row_says_where_and_nothing_is_kept(
    tmp_path: pathlib.Path, row: str, said: str
) -> None:
    settled(houses())
    games = get_games(code="VIL30")
    assert games is not None
    path = tmp_path / "list.csv"
    good = "zoe,C1,1,2030-07-18,2030-08-01,CCC,W"
    path.write_text("\n".join([LIST.splitlines()[0], good, row]) + "\n")
    report = import_rooming(games=games, path=path, is_applied=True, actor="t", now=NOW)
    assert any(said in issue for issue in report.issues), report.issues
    assert not Stay.objects.filter(person="zoe").exists()


def test_a_list_without_its_columns_names_them() -> None:
    rows, issues = parse_rooming("person;room\nann;A1\n".encode("utf-8-sig"))
    assert rows == ()
    assert [issue.column for issue in issues] == ["bed", "arrives", "leaves"]


def test_the_command_line_reads_a_list(tmp_path: pathlib.Path) -> None:
    from sportsbrain.feeds.rooming.cli import app

    settled(houses())
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    runner = CliRunner()
    told = runner.invoke(app, [str(path), "--games", "VIL30"])
    assert "line 4: zoe new: C1/1 2030-07-18 to 2030-08-01" in told.output
    assert "nothing was changed" in told.output
    assert "kept" in runner.invoke(app, [str(path), "--games", "VIL30", "--apply"]).output
    assert runner.invoke(app, [str(path), "--games", "NONE"]).exit_code == 2


def test_the_plan_in_force_becomes_stays(small_games: Any) -> None:
    by = By(name="test", now=NOW)
    with pytest.raises(NothingToPlanError, match="no beds are planned yet"):
        begin_stays(games=small_games, by=by)
    rooms = carried_out(small_games, "rooms", Order(seconds=1.0), time.monotonic)
    number, found = begin_stays(games=small_games, by=by)
    assert number == rooms.version == number_in_force(games_id=small_games.id, planner="rooms")
    items = version_items(games_id=small_games.id, planner="rooms", number=number)
    assert len(found.created) == len(items)
    assert begin_stays(games=small_games, by=by)[1].changed == 0
    assert differing_stays(games_id=small_games.id) == ()
    desk = desk_of(games_id=small_games.id, day=FIRST)
    assert sum(people for _, _, people in desk.delegations) == len(items)
    assert desk.plan_version == number
