"""`sportsbrain bench`."""

import json
import sys
from typing import Annotated

import typer

app = typer.Typer()


def _show(text: str) -> None:
    """Say on a terminal where the bench is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text[:100]}")
        sys.stderr.flush()


@app.command("bench")
def bench_command(
    name: Annotated[str, typer.Argument(help="timetable")] = "timetable",
    games: Annotated[
        str, typer.Option(help="Code of the Games; else G2024, or the large reference")
    ] = "",
    seconds: Annotated[float, typer.Option(help="Seconds to plan")] = 300.0,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Measure beside peers and limits in the same run; exit code 1 when a target is not met."""
    from sportsbrain.bench.rows import table
    from sportsbrain.bench.timetable import bench_timetable

    if name != "timetable":
        typer.echo(f"bench: no bench {name!r}; there is: timetable", err=True)
        raise typer.Exit(2)
    try:
        rows = bench_timetable(games_code=games, seconds=seconds, on_progress=_show)
    except LookupError as error:
        typer.echo(f"bench: {error}", err=True)
        raise typer.Exit(2) from None
    _show("")
    if json_output:
        typer.echo(json.dumps([row.plain() for row in rows]))
    else:
        typer.echo(table(rows))
    raise typer.Exit(1 if any(row.holds is False for row in rows) else 0)
