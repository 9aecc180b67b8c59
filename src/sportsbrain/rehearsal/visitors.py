"""
People who look at pages all the time, and screens that listen to what happens.

A visitor opens a connection for each page and never asks twice: what fails is counted. A screen
does what browsers do with a stream that ends: it comes back and says what it heard last.
"""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE_SECONDS, COMES_BACK_SECONDS = 60.0, 0.2
OK, REDIRECT = 200, 302


@dataclass(slots=True, kw_only=True)
class Seen:
    """What visitors met: pages, failures with their words, the longest wait, when."""

    pages: int = 0
    longest: float = 0.0
    failures: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def note(self, began: float, trouble: str) -> None:
        """Count a page."""
        now = time.monotonic()
        self.pages += 1
        self.longest = max(self.longest, now - began)
        if trouble:
            self.failures.append(trouble)
        else:
            self.moments.append(now)


def cookie_of(address: str, link: str) -> str:
    """
    Return the cookies of who follows a sign-in link.

    Raises
    ------
    LookupError
        When nobody is signed in by it.

    """
    place = urlsplit(address)
    line = http.client.HTTPConnection(place.netloc, timeout=PATIENCE_SECONDS)
    line.request("GET", link)
    answer = line.getresponse()
    answer.read()
    line.close()
    if answer.status != REDIRECT:
        message = f"{link} answers {answer.status}"
        raise LookupError(message)
    return "; ".join(row.split(";")[0] for row in answer.headers.get_all("Set-Cookie") or ())


class Crowd:
    """Threads that go on until they are told to end."""

    def __init__(self) -> None:
        self.ends = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, what: Callable[[], None]) -> None:
        """Let one more do something again and again."""
        thread = threading.Thread(target=self._go_on, args=(what,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """Let everybody finish."""
        self.ends.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def _go_on(self, what: Callable[[], None]) -> None:
        while not self.ends.is_set():
            what()


def visit(address: str, paths: Sequence[str], cookie: str, seen: Seen) -> None:
    """Look at each page once, each by a connection of its own."""
    place = urlsplit(address)
    for path in paths:
        began, trouble = time.monotonic(), ""
        line = http.client.HTTPConnection(place.netloc, timeout=PATIENCE_SECONDS)
        try:
            line.request("GET", path, headers={"Cookie": cookie, "Connection": "close"})
            answer = line.getresponse()
            answer.read()
            if answer.status != OK:
                trouble = f"{path} answers {answer.status}"
        except (OSError, http.client.HTTPException) as error:
            trouble = f"{path}: {type(error).__name__} {error}"
        finally:
            line.close()
        seen.note(began, trouble)


class Screen:
    """A browser's stream: what it heard, how often it came back, how often it was begun afresh."""

    def __init__(self, address: str, path: str, cookie: str) -> None:
        self.place, self.path, self.cookie = urlsplit(address), path, cookie
        self.last = ""
        self.heard: list[str] = []
        self.came_back = self.resets = 0
        self._line: http.client.HTTPConnection | None = None

    def listen(self) -> None:
        """Listen until the stream ends; then wait a moment, as browsers do."""
        headers = {"Cookie": self.cookie}
        if self.last:
            headers["Last-Event-ID"] = self.last
        self._line = http.client.HTTPConnection(self.place.netloc, timeout=5)
        try:
            self._line.request("GET", self.path, headers=headers)
            answer = self._line.getresponse()
            while raw := answer.readline():
                self._take(raw.decode().rstrip("\n"))
        except (OSError, http.client.HTTPException):
            pass  # a line that breaks: it comes back and says what it heard last
        finally:
            self._line.close()
        self.came_back += 1
        time.sleep(COMES_BACK_SECONDS)

    def leave(self) -> None:
        """End the stream from this side."""
        sock = self._line.sock if self._line else None
        if sock:
            with suppress(OSError):  # it may be gone already
                sock.shutdown(socket.SHUT_RDWR)

    def _take(self, text: str) -> None:
        if text.startswith("id: "):
            self.last = text[4:]
        elif text == "event: reset":
            self.resets += 1
        elif text.startswith("data: "):
            self.heard.append(text[6:])
