"""A planner's way through a real browser; skipped with a word when there is no Chromium."""

import datetime as dt
import time
from collections import Counter
from typing import Any

import pytest

from sportsbrain.committee.queries import get_games_by_id
from sportsbrain.config.database import VAR
from sportsbrain.controlroom.actions import ask_what_if, end_what_if, keep_part
from sportsbrain.feeds.rides.reference import reference_rides
from sportsbrain.plans.actions import end_run, report_run, start_run
from sportsbrain.sport.planning import PLANNER, build_for, replan
from sportsbrain.transport.queries import network_of, ride_day, ride_days
from sportsbrain.village.actions import (
    Booking,
    By,
    announce,
    begin_rates,
    keep_found,
    open_request,
    order,
    save_assets,
    save_halls,
    save_service_kinds,
)
from sportsbrain.village.guards import token_of as village_token
from sportsbrain.village.planning import begin_stays
from sportsbrain.village.queries import delegation_stays, residents_by_delegation
from sportsbrain.vocabulary.changes import Closure, LateArrival
from sportsbrain.vocabulary.comparison import Difference, Figure, listing
from sportsbrain.vocabulary.planning import Order
from sportsbrain.vocabulary.services import HallKind
from sportsbrain.vocabulary.statuses import RunState
from sportsbrain.workforce.queries import all_shifts
from sportsbrain.workforce.views import token_of
from sportsbrain.world.models import EventUnit, Participant
from tests.conftest import NOW
from tests.journeys.conftest import CHROMIUM
from tests.journeys.looks import arabic_of, faults_of
from tests.plans.test_chain import carried_out

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: browser tests not run"),
]


def addresses(games_id: int) -> list[str]:
    unit = EventUnit.objects.filter(games_id=games_id, medal="1").order_by("pk")[0]
    assert unit.location is not None
    person = Participant.objects.filter(games_id=games_id).order_by("pk")[0]
    return [
        "", "schedule/?day=2030-07-22", "venues/", f"venues/{unit.location.venue.code}/",
        f"events/{unit.phase.event.code}/", f"units/{unit.code}/", "organisations/",
        f"organisations/{person.organisation.code}/", f"participants/{person.code}/",
        "search/?q=ma", "timetables/", "timetables/1/", "timetables/1/notices/", "audit/",
        "clashes/", "duplicates/", "rejects/", f"units/{unit.code}/places/",
        "timetables/1/against/2/", f"runs/{a_finished_run(games_id)}/",
        "/", "/start/", "/start/venues/",
        *pages_of_the_chain(games_id),
    ]  # fmt: skip


def pages_of_the_chain(games_id: int) -> list[str]:
    """Return the pages of beds, buses, meals, shifts and what-ifs."""
    games = get_games_by_id(games_id=games_id)
    network = network_of(games=games)
    shifts = all_shifts(games=games)
    count = Counter(shifts.values())
    team = min(count, key=lambda code: (count[code], code))
    person = next(iter(shifts))[0]
    delegation = Participant.objects.filter(games_id=games_id).order_by("pk")[0].organisation.code
    return [
        "transport/", f"transport/lines/{next(iter(network.line_runs))}/", "transport/board/",
        "transport/duties/", f"transport/duties/{next(iter(network.duties))}/",
        "transport/rides/", f"transport/rides/cars/{a_car(games)}/",
        f"village/?delegation={delegation}", f"village/delegations/{delegation}/",
        "village/meals/", "village/desk/", f"village/stays/{delegation}/", "workforce/",
        *(f"village/{name}/" for name in ("rates", "earnings", "services", "halls", "energy",
                                          "devices", "assets")),
        f"village/folios/{delegation}/", f"village/guests/{delegation}/",
        f"/village/me/{village_token('resident', games=games, word=person_in(games, delegation))}/",
        f"/village/at/{village_token('asset', games=games, word='LIFT-A')}/",
        f"workforce/teams/{team}/", "what-ifs/", "what-ifs/1/",
        "what-ifs/beside/?n=1", f"/shifts/{token_of(games=games, person=person)}/",
    ]  # fmt: skip


def a_car(games: Any) -> str:
    """Return a car that drives on the first day."""
    return ride_day(games=games, day=ride_days(games=games)[0]).tours[0].car


def every_plan(games: Any) -> None:
    """Plan the whole chain quickly and answer one what-if."""
    reference_rides(games, a_day=4, now=NOW)
    for planner in ("rooms", "demand", "fleet", "dispatch", "meals", "roster"):
        carried_out(games, planner, Order(seconds=1.0), time.monotonic)
    begin_stays(games=games, by=By(name="t", now=NOW))
    a_village_with_life(games)
    change = LateArrival(delegation="AAA", days=2)
    number = ask_what_if(games=games, changes=(change,), title="", actor="t", now=NOW)
    figures = Difference(
        figures=(
            Figure(key="moved_people", before=0, after=12, unit="people"),
            Figure(key="cost", before=1000, after=900, unit="EUR"),
            Figure(key="beds", before=10, after=10, unit="people"),
        ),
        listings=(listing("stays", ("person", "delegation", "nights"), [("P1", "AAA", "1 → 2")]),),
    )
    part = {
        "planner": "rooms", "state": "changed", "why": "the change itself", "before": 1,
        "after": 2, "reasons": ["a reason"], "hard_faults": 1, "seconds": 1.0, **figures.row(),
    }  # fmt: skip
    keep_part(games_id=games.id, number=number, part=part, now=NOW)
    end_what_if(games_id=games.id, number=number, now=NOW)


def person_in(games: Any, delegation: str) -> str:
    """Return somebody of a delegation who has a bed."""
    return delegation_stays(games_id=games.id, delegation=delegation)[0].person


def a_village_with_life(games: Any) -> None:
    """Let every page of the village have something to show."""
    by, key = By(name="t", now=NOW), games.id
    begin_rates(games=games, residents=900, by=by)
    save_service_kinds(games_id=key)
    save_assets(games_id=key, assets=[("LIFT-A", "Lift A", "A", "Hall of A")])
    save_halls(games_id=key, halls=[("DINE", "Main dining hall", HallKind.DINING, 100)])
    open_request(games_id=key, kind="lift", asset="LIFT-A", text="stuck", by=by)
    open_request(games_id=key, kind="lost", place="Gym", text="a blue bottle", by=by)
    keep_found(games_id=key, text="blue bottle", place="Gym", found_at=NOW)
    announce(games_id=key, texts={"en": "Water off at 9"}, starts_at=NOW, by=by, is_urgent=True,
             ends_at=NOW + dt.timedelta(days=9_000))  # fmt: skip
    for code in sorted(residents_by_delegation(games_id=key)):
        order(games_id=key, key=f"k-{code}", delegation=code, on=NOW.date(), by=by,
              booking=Booking(item="DESK", quantity=1))  # fmt: skip


def a_finished_run(games_id: int) -> int:
    """Return a run that reported and ended."""
    run_id = start_run(games_id=games_id, planner=PLANNER, order={}, actor="t")
    progress = {"step": "improving", "seconds": 9.0, "objective": 90.0, "bound": 80.0, "gap": 0.1}
    report_run(run_id=run_id, progress=progress, now=NOW)
    end_run(run_id=run_id, run_state=RunState.DONE, now=NOW)
    return run_id


def a_second_version(games: Any) -> None:
    """Draft another version, so that two can be compared."""
    built = build_for(games=games)
    venue = built.problem.venues[0].code
    noon = built.epoch + dt.timedelta(days=5, hours=11)
    closure = Closure(venue=venue, starts_at=noon, ends_before=noon + dt.timedelta(hours=3))
    replan(games=games, changes=(closure,), base="held", seconds=5, seed=1, actor="t", now=NOW)


def answers_of_the_wizard(page: Any, live_server: Any) -> None:
    """Fill the first page of the wizard, so that the second has something to show."""
    page.goto(f"{live_server.url}/start/")
    for label, text in (
        ("Name of the Games", "Lumar Games"),
        ("Short code", "LUM31"),
        ("Host city", "Lumar"),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_label("First day").fill("2031-05-02")
    for sport in ("Judo", "Swimming", "Archery"):
        page.get_by_label(sport, exact=True).check()
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/start/venues/")


def test_no_page_has_accessibility_faults_or_scrolls_sideways_in_any_language(
    page: Any, live_server: Any, small_games: Any
) -> None:
    a_second_version(small_games)
    every_plan(small_games)
    answers_of_the_wizard(page, live_server)
    places = [
        address if address.startswith("/") else f"/games/REFS1/{address}"
        for address in addresses(small_games.id)
    ]
    assert [fault for place in places for fault in faults_of(page, live_server.url + place)] == []
    page.set_extra_http_headers({"Accept-Language": "ar"})
    assert [fault for place in places for fault in arabic_of(page, live_server.url + place)] == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/games/REFS1/timetables/1/")
    widths = page.eval_on_selector_all(".terms i", "bars => bars.map(b => b.offsetWidth)")
    assert max(widths) > 300, "numbers in styles keep their decimal point in every language"
    page.goto(f"{live_server.url}/games/REFS1/schedule/?day=2030-07-22")
    begins = page.eval_on_selector_all(".gantt .bar", "bars => bars.map(b => b.offsetLeft)")
    assert len(set(begins)) > 5, "bars lie at their hours"


def test_the_keyboard_alone_goes_everywhere(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/schedule/**")
    page.keyboard.press("/")
    page.keyboard.type("ma")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=ma")
    assert page.locator("main tbody tr").count() > 0


def test_a_venue_is_dragged_and_its_numbers_follow(page: Any, live_server: Any) -> None:
    answers_of_the_wizard(page, live_server)
    latitude = page.locator("[name=V01-latitude]")
    before = latitude.input_value()
    box = page.locator("[data-code=V01] circle").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 60, steps=3)
    page.mouse.up()
    assert float(latitude.input_value()) < float(before), "down on the map is south"


def test_other_times_come_into_the_page_of_a_unit(
    page: Any, live_server: Any, small_games: Any
) -> None:
    unit = EventUnit.objects.filter(games_id=small_games.id, medal="1").order_by("pk")[0]
    page.goto(f"{live_server.url}/games/REFS1/units/{unit.code}/")
    page.get_by_role("link", name="Find the best other times").click()
    page.locator("#places .quiet.small, #places p.quiet").first.wait_for()
    assert page.url.endswith(f"/units/{unit.code}/"), "it stays on the page"


def test_a_day_is_drawn_for_the_readme(page: Any, live_server: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 760})
    page.goto(f"{live_server.url}/games/REFS1/schedule/?day=2030-07-22")
    assert page.locator(".gantt .bar").count() > 20
    folder = VAR / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(folder / "schedule.png"))


def test_a_planner_publishes_and_sees_who_is_affected(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/games/REFS1/timetables/1/")
    page.get_by_role("button", name="Publish timetable 1").click()
    page.wait_for_url("**/notices/")
    assert "in force" in page.content()
    assert page.locator("main tbody tr").count() > 5
