"""An installation of its own: a home, a database, a Games, every process under `run`."""

import os
import pathlib
import signal
import subprocess
import time
import xmlrpc.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection

from sportsbrain.bench.channel.processes import children, fetched, own_words
from sportsbrain.bench.database import work_on
from sportsbrain.wall.policies import build_wall

PATIENCE, LOOKS = 90.0, 0.02


class Installation:
    """A running installation: what runs in it, by which process, and how to kill it."""

    def __init__(self, home: pathlib.Path, games: str, port: int) -> None:
        self.home, self.games, self.port = home, games, port
        self.address = f"http://127.0.0.1:{port}"

    def pid(self, name: str) -> int:
        """Return the process of a name, 0 when there is none now."""
        with suppress(OSError, xmlrpc.client.Error):
            found: Any = self._supervisor().getProcessInfo(name)
            return int(found["pid"])
        return 0

    def names(self) -> list[str]:
        """Return the names of what is kept running."""
        found: Any = self._supervisor().getAllProcessInfo()
        return [str(one["name"]) for one in found]

    def kill(self, name: str) -> int:
        """Kill a process and all that it started, as a machine does that dies; return its id."""
        pid = self.pid(name)
        server = self.postmaster() if name == "database" else 0
        for one in [*descendants(server or pid), server or pid]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        return pid

    def postmaster(self) -> int:
        """Return the process of the database server."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    @property
    def data(self) -> pathlib.Path:
        """Where the database keeps its files."""
        return self.home / "var" / "postgres"

    def _supervisor(self) -> Any:
        from supervisor.xmlrpc import SupervisorTransport

        path = self.home / "var" / "run" / "supervisor.sock"
        transport = SupervisorTransport(None, None, f"unix://{path}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor


def descendants(pid: int) -> list[int]:
    """Return everything that a process started, deepest last."""
    found: list[int] = []
    with suppress(OSError):
        for one in children(pid):
            found += [one, *descendants(one)]
    return found


@contextmanager
def own_home(home: pathlib.Path) -> Iterator[str]:
    """Keep a database under a home and let this process work on it; yields its address."""
    place = {**os.environ, "SPORTSBRAIN_HOME": str(home)}
    place.pop("DATABASE_URL", None)
    keeper = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        own_words("database"), env=place, stdout=subprocess.PIPE, text=True
    )
    before = dict(connection.settings_dict)
    try:
        address = keeper.stdout.readline().strip() if keeper.stdout else ""
        work_on(address)
        call_command("migrate", verbosity=0)
        build_wall()
        yield address
    finally:
        connection.close()
        connection.settings_dict.update(before)
        keeper.terminate()
        keeper.wait(PATIENCE)


@contextmanager
def running(
    home: pathlib.Path, games: str, port: int, *options: str, place: Mapping[str, str] | None = None
) -> Iterator[Installation]:
    """Run everything of a Games under a home until the block ends."""
    named = {**os.environ, "SPORTSBRAIN_HOME": str(home), **(place or {})}
    named.pop("DATABASE_URL", None)
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
        own_words("run", "--games", games, "--port", str(port), "--test-payments", *options),
        env=named, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Installation(home, games, port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def again(ask: Any) -> Any:
    """Ask the database; where the connection broke, once more by a new one."""
    try:
        return ask()
    except OperationalError:
        connection.close()
        return ask()


def until(is_so: Any, *, seconds: float = PATIENCE) -> float:
    """Wait until something is so and return the seconds; raise LookupError when it never is."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with suppress(OSError, OperationalError):
            if is_so():
                return time.monotonic() - began
        time.sleep(LOOKS)
    message = f"not so in {seconds:.0f} s"
    raise LookupError(message)


def answers(address: str) -> bool:
    """Tell whether an address answers well."""
    return fetched(address)[0] == 200
