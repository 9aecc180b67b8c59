"""A list that is stopped half way changes nothing."""

import pathlib
import time
from typing import Any

import pytest

from sportsbrain.access.models import Registration
from sportsbrain.feeds.people.record import StoppedError, import_steps
from tests.access.office import OFFICE, a_games
from tests.feeds.test_people import GOOD, table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_stopped", [False, True])
def test_progress_is_told_and_stopping_undoes_everything(
    tmp_path: pathlib.Path, *, is_stopped: bool
) -> None:
    games: Any = a_games()
    path = tmp_path / "people.csv"
    path.write_text(table(*({**GOOD, "code": f"A{n}"} for n in range(5000))))
    steps = import_steps(games=games, path=path, is_applied=True, by=OFFICE, clock=time.monotonic)
    seen = [next(steps).step]
    try:
        while True:
            seen.append(steps.send(is_stopped).step)
    except StopIteration as end:
        assert not is_stopped
        assert end.value.created == 5000
    except StoppedError:
        assert is_stopped
    assert seen
    assert Registration.objects.count() == (0 if is_stopped else 5000)
