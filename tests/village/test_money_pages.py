"""The rate card, folios and earnings as pages: each sees the own, a form sent twice counts once."""

import re

import pytest
from django.test import Client

from sportsbrain.ledger.queries import folio_rows, line_rows
from sportsbrain.village.actions import begin_rates
from sportsbrain.village.models import Turnover
from sportsbrain.vocabulary.statuses import Role
from tests.village.houses import OFFICE, houses
from tests.village.test_rates import the_games
from tests.village.test_stay_pages import GAMES, client_of

pytestmark = pytest.mark.django_db


def village() -> int:
    games = houses()
    begin_rates(games=the_games(games), residents=1_000, by=OFFICE)
    return games


def sent(client: Client, code: str, token: str = "", **fields: str) -> str:
    page = f"{GAMES}folios/{code}/"
    found = client.get(page).content.decode()
    token = token or re.findall(r'name="token" value="([0-9a-f]+)"', found)[0]
    answer = client.post(f"{page}order/", {"token": token, **fields}, follow=True)
    return str(answer.content.decode())


def test_an_empty_village_says_what_to_do_first() -> None:
    houses()
    office = client_of("office", Role.PLANNER)
    assert "Nothing can be ordered yet." in office.get(f"{GAMES}rates/").content.decode()
    assert "Nothing has been earned yet." in office.get(f"{GAMES}earnings/").content.decode()
    page = office.post(f"{GAMES}rates/begin/", follow=True).content.decode()
    assert "12 things can be ordered." in page


def test_a_chef_orders_for_the_own_delegation_and_sees_no_other() -> None:
    games = village()
    chef = client_of("chef", Role.PORTAL, leads="AAA")
    found = sent(chef, "AAA", item="DESK", quantity="2", step="order")
    assert "Done: 301.40 EUR." in found  # 2 × 90.00, tax of 23 %, 2 × 40.00 deposit
    assert "301.40 EUR are to be paid." in found
    assert chef.get(f"{GAMES}folios/BBB/").status_code == 404
    assert chef.post(f"{GAMES}folios/BBB/order/", {"step": "order"}).status_code == 404
    assert chef.get(f"{GAMES}folios/BBB/invoices.pdf").status_code == 404
    assert chef.get(f"{GAMES}earnings/").status_code == 403
    assert chef.get(f"{GAMES}rates/", follow=True).redirect_chain[0][0] == f"{GAMES}folios/AAA/"
    assert folio_rows(games_id=games)[0].code == "AAA"


@pytest.mark.parametrize("path", ["rates/begin/", "rates/CAR/share/", "folios/AAA/bill/",
                                  "earnings/lease/", "folios/AAA/order/"])  # fmt: skip
def test_who_only_looks_changes_nothing(path: str) -> None:
    village()
    viewer = client_of("viewer", Role.VIEWER)
    assert viewer.get(f"{GAMES}earnings/").status_code == 200
    assert viewer.post(f"{GAMES}{path}", {"step": "order"}).status_code == 403


def test_a_stranger_is_asked_to_sign_in_and_gets_nothing() -> None:
    village()
    for path in ("rates/", "folios/AAA/", "earnings/", "rates.json", "folios/AAA.json"):
        assert Client().get(f"{GAMES}{path}").status_code in {302, 403, 404}


def test_a_form_sent_twice_orders_once() -> None:
    games = village()
    chef = client_of("chef", Role.PORTAL, leads="AAA")
    for _again in range(2):
        sent(chef, "AAA", token="abcd", item="FRIDGE", quantity="1", step="order")
    assert sum(row.kind == "charge" for row in line_rows(games_id=games, folio="AAA")) == 1


@pytest.mark.parametrize(("fields", "words"), [
    ({"item": "CAR", "quantity": "1", "step": "wish", "bid": "1.00"}, "bid the least price"),
    ({"item": "CAR", "quantity": "1", "step": "wish", "bid": "abc"}, "is no amount of EUR"),
    ({"item": "BIKE", "quantity": "99999999999", "step": "order"}, "say from when on"),
    ({"item": "BIKE", "quantity": "1", "first": "2030-13-01", "step": "order"}, "say from when on"),
    ({"item": "MEET", "quantity": "1", "first": "2030-07-20", "from": "9", "until": "9",
      "step": "order"}, "which hour"),
    ({"line": "77", "step": "back"}, "has no order in line 77"),
    ({"amount": "5", "why": "x", "step": "pay"}, "the office keeps it"),
])  # fmt: skip
def test_a_wrong_form_says_what_to_do(fields: dict[str, str], words: str) -> None:
    village()
    if fields["step"] == "wish":
        fields = {**fields, "slot": "2030-07-20"}
    found = sent(client_of("chef", Role.PORTAL, leads="AAA"), "AAA", **fields)
    assert "Nothing was changed:" in found
    assert words in found


def test_the_office_bills_and_sees_what_earns_what() -> None:
    games = village()
    office = client_of("office", Role.PLANNER)
    sent(office, "AAA", item="MEAL", quantity="10", first="2030-07-20", last="2030-07-21",
         step="order")  # fmt: skip
    found = office.post(f"{GAMES}folios/AAA/bill/", follow=True).content.decode()
    assert "Invoice V-000001 was issued." in found
    answer = office.get(f"{GAMES}folios/AAA/invoices.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    lease = next(row for row in office.get(f"{GAMES}earnings.json").json()["items"]
                 if row["item"] == "MEAL")  # fmt: skip
    assert (lease["net"], lease["cost"]) == (58_000, 27_000)
    page = office.get(f"{GAMES}earnings/").content.decode()
    key = re.findall(r'name="lease" value="(\d+)"', page)[0]
    found = office.post(f"{GAMES}earnings/lease/", {
        "lease": key, "space": "PLAZA-1", "day": "2030-07-20", "amount": "90000.00", "token": "t1",
    }, follow=True).content.decode()  # fmt: skip
    assert "16200.00 EUR" in found  # 18 % of it is more than the minimum
    assert line_rows(games_id=games, folio="T-CAFE")[-1].net == 1_620_000 - 109_200
    found = office.post(f"{GAMES}earnings/lease/", {
        "lease": "999", "space": "PLAZA-1", "day": "2030-07-21", "amount": "1.00", "token": "t2",
    }, follow=True).content.decode()  # fmt: skip
    assert "Nothing was changed: there is no such lease" in found
    assert [row.day.isoformat() for row in Turnover.objects.all()] == ["2030-07-20"]
