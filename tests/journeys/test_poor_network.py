"""A far and lossy line, and ten minutes of none: nobody loses what they see or wrote."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from sportsbrain.committee.actions import make_sign_in_link
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import get_games_by_id
from sportsbrain.controlroom.actions import Said, receive_signals
from sportsbrain.credentials.actions import rotate_key
from sportsbrain.rehearsal.poor_line import PoorLine
from sportsbrain.village.actions import check_in
from sportsbrain.village.guards import token_of
from tests.conftest import NOW
from tests.journeys.conftest import CHROMIUM, signed_in
from tests.journeys.test_room import by_now
from tests.journeys.test_shop import GATE, bought, codes_on, scanned, shop
from tests.village.houses import FIRST, OFFICE, houses, key, settled

__all__ = ["shop"]  # a fixture
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: browser tests not run"),
]
TEN_MINUTES = 600_000
PATIENCE_MS = 60_000


@pytest.fixture
def line(served: str) -> Iterator[tuple[PoorLine, str]]:
    found = PoorLine(urlsplit(served).port or 0)
    yield found, found.begin()
    found.end()


def arrived(browser: Any, address: str, path: str) -> Any:
    """Return a page that somebody signed in to over the line; its clock can be put on."""
    token = make_sign_in_link(
        user_id=User.objects.get(username="approver").pk, next_path=path,
        now=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.clock.install(time=dt.datetime.now(dt.UTC))
    page.goto(f"{address}/sign-in/{token}/")
    return page


def alarm(games: Any, text: str) -> None:
    said = Said(source="s", kind="fire", fingerprint=text, at=dt.datetime.now(dt.UTC), venue="V01",
                text=text, is_on=True)  # fmt: skip
    receive_signals(games=games, said=[said], by=by_now())


def test_the_control_room_over_a_poor_line_and_ten_minutes_of_none(
    browser: Any, line: tuple[PoorLine, str], small_games: Any
) -> None:
    poor, address = line
    page = arrived(browser, address, "/games/REFS1/room/")
    page.locator("main button").first.click()
    page.locator("[data-live]").wait_for()
    alarm(small_games, "Smoke in hall 1")
    page.get_by_role("link", name="Smoke in hall 1", exact=True).wait_for()
    poor.silence()
    page.locator("#text").fill("half a sentence")
    page.clock.run_for(TEN_MINUTES)
    page.locator("#stale").wait_for()
    page.locator("#text").press("Enter")
    page.clock.run_for(10_000)
    page.locator("#silent").wait_for()
    assert page.locator("#text").input_value() == "half a sentence"
    alarm(small_games, "Smoke in hall 2")
    poor.speak()
    page.clock.run_for(20_000)
    page.get_by_role("link", name="Smoke in hall 2", exact=True).wait_for()
    page.locator("#stale").wait_for(state="hidden")
    page.locator("#silent").wait_for(state="hidden")
    page.locator("#text").press("Enter")
    page.get_by_text("half a sentence").wait_for()
    assert poor.lost > 0, "the line lost nothing: it was no poor line"
    page.context.close()


def test_a_resident_over_a_poor_line_and_without_one(
    browser: Any, live_server: Any, settings: Any, tmp_path: Any
) -> None:
    settings.SIGNING_KEYS = tmp_path / "keys"
    games = houses()
    settled(games)
    row = get_games_by_id(games_id=games)
    rotate_key(games=row, actor="test", now=NOW)
    check_in(games_id=games, key=key(), person="ann", on=FIRST, by=OFFICE)
    token = token_of("resident", games=row, word="ann")
    poor = PoorLine(urlsplit(live_server.url).port or 0)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{poor.begin().replace('127.0.0.1', 'localhost')}/village/me/{token}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    page.locator(".pass .qr").wait_for()
    context.set_offline(True)  # ten minutes or ten hours: what is shown is kept on the phone
    page.reload()
    page.locator(".pass .qr").wait_for()
    page.get_by_text("Building A, room A1, bed 1").wait_for()
    context.set_offline(False)
    page.reload()
    page.locator(".pass .qr").wait_for()
    context.close()
    poor.end()


def test_a_gate_over_a_poor_line_and_in_a_radio_shadow(
    browser: Any, live_server: Any, shop: Any
) -> None:
    phone = browser.new_context().new_page()
    bought(phone, f"{live_server.url}/shop/{shop.code}/", "Athletics, morning", pieces=3)
    first, second, third = codes_on(phone)
    poor = PoorLine(urlsplit(live_server.url).port or 0)
    address = poor.begin().replace("127.0.0.1", "localhost")
    context = signed_in(browser, live_server, "north", 390)
    gate = context.new_page()
    gate.set_default_timeout(PATIENCE_MS)
    with gate.expect_response(re.compile("state.json")):
        gate.goto(address + GATE)
    scanned(gate, first, "Come in")
    poor.silence()
    scanned(gate, second, "Come in")
    scanned(gate, second, "used here before")
    gate.get_by_text("No network: this device decides alone").wait_for()
    poor.speak()
    gate.locator("#network").wait_for(state="hidden")
    scanned(gate, third, "Come in")
    for text in (first, second):  # what was decided alone is known to everybody now
        scanned(gate, text, "used here before")
    phone.context.close()
    context.close()
    poor.end()
