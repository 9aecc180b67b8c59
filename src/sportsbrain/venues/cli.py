"""`sportsbrain plan lanes`, `check lanes`, `sweep queues`."""

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from sportsbrain.plans.exports import Face, games_named, planner_commands
from sportsbrain.ui.terminal import fail

if TYPE_CHECKING:
    from sportsbrain.venues.planning.sweep import Answered

FACES = {
    "lanes": Face(
        seconds=240.0,
        text="Say how many screening lanes and gates to open at every venue, quarter by quarter.",
    ),
}
plan_app, check_app = planner_commands(FACES, slice_name="venues")
sweep_app = typer.Typer(no_args_is_help=True)
PEOPLE, LATE, LANES = "0.9,1.0,1.1,1.2", "0,10,20,30", "0.7,0.8,0.9,1.0"


@sweep_app.command("queues")
def queues_command(
    venue: Annotated[str, typer.Option(help="Code of the venue")],
    date: Annotated[str, typer.Option(help="Day of the Games, such as 2030-07-24")],
    games: Annotated[str, typer.Option(help="Code of the Games")] = "",
    people: Annotated[str, typer.Option(help="Shares of those who are expected")] = PEOPLE,
    late: Annotated[str, typer.Option(help="Minutes that they come later")] = LATE,
    lanes: Annotated[str, typer.Option(help="Shares of the lanes that are open")] = LANES,
    days: Annotated[int, typer.Option(help="Days simulated for each")] = 20,
    seed: Annotated[int, typer.Option(help="Same seed, same answers")] = 1,
    workers: Annotated[int, typer.Option(help="So many at once; 0: all cores")] = 0,
    on: Annotated[
        str, typer.Option(help="Where: here; `ray` here; a cluster such as ray://head:10001")
    ] = "",
    json_output: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Ask how a venue's queues would be on every combination of days that could be."""
    from sportsbrain.plans.errors import NothingToPlanError
    from sportsbrain.plans.jobs import SpreadError, spread
    from sportsbrain.venues.planning.sweep import answered, scenarios, sweep_tasks

    found = games_named(games)
    try:
        wanted = scenarios(
            people=_numbers(people), late_minutes=_numbers(late), lanes=_numbers(lanes)
        )
        day = dt.date.fromisoformat(date)
    except ValueError as error:
        raise fail(2, f"sweep queues: {error}; shares are like 0.9,1.0, days 2030-07-24") from None
    try:
        tasks = sweep_tasks(games=found, venue=venue, date=day, wanted=wanted, days=days, seed=seed)
        for one in spread(answered, tasks, workers=workers, address=on):
            typer.echo(json.dumps(asdict(one)) if json_output else _line(one))
    except (NothingToPlanError, SpreadError) as error:
        raise fail(3, f"sweep queues: {error}") from None


def _numbers(text: str) -> tuple[float, ...]:
    found = tuple(float(word) for word in text.split(","))
    if not all(0 <= number < 1_000 for number in found):
        message = f"{text} is no list of shares or minutes"
        raise ValueError(message)
    return found


def _line(one: "Answered") -> str:
    case = one.scenario
    return (
        f"{case.people:>5.0%} come, {case.late_minutes:>3.0f} min later,"
        f" {case.lanes:>4.0%} of lanes: wait {one.wait_median / 60:>4.0f} min,"
        f" one in twenty {one.wait_p95 / 60:>4.0f}; {one.share_kept:>4.0%} as promised,"
        f" {one.share_seated:>4.0%} seated, worst {one.weakest}"
    )
