"""Fans' pages in a real browser and behind a real nginx, served without Django or a database."""

import datetime as dt
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection

from sportsbrain.channel.cli import nginx_command
from sportsbrain.channel.exports import PageKey
from sportsbrain.channel.jobs.publisher import Publisher
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.models import EventUnit
from tests.conftest import import_games
from tests.journeys.conftest import CHROMIUM, until
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
        self.publisher.keep_only(self.pages.values())
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
    until(unit, "document.getElementById('said').textContent !== ''")
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
def test_a_page_that_reads_itself_again_keeps_its_buttons_and_the_focus(
    browser: Any, fans: Fans
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(fans.page("event"))
    page.click(".follow")
    page.focus(".podium a >> nth=0")
    page.evaluate("window.old = document.querySelector('.follow')")
    a, b, c, *_ = fans.order
    fans.tell([b, a, c], ResultStatus.OFFICIAL)
    fans.publisher.make_all()
    until(page, "!window.old.isConnected")
    button = page.locator(".follow").first
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.closest('.podium') !== null")
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
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
    until(page, "navigator.serviceWorker.controller !== null")
    page.reload()
    context.set_offline(True)
    page.reload()
    assert page.locator(".podium").count() == 1
    context.close()


@in_browser
@pytest.mark.browser
def test_a_page_on_another_site_is_its_content_alone_and_follows_too(
    browser: Any, fans: Fans
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(fans.page("unit"))
    page.click("#share summary")
    code = page.input_value("#embed")
    assert "/unit/" in code
    (fans.folder / "news.html").write_text(f"<h1>News</h1>{code}")
    serve = partial(SimpleHTTPRequestHandler, directory=str(fans.folder))
    with ThreadingHTTPServer(("localhost", 0), serve) as site:  # another site, with its own policy
        Thread(target=site.serve_forever, daemon=True).start()
        other = context.new_page()
        other.goto(f"http://localhost:{site.server_port}/news.html")
        site.shutdown()
    frame = other.frame_locator("iframe")
    frame.locator("[data-table]").wait_for()
    assert frame.locator("header").is_hidden()
    assert frame.locator("main a").first.get_attribute("target") == "_top"
    fans.tell([fans.order[1], fans.order[0], fans.order[2]], ResultStatus.OFFICIAL)
    frame.locator(f"tbody tr:first-child[data-c='{fans.order[1]}']").wait_for()
    context.close()


def certificate(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    """Make a certificate of this machine and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begins = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=2)).sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "own.crt", folder / "own.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    return paths


def connections_to(port: int) -> int:
    """Count the open connections to a port of this machine, as its clients hold them."""
    found = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, _, remote, state = line.split()[:4]
        found += state == "01" and int(remote.rpartition(":")[2], 16) == port
    return found


@in_browser
@pytest.mark.browser
@pytest.mark.skipif(not NGINX, reason="no nginx on this machine")
@pytest.mark.skipif(not pathlib.Path("/proc/net/tcp").exists(), reason="no /proc here")
def test_twelve_tabs_over_http2_share_one_connection(browser: Any, fans: Fans) -> None:
    port = free_port()
    own, key = certificate(fans.folder)
    nginx_command(folder=fans.folder, listen=f"127.0.0.1:{port}", hub=fans.address.split("/")[2],
                  certificate=str(own), key=str(key))  # fmt: skip
    with running(nginx_words(fans.folder), port):
        context = browser.new_context(ignore_https_errors=True, service_workers="block")
        tabs = [context.new_page() for _ in range(12)]
        for tab in tabs:
            tab.goto(f"https://127.0.0.1:{port}/{fans.games.code}/en/unit/{fans.unit}/")
        a, b, c, *_ = fans.order
        fans.tell([b, a, c], ResultStatus.OFFICIAL)
        for tab in tabs:
            tab.wait_for_selector(f"tbody tr:first-child[data-c='{b}']")
        assert tabs[0].evaluate("performance.getEntries()[0].nextHopProtocol") == "h2"
        assert connections_to(port) == 1
        context.close()


def nginx_words(folder: pathlib.Path) -> list[str]:
    """Return how nginx is started for a folder."""
    own = ("-g", "user root;") if os.getuid() == 0 else ()
    return [str(NGINX), "-c", str(folder / ".nginx" / "nginx.conf"), *own]


@pytest.mark.skipif(not NGINX, reason="no nginx on this machine")
def test_nginx_serves_the_same_folder_and_the_same_stream(fans: Fans) -> None:
    port = free_port()
    hub = fans.address.split("/")[2]
    nginx_command(folder=fans.folder, listen=f"127.0.0.1:{port}", hub=hub)
    with running(nginx_words(fans.folder), port):

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


@in_browser
@pytest.mark.browser
def test_what_is_pushed_is_shown_and_opens_its_page(browser: Any, fans: Fans) -> None:
    context = browser.new_context(permissions=["notifications"])
    page = context.new_page()
    page.goto(fans.page("event"))
    page.evaluate("navigator.serviceWorker.ready")
    session = context.new_cdp_session(page)
    found: list[Any] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated", lambda e: found.extend(e["registrations"])
    )
    session.send("ServiceWorker.enable")
    page.reload()
    until(page, "navigator.serviceWorker.controller !== null")
    payload = {"title": "Athletics: 100 m", "body": "Gold AAA", "tag": "medals-1", "lang": "en",
               "dir": "ltr", "url": fans.page("event")}  # fmt: skip
    registration = next(one for one in found if fans.games.code in one["scopeURL"])
    for body in ("Gold AAA", "Corrected: Gold BBB"):
        session.send("ServiceWorker.deliverPushMessage", {
            "origin": fans.address.rpartition("/")[0] + "/",
            "registrationId": registration["registrationId"],
            "data": json.dumps({**payload, "body": body}),
        })  # fmt: skip
    until(
        page,
        "async () => (await (await navigator.serviceWorker.ready).getNotifications())"
        ".some((one) => one.body.startsWith('Corrected'))",
    )
    shown = page.evaluate(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications())"
        ".map((one) => [one.title, one.body])"
    )
    assert shown == [["Athletics: 100 m", "Corrected: Gold BBB"]], "the later takes its place"
    context.close()


@in_browser
@pytest.mark.browser
def test_a_fan_asks_to_be_told_and_takes_the_calendar_of_the_own_list(
    browser: Any, fans: Fans
) -> None:
    context = browser.new_context(permissions=["notifications"])
    page = context.new_page()
    page.goto(fans.page("organisation"))
    page.click(".follow")
    page.goto(fans.page("mine"))
    address = page.get_attribute("#own-calendar a", "href")
    assert f"organisation-{fans.pages['organisation'].code}" in str(address)
    own = context.request.get(page.url.split(f"/{fans.games.code}/")[0] + str(address))
    assert own.headers["content-type"].startswith("text/calendar")
    assert own.text().count("BEGIN:VEVENT") >= 1
    page.wait_for_selector("#agenda .unit a")
    assert "/en/unit/" in page.locator("#agenda .unit a").first.get_attribute("href")
    page.wait_for_selector("#push:not([hidden])")
    # Chromium here reaches no push service: what it would hand over is given in its place
    page.evaluate("""() => {
      const own = { toJSON: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/one",
        keys: { p256dh: "B".repeat(87), auth: "A".repeat(22) } }), unsubscribe: async () => true };
      PushManager.prototype.subscribe = async () => own;
      PushManager.prototype.getSubscription = async () => null;
    }""")
    page.uncheck("[value=starts]")
    page.click("#tell")
    until(page, "document.getElementById('push-said').textContent !== ''")
    assert "will tell you" in page.inner_text("#push-said")
    (asked,) = (fans.folder / ".push" / fans.games.code).glob("*.json")
    body = json.loads(asked.read_text())
    assert body["kinds"] == ["medal", "result", "moved", "story"]
    assert body["quiet"] == ["22:30", "07:00"]
    assert body["follows"] == [f"organisation-{fans.pages['organisation'].code}"]
    context.close()


@pytest.mark.skipif(not pathlib.Path("/proc/self/task").exists(), reason="no /proc here")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_a_command_began_ends_with_it(fans: Fans, number: signal.Signals) -> None:
    own, port = connection.settings_dict, free_port()
    address = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"
    words = [sys.executable, "-m", "sportsbrain", "channel", "run", "--games", fans.games.code,
             "--folder", str(fans.folder), "--port", str(port), "--languages", "en"]  # fmt: skip
    command = subprocess.Popen(words, env={**os.environ, "DATABASE_URL": address})
    ends = time.monotonic() + 30
    begun: list[str] = []
    try:
        while len(begun) < 3 or not connections_listen(port):
            assert time.monotonic() < ends
            assert command.poll() is None
            begun = children_of(command.pid)
            time.sleep(0.05)
        command.send_signal(number)
        command.wait(20)
        assert [pid for pid in begun if pathlib.Path(f"/proc/{pid}").exists()] == []
    finally:
        for pid in begun:
            if pathlib.Path(f"/proc/{pid}").exists():
                os.kill(int(pid), signal.SIGKILL)
        command.kill()


def connections_listen(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


def children_of(pid: int) -> list[str]:
    """Return the processes that a process began; none of one that is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
