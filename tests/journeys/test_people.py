"""A person's way in a real browser: registered by phone, approved, printed, let in, refused."""

import datetime as dt
import pathlib
from typing import Any

import pytest

from sportsbrain.access.actions import By, begin_tables, give_duty, save_quotas
from sportsbrain.access.models import Card, Registration
from sportsbrain.access.queries import proof_rows
from sportsbrain.committee.actions import begin_exercise, seat_person
from sportsbrain.credentials.actions import rotate_key, sign_proofs
from sportsbrain.feeds.people.reference import portrait, reference_people
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.models import Organisation
from sportsbrain.world.queries import entry_rows
from tests.conftest import NOW
from tests.journeys.conftest import CHROMIUM, signed_in
from tests.journeys.looks import arabic_of, faults_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: browser tests not run"),
]
BY = By(name="test", now=NOW)


@pytest.fixture
def delegation(
    transactional_db: None, small_games: Any, tmp_path: pathlib.Path, settings: Any
) -> str:
    """Seat a chef de mission, an office and a gate; return the delegation."""
    settings.SIGNING_KEYS = tmp_path / "keys"
    games = small_games
    begin_tables(games=games, by=BY)
    code = str(Organisation.objects.filter(games_id=games.id).order_by("code")[0].code)
    save_quotas(games=games, quotas={(code, "ATH"): 4, (code, "TO"): 2}, by=BY)
    rotate_key(games=games, actor="test", now=NOW)
    duties = {
        "chef": ((Duty.REGISTER, code),),
        "gate": ((Duty.GATE, ""),),
        "desk": tuple((duty, "") for duty in Duty if duty != Duty.REGISTER),
    }
    for name, given in duties.items():
        user_id = seat_person(
            games_id=games.id, username=name, display_name=name, role=Role.PORTAL, actor="test"
        )
        for duty, client in given:
            give_duty(games=games, user_id=user_id, duty=duty, client=client, by=BY)
    return code


def registered_by_phone(page: Any, home: str, face: pathlib.Path) -> None:
    page.goto(home)
    page.get_by_role("link", name="Register: athlete").click()
    for label, text in (
        ("Family name", "Brelin"),
        ("Given name", "Tova"),
        ("Birth date", "2004-05-31"),
        ("Nationality, three letters", "aaa"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Photograph").set_input_files(face)
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("Tova Brelin is handed in.").wait_for()


def approved_and_printed(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("1 person: done.").wait_for()
    page.get_by_label("Result").select_option("clear")
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Issue the card").click()
    page.get_by_text("1 cards are issued.").wait_for()
    with page.expect_response("**/cards/print.pdf") as answer:
        page.get_by_role("button", name="Print the card").click()
    assert answer.value.headers["content-type"] == "application/pdf"


def scanned(page: Any, text: str, shown: str) -> None:
    page.get_by_label("Scan the card").fill(text)
    page.keyboard.press("Enter")
    page.get_by_text(shown).wait_for()
    assert page.get_by_label("Scan the card").input_value() == "", "ready for the next"


def text_of(games: Any) -> str:
    """Return what the QR code of the one card holds."""
    proofs = proof_rows(games=games, numbers=(Card.objects.get().number,))
    return sign_proofs(games=games, proofs=proofs)[0]


def test_from_a_phone_to_the_gate(
    browser: Any, live_server: Any, small_games: Any, delegation: str, tmp_path: pathlib.Path
) -> None:
    home = f"{live_server.url}/games/REFS1/people/"
    face = tmp_path / "face.png"
    face.write_bytes(portrait(3))
    names = {"chef": 390, "desk": 1280, "gate": 390}
    contexts = [signed_in(browser, live_server, name, width) for name, width in names.items()]
    phone, desk, scanner = (context.new_page() for context in contexts)
    registered_by_phone(phone, home, face)
    person = f"{home}{Registration.objects.get().number}/"
    approved_and_printed(desk, person)
    text = text_of(small_games)
    scanner.goto(home + "gate/")
    scanned(scanner, text, "valid from")
    begin_exercise(
        games_id=small_games.id, title="Gates", speed=1.0, actor="test",
        shows_at=dt.datetime(2030, 7, 25, 10, tzinfo=dt.UTC), now=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    scanned(scanner, text, "Come in")
    desk.goto(person)
    desk.get_by_label("Why cancelled: lost, stolen").fill("lost")
    desk.get_by_role("button", name="Cancel the card").click()
    desk.get_by_text("is cancelled.").wait_for()
    began = dt.datetime.now(dt.UTC)
    scanned(scanner, text, "cancelled: lost")
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=2)
    for context in contexts:
        context.close()


def test_pages_of_people_are_clean_in_any_language(
    browser: Any, live_server: Any, small_games: Any, delegation: str
) -> None:
    reference_people(small_games, count=60, now=NOW)
    home = f"{live_server.url}/games/REFS1/people/"
    number = Card.objects.order_by("pk")[0].registration.number
    event = entry_rows(games_id=small_games.id, organisation=delegation)[0].event
    pages = [
        home + address
        for address in (
            "", "list/", f"{number}/", f"of/{delegation}/", "duplicates/", "checks/", "tables/",
            "arrivals/", "departures/", "arrivals/import/", "import/", "tables/of/ATH/", "entries/",
            f"entries/of/{event}/?client={delegation}",
            "gate/", f"new/{delegation}/ATH/",
        )
    ]  # fmt: skip
    context = signed_in(browser, live_server, "demo-planner")
    page = context.new_page()
    pages.append(home + "who-sees-what/")
    assert [fault for place in pages for fault in faults_of(page, place)] == []
    page.set_extra_http_headers({"Accept-Language": "ar"})
    assert [fault for place in pages for fault in arabic_of(page, place)] == []
    context.close()
