"""Two who want one shift at once."""

import pathlib
import threading

import pytest
from django.db import connection

from sportsbrain.workforce.actions import keep_swap
from sportsbrain.workforce.errors import ShiftError
from tests.conftest import NOW, import_games


@pytest.mark.django_db(transaction=True)
def test_two_who_take_one_shift_at_once_one_gets_it(small_folder: pathlib.Path) -> None:
    games = import_games(small_folder)
    done: list[str] = []

    def take(person: str) -> None:
        try:
            keep_swap(
                games=games, team="T", day=1, shift=0, given_by="V1", taken_by=person, now=NOW
            )
            done.append(person)
        except ShiftError:
            done.append("")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(f"V{n}",)) for n in range(2, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([name for name in done if name]) == 1
