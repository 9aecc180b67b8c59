"""`sportsbrain plan`, `check` and `export` of the buses, and reports from the road."""

import datetime as dt
import pathlib
from typing import Annotated, Any

import typer

from sportsbrain.plans.exports import Face, games_named, planner_commands
from sportsbrain.ui.terminal import fail

FACES = {
    "demand": Face(
        seconds=60.0,
        text="Lay out who wants to be where in every quarter of an hour.",
    ),
    "fleet": Face(
        seconds=120.0,
        text="Plan departures, vehicles and drivers of the bus network.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="transport")
export_app = typer.Typer()
app = typer.Typer()
GAMES = typer.Option(help="Code of the Games")
VERSION = typer.Option(help="Version of the fleet; that in force, else the newest, when left out")
OUT = typer.Option(help="File to write")


def _network(code: str, version: int) -> Any:
    from sportsbrain.plans.errors import NothingToPlanError, UnknownVersionError
    from sportsbrain.transport.queries import network_of

    try:
        return network_of(games=games_named(code), version=version or None)
    except (NothingToPlanError, UnknownVersionError) as error:
        raise fail(3, f"export: {error}") from None


def _write(out: pathlib.Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise fail(2, f"export: {error.strerror}: {out}") from None
    typer.echo(f"{out}: {len(content):,} bytes")


@export_app.command("gtfs")
def gtfs_command(
    games: Annotated[str, GAMES] = "",
    version: Annotated[int, VERSION] = 0,
    out: Annotated[pathlib.Path, OUT] = pathlib.Path("gtfs.zip"),
) -> None:
    """Write the bus network as a GTFS feed."""
    from sportsbrain.transport.exports import gtfs_zip

    _write(out, gtfs_zip(network=_network(games, version)))


@export_app.command("trip-updates")
def trip_updates_command(
    games: Annotated[str, GAMES] = "",
    version: Annotated[int, VERSION] = 0,
    out: Annotated[pathlib.Path, OUT] = pathlib.Path("trip-updates.pb"),
) -> None:
    """Write how late the buses are as a GTFS-Realtime feed."""
    from sportsbrain.transport.exports import trip_updates
    from sportsbrain.transport.queries import delays_now

    network = _network(games, version)
    delays = delays_now(games=network.games, network=network)
    _write(out, trip_updates(network=network, delays=delays, now=dt.datetime.now(dt.UTC)))


@export_app.command("run-sheets")
def run_sheets_command(
    day: Annotated[str, typer.Option(help="Day of operations, such as 2030-07-24")],
    games: Annotated[str, GAMES] = "",
    version: Annotated[int, VERSION] = 0,
    out: Annotated[pathlib.Path, OUT] = pathlib.Path("run-sheets.pdf"),
) -> None:
    """Write a driver's A4 page for each duty of a day."""
    from sportsbrain.transport.exports import run_sheets_pdf

    network = _network(games, version)
    try:
        wanted = dt.date.fromisoformat(day)
    except ValueError:
        raise fail(2, f"export: {day!r} is not a day such as {network.days[0]}") from None
    duties = tuple(duty for duty in network.duties.values() if duty.day == wanted)
    _write(out, run_sheets_pdf(network=network, duties=duties))


@app.command("delay")
def delay_command(
    run: Annotated[str, typer.Argument(help="Code of the run, as on the board")],
    minutes: Annotated[int, typer.Argument(help="Minutes late; 0 is on time, -1 does not run")],
    games: Annotated[str, GAMES] = "",
) -> None:
    """Report a run that is late, so that boards and feeds say so."""
    from sportsbrain.transport.actions import report_delay
    from sportsbrain.transport.errors import UnknownRunCodeError

    network = _network(games, 0)
    try:
        report_delay(
            games=network.games,
            network=network,
            run=run,
            seconds=minutes * 60 if minutes >= 0 else -1,
            actor="command line",
            now=dt.datetime.now(dt.UTC),
        )
    except UnknownRunCodeError as error:
        raise fail(2, f"delay: {error}") from None
    typer.echo(f"{run}: reported")
