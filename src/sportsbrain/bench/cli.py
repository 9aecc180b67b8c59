"""`sportsbrain bench`."""

import json
import pathlib
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer

from sportsbrain.bench.rows import BenchRow, table

app = typer.Typer()
BENCHES = (
    "timetable",
    "rooms",
    "fleet",
    "dispatch",
    "meals",
    "roster",
    "whatif",
    "crowd",
    "access",
    "shop",
    "village",
    "channel",
    "cloud",
    "faults",
)


def _show(text: str) -> None:
    """Say on a terminal where the bench is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text[:100]}")
        sys.stderr.flush()


def _bench(name: str) -> Callable[..., list[BenchRow]]:
    found: Any = getattr(import_module(f"sportsbrain.bench.{name}"), f"bench_{name}")
    return found  # type: ignore[no-any-return]  # each bench has this one function


@app.command("bench")
def bench_command(
    name: Annotated[str, typer.Argument(help=", ".join(BENCHES))] = "timetable",
    games: Annotated[
        str, typer.Option(help="Code of the Games; else G2024, or the large reference")
    ] = "",
    seconds: Annotated[float, typer.Option(help="Seconds to plan")] = 300.0,
    data: Annotated[
        pathlib.Path, typer.Option(help="Folder of real data and published instances")
    ] = pathlib.Path("../shared/data"),
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Measure beside peers and limits in the same run; exit code 1 when a target is not met."""
    if name not in BENCHES:
        typer.echo(f"bench: no bench {name!r}; there are {', '.join(BENCHES)}", err=True)
        raise typer.Exit(2)
    try:
        rows = _bench(name)(
            games_code=games,
            seconds=seconds,
            data=data if data.is_dir() else None,
            on_progress=_show,
        )
    except LookupError as error:
        typer.echo(f"bench: {error}", err=True)
        raise typer.Exit(2) from None
    _show("")
    if json_output:
        typer.echo(json.dumps([row.plain() for row in rows]))
    else:
        typer.echo(table(rows))
    raise typer.Exit(1 if any(row.holds is False for row in rows) else 0)


@app.command("capacity")
def capacity_command(
    games: Annotated[str, typer.Option(help="small, middle, large or 100x")] = "small",
    prices: Annotated[
        pathlib.Path | None, typer.Option(help="Your prices, as our prices.toml has them")
    ] = None,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Say what a Games needs, machines to euros, from what work costs on this machine now."""
    from dataclasses import asdict

    from sportsbrain.bench.capacity import text_of
    from sportsbrain.bench.capacity.measure import measure
    from sportsbrain.bench.capacity.model import asked_by, capacity, prices_of

    try:
        asked, listed = asked_by(games), prices_of(prices)
    except LookupError as error:
        typer.echo(f"capacity: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo("measuring what work costs here: two minutes …", err=True)
    found = capacity(asked, measure(_show), listed)
    _show("")
    typer.echo(json.dumps(asdict(found)) if json_output else text_of(found))
