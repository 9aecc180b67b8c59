"""The rate card: nothing is sold twice, every amount is somebody's, a line is taken back once."""

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.ledger.actions import invoice_folio
from sportsbrain.ledger.queries import (
    differing,
    differing_folios,
    folio_rows,
    invoice_rows,
    line_rows,
    settlement,
    stock_rows,
)
from sportsbrain.village.actions import (
    Booking,
    LeaseValues,
    RateValues,
    begin_rates,
    cancel_order,
    charge_rent,
    give_back_deposit,
    lease_space,
    order,
    pay_folio,
    save_rates,
    save_stakeholders,
    tell_turnover,
    wish_for,
)
from sportsbrain.village.errors import VillageError
from sportsbrain.village.models import Stay
from sportsbrain.village.planning import share_out
from sportsbrain.village.queries import (
    differing_stays,
    earning_rows,
    lease_rows,
    rate_rows,
    wish_rows,
)
from sportsbrain.vocabulary.rates import AllotmentRule, RatePeriod, rent_due
from tests.village.houses import CHEF, NOW, OFFICE, day, houses, key, settled

pytestmark = pytest.mark.django_db
ON = day(10)
DESK = RateValues(
    code="DESK", title="Desk", period=RatePeriod.ONCE, currency="EUR", price=10_000, pieces=5,
    first=day(17), after=day(25), cost_party="RENT", shares=(("RENT", 800_000), ("ORG", 200_000)),
    tax_rate=230_000, deposit=4_000, late_days=5, late_rate=300_000, cost=4_800, late_cost=2_500,
    windows=((day(8), 11_111),),
)  # fmt: skip
CAR = dataclasses.replace(DESK, code="CAR", title="Car", period=RatePeriod.DAY, pieces=2,
                          deposit=0, windows=(), late_days=0, late_rate=0)  # fmt: skip
PARK = dataclasses.replace(
    CAR, code="PARK", title="Permit", period=RatePeriod.ONCE, pieces=3, reserve=8_000,
    rule=AllotmentRule.PRICE, wishes_until=day(9),
)  # fmt: skip
BED = dataclasses.replace(CAR, code="BED", title="Guest bed", pieces=2, is_bed=True)


def card(*more: RateValues, games: int | None = None) -> int:
    games = games or houses()
    save_stakeholders(games_id=games, names={"RENT": "Rental", "ORG": "Committee"})
    save_rates(games_id=games, rates=[DESK, CAR, *more], by=OFFICE)
    return games


def ordered(games: int, item: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"key": key(), "delegation": "AAA", "on": ON, "by": OFFICE}
    booking = Booking(item=item, quantity=quantity, **{
        name: more.pop(name) for name in ("first", "after", "hours", "gender") if name in more
    })  # fmt: skip
    return order(games_id=games, booking=booking, **{**given, **more})


def free(games: int, item: str) -> dict[str, int]:
    return {row.bucket: row.free for row in stock_rows(games_id=games, items=(f"rate:{item}",))}


def sound(games: int) -> None:
    assert differing(games_id=games) == ()
    assert differing_folios(games_id=games) == ()
    assert differing_stays(games_id=games) == ()


def the_games(games: int) -> GamesRow:
    found = get_games(code="VIL30")
    assert found is not None
    assert found.id == games
    return found


def test_an_order_takes_stock_and_owes_each_their_share() -> None:
    games = card()
    answer = ordered(games, "DESK", 2)
    charge, deposit = line_rows(games_id=games, folio="AAA")
    assert (charge.net, charge.tax, charge.unit_price) == (22_222, 5_111, 11_111)
    assert dict(charge.shares) == {"RENT": 17_778, "ORG": 4_444}  # to the cent, nothing lost
    assert charge.costs == (("RENT", 9_600),)
    assert (deposit.kind, deposit.total) == ("deposit", 8_000)
    assert answer["total"] == 22_222 + 5_111 + 8_000
    assert free(games, "DESK") == {"": 3}
    assert {row.stakeholder: (row.due, row.cost) for row in settlement(games_id=games)} == {
        "RENT": (17_778, 9_600), "ORG": (4_444, 0)
    }  # fmt: skip
    sound(games)


def test_before_a_window_the_price_is_the_first_one() -> None:
    games = card()
    ordered(games, "DESK", on=day(1))
    assert line_rows(games_id=games)[0].unit_price == 10_000


def test_who_orders_late_pays_the_surcharge_and_what_it_costs() -> None:
    games = card()
    ordered(games, "DESK", on=day(13))  # four days before
    charge = line_rows(games_id=games)[0]
    assert charge.unit_price == 11_111 + 3_333
    assert charge.costs == (("RENT", 7_300),)


def test_a_booking_takes_every_day_or_none() -> None:
    games = card()
    ordered(games, "CAR", 2, first=day(19), after=day(20), delegation="BBB")
    with pytest.raises(VillageError, match="0 of Car are left on 2030-07-19"):
        ordered(games, "CAR", first=day(18), after=day(21))
    assert free(games, "CAR")["2030-07-18"] == 2
    sound(games)


@pytest.mark.parametrize(("item", "more", "words"), [
    ("DESK", {"quantity": 6}, "sold out: 5"),
    ("DESK", {"quantity": 0}, "a piece or more"),
    ("NONE", {}, "nothing called NONE"),
    ("CAR", {}, "from 17 Jul to 24 Jul"),
    ("CAR", {"first": day(30), "after": day(31)}, "from 17 Jul to 24 Jul"),
    ("DESK", {"by": CHEF, "delegation": "BBB"}, "nothing called DESK that you can order"),
])  # fmt: skip
def test_what_cant_be_ordered_is_refused_in_words(
    item: str, more: dict[str, Any], words: str
) -> None:
    games = card()
    with pytest.raises(VillageError, match=words):
        ordered(games, item, **more)
    assert line_rows(games_id=games) == ()


def test_a_delegation_gets_no_more_than_the_most() -> None:
    games = card(dataclasses.replace(CAR, code="MEET", title="Room", pieces=9, most=2))
    ordered(games, "MEET", 2, first=day(18), after=day(19))
    with pytest.raises(VillageError, match="2 at most, and AAA has 2"):
        ordered(games, "MEET", first=day(18), after=day(19))
    ordered(games, "MEET", first=day(19), after=day(20))


def test_sent_again_an_order_gets_its_first_answer() -> None:
    games = card()
    first = ordered(games, "DESK", key="same")
    assert ordered(games, "DESK", key="same") == first
    assert len(line_rows(games_id=games)) == 2


def test_an_order_is_taken_back_before_it_begins_and_once() -> None:
    games = card()
    line = ordered(games, "DESK", 2)["line"]
    given: dict[str, Any] = {"games_id": games, "delegation": "AAA", "line": line, "by": OFFICE}
    cancel_order(key=key(), on=day(12), **given)
    assert free(games, "DESK") == {"": 5}
    assert folio_rows(games_id=games)[0].balance == 0
    with pytest.raises(VillageError, match="taken back already"):
        cancel_order(key=key(), on=day(12), **given)
    sound(games)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_one_order_back_at_once_free_it_once() -> None:
    games = card()
    lines = [ordered(games, "DESK", 2)["line"] for _n in range(2)]

    def back(n: int) -> int:
        try:
            cancel_order(games_id=games, key=f"back-{n}", delegation="AAA", line=lines[0],
                         on=day(12), by=OFFICE)  # fmt: skip
        except VillageError:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(back, range(4))) == 1
    assert free(games, "DESK") == {"": 3}
    sound(games)


def test_chefs_keys_are_their_own_and_the_office_has_others() -> None:
    games = card()
    other = dataclasses.replace(CHEF, delegation="BBB")
    for by in (CHEF, other, OFFICE):
        ordered(games, "DESK", key="order-1", by=by, delegation=by.delegation or "CCC")
    assert free(games, "DESK") == {"": 2}


def test_hours_and_numbers_without_end_are_refused_before_they_are_counted() -> None:
    games = card(dataclasses.replace(CAR, code="MEET", title="Room", period=RatePeriod.HOUR))
    for hours in ((0, 10_000_000), (9, 9), (-5, 30)):
        with pytest.raises(VillageError, match="which hour"):
            ordered(games, "MEET", first=day(18), after=day(19), hours=hours)
    with pytest.raises(VillageError, match="at most"):
        ordered(games, "DESK", 3_000_000_000)
    with pytest.raises(VillageError, match="that you can order"):
        ordered(games, "DESK", delegation="D" * 30)


def test_a_space_that_is_leased_again_owes_for_each_lease() -> None:
    games = card()
    for first, after in ((17, 20), (20, 23)):
        values = dataclasses.replace(LEASE, first=day(first), after=day(after), minimum=1_000,
                                     share=500_000)  # fmt: skip
        lease = lease_space(games_id=games, key=key(), values=values, by=OFFICE)["lease"]
        tell_turnover(games_id=games, space="P1", day=day(first), amount=3_000, by=OFFICE)
        charge_rent(games_id=games, key=key(), lease=lease, by=OFFICE)
    assert sum(line.net for line in line_rows(games_id=games)) == 3_000
    sound(games)


def test_what_has_begun_is_not_taken_back() -> None:
    games = card()
    line = ordered(games, "DESK")["line"]
    with pytest.raises(VillageError, match="has begun"):
        cancel_order(games_id=games, key=key(), delegation="AAA", line=line, on=day(17), by=OFFICE)


def test_a_deposit_goes_back_and_damage_is_charged() -> None:
    games = card()
    line = ordered(games, "DESK")["line"] + 1
    with pytest.raises(VillageError, match="what is broken"):
        give_back_deposit(games_id=games, key=key(), delegation="AAA", line=line, damage=500,
                          why=" ", by=OFFICE)  # fmt: skip
    give_back_deposit(games_id=games, key=key(), delegation="AAA", line=line, damage=1_500,
                      why="drawer", by=OFFICE)  # fmt: skip
    assert [row.total for row in line_rows(games_id=games)][1:] == [4_000, -4_000, 1_500]
    with pytest.raises(VillageError, match="no deposit in line"):
        give_back_deposit(games_id=games, key=key(), delegation="AAA", line=line, damage=1_500,
                          why="drawer", by=OFFICE)  # fmt: skip
    with pytest.raises(VillageError, match="no order of the rate card"):  # damage is none
        cancel_order(games_id=games, key=key(), delegation="AAA", line=4, on=day(12), by=OFFICE)
    sound(games)


def test_payments_lower_what_is_owed() -> None:
    games = card()
    ordered(games, "DESK")
    pay_folio(games_id=games, key=key(), delegation="AAA", amount=5_000, currency="EUR",
              reference="transfer 1", by=OFFICE)  # fmt: skip
    with pytest.raises(VillageError, match="in EUR, not in CHF"):
        pay_folio(games_id=games, key=key(), delegation="AAA", amount=5_000, currency="CHF",
                  reference="transfer 2", by=OFFICE)  # fmt: skip
    assert folio_rows(games_id=games)[0].balance == 11_111 + 2_556 + 4_000 - 5_000
    sound(games)


def test_an_invoice_has_what_was_charged_since_the_last_one() -> None:
    games = card()
    ordered(games, "DESK")
    assert invoice_folio(games_id=games, folio="AAA", series="V", now=NOW) == 1
    assert invoice_folio(games_id=games, folio="AAA", series="V", now=NOW) is None
    ordered(games, "CAR", first=day(18), after=day(20))
    assert invoice_folio(games_id=games, folio="AAA", series="V", now=NOW) == 2
    totals = [row.total for row in invoice_rows(games_id=games)]
    assert totals == [13_667, 24_600]  # no deposit is on it


def test_wishes_are_shared_out_by_price_at_the_highest_that_went_without() -> None:
    games = card(PARK)
    for delegation, pieces, bid in (("AAA", 2, 20_000), ("BBB", 2, 15_000), ("CCC", 2, 9_000)):
        wish_for(games_id=games, key=key(), delegation=delegation, item="PARK", pieces=pieces,
                 bid=bid, on=day(8), by=OFFICE)  # fmt: skip
    with pytest.raises(VillageError, match="say what you wish for"):
        ordered(games, "PARK", on=day(9))
    with pytest.raises(VillageError, match="until 09 Jul"):
        wish_for(games_id=games, key=key(), delegation="DDD", item="PARK", pieces=1, bid=90_000,
                 on=day(10), by=OFFICE)  # fmt: skip
    assert share_out(games=the_games(games), item="PARK", by=OFFICE) == {"": 3}
    assert [(row.delegation, row.granted, row.wish_state) for row in wish_rows(games_id=games)] == [
        ("AAA", 2, "granted"), ("BBB", 1, "partly"), ("CCC", 0, "refused")
    ]  # fmt: skip
    assert {row.unit_price for row in line_rows(games_id=games)} == {15_000}
    assert share_out(games=the_games(games), item="PARK", by=OFFICE) == {}  # once
    sound(games)


def test_a_draw_publishes_its_fingerprint_before_and_its_seed_after() -> None:
    rule = dataclasses.replace(PARK, rule=AllotmentRule.LOTTERY, reserve=0)
    games = card(rule)
    wish_for(games_id=games, key=key(), delegation="AAA", item="PARK", pieces=1, on=day(8),
             by=OFFICE)  # fmt: skip
    before = next(row for row in rate_rows(games_id=games, on=ON) if row.code == "PARK")
    share_out(games=the_games(games), item="PARK", by=OFFICE)
    after = next(row for row in rate_rows(games_id=games, on=ON) if row.code == "PARK")
    assert before.fingerprint
    assert not before.seed
    assert after.seed
    assert after.fingerprint == before.fingerprint


def test_guests_sleep_where_nobody_else_does() -> None:
    games = card(BED)
    settled(games)
    answer = ordered(games, "BED", 2, first=day(18), after=day(20), gender="W")
    assert {bed["room"] for bed in answer["beds"]} == {"C1"}  # the one apartment that is empty
    line = answer["line"]
    with pytest.raises(VillageError, match=r"sold out|0 beds"):
        ordered(games, "BED", first=day(19), after=day(20), gender="M", delegation="BBB")
    settled(games)  # a plan that is taken again leaves guests where they are
    assert Stay.objects.filter(role="guest", stay_state="reserved").count() == 2
    cancel_order(games_id=games, key=key(), delegation="AAA", line=line, on=day(12), by=OFFICE)
    assert not Stay.objects.filter(role="guest", stay_state="reserved").exists()
    sound(games)


def test_a_card_with_less_than_is_sold_changes_nothing() -> None:
    games = card()
    ordered(games, "DESK", 3)
    with pytest.raises(VillageError, match="more is sold already"):
        save_rates(games_id=games, rates=[dataclasses.replace(DESK, pieces=2)], by=OFFICE)
    assert free(games, "DESK") == {"": 2}


@pytest.mark.parametrize(("wrong", "words"), [
    ({"shares": (("RENT", 1),)}, "add up to a whole"), ({"cost_party": "WHO"}, "nobody knows"),
    ({"first": day(25)}, "until a later one"), ({"is_bed": True}, "beds are booked by the day"),
])  # fmt: skip
def test_a_line_of_a_card_that_makes_no_sense_is_refused(wrong: Any, words: str) -> None:
    games = card()
    with pytest.raises(VillageError, match=words):
        save_rates(games_id=games, rates=[dataclasses.replace(DESK, **wrong)], by=OFFICE)


LEASE = LeaseValues(space="P1", tenant="T-CAFE", title="Café", currency="EUR", first=day(17),
                    after=day(27), minimum=50_000, share=200_000, tax_rate=230_000,
                    shares=(("ORG", 1_000_000),))  # fmt: skip


def test_rent_is_the_minimum_and_what_the_turnover_is_above_it() -> None:
    games = card()
    lease = lease_space(games_id=games, key=key(), values=LEASE, by=OFFICE)["lease"]
    tell_turnover(games_id=games, space="P1", day=day(18), amount=200_000, by=OFFICE)
    assert charge_rent(games_id=games, key=key(), lease=lease, by=OFFICE)["line"] is None
    tell_turnover(games_id=games, space="P1", day=day(19), amount=300_000, by=OFFICE)
    assert charge_rent(games_id=games, key=key(), lease=lease, by=OFFICE)["line"] == 2
    assert charge_rent(games_id=games, key=key(), lease=lease, by=OFFICE)["line"] is None
    assert [row.net for row in line_rows(games_id=games)] == [50_000, 50_000]
    assert lease_rows(games_id=games)[0].due_text == "1000.00 EUR"
    sound(games)


def test_a_space_has_one_tenant_a_day() -> None:
    games = card()
    lease_space(games_id=games, key=key(), values=LEASE, by=OFFICE)
    with pytest.raises(VillageError, match="leased to somebody"):
        lease_space(games_id=games, key=key(), values=dataclasses.replace(LEASE, tenant="T-2"),
                    by=OFFICE)  # fmt: skip
    with pytest.raises(VillageError, match="nobody runs P1 on 28 Jul"):
        tell_turnover(games_id=games, space="P1", day=day(28), amount=1, by=OFFICE)


@given(minimum=st.integers(0, 10**9), share=st.integers(0, 10**6), sold=st.integers(0, 10**10))
def test_rent_is_never_below_the_minimum_nor_above_both(
    minimum: int, share: int, sold: int
) -> None:
    due = rent_due(minimum=minimum, share=share, turnover=sold)
    assert minimum <= due <= max(minimum, sold)


@pytest.mark.parametrize("statement", [
    "UPDATE ledger_folio_line SET net = 1", "DELETE FROM ledger_folio_line",
    "INSERT INTO ledger_folio_line SELECT games_id, folio_id, 90, 'reversal', item, title, slots,"
    " quantity, unit_price, net, tax, total, shares, costs, reverses, booked_at"
    " FROM ledger_folio_line WHERE reverses IS NOT NULL LIMIT 1",
    "INSERT INTO ledger_folio_line SELECT games_id, folio_id, 91, kind, item, title, slots,"
    " quantity, unit_price, net, tax, total + 1, shares, costs, NULL, booked_at"
    " FROM ledger_folio_line LIMIT 1",
])  # fmt: skip
def test_the_database_refuses_what_edits_or_reverses_twice(statement: str) -> None:
    games = card()
    line = ordered(games, "DESK")["line"]
    cancel_order(games_id=games, key=key(), delegation="AAA", line=line, on=day(12), by=OFFICE)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


STEPS = st.lists(
    st.tuples(st.sampled_from(["DESK", "CAR", "BED", "back", "deposit", "pay", "rent"]),
              st.integers(1, 3), st.integers(0, 5), st.sampled_from(["AAA", "BBB"])),
    max_size=14,
)  # fmt: skip


@examples(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_is_ordered_and_taken_back_adds_up_to_the_cent(
    db: None, steps: list[tuple[str, int, int, str]]
) -> None:
    with transaction.atomic():
        games = card(BED)
        settled(games)
        lease = lease_space(games_id=games, key=key(), values=LEASE, by=OFFICE)["lease"]
        for step, n, offset, delegation in steps:
            try:
                _step(games, lease, step, n, offset, delegation)
            except VillageError:
                continue
        sound(games)
        assert all(row.free >= 0 for row in stock_rows(games_id=games))
        assert sum(row.net for row in earning_rows(games_id=games)) == sum(
            row.due for row in settlement(games_id=games)
        )
        transaction.set_rollback(True)


def _step(games: int, lease: int, step: str, n: int, offset: int, delegation: str) -> None:
    first = day(17 + offset)
    given: dict[str, Any] = {"games_id": games, "key": key(), "by": OFFICE}
    if step in {"DESK", "CAR", "BED"}:
        ordered(games, step, n, first=first, after=first + dt.timedelta(days=n), gender="W",
                delegation=delegation)  # fmt: skip
    elif step == "back":
        cancel_order(**given, delegation=delegation, line=n, on=day(12))
    elif step == "deposit":
        give_back_deposit(**given, delegation=delegation, line=n, damage=offset, why="torn")
    elif step == "pay":
        pay_folio(**given, delegation=delegation, amount=n * 99, currency="EUR", reference="x")
    else:
        tell_turnover(games_id=games, space="P1", day=first, amount=n * 99_999, by=OFFICE)
        charge_rent(**given, lease=lease)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_never_sell_more_than_there_is() -> None:
    games = card(dataclasses.replace(BED, pieces=9))
    settled(games)

    def write(writer: int) -> int:
        done = 0
        try:
            for n in range(10):
                first = day(17 + (writer * n) % 6)
                more: dict[str, Any] = {
                    "first": first, "after": first + dt.timedelta(days=2), "gender": "W",
                }  # fmt: skip
                for item in ("CAR", "DESK", "BED"):
                    try:
                        ordered(games, item, key=f"{writer}-{n}-{item}",
                                delegation=f"D{writer}", **more)  # fmt: skip
                        done += 1
                    except VillageError:
                        continue
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(write, range(8)))
    assert free(games, "DESK") == {"": 0}
    assert done == sum(row.kind == "charge" for row in line_rows(games_id=games))
    sound(games)


def test_an_invented_card_is_there_to_begin_with() -> None:
    games = houses()
    found = begin_rates(games=the_games(games), residents=2_000, by=OFFICE)
    assert found == len(rate_rows(games_id=games, on=ON)) > 8
    assert begin_rates(games=the_games(games), residents=2_000, by=OFFICE) == found
    assert len(lease_rows(games_id=games)) == 5
    sound(games)
