"""`sportsbrain import-people`."""

import dataclasses
import datetime as dt
import json
import pathlib
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from sportsbrain.ui.terminal import fail

if TYPE_CHECKING:
    from sportsbrain.feeds.people.record import PeopleReport

app = typer.Typer()
SHOWN_MAX = 40


@app.command("import-people")
def import_people_command(
    path: Annotated[
        pathlib.Path,
        typer.Argument(help="CSV, XLSX, or a ZIP of one of them with pictures named by code"),
    ],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
    organisation: Annotated[str, typer.Option(help="Only people of this organisation")] = "",
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
    run: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Register the people of a list: those that are right, in one transaction; Ctrl-C undoes it."""
    if run:
        from sportsbrain.feeds.people.record import carry_import

        carry_import(run_id=run, clock=time.monotonic)
        return
    from sportsbrain.access.actions import By
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.people.parse import UnreadableError
    from sportsbrain.feeds.people.record import import_steps

    found = get_games(code=games)
    if found is None:
        raise fail(2, f"import-people: no Games {games!r}")
    if not path.is_file():
        raise fail(2, f"import-people: {path} is not a file")
    by = By(name="command line", now=dt.datetime.now(dt.UTC), client=organisation)
    steps = import_steps(games=found, path=path, is_applied=apply, by=by, clock=time.monotonic)
    try:
        while True:
            _show(next(steps))
    except StopIteration as end:
        report = end.value
    except UnreadableError as error:
        raise fail(3, f"import-people: {error}") from None
    except KeyboardInterrupt:
        steps.close()
        raise fail(130, "import-people: stopped: nothing was changed") from None
    _show(None)
    if json_output:
        typer.echo(json.dumps(dataclasses.asdict(report)))
        raise typer.Exit(1 if report.rejected else 0)
    _print(report, path.name)
    raise typer.Exit(1 if report.rejected else 0)


def _print(report: "PeopleReport", name: str) -> None:
    """Say what became of a list, row by row where something is wrong."""
    for issue in report.issues[:SHOWN_MAX]:
        typer.echo(f"{name}: {issue}", err=True)
    if len(report.issues) > SHOWN_MAX:
        typer.echo(f"… and {len(report.issues) - SHOWN_MAX} more", err=True)
    if report.others:
        typer.echo(f"columns kept as answers: {', '.join(report.others)}", err=True)
    typer.echo(
        f"people: read {report.read}, created {report.created}, changed {report.changed},"
        f" same {report.same}, rejected {report.rejected}; pictures {report.photos}"
    )
    kept = report.is_applied
    typer.echo("registered" if kept else "nothing was changed; add --apply to keep it")


def _show(progress: object) -> None:
    """Show progress in one line on a terminal."""
    if not sys.stderr.isatty():
        return
    words = f"{getattr(progress, 'step', '')} {getattr(progress, 'note', '')}" if progress else ""
    sys.stderr.write(f"\r{words:<60}\r")
    sys.stderr.flush()
