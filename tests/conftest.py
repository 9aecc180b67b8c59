"""What every test may use."""

import contextlib
import datetime as dt
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

# Files that take longest begin first, so that no worker waits for the other at the end.
LONG = (
    "test_what_ifs.py", "test_browser.py", "test_chain.py", "test_fans.py", "test_room.py",
    "test_people.py",
    "test_day.py", "test_intake.py", "test_planning.py", "test_rides.py", "test_changes.py",
)  # fmt: skip
SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = dt.datetime(2030, 7, 1, 12, tzinfo=dt.UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long files begin first; the order within files stays."""
    place = {name: n for n, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Let test databases on a server of ours begin from one that is migrated already."""
    from django.db import connections

    from tests.database import OWN
    from tests.schema import prepared_schema

    if os.environ.get(OWN):
        with django_db_blocker.unblock():
            name = prepared_schema()
        connections.settings["default"]["TEST"]["TEMPLATE"] = name
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = name


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_us() -> Iterator[None]:
    """Let what a test committed be gone by our own way, partitions and all."""
    from django.test import TransactionTestCase

    from tests.rows import empty

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: empty())
        yield


@pytest.fixture
def real_tables() -> pathlib.Path:
    """Return the folder of real tables, or skip with a word."""
    folder = SHARED / "paris2024"
    if not folder.is_dir():
        pytest.skip("the real tables are not on this machine")
    return folder


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return the small reference Games as a folder of CSV files."""
    from sportsbrain.feeds.tables.files import write_csv_folder
    from sportsbrain.reference.games import generate_games

    folder = tmp_path_factory.mktemp("small")
    write_csv_folder(folder, generate_games(size="small", seed=1))
    return folder


@pytest.fixture
def small_games(db: None, small_folder: pathlib.Path) -> Any:
    """Return the small reference Games, imported, with people seated."""
    return import_games(small_folder)


def import_games(folder: pathlib.Path) -> Any:
    """Import the small reference Games and seat people; the same again is copied."""
    from sportsbrain.committee.actions import seat_person
    from sportsbrain.committee.queries import get_games
    from sportsbrain.feeds.tables.record import import_tables
    from sportsbrain.vocabulary.statuses import Role
    from tests.rows import bring_back, is_empty, keep

    if bring_back(folder):
        return get_games(code="REFS1")
    is_first = is_empty()
    import_tables(
        path=folder,
        mapping_name="",
        games_code="",
        is_applied=True,
        actor="test",
        now=NOW,
    )
    games = get_games(code="REFS1")
    assert games is not None
    for role in Role:
        seat_person(
            games_id=games.id,
            username=role.value,
            display_name=role.value,
            role=role,
            actor="test",
            discipline_code="JUD" if role is Role.DELEGATE else "",
        )
    if is_first:
        keep(folder)
    return games


@contextlib.contextmanager
def games_once(blocker: Any, folder: pathlib.Path) -> Iterator[Any]:
    """Import the small Games for a whole module; each test begins from it, the end forgets it."""
    from django.db import transaction

    with blocker.unblock(), transaction.atomic():
        yield import_games(folder)
        transaction.set_rollback(True)
