"""`sportsbrain import-village`."""

import datetime as dt
import pathlib
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail, refuse_rows

app = typer.Typer()
FLOORS, SHOWN = "imdf", 20


@app.command("import-village")
def import_village_command(
    kind: Annotated[str, typer.Argument(help="rates, assets, halls or imdf")],
    path: Annotated[
        pathlib.Path,
        typer.Argument(help="CSV (a name that is no file shows the columns), or an IMDF archive"),
    ],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
) -> None:
    """Bring the village's rate card, things with a code, halls, or floors; all or nothing."""
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.villages.messages import COLUMNS
    from sportsbrain.feeds.villages.record import import_floors, import_list
    from sportsbrain.village.actions import By

    kinds = (*COLUMNS, FLOORS)
    if kind not in kinds:
        raise fail(2, f"import-village: {kind!r} is none of {', '.join(kinds)}")
    found = get_games(code=games)
    if found is None:
        raise fail(2, f"import-village: no Games {games!r}")
    if not path.is_file() and kind == FLOORS:
        raise fail(2, f"import-village: {path} is not a file; IMDF is a zip of GeoJSON files")
    if not path.is_file():
        columns = "\n".join(f"  {name}: {text}" for name, text in COLUMNS[kind].items())
        raise fail(2, f"import-village: {path} is not a file; its columns are\n{columns}")
    by = By(name="command line", now=dt.datetime.now(dt.UTC))
    if kind == FLOORS:
        floors, missing = import_floors(games=found, path=path, is_applied=apply, by=by)
        refuse_rows(
            "import-village", path, floors.issues, "nothing is changed: mend the file first"
        )
        typer.echo(f"{floors.read} floors; {len(missing)} rooms of the village on none of them")
        for room in missing[:SHOWN]:
            typer.echo(f"  {room}")
        typer.echo("kept" if apply else "nothing was changed; add --apply to keep it")
        return
    report = import_list(games=found, kind=kind, path=path, is_applied=apply, by=by)
    refuse_rows("import-village", path, report.issues, "nothing is changed: mend these rows first")
    typer.echo(f"{report.read} rows of {kind}")
    typer.echo("kept" if apply else "nothing was changed; add --apply to keep it")
