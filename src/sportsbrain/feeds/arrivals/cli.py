"""`sportsbrain import-arrivals`."""

import dataclasses
import datetime as dt
import json
import pathlib
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail

app = typer.Typer()
SHOWN_MAX = 40


@app.command("import-arrivals")
def import_arrivals_command(
    path: Annotated[
        pathlib.Path,
        typer.Argument(help="CSV: code, organisation, direction, port, carrier, at, bags, special"),
    ],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Save when registered people come and go; rows with a trouble are kept with advice."""
    from sportsbrain.access.actions import By
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.arrivals.record import import_arrivals

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"import-arrivals: no Games {games!r}")
    if not path.is_file():
        raise fail(2, f"import-arrivals: {path} is not a file")
    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    report = import_arrivals(games=found, path=path, is_applied=apply, by=by)
    if json_output:
        typer.echo(json.dumps(dataclasses.asdict(report)))
        raise typer.Exit(1 if report.rejected else 0)
    for issue in report.issues[:SHOWN_MAX]:
        typer.echo(f"{path.name}: {issue}", err=True)
    typer.echo(
        f"arrivals: read {report.read}, created {report.created}, changed {report.changed},"
        f" same {report.same}, rejected {report.rejected}"
    )
    typer.echo("saved" if apply else "nothing was changed; add --apply to keep it")
    raise typer.Exit(1 if report.rejected else 0)
