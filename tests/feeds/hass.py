"""A real Home Assistant on a broker of ours: started with nothing but MQTT and its API."""

import json
import pathlib
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.feeds.bus import free_port

NAME, WORD = "tester", "tester-word"
PATIENCE = 180.0
OURS = ("lock.", "sensor.", "switch.", "binary_sensor.")


class Home:
    """Home Assistant, signed in; ``hass`` is its program."""

    def __init__(self, hass: str, place: pathlib.Path, broker: pathlib.Path, port: int) -> None:
        self._hass, self._place, self._port = hass, place, free_port()
        (place / ".storage").mkdir(parents=True)
        (place / "configuration.yaml").write_text(
            f"homeassistant:\nhttp:\n  server_host: 127.0.0.1\n  server_port: {self._port}\n"
            "api:\nlogger:\n  default: warning\n"
        )
        own = broker / "principals" / "home"
        data = {
            "broker": "localhost", "port": port, "protocol": "5", "discovery": True,
            "certificate": (broker / "ca.crt").read_text(), "transport": "tcp",
            "client_cert": own.with_suffix(".crt").read_text(),
            "client_key": own.with_suffix(".key").read_text(),
            "discovery_prefix": "homeassistant",
            "birth_message": {"topic": "homeassistant/status", "payload": "online", "qos": 0,
                              "retain": False},
        }  # fmt: skip
        entry: dict[str, Any] = {
            "created_at": "2025-01-01T00:00:00+00:00", "modified_at": "2025-01-01T00:00:00+00:00",
            "data": data, "disabled_by": None, "discovery_keys": {}, "domain": "mqtt",
            "entry_id": "0123456789abcdef0123456789abcdef", "minor_version": 2, "options": {},
            "pref_disable_new_entities": False, "pref_disable_polling": False, "source": "user",
            "subentries": [], "title": "Sports Brain", "unique_id": None, "version": 1,
        }  # fmt: skip
        (place / ".storage" / "core.config_entries").write_text(
            json.dumps({"version": 1, "minor_version": 5, "key": "core.config_entries",
                        "data": {"entries": [entry]}})
        )  # fmt: skip
        self._token, self._process = "", None

    def __enter__(self) -> "Home":
        own = [self._hass, "-c", str(self._place)]
        subprocess.run([*own[:1], "--script", "auth", "-c", str(self._place), "add", NAME, WORD],
                       check=True, capture_output=True, timeout=PATIENCE)  # fmt: skip
        log = (self._place / "log.txt").open("wb")
        self._process = subprocess.Popen(own, stdout=log, stderr=log)  # type: ignore[assignment]
        until = time.monotonic() + PATIENCE
        while not self._token:
            assert time.monotonic() < until, (self._place / "log.txt").read_text()[-2_000:]
            try:
                self._token = self._signed_in()
            except OSError:
                time.sleep(0.5)
        return self

    def __exit__(self, *_told: object) -> None:
        process: Any = self._process
        process.terminate()
        process.wait(60)

    def _signed_in(self) -> str:
        client = f"http://127.0.0.1:{self._port}/"
        flow = self._ask("auth/login_flow", {"client_id": client, "redirect_uri": client,
                                             "handler": ["homeassistant", None]})  # fmt: skip
        done = self._ask(f"auth/login_flow/{flow['flow_id']}",
                         {"username": NAME, "password": WORD, "client_id": client})  # fmt: skip
        form = urllib.parse.urlencode({"grant_type": "authorization_code", "code": done["result"],
                                       "client_id": client}).encode()  # fmt: skip
        with urllib.request.urlopen(f"{client}auth/token", form, timeout=10) as answer:  # noqa: S310  # our own
            return str(json.load(answer)["access_token"])

    def _ask(self, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json",
                     **({"Authorization": f"Bearer {self._token}"} if self._token else {})},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # our own
            return json.load(answer)

    def entities(self) -> list[dict[str, Any]]:
        """Return what it found on the bus."""
        return [row for row in self._ask("api/states") if row["entity_id"].startswith(OURS)]

    def state(self, entity: str) -> str:
        """Return what an entity says."""
        return str(self._ask(f"api/states/{entity}")["state"])

    def call(self, domain: str, service: str, body: dict[str, Any]) -> None:
        """Let it do something."""
        self._ask(f"api/services/{domain}/{service}", body)
