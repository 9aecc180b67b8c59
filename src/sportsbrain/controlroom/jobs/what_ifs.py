"""Answer what-ifs in a child process, part by part."""

import gc
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.actions import ask_what_if, end_what_if, keep_part, tie_run
from sportsbrain.controlroom.planning import answer
from sportsbrain.controlroom.queries import WhatIfRow, what_if
from sportsbrain.plans.actions import start_run
from sportsbrain.plans.jobs import carry_out, launch, now
from sportsbrain.plans.queries import any_run
from sportsbrain.vocabulary.changes import Change
from sportsbrain.vocabulary.planning import Progress

PLANNER = "what-if"
Told = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a run of a what-if ends with."""

    version: int
    objective: float = 0.0
    bound: float = 0.0


def launch_what_if(*, games: GamesRow, changes: tuple[Change, ...], title: str, actor: str) -> int:
    """Ask, start answering in a child process, and return the number of the what-if."""
    number = ask_what_if(games=games, changes=changes, title=title, actor=actor, now=now())
    run_id = launch(
        games_id=games.id,
        planner=PLANNER,
        order={"number": number},
        actor=actor,
        words=("what-if", "answer"),
    )
    tie_run(games_id=games.id, number=number, run_id=run_id)
    return number


def answer_now(
    *,
    games: GamesRow,
    changes: tuple[Change, ...],
    title: str,
    actor: str,
    on_progress: Callable[[Progress], None] | None = None,
    on_part: Told | None = None,
) -> WhatIfRow:
    """Ask and answer in this process."""
    number = ask_what_if(games=games, changes=changes, title=title, actor=actor, now=now())
    run_id = start_run(games_id=games.id, planner=PLANNER, order={"number": number}, actor=actor)
    tie_run(games_id=games.id, number=number, run_id=run_id)
    answer_waiting(run_id=run_id, on_progress=on_progress, on_part=on_part)
    return what_if(games=games, number=number)


def answer_waiting(
    *,
    run_id: int,
    on_progress: Callable[[Progress], None] | None = None,
    on_part: Told | None = None,
) -> None:
    """Carry one waiting run out in this process."""
    number = int(any_run(run_id=run_id).order["number"])

    def steps(games: GamesRow, actor: str) -> Generator[Progress, bool, Answered]:
        return _steps(games, number, actor=actor, run_id=run_id, on_part=on_part)

    with _without_collecting():
        carry_out(run_id=run_id, steps=steps, on_progress=on_progress)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """
    Leave the search for cycles in memory until the answer is there.

    Millions of rows are read and few cycles are made: looking through all of them again and again
    took a fifth of the time. Everything else is freed as ever (540 MB at most on the large Games).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _steps(
    games: GamesRow, number: int, *, actor: str, run_id: int, on_part: Told | None
) -> Generator[Progress, bool, Answered]:
    """Keep each part as it comes; a cancelled one keeps those it has and stays unanswered."""
    row = what_if(games=games, number=number)
    going = answer(
        games=games,
        changes=row.changes,
        base=row.base,
        actor=actor,
        clock=time.monotonic,
        now=now,
        run_id=run_id,
    )
    is_cancelled = False
    try:
        step = next(going)
        while True:
            if isinstance(step, Progress):
                is_cancelled = bool((yield step)) or is_cancelled
            else:
                keep_part(games_id=games.id, number=number, part=step, now=now())
                if on_part:
                    on_part(step)
            step = going.send(is_cancelled)
    except StopIteration:
        pass
    if not what_if(games=games, number=number).waiting:
        end_what_if(games_id=games.id, number=number, now=now())
    return Answered(version=number)
