"""`sportsbrain import-catalogue`."""

import dataclasses
import datetime as dt
import json
import pathlib
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail, refuse_rows

app = typer.Typer()


@app.command("import-catalogue")
def import_catalogue_command(
    path: Annotated[pathlib.Path, typer.Argument(help="A table (CSV), or Saleor's fixtures")],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Put the products of a file on the shelves: all of them, or none when a row is wrong."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.catalogues.record import import_catalogue

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"import-catalogue: no Games {games!r}")
    if not path.is_file():
        raise fail(2, f"import-catalogue: {path} is not a file")
    report = import_catalogue(games=found, path=path, is_applied=apply, actor="command line",
                              now=dt.datetime.now(dt.UTC))  # fmt: skip
    if json_output:
        typer.echo(json.dumps(dataclasses.asdict(report)))
        raise typer.Exit(1 if report.issues else 0)
    refuse_rows("import-catalogue", path, report.issues, "nothing is kept: mend these first")
    for note in report.notes:
        typer.echo(note)
    typer.echo(
        f"{report.products} products, {report.created} of them new, {report.articles} articles,"
        f" {report.pieces} pieces"
    )
    typer.echo("kept" if apply else "nothing was changed; add --apply to keep it")
