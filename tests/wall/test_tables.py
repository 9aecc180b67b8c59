"""Tables change in between those who use them."""

import threading

import psycopg
import pytest
from django.db import OperationalError, connection
from psycopg.conninfo import make_conninfo

from sportsbrain.wall.tables import patiently

pytestmark = pytest.mark.django_db(transaction=True)


def somebody() -> "psycopg.Connection[tuple[object, ...]]":
    """Return a connection that is not ours."""
    own = connection.settings_dict
    return psycopg.connect(
        make_conninfo(dbname=own["NAME"], user=own["USER"], host=own["HOST"], port=own["PORT"])
    )


def widen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE live_horizon ADD COLUMN IF NOT EXISTS tried int;"
                       "ALTER TABLE live_horizon DROP COLUMN tried")  # fmt: skip


def test_a_change_lets_others_pass_and_comes_again() -> None:
    reads = threading.Event()

    def change() -> None:
        if not reads.is_set():
            reads.set()
            with somebody() as other:
                other.execute("SELECT * FROM live_horizon")  # open until the block ends
                widen()
        widen()

    assert patiently(change) == 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_a_table_that_is_never_free_is_said() -> None:
    with somebody() as other:
        other.execute("SELECT * FROM live_horizon")
        with pytest.raises(OperationalError, match="lock timeout"):
            patiently(widen, seconds=0.0)
