"""A whole Games goes out as open files and comes back the same, into another installation."""

import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from sportsbrain.feeds.people.reference import reference_people
from sportsbrain.live.actions import append_update
from sportsbrain.shop.actions import begin_shop
from sportsbrain.sport.planning import draft_held
from tests.conftest import NOW
from tests.shop.counter import a_shop
from tests.shop.test_returning import paid

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "sportsbrain_other"


@pytest.fixture
def other(transactional_db: None) -> Iterator[str]:
    """Return the address of an empty database beside that of the test."""
    own = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {OTHER} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {OTHER} {beginning()}")
    yield f"postgresql://{own['USER']}@/{OTHER}?host={own['HOST']}&port={own['PORT']}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {OTHER} WITH (FORCE)")


def beginning() -> str:
    """Return where a new database begins: migrated already, where the tests' own is."""
    name = connection.settings_dict["TEST"]["TEMPLATE"]
    return f'TEMPLATE "{name}"' if name else ""


def said(address: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sportsbrain", "games", *words], check=False, capture_output=True,
        text=True, env={**os.environ, "DATABASE_URL": address},
    )  # fmt: skip


def test_a_games_goes_out_and_comes_back(
    other: str, small_games: Any, tmp_path: pathlib.Path
) -> None:
    reference_people(small_games, count=20, now=NOW)
    draft_held(games=small_games, actor="t", now=NOW)
    begin_shop(games=small_games, now=NOW)
    for key in "ab":
        append_update(games_id=small_games.id, topic="t", key=key, body={}, recorded_at=NOW)
    paid(a_shop(code="SHO30"))
    own = connection.settings_dict
    here = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"
    for code in ("REFS1", "SHO30"):
        out, back = tmp_path / code, tmp_path / f"{code}-again"
        done = said(here, "export", str(out), "--games", code)
        assert done.returncode == 0, done.stderr
        assert "password" not in (out / "committee_games.csv").read_text()
        done = said(other, "import", str(out))
        assert done.returncode == 0, done.stderr
        done = said(other, "export", str(back), "--games", code)
        assert done.returncode == 0, done.stderr
        names = sorted(path.name for path in out.iterdir())
        assert names == sorted(path.name for path in back.iterdir())
        for name in names:
            assert (out / name).read_bytes() == (back / name).read_bytes(), name
    counts = json.loads((tmp_path / "SHO30" / "manifest.json").read_text())["tables"]
    assert counts["shop_order"] == 1
    assert {"ledger_move", "ledger_stock", "shop_orderline"} <= counts.keys()
    again = said(other, "import", str(tmp_path / "SHO30"))
    assert again.returncode == 3
    assert "nothing was kept" in again.stderr
    (tmp_path / "REFS1" / "world_event.csv").write_text("id,strange\n")
    wrong = said(other, "import", str(tmp_path / "REFS1"))
    assert wrong.returncode in {2, 3}
    assert "nothing was kept" in wrong.stderr
    full = said(here, "export", str(tmp_path / "SHO30"), "--games", "SHO30")
    assert "is not empty" in full.stderr
