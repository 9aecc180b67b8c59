"""
For which Games the running code works, for the wall.

What is said goes with a request: into its threads, and into what it streams after its answer has
begun. None is the owner of the database, who sees all: jobs and the command line.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

NOTHING = 0  # of no Games
_games: ContextVar[int | None] = ContextVar("games")
_unsaid: list[int | None] = [None]


def show_nothing_unsaid() -> None:
    """Let this process see no rows of Games but where it said of which: it serves pages."""
    _unsaid[0] = NOTHING


def scope() -> int | None:
    """Return the key of the Games that is worked for, `NOTHING`, or None for all."""
    return _games.get(_unsaid[0])


def open_games(games_id: int | None) -> None:
    """Work for a Games from now on: its rows are seen and no others; for all with None."""
    _games.set(games_id)


@contextmanager
def behind_wall() -> Iterator[None]:
    """Show nothing of any Games in the block, until `open_games` says which."""
    token = _games.set(NOTHING)
    try:
        yield
    finally:
        _games.reset(token)


def is_walled() -> bool:
    """Tell whether rows are hidden: PostgreSQL copies nothing into tables then."""
    return scope() is not None
