"""`sportsbrain import-rooms`."""

import dataclasses
import datetime as dt
import json
import pathlib
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail, refuse_rows

app = typer.Typer()


@app.command("import-rooms")
def import_rooms_command(
    path: Annotated[
        pathlib.Path,
        typer.Argument(help="CSV: person, room, bed, arrives, leaves, delegation, gender, role"),
    ],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Say what a room list would change, row by row; keep all of it, or none when one is wrong."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.rooming.record import import_rooming

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"import-rooms: no Games {games!r}")
    if not path.is_file():
        raise fail(2, f"import-rooms: {path} is not a file")
    report = import_rooming(games=found, path=path, is_applied=apply, actor="command line",
                            now=dt.datetime.now(dt.UTC))  # fmt: skip
    if json_output:
        typer.echo(json.dumps(dataclasses.asdict(report)))
        raise typer.Exit(1 if report.issues else 0)
    refuse_rows("import-rooms", path, report.issues, "no bed is changed: mend these rows first")
    for line, person, what, before, after in report.lines:
        if what != "same":
            came = f"{before} → " if before else ""
            typer.echo(f"  line {line}: {person} {what}: {came}{after}")
    same = sum(what == "same" for _, _, what, _, _ in report.lines)
    typer.echo(f"{report.read} rows, {same} say what is so already")
    typer.echo("kept" if apply else "nothing was changed; add --apply to keep it")
