"""Fans' pages in a real browser and behind a real nginx, served without Django or a database."""

import datetime as dt
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sportsbrain.channel.cli import nginx_command
from sportsbrain.channel.exports import PageKey
from sportsbrain.channel.jobs.publisher import Publisher
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.models import EventUnit
from tests.conftest import import_games
from tests.journeys.conftest import CHROMIUM
from tests.journeys.looks import arabic_of, faults_of, too_wide
from tests.world.test_results import final_of, record

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
LANGUAGES = ("en", "fr", "ar", "zh-Hans")
pytestmark = pytest.mark.django_db(transaction=True)
in_browser = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(words: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(words)
    try:
        ends = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            assert process.poll() is None, f"{words} ended"
            assert time.monotonic() < ends
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


class Fans:
    """A published Games of one final, and the pages of each kind."""

    def __init__(self, games: Any, folder: pathlib.Path, port: int) -> None:
        self.games, self.folder = games, folder
        self.address = f"http://127.0.0.1:{port}/{games.code}"
        self.unit, self.order = final_of(games)
        record(games, self.unit, self.order[:3], ResultStatus.OFFICIAL)
        record(games, self.unit, self.order[:3], ResultStatus.UNOFFICIAL)
        record(games, self.unit, self.order[:3], ResultStatus.OFFICIAL)
        self.publisher = Publisher(games=games, folder=folder, tags=LANGUAGES)
        site = self.publisher.site
        unit, winner = site.state.units[self.unit], site.state.competitors[self.order[0]]
        own = {"unit": unit.code, "event": unit.event, "venue": unit.venue,
               "day": site.day_of(unit).isoformat(), "athlete": winner.code,
               "discipline": site.state.events[unit.event].discipline,
               "organisation": winner.organisation}  # fmt: skip
        self.pages = {key.kind: PageKey(kind=key.kind, code=own.get(key.kind, ""))
                      for key in site.pages()}  # fmt: skip
        for due in self.publisher.dirty:
            for key in [key for key in due if key not in self.pages.values()]:
                del due[key]
        self.publisher.make_all()

    def page(self, kind: str, tag: str = "en") -> str:
        """Return the address of the page of a kind."""
        key = self.pages[kind]
        return f"{self.address}/{tag}/{key.address}{'/' if key.address else ''}"

    def tell(self, order: list[str], status: ResultStatus, **more: Any) -> None:
        """Record a result, and let it be published."""
        record(self.games, self.unit, order, status, **more)
        self.publisher.step()


@pytest.fixture
def fans(small_folder: pathlib.Path, tmp_path: pathlib.Path, transactional_db: None) -> Any:
    port = free_port()
    found = Fans(import_games(small_folder), tmp_path, port)
    words = [sys.executable, "-m", "sportsbrain", "channel", "serve", "--folder", str(tmp_path),
             "--port", str(port)]  # fmt: skip
    with running(words, port):
        yield found


@in_browser
@pytest.mark.browser
def test_no_page_of_any_kind_has_a_fault_in_any_language(browser: Any, fans: Fans) -> None:
    context = browser.new_context()
    page = context.new_page()
    found = [fault for kind in fans.pages for fault in faults_of(page, fans.page(kind))]
    for kind in fans.pages:
        found += arabic_of(page, fans.page(kind, "ar"))
        for tag in ("fr", "zh-Hans"):
            page.goto(fans.page(kind, tag))
            assert page.evaluate("document.documentElement.lang") == tag
            found += too_wide(page, fans.page(kind, tag))
    context.close()
    assert found == []


@in_browser
@pytest.mark.browser
def test_an_open_page_follows_a_correction_by_itself(browser: Any, fans: Fans) -> None:
    a, b, c, d, _ = fans.order
    context = browser.new_context()
    unit, event, quiet = context.new_page(), context.new_page(), context.new_page()
    unit.goto(fans.page("unit"))
    assert unit.locator("tbody tr:first-child").get_attribute("data-c") == a
    event.goto(fans.page("event"))
    unit.bring_to_front()
    fans.tell([b, a, c], ResultStatus.LIVE)
    unit.wait_for_selector(f"tbody tr:first-child[data-c='{b}']")
    unit.wait_for_selector("[data-state-of]:has-text('Live')")
    fans.tell([b, a, c], ResultStatus.OFFICIAL)
    unit.wait_for_selector("[data-firm]:has-text('Official')")
    unit.wait_for_function("document.getElementById('said').textContent !== ''")
    assert unit.locator("[role=status]").count() == 1
    fans.tell([b, d, c], ResultStatus.OFFICIAL, reason="a second start")
    fans.publisher.make(seconds=60)
    event.bring_to_front()
    event.wait_for_selector(f".medal.SILVER a[href*='/athlete/{d}/']", timeout=15_000)
    quiet.goto(fans.page("now"))
    quiet.click("#scores")
    assert quiet.locator(".score").first.evaluate("e => getComputedStyle(e).visibility") == "hidden"
    quiet.reload()
    assert quiet.locator(".score").first.evaluate("e => getComputedStyle(e).visibility") == "hidden"
    context.close()


@in_browser
@pytest.mark.browser
def test_a_fan_finds_follows_and_goes_by_keyboard(browser: Any, fans: Fans) -> None:
    context = browser.new_context(timezone_id="Europe/Athens", locale="en-GB")
    page = context.new_page()
    page.goto(fans.page("day"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.outerHTML").startswith('<a class="skip"')
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    unit = EventUnit.objects.get(code=fans.unit)
    row = page.locator(f"[data-u='{fans.unit}']")
    assert unit.starts_at is not None
    own = page.evaluate(
        "t => new Intl.DateTimeFormat('en', {hour:'2-digit', minute:'2-digit',"
        " hourCycle:'h23'}).format(new Date(t))", unit.starts_at.isoformat(),
    )  # fmt: skip
    assert own in row.locator("small").inner_text()
    page.check("#finals")
    assert page.locator(".unit:not([data-medal])").first.is_hidden()
    page.goto(fans.page("organisation"))
    page.click(".follow")
    name = page.locator(".follow").get_attribute("data-word")
    page.goto(fans.page("mine"))
    assert page.locator("#followed a").inner_text() == name
    page.goto(fans.page("search"))
    page.fill("#asked", name.upper())
    page.click(f"#found a:text-is('{name}')")
    assert page.url == fans.page("organisation")
    context.close()


@in_browser
@pytest.mark.browser
@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
def test_everybody_sees_each_unit_once_and_under_the_own_day(
    browser: Any, fans: Fans, zone: str
) -> None:
    site = fans.publisher.site
    days = [PageKey(kind="day", code=day.isoformat()) for day in site.days]
    fans.publisher._mark(frozenset(days))
    fans.publisher.make_all()
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    seen: list[str] = []
    for key in days:
        page.goto(f"{fans.address}/en/{key.address}/")
        page.evaluate("() => prepared")
        read = "rows => rows.map(r => [r.dataset.u, r.querySelector('time').dateTime])"
        for code, moment in page.eval_on_selector_all("[data-day] .unit", read):
            seen.append(code)
            own = dt.datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date()
            is_edge = key.code in {days[0].code, days[-1].code}
            assert is_edge or own.isoformat() == key.code, (zone, code)
    context.close()
    scheduled = sorted(unit.code for unit in site.state.units.values() if unit.starts_at)
    assert sorted(seen) == scheduled


@in_browser
@pytest.mark.browser
def test_a_page_that_was_seen_opens_without_a_network(browser: Any, fans: Fans) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(fans.page("event"))
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()  # the worker sees it from now on
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()
    context.set_offline(True)
    page.reload()
    assert page.locator(".podium").count() == 1
    context.close()


@pytest.mark.skipif(not NGINX, reason="no nginx on this machine")
def test_nginx_serves_the_same_folder_and_the_same_stream(fans: Fans) -> None:
    port = free_port()
    hub = fans.address.split("/")[2]
    nginx_command(folder=fans.folder, listen=f"127.0.0.1:{port}", hub=hub)
    words = [str(NGINX), "-c", str(fans.folder / ".nginx" / "nginx.conf"),
             *(("-g", "user root;") if os.getuid() == 0 else ())]  # fmt: skip
    with running(words, port):

        def read(path: str) -> Any:
            wanted = urllib.request.Request(
                f"http://127.0.0.1:{port}/{fans.games.code}/{path}",
                headers={"Accept-Encoding": "gzip"},
            )  # fmt: skip
            return urllib.request.urlopen(wanted, timeout=10)  # noqa: S310  # our own server

        answer = read("en/medals/")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "max-age=1, stale-while-revalidate=30" in answer.headers["Cache-Control"]
        assert "s-maxage" not in answer.headers["Cache-Control"]
        assert answer.headers["Set-Cookie"] is None
        assert read("calendars/all.ics").headers["Content-Type"].startswith("text/calendar")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            read(".nginx/nginx.conf")
        stream = urllib.request.urlopen(
            f"http://127.0.0.1:{port}/live?g={fans.games.code}&t=unit-{fans.unit}", timeout=20
        )
        assert stream.headers["Content-Type"] == "text/event-stream"
        fans.tell(fans.order[1:4], ResultStatus.OFFICIAL)
        while b"event: u" not in stream.readline():
            pass
