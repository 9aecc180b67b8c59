"""A real browser, signed in."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from sportsbrain.committee.models import User
from sportsbrain.sport.planning import draft_held
from tests.conftest import NOW

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    from django.db import connections
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            refused = _listening(opened)
            yield opened
            opened.close()
            assert not refused, "a page asked for what its own policy forbids"
            # while its loop runs Django keeps connections apart, which nobody would close
            with django_db_blocker.unblock():
                connections.close_all()


def _listening(browser: Any) -> list[str]:
    """Return what any page of this browser will be refused by its Content-Security-Policy."""
    refused: list[str] = []
    plain = browser.new_context

    def heard(message: Any) -> None:
        if "Content Security Policy" in message.text:
            refused.append(f"{message.page and message.page.url}: {message.text}")

    def new_context(**given: Any) -> Any:
        context = plain(**given)
        context.on("console", heard)
        return context

    browser.new_context = new_context
    return refused


def until(page: Any, words: str, seconds: float = 30.0) -> None:
    """Wait until an expression holds in a page whose policy lets nobody evaluate words in it."""
    end = time.monotonic() + seconds
    while not page.evaluate(words):
        assert time.monotonic() < end, words
        page.wait_for_timeout(50)


def signed_in(browser: Any, live_server: Any, username: str, width: int = 1280) -> Any:
    """Return a browser's context in which somebody is signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username=username))
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    # no stream: Django's test server would never end one, nor give its database back
    context.route("**/games/*/live/", lambda route: route.abort())
    return context


@pytest.fixture
def page(browser: Any, live_server: Any, transactional_db: None, small_games: Any) -> Iterator[Any]:
    draft_held(games=small_games, actor="t", now=NOW)
    context = signed_in(browser, live_server, "approver")
    opened = context.new_page()
    opened.goto(f"{live_server.url}/games/REFS1/")
    yield opened
    context.close()


@pytest.fixture
def served(small_games: Any, transactional_db: None) -> Iterator[str]:
    """Serve the test's database as people are served: updates stream, as no test server does."""
    with serving(a_free_port(), {}) as address:
        yield address


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(port: int, more: dict[str, str]) -> Iterator[str]:
    """Serve the test's database by a process of its own, with more settings."""
    own = connection.settings_dict
    address = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"
    server = subprocess.Popen(
        [sys.executable, "-m", "sportsbrain", "serve", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": address, "SPORTSBRAIN_CONNECTIONS": "3", **more},
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while not _answers(port):
            assert time.monotonic() < end
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
