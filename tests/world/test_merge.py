"""People who came in twice become one, and an import does not part them again."""

import pathlib
from typing import Any

import pytest

from sportsbrain.feeds.tables.record import import_tables
from sportsbrain.sport.actions import merge_people
from sportsbrain.world.errors import MergeError
from sportsbrain.world.models import Entry, Participant, Result
from sportsbrain.world.queries import alike_participants
from tests.conftest import NOW


def twins(games: Any) -> tuple[str, str]:
    """Give two people with entries one name, written differently, and one birth date."""
    found = Participant.objects.filter(games_id=games.id, entries__isnull=False, gender="M")
    one, other = found.order_by("pk").distinct()[:2]
    Participant.objects.filter(pk=one.pk).update(name="GARCÍA López, José")
    Participant.objects.filter(pk=other.pk).update(
        name="Jose Garcia-Lopez", birth_date=one.birth_date
    )
    return one.code, other.code


def test_a_name_written_differently_is_found(small_games: Any) -> None:
    codes = twins(small_games)
    pairs = alike_participants(games_id=small_games.id)
    assert {(p.one.code, p.other.code) for p in pairs} >= {codes}


def test_everything_follows_and_an_import_changes_nothing(
    small_games: Any, small_folder: pathlib.Path
) -> None:
    keep, drop = twins(small_games)
    entries = Entry.objects.filter(games_id=small_games.id).count()
    results = Result.objects.filter(games_id=small_games.id).count()
    assert merge_people(games=small_games, keep=keep, drop=drop, actor="t") > 0
    assert not Participant.objects.filter(games_id=small_games.id, code=drop).exists()

    def again() -> Any:
        return import_tables(
            path=small_folder,
            mapping_name="",
            games_code="",
            is_applied=True,
            actor="t",
            now=NOW,
        )

    again()
    report = again()
    assert sum(t.created + t.changed + t.rejected for t in report.tables.values()) == 0
    assert not Participant.objects.filter(games_id=small_games.id, code=drop).exists()
    assert Entry.objects.filter(games_id=small_games.id).count() == entries
    assert Result.objects.filter(games_id=small_games.id).count() == results


def test_nobody_is_merged_with_nobody(small_games: Any) -> None:
    keep, _ = twins(small_games)
    for other in (keep, "NOBODY"):
        with pytest.raises(MergeError):
            merge_people(games=small_games, keep=keep, drop=other, actor="t")
