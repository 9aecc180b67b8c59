"""`sportsbrain import` and `sportsbrain generate`."""

import dataclasses
import datetime as dt
import json
import pathlib
from typing import Annotated

import typer

from sportsbrain.feeds.tables.sources import SourceError

app = typer.Typer()


@app.command("import")
def import_command(
    path: Annotated[
        pathlib.Path, typer.Argument(help="Folder of CSV files, one CSV file, or an .xlsx workbook")
    ],
    mapping: Annotated[str, typer.Option(help="For other people's tables: name or .toml")] = "",
    games: Annotated[str, typer.Option(help="Code of the Games; the table says it otherwise")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Keep it; without, only report")] = False,
    as_planned: Annotated[
        bool, typer.Option("--as-planned", help="As before the first day: no results, no medals")
    ] = False,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Report, row by row, what an import would do; with --apply do it in one transaction."""
    from sportsbrain.feeds.tables.record import import_tables

    try:
        report = import_tables(
            path=path,
            mapping_name=mapping,
            games_code=games,
            is_applied=apply,
            actor="command line",
            now=dt.datetime.now(dt.UTC),
            is_as_planned=as_planned,
        )
    except SourceError as error:
        typer.echo(f"import: {error}", err=True)
        raise typer.Exit(3) from None
    if json_output:
        typer.echo(json.dumps(dataclasses.asdict(report), default=str))
        return
    for title, tables in (("", report.tables), ("(derived) ", report.derived)):
        for name, t in tables.items():
            typer.echo(
                f"{title + name:24} read {t.read:>6}  created {t.created:>6}"
                f"  changed {t.changed:>5}"
                f"  same {t.same:>6}  merged {t.merged:>4}  rejected {t.rejected:>5}"
                f"  warnings {t.warnings:>5}"
            )
            for label, reasons in (("rejected", t.reasons), ("warning", t.warning_reasons)):
                for reason, count in sorted(reasons.items(), key=lambda kv: -kv[1]):
                    typer.echo(f"    {label}: {reason}: {count}")
    for issue in report.issues[:40]:
        word = "warning" if issue.is_warning else "rejected"
        typer.echo(
            f"{issue.file_name}:{issue.line} {issue.column or issue.table} {issue.value!r}"
            f" {word}: {issue.reason}; {issue.advice}"
        )
    hidden = max(0, len(report.issues) - 40) + report.issues_hidden
    if hidden:
        typer.echo(f"… and {hidden} more; all rejected rows are kept in the inbox with --apply")
    for note in report.notes:
        typer.echo(f"note: {note}")
    typer.echo("applied" if apply else "nothing was changed; add --apply to keep it")


@app.command("generate")
def generate_command(
    what: Annotated[str, typer.Argument(help="games, or template for an empty workbook")] = "games",
    size: Annotated[str, typer.Option(help="small, middle or large")] = "middle",
    seed: Annotated[int, typer.Option(help="Same seed, same bytes")] = 1,
    out: Annotated[pathlib.Path | None, typer.Option(help="Folder (games) or .xlsx file")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Write invented Games as tables, or an empty workbook with explanations."""
    from sportsbrain.feeds.tables.files import write_csv_folder, write_template
    from sportsbrain.reference.games import SIZES, generate_games

    if what == "template":
        path = out or pathlib.Path("games-template.xlsx")
        write_template(path)
        typer.echo(json.dumps({"file": str(path)}) if json_output else f"wrote {path}")
        return
    if what != "games" or size not in SIZES:
        typer.echo("generate: say games --size small|middle|large, or template", err=True)
        raise typer.Exit(2)
    folder = out or pathlib.Path(f"games-{size}-{seed}")
    counts = write_csv_folder(folder, generate_games(size=size, seed=seed))
    if json_output:
        typer.echo(json.dumps({"folder": str(folder), "tables": counts}))
        return
    for name, count in counts.items():
        typer.echo(f"{name:16}{count:>8}")
    typer.echo(f"wrote {folder}; import it with: sportsbrain import {folder} --apply")
