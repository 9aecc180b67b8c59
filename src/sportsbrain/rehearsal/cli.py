"""`sportsbrain simulate day`, `simulate village` and `replay`."""

import datetime as dt
import json
import pathlib
import signal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from sportsbrain.plans.exports import games_named
from sportsbrain.ui.terminal import fail

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(
    group, name="simulate", help="Let the world outside happen: a day of the Games, of the village."
)
ACTOR = "rehearsal"


@group.command("day")
def day_command(
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    date: Annotated[str, typer.Option(help="Day of the Games, such as 2030-07-24")] = "",
    speed: Annotated[float, typer.Option(help="Seconds of the day in one second")] = 60.0,
    hours: Annotated[float, typer.Option(help="Stop after so many hours of the day")] = 18.0,
    begins: Annotated[str, typer.Option(help="The day begins at")] = "06:00",
    seed: Annotated[int, typer.Option(help="Same seed, same day")] = 1,
    server: Annotated[str, typer.Option(help="Where it comes in")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(help="API token; made for this machine's Games")] = "",
    json_output: Annotated[bool, typer.Option("--json", help="A line of JSON a tick")] = False,
) -> None:
    """Bring a day in by the doors that gates, buses, desks and sensors use; Ctrl-C ends it."""
    from dataclasses import asdict

    from sportsbrain.rehearsal.day import rehearse
    from sportsbrain.rehearsal.doors import DoorError, Doors

    found = games_named(games)
    try:
        wanted = dt.date.fromisoformat(date) if date else found.starts_on + dt.timedelta(days=1)
        first = dt.time.fromisoformat(begins)
    except ValueError:
        raise fail(2, "simulate day: days are like 2030-07-24, times like 06:00") from None
    if not found.starts_on <= wanted <= found.ends_on or speed <= 0:
        days = f"{found.starts_on} to {found.ends_on}"
        raise fail(2, f"simulate day: a day from {days}, and a speed above 0")
    doors = Doors(server=server, games=found.code, token=token or _token(found.id))
    going = rehearse(
        doors=doors,
        date=wanted,
        time_zone=found.time_zone,
        speed=speed,
        seed=seed,
        hours=hours,
        begins=first,
    )
    signal.signal(signal.SIGTERM, _interrupt)  # whoever stops it ends the exercise too
    try:
        for told in going:
            if json_output:
                typer.echo(json.dumps(asdict(told), default=str))
            else:
                clock = told.at.astimezone().strftime("%H:%M UTC%z")
                typer.echo(f"\r  {clock}  {told.brought:,} of {told.of:,} brought in,"
                           f" {told.refused} refused", nl=False)  # fmt: skip
    except DoorError as error:
        raise fail(4, f"simulate day: {error}") from None
    except KeyboardInterrupt:
        going.close()
        typer.echo("\n  ended")


@group.command("village")
def village_command(
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    residents: Annotated[
        int, typer.Option(help="At most so many of those who live there")
    ] = 14_500,
    date: Annotated[str, typer.Option(help="Day of the Games, such as 2030-07-24")] = "",
    speed: Annotated[float, typer.Option(help="Seconds of the day in one second")] = 60.0,
    hours: Annotated[float, typer.Option(help="Stop after so many hours of the day")] = 24.0,
    begins: Annotated[str, typer.Option(help="The day begins at")] = "00:00",
    seed: Annotated[int, typer.Option(help="Same seed, same day")] = 1,
    server: Annotated[str, typer.Option(help="Where it comes in")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(help="API token; made for this machine's Games")] = "",
    broker: Annotated[
        pathlib.Path | None, typer.Option(help="Folder of `devices init`: then devices speak too")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the broker")] = 8883,
    join: Annotated[bool, typer.Option("--join", help="Follow the rehearsal that goes on")] = False,
) -> None:
    """Let a day of the village happen: gates, requests, orders, halls, meters; Ctrl-C ends it."""
    from sportsbrain.rehearsal.doors import DoorError, Doors
    from sportsbrain.rehearsal.village.run import rehearse_village

    found = games_named(games)
    try:
        wanted = dt.date.fromisoformat(date) if date else found.starts_on + dt.timedelta(days=1)
        first = dt.time.fromisoformat(begins)
    except ValueError:
        raise fail(2, "simulate village: days are like 2030-07-24, times like 06:00") from None
    if speed <= 0 or residents < 1:
        raise fail(2, "simulate village: a speed above 0, and somebody who lives there")
    doors = Doors(server=server, games=found.code, token=token or _token(found.id))
    bus = _bus(broker, port, found.id, seed) if broker else None
    going = rehearse_village(
        doors=doors, date=wanted, time_zone=found.time_zone, speed=speed, seed=seed, bus=bus,
        residents=residents, hours=hours, begins=first,
        patience=60.0 if join else None,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        for told in going:
            clock = told.at.astimezone().strftime("%H:%M UTC%z")
            words = ", ".join(f"{n:,} {name}" for name, n in sorted(told.brought.items()))
            typer.echo(
                f"\r  {clock}  {words}; {told.refused} refused, {told.said:,} said", nl=False
            )
    except DoorError as error:
        raise fail(4, f"simulate village: {error}") from None
    except KeyboardInterrupt:
        going.close()
        typer.echo("\n  ended")
    finally:
        if bus:
            bus.close()


@app.command("replay")
def replay_command(
    source: Annotated[
        pathlib.Path | None, typer.Argument(help="Folder with results; invented ones without")
    ] = None,
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    mapping: Annotated[str, typer.Option(help="For other people's tables: name or .toml")] = "",
    since: Annotated[str, typer.Option("--from", help="First day, such as 2030-07-24")] = "",
    days: Annotated[int, typer.Option(help="So many days")] = 1,
    begins: Annotated[str, typer.Option(help="The day begins at")] = "07:00",
    speed: Annotated[float, typer.Option(help="Seconds of the day in one second")] = 60.0,
    seed: Annotated[int, typer.Option(help="Same seed, same results, where invented")] = 1,
    server: Annotated[str, typer.Option(help="Where it comes in")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(help="API token; made for this machine's Games")] = "",
    join: Annotated[bool, typer.Option("--join", help="Follow the rehearsal that goes on")] = False,
    report: Annotated[bool, typer.Option(help="Write a live post for each gold")] = True,
) -> None:
    """Play results of a Games through the door that operators use; Ctrl-C ends it."""
    from sportsbrain.feeds.tables.sources import SourceError
    from sportsbrain.rehearsal import results
    from sportsbrain.rehearsal.doors import DoorError, Doors
    from sportsbrain.rehearsal.reporter import Reporter
    from sportsbrain.world.queries import public_facts

    found = games_named(games)
    zone = ZoneInfo(found.time_zone)
    try:
        first = dt.date.fromisoformat(since) if since else found.starts_on + dt.timedelta(days=1)
        clock = dt.time.fromisoformat(begins)
    except ValueError:
        raise fail(2, "replay: days are like 2030-07-24, times like 06:00") from None
    if speed <= 0 or days < 1:
        raise fail(2, "replay: a speed above 0, and a day or more")
    begins_at = dt.datetime.combine(first, clock, tzinfo=zone)
    ends_at = dt.datetime.combine(first + dt.timedelta(days=days), dt.time(3), tzinfo=zone)
    doors = Doors(server=server, games=found.code, token=token or _token(found.id))
    try:
        played = (
            results.played_in_tables(source, mapping_name=mapping, games_id=found.id, zone=zone)
            if source
            else results.played_by_chance(games_id=found.id, seed=seed)
        )
        reporter = Reporter(doors, public_facts(games_id=found.id)) if report else None
        results.replay_at(
            doors, played=played, begins_at=begins_at, ends_at=ends_at, speed=speed,
            patience=60.0 if join else None, tell=_tell_told,
            heard=reporter.heard if reporter else None,
        )  # fmt: skip
    except (DoorError, SourceError) as error:
        raise fail(4, f"replay: {error}") from None
    except KeyboardInterrupt:
        typer.echo("\n  ended")


def _tell_told(told: Any) -> None:
    clock = told.at.astimezone().strftime("%d %b %H:%M UTC%z")
    words = f"{told.brought:,} of {told.of:,} brought in, {told.refused} refused"
    typer.echo(f"\r  {clock}  {words}", nl=False)


def _bus(folder: pathlib.Path, port: int, games_id: int, seed: int) -> Any:
    """Register halls, meters and the weather as an engineer does, and connect their gateways."""
    from sportsbrain.feeds.mqtt.broker import BrokerFolderError, add_principal
    from sportsbrain.rehearsal.village.bus import Bus
    from sportsbrain.rehearsal.village.register import registered

    points = registered(games_id=games_id)
    names = tuple(sorted({point.principal for point in points}))
    try:
        for name in names:
            if not (folder / "principals" / f"{name}.crt").exists():
                add_principal(folder, name)
        return Bus(folder, port, names, seed)
    except (BrokerFolderError, OSError) as error:
        raise fail(4, f"simulate village: {error}") from None


def _interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _token(games_id: int) -> str:
    """Return a token of the rehearsal, who may do what gates and desks may."""
    from sportsbrain.committee.actions import make_api_token, seat_person
    from sportsbrain.vocabulary.statuses import Role

    user_id = seat_person(
        games_id=games_id,
        username=ACTOR,
        display_name="Rehearsal",
        role=Role.APPROVER,
        actor=ACTOR,
    )
    return make_api_token(user_id=user_id, name="simulate day")
