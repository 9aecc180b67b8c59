"""`sportsbrain import-rides`."""

import dataclasses
import datetime as dt
import json
import pathlib
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail, refuse_rows

app = typer.Typer()


@app.command("import-rides")
def import_rides_command(
    path: Annotated[
        pathlib.Path,
        typer.Argument(help="CSV: code, from, to, people, arrive_by or fetch_at, client"),
    ],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Book the rides of a list with the car pool: all of them, or none when a row is wrong."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.rides.record import import_rides

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"import-rides: no Games {games!r}")
    if not path.is_file():
        raise fail(2, f"import-rides: {path} is not a file")
    report = import_rides(
        games=found,
        path=path,
        is_applied=apply,
        actor="command line",
        now=dt.datetime.now(dt.UTC),
    )
    if json_output:
        typer.echo(json.dumps(dataclasses.asdict(report)))
        raise typer.Exit(1 if report.issues else 0)
    refuse_rows("import-rides", path, report.issues, "nothing is booked: mend these rows first")
    typer.echo(
        f"rides: read {report.read}, created {report.created}, changed {report.changed},"
        f" same {report.same}"
    )
    typer.echo("booked" if apply else "nothing was changed; add --apply to keep it")
