"""The control room and queues in a real browser: updates in a second, keyboard, accessibility."""

import datetime as dt
import time
from typing import Any

import pytest

from sportsbrain.committee.actions import make_sign_in_link
from sportsbrain.committee.models import User
from sportsbrain.controlroom.actions import (
    By,
    Said,
    escalate_due,
    hand_over,
    open_incident,
    receive_signals,
    report_weather,
    say_readiness,
    start_playbook,
    write_line,
)
from sportsbrain.controlroom.models import Incident
from sportsbrain.venues.jobs import follow_counts
from sportsbrain.venues.queries import epoch_of, site_rows
from sportsbrain.vocabulary.planning import Order
from tests.journeys.conftest import CHROMIUM
from tests.journeys.looks import arabic_of, faults_of
from tests.plans.test_chain import carried_out

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: browser tests not run"),
]
UPDATE_MS = 1000


def by_now() -> By:
    """Return somebody who acts now."""
    return By(name="ana", now=dt.datetime.now(dt.UTC), station="Venue desk")


def a_busy_room(games: Any) -> tuple[str, str]:
    """Plan lanes, fill the room, and return a venue with a day of it."""
    for planner in ("demand", "lanes"):
        carried_out(games, planner, Order(seconds=60.0), time.monotonic)
    row = max(site_rows(games=games, version=1).values(), key=lambda r: r["curves"]["queue_most"])
    follow_counts(
        games=games,
        moment=epoch_of(games) + dt.timedelta(seconds=row["curves"]["starts_at"] + 1800),
    )
    by = by_now()
    said = [Said(source="s", kind=kind, fingerprint=kind, at=by.now, venue=row["venue"],
                 text=f"{kind} here", is_on=True) for kind in ("fire", "medical")]  # fmt: skip
    receive_signals(games=games, said=said, by=by)
    escalate_due(games=games, by=by)
    number = open_incident(games=games, text="Smoke", venue=row["venue"], severity=2,
                           area="Security", by=by, alert=1)  # fmt: skip
    start_playbook(games=games, number=number, code="evacuation", by=by)
    write_line(games=games, text="Tea is ready", by=by)
    weather = {"temperature": 20.5, "text": "fair", "lightning_km": 4.0}
    report_weather(games=games, area="City", body=weather, by=by)
    say_readiness(games=games, venue=row["venue"], item="field", is_ready=False, note="wet", by=by)
    hand_over(games=games, note="busy", items=[], by=by)
    return row["venue"], row["date"]


def test_the_pages_of_room_and_queues_are_clean_in_any_language(
    page: Any, live_server: Any, small_games: Any
) -> None:
    venue, date = a_busy_room(small_games)
    places = [
        f"{live_server.url}/games/REFS1/{address}"
        for address in (
            "room/", f"room/venues/{venue}/", "room/alerts/1/", "room/incidents/1/", "room/log/",
            "room/figures/", "room/setup/", "room/handovers/", "room/?at=2030-07-01T12:00",
            "queues/", f"queues/{venue}/{date}/", f"queues/{venue}/map/",
        )
    ]  # fmt: skip
    assert [fault for place in places for fault in faults_of(page, place)] == []
    page.set_extra_http_headers({"Accept-Language": "ar"})
    assert [fault for place in places for fault in arabic_of(page, place)] == []


def test_the_situation_follows_within_a_second_and_moves_nothing_one_reads(
    browser: Any, served: str, small_games: Any
) -> None:
    token = make_sign_in_link(
        user_id=User.objects.get(username="approver").pk,
        next_path="/games/REFS1/room/",
        now=dt.datetime.now(dt.UTC),
    )
    page = browser.new_page()
    page.goto(f"{served}/sign-in/{token}/")
    page.locator("main button").first.click()
    page.locator("[data-live]").wait_for()
    page.wait_for_timeout(1500)  # the stream has begun
    page.evaluate("document.getElementById('text').focus()")
    page.keyboard.type("half a sentence")
    times = []
    for n in range(5):
        said = Said(source="s", kind="fire", fingerprint=f"fire-{n}", at=dt.datetime.now(dt.UTC),
                    venue="V01", text=f"Fire alarm {n}", is_on=True)  # fmt: skip
        receive_signals(games=small_games, said=[said], by=by_now())
        began = time.monotonic()
        page.get_by_role("link", name=f"Fire alarm {n}", exact=True).wait_for(timeout=10_000)
        times.append(1000 * (time.monotonic() - began))
    assert sorted(times)[2] < UPDATE_MS, times
    assert page.evaluate("document.getElementById('text').value") == "half a sentence"
    page.close()


def test_an_incident_is_written_from_the_keyboard(
    page: Any, live_server: Any, small_games: Any
) -> None:
    page.goto(f"{live_server.url}/games/REFS1/room/")
    page.keyboard.press("n")
    page.keyboard.type("Barrier fell at gate 4")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.type("Venue")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="1", exact=True).wait_for(timeout=10_000)
    incident = Incident.objects.get(games_id=small_games.id)
    assert (incident.text, incident.severity) == ("Barrier fell at gate 4", 2)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_drawing_is_changed_and_saved(
    page: Any, live_server: Any, small_games: Any, width: int
) -> None:
    from sportsbrain.venues.models import VenueMap

    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/games/REFS1/queues/V01/map/")
    page.locator("#canvas line").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Width, m", exact=True).fill("7.5")
    page.get_by_label("Width, m", exact=True).press("Tab")
    page.get_by_role("button", name="Save drawing").click()
    page.get_by_text("Saved as drawing 1").wait_for(timeout=10_000)
    drawn = VenueMap.objects.get(games_id=small_games.id, venue="V01").drawing
    assert drawn["passages"][0]["width"] == 7.5
