"""The doors of reality: the REST interface that gates, buses, desks and sensors use too."""

import datetime as dt
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

TIMEOUT_SECONDS = 60.0
LOOK_SECONDS = 0.5


class DoorError(OSError):
    """The server did not take what was brought; the message says what it answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The address of a server, the code of a Games and the token of whoever comes in."""

    server: str
    games: str
    token: str

    def get(self, path: str) -> Any:
        """Return what the server answers."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Bring something in."""
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Any:
        """Take something away."""
        return self._ask("DELETE", path, None)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        address = f"{self.server.rstrip('/')}/api/v1/games/{self.games}/{path}"
        request = urllib.request.Request(  # noqa: S310  # the address of our own server, as told
            address,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  # as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            message = f"{method} {path}: {error.code} {error.read().decode()[:300]}"
            raise DoorError(message) from error
        except urllib.error.URLError as error:
            message = f"no server at {self.server}: {error.reason}; start one: sportsbrain serve"
            raise DoorError(message) from error


def rehearsal_clock(doors: Doors, *, patience: float) -> tuple[dt.datetime, float]:
    """
    Return what the clock of the rehearsal shows and its speed; wait a while for one to begin.

    Raises
    ------
    DoorError
        When none begins.

    """
    until = time.monotonic() + patience
    while not (found := doors.get("exercise")) and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    if not found:
        message = "no rehearsal goes on: begin one with `sportsbrain simulate day`"
        raise DoorError(message)
    return dt.datetime.fromisoformat(found["shows_at"].replace("Z", "+00:00")), found["speed"]
