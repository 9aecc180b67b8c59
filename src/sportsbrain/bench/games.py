"""Which Games a bench plans, and a run to its end."""

from collections.abc import Callable, Generator
from typing import Any

from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.feeds.tables.reference import reference_games
from sportsbrain.vocabulary.planning import Progress

REAL_GAMES = "G2024"


def games_to_plan(code: str) -> list[GamesRow]:
    """
    Return the named Games, else the large reference and, where it is imported, the real one.

    Raises
    ------
    LookupError
        When there is no Games of that code.

    """
    if code:
        found = get_games(code=code)
        if found is None:
            message = f"no Games {code!r}; import it first"
            raise LookupError(message)
        return [found]
    real = get_games(code=REAL_GAMES)
    return [reference_games("large"), *([real] if real else [])]


def to_the_end(
    steps: Generator[Progress, bool, Any], name: str, on_progress: Callable[[str], None]
) -> Any:
    """Return what a run ends with, telling its progress."""
    try:
        while True:
            progress = next(steps)
            on_progress(f"{name}: {progress.step} {progress.seconds:.0f} s {progress.note}")
    except StopIteration as end:
        return end.value
