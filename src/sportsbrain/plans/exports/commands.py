"""`plan NAME` and `check NAME`, made once for every planner of a slice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any

import typer

from sportsbrain.ui.terminal import fail, progress_line, show_terms

GAMES = typer.Option(help="Code of the Games")
SEED = typer.Option(help="Same seed, same choices")
ROUNDS = typer.Option(help="Stop after so many rounds")
DETERMINISTIC = typer.Option("--deterministic", help="Same seed, same plan; needs --rounds")
FROM = typer.Option("--from", help="Keep what can be kept of this version")
SOURCE = typer.Option("--use", help="Read another version of another plan: rooms=3; repeatable")
RUN = typer.Option(hidden=True)
VERSION = typer.Option(help="Number of the version; the newest when left out")
JSON = typer.Option("--json", help="For programs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """How a planner shows itself: the seconds it takes unless told, and its help in a line."""

    seconds: float
    text: str


def planner_commands(
    faces: Mapping[str, Face], *, slice_name: str
) -> tuple[typer.Typer, typer.Typer]:
    """Return the `plan` and `check` commands of a slice's planners."""
    plan_app, check_app = typer.Typer(), typer.Typer()
    for name, face in faces.items():
        plan_app.command(name, help=face.text)(_plan_command(name, face, slice_name))
        text = "Judge a version rule by rule; exit code 1 when a hard rule is broken."
        check_app.command(name, help=text)(_check_command(name, slice_name))
    return plan_app, check_app


def _slice(slice_name: str, part: str) -> ModuleType:
    """Return a module of the slice: imported where used, so that the command line starts fast."""
    from importlib import import_module

    return import_module(f"sportsbrain.{slice_name}.{part}")


def _plan_command(planner: str, face: Face, slice_name: str) -> Any:
    def command(
        games: Annotated[str, GAMES] = "",
        seconds: Annotated[float, typer.Option(help="Stop after so many seconds")] = face.seconds,
        seed: Annotated[int, SEED] = 1,
        rounds: Annotated[int, ROUNDS] = 0,
        deterministic: Annotated[bool, DETERMINISTIC] = False,
        start: Annotated[int, FROM] = 0,
        use: Annotated[list[str] | None, SOURCE] = None,
        run: Annotated[int, RUN] = 0,
        json_output: Annotated[bool, JSON] = False,
    ) -> None:
        order = {
            "seconds": seconds,
            "seed": seed,
            "rounds": rounds,
            "is_deterministic": deterministic,
            "from_version": start or None,
            "sources": _sources(use or []),
        }
        _plan(planner, slice_name, games, order, run, json_output)

    return command


def _check_command(planner: str, slice_name: str) -> Any:
    def command(
        games: Annotated[str, GAMES] = "",
        version: Annotated[int, VERSION] = 0,
        json_output: Annotated[bool, JSON] = False,
    ) -> None:
        _check(planner, slice_name, games, version, json_output)

    return command


def games_named(code: str) -> Any:
    """Return the Games of a code, or leave with the codes there are."""
    from sportsbrain.committee.queries import all_games, get_games

    games = get_games(code=code)
    if games is None:
        known = ", ".join(g.code for g in all_games()) or "none yet: import or generate one"
        raise fail(2, f"no Games {code!r}; known are {known}")
    return games


def _sources(words: list[str]) -> tuple[tuple[str, int], ...]:
    found = []
    for word in words:
        planner, _, number = word.partition("=")
        if not number.isdigit():
            raise fail(2, f"plan: --use {word!r} is not PLANNER=NUMBER, such as rooms=3")
        found.append((planner, int(number)))
    return tuple(found)


def _plan(
    planner: str, slice_name: str, code: str, order: dict[str, Any], run: int, json_output: bool
) -> None:
    from sportsbrain.plans.errors import NothingToPlanError, SliceRulesError, UnknownVersionError
    from sportsbrain.plans.exports.reports import plan_lines, plan_report
    from sportsbrain.vocabulary.planning import Order

    jobs = _slice(slice_name, "jobs")
    if run:
        jobs.run_waiting(run_id=run)
        return
    games = games_named(code)
    try:
        asked = Order(**order)
        asked.stop()
        outcome = jobs.run_order(
            games=games,
            planner=planner,
            order=asked,
            actor="command line",
            on_progress=progress_line(is_quiet=json_output),
        )
    except (NothingToPlanError, SliceRulesError, UnknownVersionError) as error:
        raise fail(3, f"plan {planner}: {error}") from None
    except ValueError as error:
        raise fail(2, f"plan {planner}: {error}") from None
    report = plan_report(games=games, outcome=outcome, seed=asked.seed)
    if json_output:
        typer.echo(json.dumps(report))
    else:
        typer.echo("")
        typer.echo("\n".join(plan_lines(report)))
        show_terms(report["soft"], {})
    raise typer.Exit(0 if report["hard_faults"] == 0 else 1)


def _check(planner: str, slice_name: str, code: str, version: int, json_output: bool) -> None:
    from sportsbrain.plans.errors import NothingToPlanError, UnknownVersionError
    from sportsbrain.plans.exports.reports import check_lines, check_report

    games = games_named(code)
    try:
        planning = _slice(slice_name, "planning")
        score, assumptions = planning.score_of_version(games=games, planner=planner, number=version)
    except (NothingToPlanError, UnknownVersionError) as error:
        raise fail(3, f"check {planner}: {error}") from None
    report = check_report(score=score, assumptions=assumptions)
    lines = [json.dumps(report)] if json_output else check_lines(report, score)
    typer.echo("\n".join(lines))
    raise typer.Exit(1 if score.faults else 0)
