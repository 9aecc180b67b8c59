"""`sportsbrain what-if` and `room`: ask the whole chain; watch, verify, print."""

import json
import pathlib
from typing import Annotated, Any

import typer

from sportsbrain.plans.exports import games_named
from sportsbrain.ui.terminal import fail, progress_line

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(
    group, name="what-if", help="Ask what a change does to every plan; approve or discard it."
)
library = typer.Typer(no_args_is_help=True)
app.add_typer(
    library, name="library", help="What a Games leaves to the next: rules, parameters, lessons."
)
GAMES = typer.Option(help="Code of the Games")
JSON = typer.Option("--json", help="For programs")
NUMBER = typer.Argument(help="Number of the what-if")
ACTOR = "command line"
OUT = typer.Option(help="File to write")
PACK = pathlib.Path("pack.pdf")
WATCHERS = ("escalation", "auditor", "forecasts")


@group.command("ask")
def ask_command(
    change: Annotated[
        list[str],
        typer.Option(help="KIND field=value …, such as 'late-arrival delegation=ABC days=2'"),
    ],
    games: Annotated[str, GAMES] = "",
    title: Annotated[str, typer.Option(help="In your words")] = "",
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Answer part by part; nothing in force is touched."""
    from zoneinfo import ZoneInfo

    from sportsbrain.controlroom.errors import WhatIfStateError
    from sportsbrain.controlroom.jobs import answer_now
    from sportsbrain.vocabulary.changes import ChangeError, change_words

    row = games_named(games)
    try:
        changes = tuple(change_words(words, zone=ZoneInfo(row.time_zone)) for words in change)
        found = answer_now(
            games=row,
            changes=changes,
            title=title,
            actor=ACTOR,
            on_progress=progress_line(is_quiet=json_output),
            on_part=None if json_output else _show_part,
        )
    except (ChangeError, WhatIfStateError) as error:
        raise fail(3, f"what-if: {error}") from None
    if json_output:
        typer.echo(json.dumps(_report(found), default=str))
        return
    typer.echo(f"what-if {found.number}: approve or discard it")


@group.command("list")
def list_command(
    games: Annotated[str, GAMES] = "", json_output: Annotated[bool, JSON] = False
) -> None:
    """List what was asked, newest first."""
    from sportsbrain.controlroom.queries import what_ifs

    rows = what_ifs(games=games_named(games))
    if json_output:
        typer.echo(json.dumps([_report(row) for row in rows], default=str))
        return
    for row in rows:
        changed = ", ".join(part["planner"] for part in row.changed) or "nothing"
        typer.echo(f"{row.number:>4}  {row.what_if_state:10} {_name(row)}: {changed} changed")


@group.command("show")
def show_command(
    number: Annotated[int, NUMBER],
    games: Annotated[str, GAMES] = "",
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Show one answer."""
    from sportsbrain.controlroom.errors import UnknownWhatIfError
    from sportsbrain.controlroom.queries import what_if

    try:
        row = what_if(games=games_named(games), number=number)
    except UnknownWhatIfError as error:
        raise fail(2, f"what-if: {error}") from None
    if json_output:
        typer.echo(json.dumps(_report(row), default=str))
        return
    typer.echo(f"what-if {row.number}, {row.what_if_state}: {_name(row)}")
    for part in row.parts:
        _show_part(part)


@group.command("approve")
def approve_command(
    number: Annotated[int, NUMBER],
    games: Annotated[str, GAMES] = "",
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Put all changed plans in force and let the changes hold, all or nothing."""
    from sportsbrain.controlroom.actions import approve_what_if
    from sportsbrain.controlroom.errors import UnknownWhatIfError, WhatIfStateError
    from sportsbrain.plans.jobs import now
    from sportsbrain.sport.errors import PublishRefusedError

    row = games_named(games)
    try:
        numbers = approve_what_if(games=row, number=number, actor=ACTOR, now=now())
    except UnknownWhatIfError as error:
        raise fail(2, f"what-if: {error}") from None
    except (WhatIfStateError, PublishRefusedError) as error:
        raise fail(1, f"what-if: {error}") from None
    words = ", ".join(f"{planner} {version}" for planner, version in sorted(numbers.items()))
    typer.echo(json.dumps(numbers) if json_output else f"in force: {words or 'nothing new'}")


@group.command("discard")
def discard_command(number: Annotated[int, NUMBER], games: Annotated[str, GAMES] = "") -> None:
    """Leave everything as it is."""
    from sportsbrain.controlroom.actions import discard_what_if
    from sportsbrain.controlroom.errors import UnknownWhatIfError, WhatIfStateError
    from sportsbrain.plans.jobs import now

    try:
        discard_what_if(games=games_named(games), number=number, actor=ACTOR, now=now())
    except UnknownWhatIfError as error:
        raise fail(2, f"what-if: {error}") from None
    except WhatIfStateError as error:
        raise fail(1, f"what-if: {error}") from None
    typer.echo(f"what-if {number} is discarded")


@group.command("answer", hidden=True)
def answer_command(run: Annotated[int, typer.Option(help="The waiting run")]) -> None:
    """Answer a waiting what-if: how pages start it."""
    from sportsbrain.controlroom.jobs import answer_waiting

    answer_waiting(run_id=run)


def _name(row: Any) -> str:
    """Return the title, or the changes in the words that ask for them."""
    from sportsbrain.vocabulary.changes import change_row

    words = [
        " ".join(str(value) if key == "kind" else f"{key}={value}" for key, value in pairs.items())
        for pairs in map(change_row, row.changes)
    ]
    return str(row.title) or "; ".join(words)


def _report(row: Any) -> dict[str, Any]:
    from sportsbrain.vocabulary.changes import change_row

    return {
        "what_if": row.number,
        "title": row.title,
        "state": row.what_if_state,
        "changes": [change_row(change) for change in row.changes],
        "base": row.base,
        "parts": list(row.parts),
    }


def _show_part(part: dict[str, Any]) -> None:
    head = f"{part['planner']:10} {part['state']:9} {part['seconds']:5.1f} s  {part['why']}"
    typer.echo(f"\n{head}" if part["state"] == "changed" else head)
    for figure in part["figures"]:
        if figure["difference"]:
            name = figure["key"].replace("_", " ")
            typer.echo(
                f"    {name:22}{figure['before']:>14,.10g} → {figure['after']:>14,.10g}"
                f" {figure['difference']:>+12,.10g} {figure['unit']}"
            )
    if part["hard_faults"]:
        typer.echo(f"    {part['hard_faults']} broken rules")
    for text in part["reasons"][:4]:
        typer.echo(f"    {text}")


room_app = typer.Typer(no_args_is_help=True)
app.add_typer(room_app, name="room", help="The control room: watch, verify, print.")


@room_app.command("watch")
def watch_command(
    watcher: Annotated[str, typer.Argument(help="escalation, auditor or forecasts")],
    games: Annotated[str, GAMES] = "",
    seconds: Annotated[float, typer.Option(help="Look so often")] = 1.0,
    once: Annotated[bool, typer.Option("--once", help="Look once")] = False,
) -> None:
    """Raise, call and take back what is due; audit that it was; or follow the gates."""
    from sportsbrain.controlroom.exports import print_pack
    from sportsbrain.controlroom.jobs import watch

    if watcher not in WATCHERS:
        raise fail(2, f"room watch: {watcher!r} is none of {', '.join(WATCHERS)}")
    looks = iter([False])
    found = games_named(games)
    watch(
        games=found,
        on_hour=lambda moment: print_pack(games=found, moment=moment),
        watcher=watcher,
        seconds=0.0 if once else seconds,
        is_over=(lambda: next(looks, True)) if once else (lambda: False),
    )


@room_app.command("verify")
def verify_command(
    games: Annotated[str, GAMES] = "",
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Walk the log and say whether its chain is whole; exit code 1 when it is not."""
    from dataclasses import asdict

    from sportsbrain.controlroom.queries import check_chain

    chain = check_chain(games_id=games_named(games).id)
    if json_output:
        typer.echo(json.dumps(asdict(chain)))
    elif chain.broken_at is None:
        typer.echo(f"{chain.entries} entries, whole; newest {chain.newest_hash[:16]}")
    else:
        typer.echo(f"broken at entry {chain.broken_at}: {chain.why}", err=True)
    raise typer.Exit(0 if chain.broken_at is None else 1)


@room_app.command("pack")
def pack_command(
    games: Annotated[str, GAMES] = "",
    out: Annotated[pathlib.Path, OUT] = PACK,
) -> None:
    """Write the pack that is printed every hour, for when the network is gone."""
    import datetime as dt

    from sportsbrain.committee.queries import games_clock
    from sportsbrain.controlroom.exports import pack_pdf

    found = games_named(games)
    moment = games_clock(games_id=found.id, now=dt.datetime.now(dt.UTC))
    try:
        out.write_bytes(pack_pdf(games=found, moment=moment))
    except OSError as error:
        raise fail(2, f"room pack: {error.strerror}: {out}") from None
    typer.echo(f"{out}: {out.stat().st_size:,} bytes")


@library.command("export")
def export_library_command(
    path: Annotated[pathlib.Path, typer.Argument(help="ZIP to write")],
    games: Annotated[str, GAMES] = "",
) -> None:
    """Write the library of a Games; nobody's name is in it."""
    from sportsbrain.controlroom.exports import library_zip

    path.write_bytes(library_zip(games=games_named(games)))
    typer.echo(f"the library of {games} is in {path}")


@library.command("import")
def import_library_command(
    path: Annotated[pathlib.Path, typer.Argument(help="ZIP of a library")],
    games: Annotated[str, GAMES] = "",
) -> None:
    """Bring the library of another Games; its rules are used from then on."""
    import datetime as dt

    from sportsbrain.controlroom.actions import By, bring_library
    from sportsbrain.controlroom.errors import RoomError

    row = games_named(games)
    by = By(name=ACTOR, now=dt.datetime.now(dt.UTC))
    try:
        found = bring_library(games=row, content=path.read_bytes(), by=by)
    except (RoomError, OSError) as error:
        raise fail(3, f"library import: {error}") from None
    typer.echo(
        f"rules of {found.rules} slices as {found.rules_name}, {found.categories} categories,"
        f" {found.chains} chains, {found.playbooks} playbooks, {found.lessons} lessons"
    )
