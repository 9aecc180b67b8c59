"""PostgreSQL hides the rows of other Games from requests, whatever a query asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client

from sportsbrain.committee.models import User
from sportsbrain.ledger.models import Stock
from sportsbrain.live.models import Update
from sportsbrain.shop.models import OrderLine, RoyaltyRate, TaxRate
from sportsbrain.wall.base import ROLE
from sportsbrain.wall.policies import OPEN, build_wall, walled_tables
from sportsbrain.wall.scope import NOTHING, behind_wall, open_games, scope, show_nothing_unsaid
from tests.shop.counter import a_shop, bought

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[int, int]:
    """Return the keys of two Games with a shop and an order each."""
    shops = [a_shop(code=code) for code in ("ONE30", "TWO30")]
    for shop in shops:
        bought(shop)
    one, two = (shop.snapshot.games_id for shop in shops)
    return one, two


@contextmanager
def working_for(games_id: int) -> Iterator[None]:
    with behind_wall():
        open_games(games_id)
        yield


def keys(model: Any) -> set[int]:
    return set(model.objects.values_list("games_id", flat=True))


def test_every_table_is_behind_the_wall_or_said_to_be_open() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert walled_tables().keys() | OPEN == tables
    assert build_wall() == 0  # the wall stands
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT tablename) FROM pg_policies")
        assert cursor.fetchone() == (len(walled_tables()),)


def test_a_query_without_a_games_shows_those_of_the_request_alone(two: tuple[int, int]) -> None:
    for model in (TaxRate, Stock, OrderLine, Update):
        assert keys(model) >= set(two)
        for own in two:
            with working_for(own):
                assert keys(model) == {own}, model
    with working_for(two[0]):
        assert set(RoyaltyRate.objects.values_list("contract__games_id", flat=True)) == {two[0]}
        assert not OrderLine.objects.filter(games_id=two[1]).exists()  # nor when it asks for others
    with behind_wall():
        assert keys(TaxRate) == keys(Update) == set()
        assert not RoyaltyRate.objects.exists()


def test_nothing_of_others_is_written(two: tuple[int, int]) -> None:
    one, other = two
    with working_for(one):
        assert TaxRate.objects.filter(games_id=other).update(rate=1) == 0
        assert TaxRate.objects.filter(games_id=other).delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            TaxRate.objects.create(games_id=other, country="ZZ", tax_class="standard", rate=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shop_order_0")
            assert cursor.fetchone() == (0,)  # partitions are no back door
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            connection.cursor().execute("ALTER TABLE shop_taxrate DISABLE ROW LEVEL SECURITY")


def test_what_a_rollback_takes_back_is_said_again(two: tuple[int, int]) -> None:
    one, other = two
    with working_for(one):
        assert keys(TaxRate) == {one}
        with transaction.atomic():
            open_games(other)
            assert keys(TaxRate) == {other}
            transaction.set_rollback(True)
        assert keys(TaxRate) == {other}
        open_games(one)
        assert keys(TaxRate) == {one}


def test_a_transaction_that_failed_can_still_be_rolled_back(two: tuple[int, int]) -> None:
    with transaction.atomic():
        with working_for(two[0]), pytest.raises(ProgrammingError):
            connection.cursor().execute("SELECT nonsense")
        transaction.set_rollback(True)  # outside: the wall has to change, and can't yet
    assert keys(TaxRate) >= set(two)


def test_who_sells_behind_the_wall_sells_as_before(two: tuple[int, int]) -> None:
    from sportsbrain.shop.queries import PriceBook, snapshot_of

    with working_for(two[0]):
        answer = bought(PriceBook(snapshot_of(games_id=two[0])))
        assert answer.order
        assert OrderLine.objects.filter(number=answer.order).exists()


def test_a_process_of_pages_shows_nothing_where_nobody_said_a_games(
    two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sportsbrain.wall.scope._unsaid", [None])
    show_nothing_unsaid()
    assert scope() == NOTHING
    assert keys(TaxRate) == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (ROLE,)


def test_a_page_works_for_its_games_alone(two: tuple[int, int]) -> None:
    seen: list[int | None] = []

    def look(execute: Any, *given: Any) -> Any:
        seen.append(scope())
        return execute(*given)

    client = Client()
    client.force_login(User.objects.create_user("nobody", password=None))
    with connection.execute_wrapper(look):
        client.get("/games/ONE30/")
        client.get("/shop/ONE30/")
    assert set(seen) - {None} == {NOTHING, two[0]}  # None: who is it, before any Games is named
    assert scope() is None


def test_an_open_table_that_came_later_is_given_to_requests() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE came_later (id int)")
    build_wall()
    with behind_wall(), connection.cursor() as cursor:
        open_games(None)
        open_games(NOTHING)
        cursor.execute("SELECT count(*) FROM came_later")
        assert cursor.fetchone() == (0,)
