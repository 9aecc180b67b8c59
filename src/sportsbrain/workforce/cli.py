"""`sportsbrain plan roster` and `sportsbrain check roster`."""

import json
from typing import Annotated, Any

import typer

from sportsbrain.ui.terminal import fail, progress_line, show_terms

plan_app, check_app = typer.Typer(), typer.Typer()
GAMES = typer.Option(help="Code of the Games")
SECONDS = typer.Option(help="Stop after so many seconds")
SEED = typer.Option(help="Same seed, same choices")
ROUNDS = typer.Option(help="Stop after so many rounds")
DETERMINISTIC = typer.Option("--deterministic", help="Same seed, same plan; needs --rounds")
FROM = typer.Option("--from", help="Keep what can be kept of this version")
SOURCE = typer.Option("--use", help="Read another version of another plan: rooms=3; repeatable")
RUN = typer.Option(hidden=True)
VERSION = typer.Option(help="Number of the version; the newest when left out")
JSON = typer.Option("--json", help="For programs")


def _games(code: str) -> Any:
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


def _plan(planner: str, code: str, order: dict[str, Any], run: int, json_output: bool) -> None:
    from sportsbrain.plans.errors import NothingToPlanError, SliceRulesError, UnknownVersionError
    from sportsbrain.plans.exports import plan_lines, plan_report
    from sportsbrain.vocabulary.planning import Order
    from sportsbrain.workforce import jobs

    if run:
        jobs.run_waiting(run_id=run)
        return
    games = _games(code)
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


def _check(planner: str, code: str, version: int, json_output: bool) -> None:
    from sportsbrain.plans.errors import NothingToPlanError, UnknownVersionError
    from sportsbrain.plans.exports import check_lines, check_report
    from sportsbrain.workforce.planning import score_of_version

    games = _games(code)
    try:
        score, assumptions = score_of_version(games=games, planner=planner, number=version)
    except (NothingToPlanError, UnknownVersionError) as error:
        raise fail(3, f"check {planner}: {error}") from None
    report = check_report(score=score, assumptions=assumptions)
    lines = [json.dumps(report)] if json_output else check_lines(report, score)
    typer.echo("\n".join(lines))
    raise typer.Exit(1 if score.faults else 0)


@plan_app.command("roster")
def plan_roster_command(
    games: Annotated[str, GAMES] = "",
    seconds: Annotated[float, SECONDS] = 300.0,
    seed: Annotated[int, SEED] = 1,
    rounds: Annotated[int, ROUNDS] = 0,
    deterministic: Annotated[bool, DETERMINISTIC] = False,
    start: Annotated[int, FROM] = 0,
    use: Annotated[list[str] | None, SOURCE] = None,
    run: Annotated[int, RUN] = 0,
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Give everybody a team and every team its shifts."""
    order = {
        "seconds": seconds,
        "seed": seed,
        "rounds": rounds,
        "is_deterministic": deterministic,
        "from_version": start or None,
        "sources": _sources(use or []),
    }
    _plan("roster", games, order, run, json_output)


@check_app.command("roster")
def check_roster_command(
    games: Annotated[str, GAMES] = "",
    version: Annotated[int, VERSION] = 0,
    json_output: Annotated[bool, JSON] = False,
) -> None:
    """Judge a version rule by rule; exit code 1 when a hard rule is broken."""
    _check("roster", games, version, json_output)
