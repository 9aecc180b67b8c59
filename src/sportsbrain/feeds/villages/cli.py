"""`sportsbrain import-village`."""

import datetime as dt
import pathlib
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail, refuse_rows

app = typer.Typer()


@app.command("import-village")
def import_village_command(
    kind: Annotated[str, typer.Argument(help="rates, assets or halls")],
    path: Annotated[
        pathlib.Path, typer.Argument(help="CSV; a name that is no file shows the columns")
    ],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
) -> None:
    """Bring a list of the village: the rate card, things with a code, halls; all or nothing."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.villages.messages import COLUMNS
    from sportsbrain.feeds.villages.record import import_list
    from sportsbrain.village.actions import By

    if kind not in COLUMNS:
        raise fail(2, f"import-village: {kind!r} is none of {', '.join(COLUMNS)}")
    found = get_games(code=games)
    if found is None:
        raise fail(2, f"import-village: no Games {games!r}")
    if not path.is_file():
        columns = "\n".join(f"  {name}: {text}" for name, text in COLUMNS[kind].items())
        raise fail(2, f"import-village: {path} is not a file; its columns are\n{columns}")
    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    report = import_list(games=found, kind=kind, path=path, is_applied=apply, by=by)
    refuse_rows("import-village", path, report.issues, "nothing is changed: mend these rows first")
    typer.echo(f"{report.read} rows of {kind}")
    typer.echo("kept" if apply else "nothing was changed; add --apply to keep it")
