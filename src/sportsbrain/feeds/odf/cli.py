"""`sportsbrain import-odf`: messages of the results feed from files."""

import dataclasses
import datetime as dt
import json
import pathlib
from typing import Annotated

import typer

from sportsbrain.ui.terminal import fail

app = typer.Typer()


@app.command("import-odf")
def import_odf_command(
    paths: Annotated[list[pathlib.Path], typer.Argument(help="XML files, or folders of them")],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    tests: Annotated[bool, typer.Option("--tests", help="Take messages of a test feed")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Take messages in by name; each whole or not at all, refused ones stay in the inbox."""
    from sportsbrain.feeds.odf.record import record_folder
    from sportsbrain.plans.exports import games_named

    found = games_named(games)
    files = [file for path in paths
             for file in (sorted(path.glob("*.xml")) if path.is_dir() else [path])]  # fmt: skip
    missing = [file for file in files if not file.is_file()]
    if missing or not files:
        raise fail(2, f"import-odf: no file {missing[0] if missing else paths[0]}")
    reports = record_folder(games=found, paths=files, actor="command line", takes_tests=tests,
                            now=lambda: dt.datetime.now(dt.UTC))  # fmt: skip
    for report in reports:
        if json_output:
            typer.echo(json.dumps(dataclasses.asdict(report)))
            continue
        word = f"{report.changed} facts changed" if report.is_taken else f"refused: {report.reason}"
        notes = "".join(f" ({warning})" for warning in report.warnings)
        typer.echo(f"{report.file_name}: {report.kind} {word}{notes}")
    raise typer.Exit(0 if all(report.is_taken for report in reports) else 3)
