"""A till and a label in a real browser: with the network, without it, and when it is back."""

import datetime as dt
import re
from typing import Any

import pytest

from sportsbrain.committee.actions import seat_person
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.ledger.queries import differing
from sportsbrain.shop.actions import begin_shop, make_labels, seat_clerk
from sportsbrain.shop.models import Order
from sportsbrain.shop.queries import till_of
from sportsbrain.vocabulary.statuses import Role
from tests.conftest import NOW
from tests.journeys.conftest import CHROMIUM, signed_in
from tests.journeys.looks import arabic_of, faults_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: browser tests not run"),
]


@pytest.fixture
def store(transactional_db: None, small_games: Any, tmp_path: Any, settings: Any) -> Any:
    """Return a Games with a store, a till, and a clerk of it."""
    settings.SIGNING_KEYS = tmp_path / "keys"
    rotate_key(games=small_games, actor="test", now=NOW)
    begin_shop(games=small_games, now=NOW)
    user = seat_person(
        games_id=small_games.id, username="carla", display_name="Carla", role=Role.PORTAL,
        actor="test",
    )  # fmt: skip
    till = till_of(games_id=small_games.id, code="PARK-1")
    assert till is not None
    seat_clerk(till=till, user_id=user, username="carla")
    return small_games


def scanned(page: Any, text: str) -> None:
    page.get_by_label("Scan, or type a number or a name").fill(text)
    page.keyboard.press("Enter")


def test_a_till_sells_by_keyboard_with_and_without_the_network(
    browser: Any, live_server: Any, store: Any
) -> None:
    labels = make_labels(games=store, sku="CUP-BLUE", count=2, batch="b", now=NOW)
    home = f"{live_server.url}/shop/{store.code}"
    context = signed_in(browser, live_server, "carla", 390)
    page = context.new_page()
    page.goto(f"{live_server.url}/games/{store.code}/shop/tills/")
    page.get_by_role("link", name="Park store, till 1").click()
    page.wait_for_load_state("networkidle")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    with page.expect_response(re.compile("state.json")):
        page.reload()
    page.wait_for_load_state("networkidle")
    assert faults_of(page, page.url) == []
    scanned(page, "SHIRT-BLUE-M")
    scanned(page, "NOTHING")
    page.get_by_text("No article of this number").wait_for()
    scanned(page, home + labels[0][2][:-3] + "AAA")
    page.get_by_text("This label is not real").wait_for()
    scanned(page, "SHIRT-BLUE-M")
    page.get_by_label("Cash given").fill("100")
    page.keyboard.press("F2")
    page.get_by_text(re.compile(r"Sold · \d+ · .*Change")).wait_for()
    assert Order.objects.get().order_state == "fulfilled"
    context.set_offline(True)
    page.reload()
    scanned(page, "SHIRT-BLUE-M")
    page.keyboard.press("F4")
    page.get_by_text("Kept on this till until the network is back").wait_for()
    page.get_by_text("Sales that wait: 1").wait_for()
    page.reload()
    page.get_by_text("Sales that wait: 1").wait_for()
    assert Order.objects.count() == 1
    context.set_offline(False)
    page.locator("#network").wait_for(state="hidden")
    assert Order.objects.count() == 2
    assert sorted(order.total for order in Order.objects.all())[0] > 0
    assert differing(games_id=store.id) == ()
    context.close()


def test_a_label_is_checked_without_the_network_and_registered_with_it(
    browser: Any, live_server: Any, store: Any
) -> None:
    (_, _, path), (_, _, other) = make_labels(
        games=store, sku="MASCOT", count=2, batch="b", now=dt.datetime.now(dt.UTC)
    )
    home = f"{live_server.url}/shop/{store.code}"
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{home}/genuine/")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    page.reload()

    def asked(text: str, words: str) -> None:
        page.get_by_label("What the code says").fill(text)
        page.keyboard.press("Enter")
        page.get_by_text(words).first.wait_for()

    asked(home + path, "Signed by these Games")
    asked(home + path[:-3] + "AAA", "Not real")
    asked("hello", "This is no label")
    context.set_offline(False)
    asked(home + path, "You are the first to scan this label")
    assert faults_of(page, page.url) == []
    page.reload()
    page.get_by_text("Registered from this device").wait_for()
    page.set_extra_http_headers({"Accept-Language": "ar"})
    assert arabic_of(page, home + path) == []
    assert arabic_of(page, home + other[:-3] + "AAA") == []
    context.close()
