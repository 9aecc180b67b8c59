"""A shopper's way in a real browser: find, order, pay, the ticket's code, the gate, a return."""

import datetime as dt
import io
import re
from typing import Any

import pytest

from sportsbrain.access.actions import By, begin_tables, give_duty
from sportsbrain.committee.actions import begin_exercise, seat_person
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.shop.actions import (
    SessionValues,
    TicketCategory,
    begin_shop,
    make_parcels,
    open_tickets,
    receive_return,
    save_drop,
)
from sportsbrain.shop.models import Order, Return, Ticket
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.statuses import Role
from tests.conftest import NOW
from tests.journeys.conftest import CHROMIUM, signed_in
from tests.journeys.looks import arabic_of, faults_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: browser tests not run"),
]
SESSION = "STA-ATH-01"
GATE = f"/games/REFS1/people/gate/tickets/?session={SESSION}"
WORK_MS = 180_000  # a proof of work is luck: 65,000 hashes on average, four times that now and then


@pytest.fixture
def shop(transactional_db: None, small_games: Any, tmp_path: Any, settings: Any) -> Any:
    """Return a Games that sells wares and tickets, with two gates."""
    settings.SIGNING_KEYS = tmp_path / "keys"
    settings.SHOP_TEST_PAYMENTS = True
    games = small_games
    by = By(name="test", now=NOW)
    begin_tables(games=games, by=by)
    rotate_key(games=games, actor="test", now=NOW)
    begin_shop(games=games, now=NOW)
    session = SessionValues(
        code=SESSION, venue="STA", discipline="ATH", units=(),
        titles={"en": "Athletics, morning", "fr": "Athlétisme, matin", "ar": "ألعاب القوى، صباحًا"},
        starts_at=NOW, ends_before=NOW.replace(hour=15),
        categories=(TicketCategory(code="A", price=4_000, places=50),),
    )  # fmt: skip
    open_tickets(games_id=games.id, sessions=(session,), channel="web", now=NOW)
    begin_exercise(
        games_id=games.id, title="Gates", speed=1.0, actor="test", now=dt.datetime.now(dt.UTC),
        shows_at=dt.datetime(2030, 7, 25, 10, tzinfo=dt.UTC),
    )  # fmt: skip
    for name in ("north", "south"):
        user = seat_person(
            games_id=games.id, username=name, display_name=name, role=Role.PORTAL, actor="test"
        )
        give_duty(games=games, user_id=user, duty=Duty.GATE, client="", by=by)
    return games


def bought(page: Any, address: str, words: str, *, pieces: int = 1) -> None:
    """Find something by its name and order and pay it, with a mouse and a keyboard."""
    page.goto(address)
    page.get_by_label("Search").fill(words)
    page.get_by_label("Search").press("Enter")
    page.get_by_role("link", name=re.compile(words)).first.click()
    if page.get_by_role("radio").count():
        page.get_by_role("radio").first.check()
    page.get_by_label("Pieces").fill(str(pieces))
    page.get_by_role("button", name="Put in the cart").click()
    page.get_by_role("link", name="Order", exact=True).click()
    page.get_by_label("Name").fill("Ana Brelin")
    page.get_by_label("E-mail").fill("ana@example.org")
    page.get_by_role("button", name="Order and pay").click()
    page.get_by_role("button", name=re.compile(r"Pay \(test\)")).click()
    page.get_by_text("✓ paid").wait_for()


def codes_on(page: Any) -> list[str]:
    """Return what the QR codes on a page hold, read from its picture as a scanner would."""
    import zxingcpp
    from PIL import Image

    found = []
    for code in page.locator("svg.qr").all():
        picture = Image.open(io.BytesIO(code.screenshot()))
        read = zxingcpp.read_barcode(picture)
        assert read is not None, "a scanner reads nothing"
        found.append(read.text)
    return found


def scanned(page: Any, text: str, words: str) -> None:
    page.get_by_label("Scan the ticket").fill(text)
    page.keyboard.press("Enter")
    page.locator("#verdict").get_by_text(words).wait_for()


def forged(text: str) -> str:
    """Return a ticket's text with another signature: one letter of it, so that it can be read."""
    at = 4 + 3 * ((len(text) - 4) // 3 - 5)
    return text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1 :]


def test_without_javascript_it_sells_and_takes_back(
    browser: Any, live_server: Any, shop: Any
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    bought(page, f"{live_server.url}/shop/{shop.code}/", "Shirt, blue", pieces=2)
    assert Order.objects.get().order_state == "paid"
    page.get_by_text("Give something back").click()
    page.get_by_label("Shirt, blue").select_option("1")
    page.get_by_role("button", name="Give back").click()
    number = Return.objects.get().pk
    page.get_by_text(f"Return {number} is noted").wait_for()
    receive_return(games_id=shop.id, number=number, by="store", now=NOW)
    page.reload()
    page.get_by_text("the money goes back soon").wait_for()
    context.close()


def test_a_ticket_from_the_phone_to_two_gates_without_network(
    browser: Any, live_server: Any, shop: Any
) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    bought(phone, f"{live_server.url}/shop/{shop.code}/", "Athletics, morning", pieces=3)
    first, second, third = codes_on(phone)
    gates = [signed_in(browser, live_server, name, 390) for name in ("north", "south")]
    north, south = (context.new_page() for context in gates)
    for gate in (north, south):
        with gate.expect_response(re.compile("state.json")):
            gate.goto(live_server.url + GATE)
    scanned(north, first, "Come in")
    scanned(north, first, "used here before")
    for context in gates:
        context.set_offline(True)
    scanned(north, second, "Come in")
    scanned(north, second, "used here before")
    scanned(north, forged(first), "signed by nobody we know")
    scanned(south, second, "Come in")
    scanned(south, third, "Come in")
    south.get_by_text("No network: this device decides alone. Scans that wait: 2").wait_for()
    for context in gates:
        context.set_offline(False)
    north.locator("#network").wait_for(state="hidden")
    south.locator("#network").wait_for(state="hidden")
    south.get_by_text("look for the second holder").wait_for()
    numbers = [ticket.number for ticket in Ticket.objects.order_by("pk")]
    assert south.locator("#doubled li").all_inner_texts() == [numbers[1]]
    scanned(north, third, "used here before")
    for context in (*gates, phone.context):
        context.close()


def test_the_gate_opens_again_without_network(browser: Any, live_server: Any, shop: Any) -> None:
    phone = browser.new_context().new_page()
    bought(phone, f"{live_server.url}/shop/{shop.code}/", "Athletics, morning")
    (text,) = codes_on(phone)
    context = signed_in(browser, live_server, "north", 390)
    gate = context.new_page()
    gate.goto(live_server.url + GATE)
    gate.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    with gate.expect_response(re.compile("state.json")):
        gate.reload()
    gate.wait_for_load_state("networkidle")
    context.set_offline(True)
    gate.reload()
    scanned(gate, text, "Come in")
    gate.reload()
    scanned(gate, text, "used here before")
    context.close()
    phone.context.close()


def test_in_the_line_of_a_drop_places_are_drawn_and_bought(
    browser: Any, live_server: Any, shop: Any
) -> None:
    now = dt.datetime.now(dt.UTC)
    line = {"games_id": shop.id, "code": "MASCOT", "sku": "MASCOT", "channel": "web"}
    save_drop(**line, starts_at=now + dt.timedelta(seconds=3_000))
    home = f"{live_server.url}/shop/{shop.code}/"
    contexts = [browser.new_context(viewport={"width": 390, "height": 844}) for _ in range(5)]
    for n, context in enumerate(contexts):  # the fifth comes from a busy address and works for it
        page = context.new_page()
        page.goto(f"{home}product/MASCOT/")
        page.get_by_role("link", name="To the line").click()
        page.get_by_label("E-mail").fill(f"ana{n}@example.org")
        page.get_by_role("button", name="Stand in the line").click()
        page.get_by_text("You are in the line").wait_for(timeout=WORK_MS)
    assert faults_of(page, page.url) == []
    save_drop(**line, starts_at=now - dt.timedelta(seconds=1))
    page.reload()
    page.get_by_text("It is your turn").wait_for()
    page.get_by_label("Name").fill("Ana Brelin")
    page.get_by_role("button", name="Order and pay").click()
    page.get_by_role("button", name=re.compile(r"Pay \(test\)")).click()
    page.get_by_text("✓ paid").wait_for()
    for context in contexts:
        context.close()


def test_pages_of_the_shop_are_clean_in_any_language(
    browser: Any, live_server: Any, shop: Any
) -> None:
    home = f"{live_server.url}/shop/{shop.code}/"
    context = browser.new_context()
    page = context.new_page()
    bought(page, home, "Athletics, morning")
    order = page.url
    bought(page, home, "Shirt, blue")
    pages = [home, f"{home}product/SHIRT-BLUE/", f"{home}product/GIFT/", f"{home}gift/",
             f"{home}cart/", order, page.url]  # fmt: skip
    page.goto(f"{home}product/SHIRT-BLUE/")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Put in the cart").click()
    pages.append(f"{home}checkout/")
    assert [fault for place in pages for fault in faults_of(page, place)] == []
    page.set_extra_http_headers({"Accept-Language": "ar"})
    assert [fault for place in pages for fault in arabic_of(page, place)] == []
    context.close()
    context = signed_in(browser, live_server, "planner")
    page = context.new_page()
    office = f"{live_server.url}/games/{shop.code}/shop/"
    number = Order.objects.order_by("number")[0].number
    make_parcels(games_id=shop.id, order=Order.objects.order_by("-number")[0].number, now=NOW)
    places = [office, f"{office}order/{number}/", f"{office}parcels/", f"{office}tills/"]
    assert [fault for place in places for fault in faults_of(page, place)] == []
    page.set_extra_http_headers({"Accept-Language": "ar"})
    assert [fault for place in places for fault in arabic_of(page, place)] == []
    context.close()
    context = signed_in(browser, live_server, "north")
    page = context.new_page()
    assert faults_of(page, live_server.url + GATE) == []
    page.set_extra_http_headers({"Accept-Language": "ar"})
    assert arabic_of(page, live_server.url + GATE) == []
    context.close()
