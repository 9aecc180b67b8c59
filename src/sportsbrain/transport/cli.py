"""`sportsbrain plan`, `check` and `export` of buses and cars; rides; reports from the road."""

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
    "dispatch": Face(
        seconds=60.0,
        text="Plan which car of the pool fetches whom and when, from the rides that are booked.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="transport")
export_app = typer.Typer()
app = typer.Typer()
ride_app = typer.Typer(no_args_is_help=True)
app.add_typer(ride_app, name="ride", help="Rides of the car pool: book, cancel, list, late.")
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


def _moment(text: str, zone: str, command: str) -> dt.datetime:
    from zoneinfo import ZoneInfo

    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise fail(2, f"{command}: {text!r} is not a time such as 2030-07-24T09:30") from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


@ride_app.command("book")
def book_command(
    start: Annotated[str, typer.Option("--from", help="village, hotels or a venue's code")],
    end: Annotated[str, typer.Option("--to", help="village, hotels or a venue's code")],
    people: Annotated[int, typer.Option(help="How many")] = 1,
    arrive_by: Annotated[str, typer.Option(help="Be there by, such as 2030-07-24T09:30")] = "",
    fetch_at: Annotated[str, typer.Option(help="Fetched from then on; one of the two")] = "",
    client: Annotated[str, typer.Option(help="For whom")] = "",
    code: Annotated[str, typer.Option(help="Own number; the same again changes the ride")] = "",
    games: Annotated[str, GAMES] = "",
) -> None:
    """Book a ride."""
    from sportsbrain.transport.actions import Wish, book_ride
    from sportsbrain.transport.errors import RideError

    found = games_named(games)
    if bool(arrive_by) == bool(fetch_at):
        raise fail(2, "ride book: give either --arrive-by or --fetch-at")
    wish = Wish(
        code=code,
        from_place=start,
        to_place=end,
        people=people,
        wanted_at=_moment(arrive_by or fetch_at, found.time_zone, "ride book"),
        is_arrival=bool(arrive_by),
        client=client,
    )
    try:
        own = book_ride(games=found, wish=wish, actor="command line", now=dt.datetime.now(dt.UTC))
    except RideError as error:
        raise fail(2, f"ride book: {error}") from None
    typer.echo(f"{own}: booked; it gets a car with the next plan of its day")


@ride_app.command("cancel")
def cancel_command(
    code: Annotated[str, typer.Argument(help="Number of the ride")],
    games: Annotated[str, GAMES] = "",
) -> None:
    """Cancel a ride."""
    from sportsbrain.transport.actions import cancel_ride
    from sportsbrain.transport.errors import UnknownRideError

    found = games_named(games)
    try:
        cancel_ride(games=found, code=code, actor="command line", now=dt.datetime.now(dt.UTC))
    except UnknownRideError as error:
        raise fail(2, f"ride cancel: {error}") from None
    typer.echo(f"{code}: cancelled")


@ride_app.command("list")
def list_command(
    day: Annotated[str, typer.Argument(help="Day of operations, such as 2030-07-24")],
    games: Annotated[str, GAMES] = "",
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Show the rides of a day and the cars that fetch them."""
    from sportsbrain.transport.exports import ride_lines, rides_json
    from sportsbrain.transport.queries import ride_day

    found = ride_day(games=games_named(games), day=_day(day, "ride list"))
    typer.echo(rides_json(found) if json_output else "\n".join(ride_lines(found)))


def _day(text: str, command: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise fail(2, f"{command}: {text!r} is not a day such as 2030-07-24") from None


@ride_app.command("late")
def late_command(
    car: Annotated[str, typer.Argument(help="Name of the car, as in the list")],
    minutes: Annotated[float, typer.Argument(help="How much later its next stop will be")],
    at: Annotated[str, typer.Option(help="When that is known; now when left out")] = "",
    games: Annotated[str, GAMES] = "",
) -> None:
    """Report a car that is late: its day is planned again at once and put in force."""
    import time

    from sportsbrain.transport.errors import RideError
    from sportsbrain.transport.exports import redispatch_lines
    from sportsbrain.transport.planning import CarReport, redispatch_day
    from sportsbrain.transport.queries import day_rule

    found = games_named(games)
    now = dt.datetime.now(dt.UTC)
    moment = _moment(at, found.time_zone, "ride late") if at else now
    try:
        done = redispatch_day(
            games=found,
            day=day_rule(found)(moment),
            at=moment,
            reports=(CarReport(car=car, seconds=minutes * 60),),
            actor="command line",
            clock=time.monotonic,
            now=now,
        )
    except RideError as error:
        raise fail(2, f"ride late: {error}") from None
    typer.echo("\n".join(redispatch_lines(done)))
