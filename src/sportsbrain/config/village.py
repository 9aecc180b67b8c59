"""The village of the demo: beds, card, services, and who lives there; devices with a Mosquitto."""

import datetime as dt
import os
import pathlib
import shutil
import socket
import subprocess
import time
from typing import Any

import typer

from sportsbrain.config.database import VAR
from sportsbrain.config.processes import started

RELEASED_PERCENT = 50
PATIENCE = 20.0


def begin_village(games: Any, seconds: float) -> None:
    """Plan the beds and begin everything of the village; a second demo keeps what is there."""
    from sportsbrain.credentials.actions import rotate_key
    from sportsbrain.credentials.queries import keys_of
    from sportsbrain.plans.queries import versions_of
    from sportsbrain.rehearsal.village.register import registered
    from sportsbrain.village.actions import (
        By,
        begin_rates,
        release_beds,
        save_assets,
        save_service_kinds,
    )
    from sportsbrain.village.jobs import run_order
    from sportsbrain.village.planning import begin_stays
    from sportsbrain.village.queries import buildings_of, has_stays, residents_by_delegation
    from sportsbrain.vocabulary.planning import Order

    by = By(name="demo", now=dt.datetime.now(dt.UTC))
    if not versions_of(games_id=games.id, planner="rooms"):
        typer.echo("planning rooms …")
        run_order(games=games, planner="rooms", order=Order(seconds=seconds, seed=1), actor="demo")
    if not has_stays(games_id=games.id):
        begin_stays(games=games, by=by)
    people = sum(residents_by_delegation(games_id=games.id).values())
    begin_rates(games=games, residents=max(people, 100), by=by)
    release_beds(games_id=games.id, item="GUESTBED", percent=RELEASED_PERCENT, by=by)
    save_service_kinds(games_id=games.id)
    registered(games_id=games.id)
    save_assets(games_id=games.id, assets=[
        (f"LIFT-{building}", f"Lift of {building}", building, f"Entrance of {building}")
        for building in sorted(buildings_of(games_id=games.id))
    ])  # fmt: skip
    if not keys_of(games=games):
        rotate_key(games=games, actor="demo", now=by.now)


def let_village_live(games: Any, address: str, port: int) -> "list[subprocess.Popen[bytes]]":
    """Start a day of the village that joins the rehearsal; with Mosquitto its devices speak too."""
    own = ["--games", games.code]
    words = ["simulate", "village", *own, "--server", address, "--join"]
    date = _date(games)
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if mosquitto is None:
        typer.echo("  no Mosquitto here: meters and counters of the village stay silent")
        return [started([*words, "--date", date]), started(["village", "keep", *own])]
    folder, port = _broker(port)
    broker = subprocess.Popen(  # noqa: S603  # a path that was found, no shell
        [mosquitto, "-c", str(folder / "mosquitto.conf")], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    _wait(port)
    bus = ["--broker", str(folder), "--port", str(port)]
    return [
        broker,
        started(["devices", "ingest", str(folder), "--port", str(port)]),
        started(["village", "keep", *own, "--every", "10"]),
        started([*words, "--date", date, *bus]),
    ]


def _date(games: Any) -> str:
    """Return the day of the rehearsal, as the day itself chooses it."""
    from sportsbrain.committee.queries import exercises_count

    days = (games.ends_on - games.starts_on).days
    day = games.starts_on + dt.timedelta(days=1 + exercises_count(games_id=games.id) % days)
    return str(day.isoformat())


def _broker(port: int) -> tuple[pathlib.Path, int]:
    """Return the folder of the demo's broker and its port; made the first time."""
    from sportsbrain.feeds.mqtt.broker import init_broker

    folder = VAR / "broker"
    if not (folder / "mosquitto.conf").exists():
        init_broker(folder, address="127.0.0.1", port=port, hosts=["localhost"],
                    user="root" if os.getuid() == 0 else "")  # fmt: skip
    conf = (folder / "mosquitto.conf").read_text()
    listens = next(line for line in conf.splitlines() if line.startswith("listener "))
    return folder, int(listens.split()[1])


def _wait(port: int) -> None:
    """Wait until the broker listens, a while."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
