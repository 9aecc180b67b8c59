"""What axe-core and Lighthouse find on the fans' pages: each kind, four languages, two widths."""

import datetime as dt
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sportsbrain.bench.channel.processes import free_port, own_words, started
from sportsbrain.bench.channel.visible import a_final, tell
from sportsbrain.bench.rows import BenchRow
from sportsbrain.channel.actions import StoryDraft, Words, publish_story, write_story
from sportsbrain.channel.exports import PageKey
from sportsbrain.channel.jobs.publisher import Publisher
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.statuses import ResultStatus, StoryKind

TAGS = ("en", "fr", "ar", "zh-Hans")
WIDTHS = (1280, 320)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]  # fmt: skip
LIGHTHOUSE = "lighthouse@12.8.2"
BY_LIGHTHOUSE = ("now", "medals", "event", "unit", "story", "mine")


def looks(
    games: GamesRow, folder: pathlib.Path, on_progress: Callable[[str], None]
) -> list[BenchRow]:
    """Return the rows of line 7."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        on_progress("no Chromium here: line 7 is left out")
        return []
    port = free_port()
    pages = _published(games, folder / "looks")
    serve = own_words("channel", "serve", "--folder", str(folder / "looks"), "--port", str(port))
    base = f"http://127.0.0.1:{port}/{games.code}"
    with started(serve, port=port):
        found, looked, wide = _by_axe(chromium, base, pages)
        rows = [
            BenchRow(line=7, case=f"axe-core: findings on {len(pages)} kinds of pages, 4 languages,"
                     f" 2 widths ({looked} looks)", value=found, unit="", op="==", target=0.0),
            BenchRow(line=7, case="pages that scroll sideways at 320 px", value=wide, unit="",
                     op="==", target=0.0),
        ]  # fmt: skip
        if shutil.which("npx") is None:
            on_progress("no npx here: Lighthouse is left out")
            return rows
        for kind in BY_LIGHTHOUSE:
            on_progress(f"Lighthouse: {kind}")
            score = _by_lighthouse(chromium, f"{base}/en/{pages[kind]}")
            if score is None:
                on_progress(f"Lighthouse gave no score of {kind}")
            else:
                rows.append(BenchRow(line=7, case=f"Lighthouse accessibility: {kind}", value=score,
                                     unit="", op=">=", target=1.0))  # fmt: skip
    return rows


def _published(games: GamesRow, folder: pathlib.Path) -> dict[str, str]:
    """Make one page of each kind, with a result, medals and a story; return their addresses."""
    unit, order = a_final(games)
    tell(games, unit, order, ResultStatus.OFFICIAL)
    now = dt.datetime.now(dt.UTC)
    words = Words(language="en", title="A calm morning", text="Nobody **ran**.\n\n- one\n- two")
    draft = StoryDraft(kind=StoryKind.STORY, words=words, about=(f"unit-{unit}",))
    code = write_story(games=games, draft=draft, actor="bench", now=now)
    publish_story(games=games, code=code, actor="bench", now=now)
    publisher = Publisher(games=games, folder=folder, tags=TAGS)
    site = publisher.site
    row, winner = site.state.units[unit], site.state.competitors[order[0]]
    own = {"unit": unit, "event": row.event, "venue": row.venue, "athlete": winner.code,
           "day": site.day_of(row).isoformat(), "organisation": winner.organisation, "story": code,
           "discipline": site.state.events[row.event].discipline}  # fmt: skip
    keys = {key.kind: PageKey(kind=key.kind, code=own.get(key.kind, "")) for key in site.pages()}
    publisher.keep_only(keys.values())
    publisher.make_all()
    return {kind: f"{key.address}/" if key.address else "" for kind, key in keys.items()}


@contextmanager
def _browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield browser
        browser.close()


def _by_axe(chromium: str, base: str, pages: dict[str, str]) -> tuple[int, int, int]:
    """Return how much axe finds, how often it looked, how many pages scroll sideways."""
    from axe_playwright_python.sync_playwright import Axe

    found = looked = wide = 0
    with _browser(chromium) as browser:
        page = browser.new_page()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for address in (f"{base}/{tag}/{path}" for tag in TAGS for path in pages.values()):
                page.goto(address)
                answer = Axe().run(page, options={"resultTypes": ["violations"]}).response
                found += len(answer["violations"])
                looked += 1
                wide += page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found, looked, wide


def _by_lighthouse(chromium: str, address: str) -> float | None:
    """Return Lighthouse's score of accessibility; None when it can not be had here."""
    with tempfile.TemporaryDirectory() as place:
        path = pathlib.Path(place) / "found.json"
        done = subprocess.run(  # noqa: S603  # words of this bench
            ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json",  # noqa: S607
             f"--output-path={path}", "--only-categories=accessibility",
             f"--chrome-flags=--headless=new {' '.join(SWITCHES)}"],
            env={**os.environ, "CHROME_PATH": chromium}, check=False,
            capture_output=True, timeout=180,
        )  # fmt: skip
        if done.returncode or not path.exists():
            return None
        return float(json.loads(path.read_text())["categories"]["accessibility"]["score"])
