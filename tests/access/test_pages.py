"""Pages of people: who may do what, from the form to the gate."""

import datetime as dt
import io
import pathlib
import re
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from typer.testing import CliRunner

from sportsbrain.access.actions import By, approve, cancel_card, give_duty, keep_photo, print_cards
from sportsbrain.access.models import Category, PersonalRead, Registration
from sportsbrain.access.queries import cards_of, category_rows, rights_of
from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.models import User
from sportsbrain.config import cli
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.statuses import Role
from tests.access.office import NOW, OFFICE, a_games, carded, registered, somebody, with_key

pytestmark = pytest.mark.django_db
HOME = "/games/PEO30/people/"


@pytest.fixture
def games(db: None) -> Any:
    return a_games()


def client_of(games: Any, name: str, role: Role, *duties: tuple[Duty, str]) -> Client:
    user_id = seat_person(
        games_id=games.id, username=name, display_name=name, role=role, actor="test"
    )
    for duty, organisation in duties:
        give_duty(games=games, user_id=user_id, duty=duty, client=organisation, by=OFFICE)
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client


def office_of(games: Any) -> Client:
    duties = [(duty, "") for duty in Duty if duty != Duty.REGISTER]
    return client_of(games, "office", Role.PLANNER, *duties)


def chef_of(games: Any) -> Client:
    return client_of(games, "chef", Role.PORTAL, (Duty.REGISTER, "AAA"))


def form(**values: str) -> dict[str, str]:
    return {
        "key": "k1", "family_name": "Brelin", "given_name": "Tova", "birth_date": "2004-05-31",
        "gender": "W", "nationality": "aaa", **values,
    }  # fmt: skip


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "grey").save(out, "PNG")
    out.seek(0)
    out.name = "face.png"
    return out


def test_without_a_duty_nothing_is_shown(games: Any) -> None:
    (number,) = registered(games, somebody())
    stranger = client_of(games, "approver", Role.APPROVER)
    for page in ("", "list/", f"{number}/", "checks/", "duplicates/", "gate/", f"{number}.json"):
        assert stranger.get(HOME + page).status_code == 403, page
    assert Client().get(HOME).status_code == 302


def test_a_portal_opens_no_other_page_of_the_games(games: Any) -> None:
    chef = chef_of(games)
    assert chef.get(HOME).status_code == 200
    for page in ("", "schedule/", "venues/", "audit/", "room/", "people/who-sees-what/"):
        assert chef.get(f"/games/PEO30/{page}").status_code == 403, page


def test_a_delegation_registers_and_the_office_approves(games: Any) -> None:
    chef, office = chef_of(games), office_of(games)
    registered(games, somebody(client="AAA"), places=5)
    answer = chef.post(HOME + "new/AAA/ATH/", {**form(), "photo": picture()})
    assert answer.status_code == 302
    again = chef.post(HOME + "new/AAA/ATH/", {**form(), "photo": picture()})
    assert again.status_code == 302
    row = Registration.objects.get(code__startswith="web-k1")
    assert (row.nationality, row.registration_state) == ("AAA", "submitted")
    assert "Tova Brelin" in chef.get(answer["Location"]).content.decode()
    assert chef.get(f"{HOME}{row.number}/photo.jpg").headers["Content-Type"] == "image/jpeg"
    wish = {"wish": "approve", "number": [str(row.number)]}
    chef.post(HOME + "decide/", wish)
    row.refresh_from_db()
    assert row.registration_state == "submitted", "an organisation does not approve its own"
    office.post(HOME + "decide/", wish)
    row.refresh_from_db()
    assert row.registration_state == "approved"


def test_a_form_says_what_is_wrong_at_its_field(games: Any) -> None:
    chef = chef_of(games)
    answer = chef.post(HOME + "new/AAA/ATH/", form(birth_date="2016-01-01"))
    assert answer.status_code == 422
    assert "who is responsible for a minor" in answer.content.decode()
    bad = io.BytesIO(b"no picture")
    bad.name = "face.png"
    answer = chef.post(HOME + "new/AAA/ATH/", {**form(), "photo": bad})
    assert "this is no picture" in answer.content.decode()
    assert Registration.objects.count() == 0
    assert chef.post(HOME + "new/BBB/ATH/", form()).status_code == 404


def test_people_of_others_do_not_exist_for_a_delegation(games: Any) -> None:
    (number,) = registered(games, somebody(client="BBB"))
    chef = chef_of(games)
    assert chef.get(f"{HOME}{number}/").status_code == 404
    assert chef.get(f"{HOME}{number}/photo.jpg").status_code == 404
    assert chef.get(f"{HOME}of/BBB/").status_code == 404
    chef.post(HOME + "decide/", {"wish": "withdraw", "number": [str(number)]})
    assert Registration.objects.get(number=number).registration_state == "submitted"


def test_reading_a_person_in_the_office_is_noted_with_what_was_read(games: Any) -> None:
    (number,) = registered(games, somebody(needs="wheelchair"))
    office_of(games).get(f"{HOME}{number}/")
    assert set(PersonalRead.objects.values_list("field_class", flat=True)) == {
        "identity", "needs", "vetting",
    }  # fmt: skip
    cards = client_of(games, "printer", Role.PORTAL, (Duty.CARDS, ""))
    page = cards.get(f"{HOME}{number}/").content.decode()
    assert "wheelchair" not in page
    assert "2004" not in page


def test_names_go_to_the_check_and_results_come_back(games: Any) -> None:
    office = office_of(games)
    (number,) = registered(games, somebody(family_name="=cmd()"))
    office.post(HOME + "decide/", {"wish": "approve", "number": [str(number)]})
    sent = office.post(HOME + "checks/send/").content.decode()
    assert f"{number},'=cmd()" in sent, "no spreadsheet takes a name for a formula"
    results = io.BytesIO(f"number,result,reason\n{number},held,letter 7\n".encode())
    results.name = "results.csv"
    office.post(HOME + "checks/take/", {"file": results})
    assert "letter 7" in office.get(HOME + "checks/").content.decode()
    assert "letter 7" not in chef_of(games).get(f"{HOME}{number}/").content.decode()


def test_two_that_are_alike_are_shown_and_decided(games: Any) -> None:
    office = office_of(games)
    one, other, third = registered(
        games, somebody(), somebody(), somebody(given_name="Oksana", document="Y1")
    )
    office.post(HOME + "duplicates/look/")
    page = office.get(HOME + "duplicates/").content.decode()
    assert "1 pair may be one person" in page
    office.post(HOME + "duplicates/decide/", {"keep": one, "drop": other, "wish": "two"})
    office.post(HOME + "duplicates/look/")
    assert "Nobody seems" in office.get(HOME + "duplicates/").content.decode()
    office.post(HOME + "duplicates/decide/", {"keep": one, "drop": third})
    assert Registration.objects.get(number=third).registration_state == "merged"


def test_a_card_is_printed_scanned_and_refused_once_cancelled(
    games: Any, tmp_path: pathlib.Path, settings: Any
) -> None:
    with_key(games, tmp_path, settings)
    (number,) = carded(games, somebody(photo=keep_photo(picture().read())))
    office = office_of(games)
    for size in ("a6", "cr80"):
        content = office.post(HOME + "cards/print.pdf", {"card": number, "size": size}).content
        assert content.startswith(b"%PDF")
    text = print_cards(games=games, numbers=(number,), by=OFFICE)[number]
    gate = client_of(games, "gate", Role.PORTAL, (Duty.GATE, ""))
    ask = {"text": text, "gate": "zone V01 B"}
    page = gate.post(HOME + "gate/scan/", ask).content.decode()
    assert "valid from" in page, "before its first day"
    cancel_card(games=games, number=number, why="lost", by=By(name="desk", now=NOW))
    page = gate.post(HOME + "gate/scan/", ask).content.decode()
    assert "verdict red" in page
    assert gate.post(HOME + "gate/scan/", {"text": "SB1:X"}).content.decode().count("red")
    assert gate.get(HOME + "1/").status_code == 404, "a gate sees whom it scans, and nobody else"


def test_a_card_is_verified_without_network_or_database(
    games: Any, tmp_path: pathlib.Path, settings: Any
) -> None:
    with_key(games, tmp_path / "keys", settings)
    (number,) = carded(games, somebody())
    text = print_cards(games=games, numbers=(number,), by=OFFICE)[number]
    gate = client_of(games, "gate", Role.PORTAL, (Duty.GATE, ""))
    (tmp_path / "keys.json").write_bytes(gate.get(HOME + "gate/offline/keys.json").content)
    (tmp_path / "list").write_bytes(gate.get(HOME + "gate/offline/cancelled.bin").content)
    cli._mount()

    def verified(*more: str) -> int:
        words = ["verify", text, "--keys", str(tmp_path / "keys.json"), *more]
        return CliRunner().invoke(cli.root, words).exit_code

    during = ("--at", "2030-07-25T10:00")
    assert verified(*during) == 5, "amber: no list"
    assert verified(*during, "--gate", "zone V01 4") == 1, "red: no right"
    assert verified("--at", "2031-01-01T10:00") == 1, "red: over"
    assert verified(*during, "--list", str(tmp_path / "none")) == 3


def test_an_approver_gives_and_takes_duties(games: Any) -> None:
    approver = client_of(games, "boss", Role.APPROVER)
    give = {"username": "new-chef", "duty": "register", "client": "AAA"}
    approver.post(HOME + "duties/", give)
    user = User.objects.get(username="new-chef")
    assert "new-chef" in approver.get(HOME + "who-sees-what/").content.decode()
    assert user.memberships.get().role == "portal"
    take = {"user": user.pk, "duty": "register", "client": "AAA", "wish": "take"}
    approver.post(HOME + "duties/", take)
    assert user.duty_seats.count() == 0
    office = office_of(games)
    assert office.post(HOME + "duties/", give).status_code == 403


def test_erasing_asks_for_the_number(games: Any) -> None:
    (number,) = registered(games, somebody())
    office = office_of(games)
    office.post(f"{HOME}{number}/erase/", {"typed": "7777"})
    assert Registration.objects.get(number=number).erased_at is None
    office.post(f"{HOME}{number}/erase/", {"typed": str(number)})
    assert Registration.objects.get(number=number).family_name == ""


def test_the_office_makes_and_changes_categories_on_a_page(games: Any) -> None:
    office = office_of(games)
    form = {
        "code": "DAY", "name": "Day guest", "client_group": "guests", "age_min": "0",
        "rights": "zone * W\nseating * G", "upgrades": "zone * 6",
        "questions": "shirt | Size of the shirt | S, M, L | needed",
    }  # fmt: skip
    new, page = f"{HOME}tables/new/", f"{HOME}tables/of/DAY/"
    assert office.post(new, form).status_code == 302
    assert office.post(new, form).status_code == 422, "a code is for one category"
    row = next(r for r in category_rows(games=games) if r.code == "DAY")
    assert set(row.rights) == {
        ("zone", "*", "W", True), ("seating", "*", "G", True), ("zone", "*", "6", False),
    }  # fmt: skip
    assert row.questions == (("shirt", "Size of the shirt", ("S", "M", "L"), True, False),)
    assert b"zone * W" in office.get(page).content
    for wrong in ({"rights": "castle * W"}, {"questions": "What?"}, {"code": "OTHER"}):
        assert office.post(page, {**form, **wrong}).status_code == 422, wrong
    office.post(page, {**form, "upgrades": "", "needs_check": "on"})
    row = next(r for r in category_rows(games=games) if r.code == "DAY")
    assert (len(row.rights), row.needs_check) == (2, True)
    assert chef_of(games).get(page).status_code == 403


def test_a_right_on_a_card_stays_in_the_matrix_and_the_page_says_so(games: Any) -> None:
    carded(games, somebody())
    office = office_of(games)
    form = {"code": "ATH", "name": "Athlete", "client_group": "athletes", "rights": "zone * B"}
    answer = office.post(f"{HOME}tables/of/ATH/", form)
    assert answer.status_code == 422
    assert b"stands on cards" in answer.content


def test_the_office_gives_a_day_pass_with_an_upgrade(
    games: Any, settings: Any, tmp_path: Any
) -> None:
    with_key(games, tmp_path, settings)
    office = office_of(games)
    (number,) = registered(games, somebody(category="GST", client="AAA"))
    day = {"starts_on": "2030-07-20", "ends_on": "2030-07-20"}
    office.post(f"{HOME}{number}/edit/AAA/GST/", {**form(), **day})
    office.post(f"{HOME}decide/", {"number": number, "wish": "approve"})
    page = office.get(f"{HOME}{number}/").content.decode()
    upgrade = re.findall(r'name="upgrade" value="(\d+)"', page)[0]
    office.post(f"{HOME}cards/issue/", {"number": number, "upgrade": upgrade})
    (card,) = cards_of(games=games, registration=number)
    assert card.ends_before - card.starts_at == dt.timedelta(days=1)
    rights = rights_of(games=games, numbers=(card.number,))[card.number]
    assert "zone * 6" in rights
    chef = chef_of(games).get(f"{HOME}new/AAA/ATH/").content
    assert b"day pass" not in chef


def test_somebody_comes_instead_on_a_page_also_after_the_deadline(games: Any) -> None:
    (number,) = registered(games, somebody())
    approve(games=games, numbers=(number,), by=OFFICE)
    Category.objects.filter(code="ATH").update(closes_at=NOW.replace(year=2020))
    chef = chef_of(games)
    page = f"{HOME}new/AAA/ATH/?replaces={number}"
    assert b"Comes instead of" in chef.get(page).content
    answer = chef.post(page, {**form(), "replaces": str(number), "why": "ill"}, follow=True)
    assert b"comes instead of" in answer.content
    old = Registration.objects.get(number=number)
    new = Registration.objects.get(replaces=old)
    assert (old.registration_state, new.registration_state) == ("withdrawn", "submitted")
    (other,) = registered(games, somebody(client="BBB", nationality="BBB"))
    refused = chef.post(page, {**form(key="k9", family_name="Other"), "replaces": str(other)})
    assert refused.status_code == 422
    assert Registration.objects.get(number=other).registration_state == "submitted"
