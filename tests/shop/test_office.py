"""The office of the shop: who may act, what it shows, statements that are the ledger's."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.models import User
from sportsbrain.committee.queries import get_games
from sportsbrain.ledger.queries import balance_of
from sportsbrain.shop.actions import ask_return, expire_orders
from sportsbrain.shop.models import Order, Payment, Return
from sportsbrain.shop.queries import contract_rows, statement_lines
from sportsbrain.vocabulary.statuses import Role
from sportsbrain.world.models import Organisation
from tests.shop.counter import a_shop, bought
from tests.shop.test_returning import LATER, back, paid

pytestmark = pytest.mark.django_db
HOME = "/games/SHO30/shop/"


def client_of(role: Role) -> Client:
    games = get_games(code="SHO30")
    assert games is not None
    user = seat_person(
        games_id=games.id, username=role.value, display_name=role.value, role=role, actor="test"
    )
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client


def test_only_who_has_a_seat_sees_and_only_a_planner_acts() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    order = paid(shop, lines=(("SHIRT-M", 2),), email="ana@example.org")
    number = ask_return(games_id=games, order=order, pieces={1: 1}, why="small", now=LATER)
    assert Client().get(HOME).status_code in {302, 404}
    assert client_of(Role.PORTAL).get(HOME).status_code == 403
    viewer, planner = client_of(Role.VIEWER), client_of(Role.PLANNER)
    page = viewer.get(HOME, {"q": "ana@"}).content.decode()
    assert str(order) in page
    assert "1 return waits" in page
    assert "Here, whole" not in page
    assert viewer.post(f"{HOME}return/{number}/", {"whole": ""}).status_code == 403
    assert viewer.get(f"{HOME}statement.csv").status_code == 403
    assert Return.objects.get().return_state == "asked"
    done = planner.post(f"{HOME}return/{number}/", {"whole": ""}, follow=True).content.decode()
    assert f"Return {number} is done" in done
    assert planner.get(f"{HOME}order/999/").status_code == 404
    assert planner.get(f"{HOME}statement.csv").content.startswith(b"contract,")


def test_a_delegation_owes_what_it_ordered() -> None:
    shop = a_shop()
    games = shop.snapshot.games_id
    Organisation.objects.create(games_id=games, code="POR", name="Portland", fact_source="test")
    order = bought(shop).order
    planner = client_of(Role.PLANNER)
    wrong = planner.post(f"{HOME}order/{order}/account/", {"client": "XXX"}, follow=True)
    assert "there is no delegation XXX" in wrong.content.decode()
    assert not Payment.objects.exists()
    planner.post(f"{HOME}order/{order}/account/", {"client": "POR"})
    row = Order.objects.get()
    assert row.order_state == "paid"
    assert balance_of(games_id=games, account="receivable:POR", currency="EUR") == row.total
    again = planner.post(f"{HOME}order/{order}/account/", {"client": "POR"}, follow=True)
    assert "does not wait for payment" in again.content.decode()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["SHIRT-M", "SHIRT-L", "MASCOT"]), st.integers(1, 3),
            st.sampled_from(["pay", "leave", "return"]),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_statements_add_up_to_the_ledger(steps: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        shop = a_shop(mascots=100)
        games = shop.snapshot.games_id
        for sku, pieces, then in steps:
            lines = ((sku, pieces),)
            if then == "leave":
                bought(shop, lines=lines)
                continue
            order = paid(shop, lines=lines)
            if then == "return":
                back(games, order, {1: 1})
        expire_orders(games_id=games, now=LATER)
        (row,) = contract_rows(games_id=games)
        assert row.royalties == row.ledger
        assert not row.differs
        assert sum(line.royalty for line in statement_lines(games_id=games)) == row.royalties
        transaction.set_rollback(True)


def test_a_guarantee_is_set_off_first() -> None:
    from sportsbrain.shop.models import Contract

    shop = a_shop()
    games = shop.snapshot.games_id
    paid(shop, lines=(("SHIRT-M", 10),))
    owed = contract_rows(games_id=games)[0].royalties
    assert owed > 0
    Contract.objects.update(guarantee=owed - 100)
    (row,) = contract_rows(games_id=games)
    assert (row.covered, row.payable) == (owed - 100, 100)
    Contract.objects.update(guarantee=owed + 1)
    (row,) = contract_rows(games_id=games)
    assert (row.covered, row.payable) == (owed, 0)


def test_an_empty_office_says_that_all_is_well(db: Any) -> None:
    a_shop()
    page = client_of(Role.VIEWER).get(HOME).content.decode()
    assert "Money and orders agree" in page
    assert "Nobody has ordered yet" in page
