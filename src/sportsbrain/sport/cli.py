"""`sportsbrain plan`, `check`, `compare`, `export`."""

import datetime as dt
import json
import pathlib
import sys
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

import typer

from sportsbrain.plans.exports.commands import games_named
from sportsbrain.ui.terminal import fail, progress_line, show_terms

plan_app, check_app, compare_app, export_app = (typer.Typer() for _ in range(4))
GAMES = typer.Option(help="Code of the Games")
JSON = typer.Option("--json", help="For programs")


@plan_app.command("timetable")
def plan_command(
    games: Annotated[str, GAMES] = "",
    seconds: Annotated[float, typer.Option(help="Stop after so many seconds")] = 60.0,
    seed: Annotated[int, typer.Option(help="Same seed, same choices")] = 1,
    gap: Annotated[float, typer.Option(help="Stop at this gap, such as 0.15")] = 0.0,
    rounds: Annotated[int, typer.Option(help="Stop after so many rounds")] = 0,
    deterministic: Annotated[
        bool, typer.Option("--deterministic", help="Same seed, same plan; needs --rounds")
    ] = False,
    against: Annotated[
        str, typer.Option(help="held, or a version number to beat on every term")
    ] = "",
    start: Annotated[int, typer.Option("--from", help="Begin from this version")] = 0,
    close: Annotated[str, typer.Option(help="Re-plan: VENUE closed …")] = "",
    since: Annotated[str, typer.Option(help="… from this moment, 2024-07-30T14:00+02:00 …")] = "",
    until: Annotated[str, typer.Option(help="… until this one")] = "",
    move: Annotated[str, typer.Option(help="Re-plan: UNIT moves …")] = "",
    to: Annotated[str, typer.Option(help="… to this moment")] = "",
    base: Annotated[str, typer.Option(help="Version to re-plan, or held")] = "held",
    as_of: Annotated[str, typer.Option(help="What began before this moment stays")] = "",
    stability: Annotated[
        float, typer.Option(help="With --from: the price of each moved unit")
    ] = 0.0,
    on: Annotated[
        str,
        typer.Option(help="Where disciplines are planned: here; `ray` here; ray://head:10001"),
    ] = "",
    run: Annotated[int, typer.Option(hidden=True)] = 0,
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Plan the timetable of a Games, or re-plan it around a closed venue or a moved unit."""
    from sportsbrain.sport import jobs
    from sportsbrain.sport.planning import Order

    if run:
        jobs.run_now(run_id=run)
        return
    row = games_named(games)
    if close or move:
        change = partial(_change, row, close, since, until, move, to)
        _replan(row, change, base, seconds, seed, as_of, json_output)
        return
    order = Order(
        seconds=seconds,
        seed=seed,
        gap=gap,
        rounds=rounds,
        is_deterministic=deterministic,
        from_version=start or None,
        against=against,
        stability=stability,
        as_of=_moment(as_of, row.time_zone).isoformat() if as_of else "",
        on=on,
    )
    report = _report(row, _planned(row, order, is_quiet=json_output), seed)
    if against:
        report["against"] = _against(row, against)
    _show_plan(report, json_output)
    raise typer.Exit(0 if report["hard_faults"] == 0 else 1)


def _planned(row: Any, order: Any, *, is_quiet: bool) -> Any:
    """Plan as ordered, and return what came of it."""
    from sportsbrain.plans.actions import start_run
    from sportsbrain.plans.jobs import SpreadError
    from sportsbrain.sport import jobs

    if order.on and order.is_deterministic:
        raise fail(2, "plan: --deterministic works in one process, --on in many: leave one out")
    try:
        order.stop()
    except ValueError as error:
        raise fail(2, f"plan: {error}") from None
    run_id = start_run(
        games_id=row.id, planner="timetable", order=asdict(order), actor="command line"
    )
    try:
        outcome = jobs.run_now(run_id=run_id, on_progress=progress_line(is_quiet=is_quiet))
    except SpreadError as error:
        raise fail(2, f"plan: {error}") from None
    if outcome is None:
        raise fail(4, "plan: the run was taken by another process")
    return outcome


def _report(row: Any, outcome: Any, seed: int) -> dict[str, Any]:
    from sportsbrain.vocabulary.planning import relative_gap

    return {
        "planner": "timetable",
        "games": row.code,
        "version": outcome.version,
        "seed": seed,
        "objective": round(outcome.objective, 3),
        "bound": round(outcome.bound, 3),
        "gap": round(relative_gap(objective=outcome.objective, bound=outcome.bound), 4),
        "first_feasible_seconds": outcome.first_feasible_seconds,
        "seconds": round(outcome.seconds, 2),
        "hard_faults": len(outcome.score.faults),
        "reasons": [asdict(reason) for reason in outcome.reasons],
        "soft": {
            k: {
                "value": round(v, 3),
                "weight": outcome.score.weights.get(k, 0.0),
                "bound": round(outcome.term_bounds.get(k, 0.0), 3),
            }
            for k, v in outcome.score.soft.items()
        },
    }


def _against(row: Any, name: str) -> dict[str, Any]:
    from sportsbrain.sport.planning import build_for, score_of, starts_named

    built = build_for(games=row)
    score = score_of(built=built, starts=starts_named(games=row, built=built, name=name))
    return {
        "hard_faults": len(score.faults),
        "objective": round(score.objective, 3),
        "soft": {
            k: {"value": round(v, 3), "weight": score.weights.get(k, 0.0)}
            for k, v in score.soft.items()
        },
    }


def _show_plan(report: dict[str, Any], json_output: bool) -> None:
    if json_output:
        typer.echo(json.dumps(report))
        return
    typer.echo("")
    typer.echo(
        f"timetable {report['version']} of {report['games']}: objective {report['objective']:,.1f},"
        f" bound {report['bound']:,.1f}, gap {report['gap']:.1%}, {report['hard_faults']} faults,"
        f" {report['seconds']:.0f} s"
    )
    show_terms(report["soft"], report.get("against", {}).get("soft", {}))
    _show_reasons(report)


def _replan(
    row: Any,
    change: Any,
    base: str,
    seconds: float,
    seed: int,
    as_of: str,
    json_output: bool,
) -> None:
    from sportsbrain.sport.planning import replan
    from sportsbrain.vocabulary.changes import ChangeError

    try:
        outcome = replan(
            games=row,
            changes=(change(),),
            base=base,
            seconds=min(seconds, 9.0),
            seed=seed,
            actor="command line",
            now=dt.datetime.now(dt.UTC),
            as_of=_moment(as_of, row.time_zone) if as_of else None,
        )
    except (ChangeError, ValueError) as error:
        raise fail(2, f"plan: {error}") from None
    report = {
        **_report(row, outcome, seed),
        "moved": outcome.moved,
        "moved_least": outcome.moved_least,
    }
    if json_output:
        typer.echo(json.dumps(report))
        return
    typer.echo(
        f"timetable {outcome.version}: {outcome.moved} units moved, at least {outcome.moved_least}"
        f" must, {outcome.seconds:.1f} s, {len(outcome.score.faults)} faults"
    )
    _show_reasons(report)


def _show_reasons(report: dict[str, Any]) -> None:
    for reason in report["reasons"]:
        typer.echo(f"  {reason['text']}")
        if reason["helps"]:
            typer.echo(f"    any one of these would help: {'; '.join(reason['helps'])}")


def _change(row: Any, close: str, since: str, until: str, move: str, to: str) -> Any:
    """Return the change that the options describe."""
    from sportsbrain.vocabulary.changes import Closure, Move

    if move:
        return Move(unit=move, starts_at=_moment(to, row.time_zone))
    return Closure(
        venue=close,
        starts_at=_moment(since, row.time_zone),
        ends_before=_moment(until, row.time_zone),
    )


def _moment(text: str, zone: str) -> dt.datetime:
    from zoneinfo import ZoneInfo

    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


@check_app.command("timetable")
def check_command(
    games: Annotated[str, GAMES] = "",
    version: Annotated[int, typer.Option(help="Number of the version")] = 0,
    as_held: Annotated[bool, typer.Option("--as-held", help="The schedule as imported")] = False,
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Judge a timetable rule by rule; exit code 1 when a hard rule is broken."""
    from sportsbrain.plans.errors import UnknownVersionError
    from sportsbrain.sport.planning import build_for, score_of, starts_named

    row = games_named(games)
    if not as_held and not version:
        raise fail(2, "check: say --as-held or --version N")
    built = build_for(games=row)
    try:
        starts = starts_named(games=row, built=built, name="held" if as_held else str(version))
    except UnknownVersionError as error:
        raise fail(2, f"check: {error}") from None
    score = score_of(built=built, starts=starts)
    if json_output:
        typer.echo(
            json.dumps(
                {
                    "hard_faults": len(score.faults),
                    "by_rule": score.by_rule,
                    "soft": {k: round(v, 3) for k, v in score.soft.items()},
                    "objective": round(score.objective, 3),
                    "assumptions": list(built.assumptions),
                }
            )
        )
    else:
        typer.echo(f"{len(score.faults)} faults in {len(starts)} units")
        for rule, count in score.by_rule.items():
            typer.echo(f"  {rule:18}{count:>6}")
            for fault in [f for f in score.faults if f.rule == rule][:3]:
                typer.echo(f"      {fault.text}  {' '.join(fault.units[:2])}")
        for key, value in score.soft.items():
            typer.echo(f"  {key:18}{value:>12,.1f} × {score.weights.get(key, 0):g}")
        for note in built.assumptions:
            typer.echo(f"  assumed: {note}")
    raise typer.Exit(1 if score.faults else 0)


@compare_app.command("timetable")
def compare_command(
    one: Annotated[str, typer.Argument(help="held, or a version number")],
    other: Annotated[str, typer.Argument(help="held, or a version number")],
    games: Annotated[str, GAMES] = "",
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Compare two timetables term by term and unit by unit."""
    from sportsbrain.sport.queries import compare_timetables

    row = games_named(games)
    found = compare_timetables(games=row, one=one, other=other)
    if json_output:
        typer.echo(json.dumps(found, default=str))
        return
    for key, pair in found["soft"].items():
        typer.echo(
            f"  {key:15}{pair['one']:>12,.1f}{pair['other']:>12,.1f}{pair['difference']:>+12,.1f}"
        )
    typer.echo(f"  {len(found['moved'])} units at another time, {found['same']} at the same")


@export_app.command("timetable")
def export_command(
    games: Annotated[str, GAMES] = "",
    version: Annotated[str, typer.Option(help="Version number, or held")] = "held",
    file_format: Annotated[
        str, typer.Option("--format", help="csv, json, xlsx, ics or pdf")
    ] = "csv",
    out: Annotated[
        pathlib.Path | None, typer.Option(help="File; standard output when left out")
    ] = None,
) -> None:
    """Write every unit with start, end and place."""
    from sportsbrain.plans.errors import UnknownVersionError
    from sportsbrain.sport.exports import FORMATS, export_timetable

    row = games_named(games)
    if file_format not in FORMATS:
        raise fail(2, f"export: no format {file_format!r}; there are {', '.join(FORMATS)}")
    try:
        content = export_timetable(games=row, name=version, file_format=file_format)
    except UnknownVersionError as error:
        raise fail(2, f"export: {error}") from None
    if out is not None:
        out.write_bytes(content)
        typer.echo(f"wrote {out}", err=True)
    else:
        sys.stdout.buffer.write(content)
