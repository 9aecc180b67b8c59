"""`sportsbrain village`, and plans and checks of rooms and meals."""

import datetime as dt
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
