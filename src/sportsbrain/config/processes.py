"""The processes of a Games: which there are, and how they are started."""

import pathlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

BEGINS_SECONDS, ANSWERS_SECONDS = 90, 10  # of a process that serves
INTAKE, FANS, NATS = 100, 90, 222  # ports, from that of the pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One machine that runs a Games: its addresses, folders and the programs of others it has."""

    games: str
    host: str
    port: int
    processes: int
    folder: pathlib.Path
    broker: pathlib.Path | None
    mosquitto: str
    nats: str
    test_payments: bool
    is_embedded: bool

    @property
    def nats_address(self) -> str:
        """Where its NATS server listens."""
        return f"nats://127.0.0.1:{self.port + NATS}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """
    One process: its name, its words at a place, whether the place has it.

    ``scales_on``: the figure of its ``/metrics``, or ``cpu``, that says how many are needed;
    nothing for what there is one of (the ingest: a broker keeps its queue for one).
    """

    name: str
    words_at: Callable[[Place], list[str]]
    is_wanted: Callable[[Place], bool] = lambda _place: True
    is_foreign: bool = False
    scales_on: str = ""


def _of_games(*words: str) -> Callable[[Place], list[str]]:
    return lambda place: [*words, "--games", place.games]


def _broker_port(place: Place) -> str:
    text = (place.broker / "mosquitto.conf").read_text() if place.broker else ""
    return next((row.split()[1] for row in text.splitlines() if row.startswith("listener ")), "")


def _nats_of(place: Place) -> list[str]:
    return ["--nats", place.nats_address] if place.nats else []


def _has_broker(place: Place) -> bool:
    return bool(place.broker and place.mosquitto)


# In the order in which they begin; they end in the other.
PROCESSES = (
    Process(name="database", words_at=lambda _: ["database"], is_wanted=lambda p: p.is_embedded),
    Process(name="broker", is_foreign=True, is_wanted=_has_broker,
            words_at=lambda p: [p.mosquitto, "-c", f"{p.broker}/mosquitto.conf"]),
    Process(name="nats", is_foreign=True, is_wanted=lambda p: bool(p.nats),
            words_at=lambda p: [p.nats, "-js", "-sd", f"{p.folder}/nats", "-a", "127.0.0.1", "-p",
                                str(p.port + NATS)]),
    Process(name="web", scales_on="cpu",
            words_at=lambda p: ["serve", "--host", p.host, "--port", str(p.port), "--processes",
                                str(p.processes)]),
    Process(name="intake", scales_on="cpu",
            words_at=lambda p: ["shop", "intake", "--games", p.games, "--host", p.host, "--port",
                                str(p.port + INTAKE),
                                *(["--test-payments"] if p.test_payments else [])]),
    Process(name="shop", words_at=lambda p: ["shop", "follow", "--games", p.games, "--every", "5"]),
    Process(name="hooks", words_at=lambda _: ["shop", "hooks", "--every", "2"]),
    Process(name="publisher",
            words_at=lambda p: ["channel", "publish", "--games", p.games, "--folder",
                                f"{p.folder}/channel", *_nats_of(p)]),
    Process(name="fans", scales_on="sportsbrain_listeners",
            words_at=lambda p: ["channel", "serve", "--folder", f"{p.folder}/channel", "--host",
                                p.host, "--port", str(p.port + FANS)]),
    Process(name="escalation", words_at=_of_games("room", "watch", "escalation")),
    Process(name="auditor", words_at=_of_games("room", "watch", "auditor")),
    Process(name="forecasts", words_at=_of_games("room", "watch", "forecasts")),
    Process(name="village",
            words_at=lambda p: ["village", "keep", "--games", p.games, "--every", "60"]),
    Process(name="ingest", is_wanted=_has_broker,
            words_at=lambda p: ["devices", "ingest", str(p.broker), "--port", _broker_port(p)]),
)  # fmt: skip


def started(words: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a command of ours that says nothing and is told nothing."""
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        [sys.executable, "-m", "sportsbrain", *words], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def serve_by(config: Any) -> None:
    """
    Serve by several processes at one address, until we are asked to stop.

    One that dies is started again. SIGHUP puts new ones in their place, one after the other: the
    old one goes when the new one answers, and finishes what it began.
    """
    from uvicorn.supervisors import Multiprocess

    class Processes(Multiprocess):
        def restart_all(self) -> None:
            self.config.timeout_worker_healthcheck = BEGINS_SECONDS
            try:
                super().restart_all()
            finally:
                self.config.timeout_worker_healthcheck = ANSWERS_SECONDS

    config.timeout_worker_healthcheck = ANSWERS_SECONDS
    Processes(config, sockets=[config.bind_socket()]).run()
