"""`sportsbrain village`, and plans and checks of rooms and meals."""

import datetime as dt
import pathlib
from typing import Annotated

import typer

from sportsbrain.plans.exports import Face, planner_commands
from sportsbrain.ui.terminal import fail

FACES = {
    "rooms": Face(
        seconds=120.0,
        text="Give everybody a bed; with --from the fewest people move.",
    ),
    "meals": Face(
        seconds=60.0,
        text="Say who eats where and when, and how much of each dish is made.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="village")
app = typer.Typer()
village_app = typer.Typer(no_args_is_help=True, help="The village: stays of residents.")
app.add_typer(village_app, name="village")


@village_app.command("begin")
def begin_command(
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    version: Annotated[int, typer.Option(help="Version of the rooms plan; 0: the newest")] = 0,
) -> None:
    """Let a plan of the beds become stays, in force; who has come keeps the bed they have."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.plans.errors import NothingToPlanError, UnknownVersionError
    from sportsbrain.village.actions import By
    from sportsbrain.village.errors import VillageError
    from sportsbrain.village.planning import begin_stays

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"village begin: no Games {games!r}")
    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    try:
        number, done = begin_stays(games=found, by=by, number=version or None)
    except (NothingToPlanError, UnknownVersionError, VillageError) as error:
        raise fail(3, f"village begin: {error}") from None
    typer.echo(
        f"version {number}: {len(done.created)} new, {len(done.moved)} in another bed,"
        f" {len(done.other_nights)} other nights, {len(done.cancelled)} not coming,"
        f" {len(done.held)} who have come stay where they are"
    )


@village_app.command("keep")
def keep_command(
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    once: Annotated[bool, typer.Option("--once", help="Do it once and end")] = False,
    every: Annotated[float, typer.Option(help="Seconds between two looks")] = 60.0,
) -> None:
    """Sum up what devices say by five minutes, each minute; delete what is kept for its time."""
    import threading

    from sportsbrain.committee.queries import get_games
    from sportsbrain.village.jobs import keep

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"village keep: no Games {games!r}")
    stop = threading.Event()
    try:
        for told in keep(games_id=found.id, stop=stop, is_once=once, every=every):
            typer.echo(told)
    except KeyboardInterrupt:
        stop.set()


@village_app.command("reads")
def reads_command(
    number: Annotated[str, typer.Argument(help="Number of the pass, such as S12 or G7")],
    why: Annotated[str, typer.Option(help="Why you need to know: it is written down")] = "",
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    reader: Annotated[str, typer.Option(help="Who asks")] = "",
) -> None:
    """Say where a pass was read in the last three days; who asks, and why, is written down."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.credentials.actions import reads_of_pass

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"village reads: no Games {games!r}")
    kind = "guest" if number.startswith("G") else "resident"
    if not reader.strip():
        raise fail(2, "village reads: say who asks: --reader NAME")
    try:
        rows = reads_of_pass(games_id=found.id, kind=kind, number=number, reader=reader, reason=why)
    except ValueError as error:
        raise fail(2, f"village reads: {error} (--why)") from None
    for row in rows:
        typer.echo(f"{row.read_at:%d %b %H:%M} {row.place} {row.direction} {row.answer}")


@village_app.command("imdf")
def imdf_command(
    path: Annotated[pathlib.Path, typer.Argument(help="The archive to be written, a .zip")],
    country: Annotated[str, typer.Option(help="Two letters, such as PT: IMDF wants it")],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
) -> None:
    """Write the drawn floors of the village as an IMDF archive."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.village.exports import imdf_of
    from sportsbrain.village.queries import accessible_rooms, floor_rows
    from sportsbrain.vocabulary.floors import FloorError

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"village imdf: no Games {games!r}")
    floors = floor_rows(games_id=found.id)
    rooms = accessible_rooms(games_id=found.id)
    now = dt.datetime.now(dt.UTC)
    try:
        content = imdf_of(games=found, floors=floors, accessible=rooms, country=country, now=now)
    except FloorError as error:
        raise fail(3, f"village imdf: {error}") from None
    path.write_bytes(content)
    typer.echo(f"{len(floors)} floors, {sum(len(f.units) for f in floors)} units: {path}")
