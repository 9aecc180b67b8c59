"""The reference Games come in by the same door as anybody's tables."""

import datetime as dt
import pathlib
import tempfile

from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.feeds.tables.files import write_csv_folder
from sportsbrain.feeds.tables.record import import_tables
from sportsbrain.reference.games import generate_games
from sportsbrain.vocabulary.statuses import Role


def reference_games(size: str) -> GamesRow:
    """Return the reference Games of a size, made and imported once, with demo people seated."""
    code = f"REF{size[0].upper()}1"
    games = get_games(code=code)
    if games is None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            write_csv_folder(path, generate_games(size=size, seed=1))
            import_tables(
                path=path,
                mapping_name="",
                games_code="",
                is_applied=True,
                actor="demo",
                now=dt.datetime.now(dt.UTC),
            )
        games = get_games(code=code)
    if games is None:
        message = f"the {size} reference Games could not be imported"
        raise RuntimeError(message)
    _seats(games)
    return games


def _seats(games: GamesRow) -> None:
    people = (
        ("demo-planner", "Demo planner", Role.APPROVER),
        ("demo-viewer", "Demo viewer", Role.VIEWER),
    )
    for username, name, role in people:
        seat_person(
            games_id=games.id, username=username, display_name=name, role=role, actor="demo"
        )
