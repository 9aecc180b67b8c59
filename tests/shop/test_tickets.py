"""Tickets: places are stock, seats are given once, a session that moves owes a choice."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from sportsbrain.committee.queries import get_games
from sportsbrain.credentials.actions import Scan, record_scans, rotate_key
from sportsbrain.credentials.queries import keys_of, status_list
from sportsbrain.ledger.queries import differing, stock_rows
from sportsbrain.shop.actions import (
    Block,
    SessionValues,
    TicketCategory,
    Told,
    begin_payment,
    exchange_tickets,
    give_back_tickets,
    issue_tickets,
    open_tickets,
    place_orders,
    record_event,
)
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.jobs import follow_shop
from sportsbrain.shop.models import Letter, Refund, Ticket, TicketSession
from sportsbrain.shop.queries import (
    PriceBook,
    link_of,
    snapshot_of,
    ticket_cards,
    ticket_proofs,
)
from sportsbrain.vocabulary.proofs import Colour, judge
from sportsbrain.vocabulary.shop import Outcome, PaymentState
from sportsbrain.world.models import EventUnit
from tests.shop.counter import NOW, a_wish, bought
from tests.shop.test_returning import paid

pytestmark = pytest.mark.django_db


def a_session(code: str, hour: int, **values: Any) -> SessionValues:
    starts = dt.datetime(2030, 7, 20, hour, tzinfo=dt.UTC)
    usual: dict[str, Any] = {
        "code": code, "venue": "STA", "discipline": "ATH", "titles": {"en": f"Athletics {code}"},
        "units": (f"unit-{code}",), "starts_at": starts,
        "ends_before": starts + dt.timedelta(hours=2),
        "categories": (
            TicketCategory(code="A", price=4_000, blocks=(Block(name="N", rows=2, seats=3),)),
            TicketCategory(code="B", price=1_500, places=100),
        ),
    }  # fmt: skip
    return SessionValues(**{**usual, **values})


@pytest.fixture
def stadium(settings: Any, tmp_path: Any) -> Any:
    """Return a Games with a shop that sells tickets of two sessions, and its prices."""
    from tests.shop.counter import a_shop

    settings.SIGNING_KEYS = tmp_path / "keys"
    a_shop()
    games = get_games(code="SHO30")
    assert games is not None
    rotate_key(games=games, actor="test", now=NOW)
    sessions = (a_session("STA-ATH-01", 10), a_session("STA-ATH-02", 17))
    assert open_tickets(games_id=games.id, sessions=sessions, channel="web", now=NOW) == 2
    assert open_tickets(games_id=games.id, sessions=sessions, channel="web", now=NOW) == 0
    return games


def book(games: Any) -> PriceBook:
    return PriceBook(snapshot_of(games_id=games.id))


def free(games: Any, sku: str) -> int:
    (row,) = stock_rows(games_id=games.id, items=(sku,))
    return row.free


def test_seats_are_given_once_and_never_more_than_there_are(stadium: Any) -> None:
    shop = book(stadium)
    lines = (("STA-ATH-01-A", 4), ("STA-ATH-01-B", 1), ("SHIRT-M", 1))
    order = paid(shop, lines=lines)
    assert issue_tickets(games=stadium, order=order, now=NOW) == 5
    assert issue_tickets(games=stadium, order=order, now=NOW) == 0
    seats = [card.seat for card in ticket_cards(games=stadium, order=order)]
    assert seats == ["N 1-1", "N 1-2", "N 1-3", "N 2-1", ""]
    assert bought(shop, lines=(("STA-ATH-01-A", 3),)).outcome == Outcome.SOLD_OUT
    other = paid(shop, lines=(("STA-ATH-01-A", 2),))
    issue_tickets(games=stadium, order=other, now=NOW)
    found = Ticket.objects.filter(sku="STA-ATH-01-A").order_by("serial")
    assert [ticket.serial for ticket in found] == [1, 2, 3, 4, 5, 6]
    unpaid = bought(shop, lines=(("STA-ATH-02-B", 1),)).order
    assert issue_tickets(games=stadium, order=unpaid, now=NOW) == 0


def test_a_ticket_opens_its_session_and_no_other(stadium: Any) -> None:
    from sportsbrain.credentials.actions import sign_proofs

    order = paid(book(stadium), lines=(("STA-ATH-01-B", 1),))
    issue_tickets(games=stadium, order=order, now=NOW)
    cards = ticket_cards(games=stadium, order=order)
    (text,) = sign_proofs(games=stadium, proofs=ticket_proofs(games=stadium, cards=cards))

    def shown(session: str) -> Colour:
        return judge(
            text, keys=keys_of(games=stadium), statuses=status_list(games=stadium, now=NOW),
            issuer="SHO30", moment=NOW, asked=("session", session, "ENTRY"),
        ).colour  # fmt: skip

    assert shown("STA-ATH-01") == Colour.GREEN
    assert shown("STA-ATH-02") == Colour.RED
    give_back_tickets(games=stadium, order=order, numbers=[cards[0].number], why="", now=NOW)
    assert shown("STA-ATH-01") == Colour.RED
    assert free(stadium, "STA-ATH-01-B") == 100
    with pytest.raises(ShopError, match="still valid"):
        give_back_tickets(games=stadium, order=order, numbers=[cards[0].number], why="", now=NOW)
    assert Refund.objects.get().amount == 1_500


def test_a_session_that_moves_offers_exchange_or_money(stadium: Any) -> None:
    order = paid(book(stadium), lines=(("STA-ATH-01-A", 2), ("STA-ATH-01-B", 1)),
                 email="ana@example.org")  # fmt: skip
    issue_tickets(games=stadium, order=order, now=NOW)
    # no unit of these sessions is in the schedule: as if all had been cancelled
    TicketSession.objects.filter(code="STA-ATH-02").update(units=[])
    done = follow_shop(games=stadium, now=NOW)
    assert done.told == 1
    assert follow_shop(games=stadium, now=NOW).told == 0
    assert Letter.objects.filter(kind="session-moved").count() == 1
    numbers = [card.number for card in ticket_cards(games=stadium, order=order)]
    given: dict[str, Any] = {"games": stadium, "order": order, "now": NOW}
    snapshot = book(stadium).snapshot
    stock = snapshot.sellables["STA-ATH-02-A"].stock["web"]
    assert exchange_tickets(
        **given, numbers=numbers[:1], sku="STA-ATH-02-A", stock=stock, price=4_000
    ) == 1  # fmt: skip
    with pytest.raises(ShopError, match="do not cost"):
        exchange_tickets(**given, numbers=numbers[2:], sku="STA-ATH-02-A", stock=stock,
                         price=4_000)  # fmt: skip
    assert give_back_tickets(**given, numbers=numbers[1:], why="moved") == 5_500
    states = dict(Ticket.objects.values_list("number", "ticket_state"))
    assert sorted(states.values()) == ["exchanged", "returned", "returned", "valid"]
    (new,) = [c for c in ticket_cards(games=stadium, order=order) if c.is_valid]
    assert (new.seat, new.session.code) == ("N 1-1", "STA-ATH-02")
    assert (free(stadium, "STA-ATH-01-A"), free(stadium, "STA-ATH-02-A")) == (6, 5)
    assert give_back_tickets(**given, numbers=[new.number], why="moved") == 4_000
    assert free(stadium, "STA-ATH-02-A") == 6
    assert differing(games_id=stadium.id) == ()
    assert sum(Refund.objects.values_list("amount", flat=True)) == 9_500


def test_a_holder_sees_the_code_and_can_choose_on_the_page(stadium: Any) -> None:
    assert not EventUnit.objects.exists()
    order = paid(book(stadium), lines=(("STA-ATH-01-B", 2),))
    link = f"/shop/SHO30/order/{link_of(games_id=stadium.id, number=order)}/"
    client = Client()
    page = client.get(link).content.decode()
    assert page.count('<svg class="qr"') == 2
    assert "does not take place" in page
    assert client.get(f"{link}tickets.pdf").content.startswith(b"%PDF")
    number = f"{order}-1-1"
    back = client.post(f"{link}ticket/", {"ticket": number}, follow=True).content.decode()
    assert "its money is on the way" in back
    assert back.count('<svg class="qr"') == 1
    again = client.post(f"{link}ticket/", {"ticket": number}, follow=True).content.decode()
    assert "Nothing was changed" in again


def test_codes_of_the_schedule_may_be_given_again_and_no_place_is_sold_twice(stadium: Any) -> None:
    """A session that is added before the others takes the code that one of them was sold under."""
    again = (
        a_session("STA-ATH-01", 8, units=("new",)),
        a_session("STA-ATH-02", 10, units=("unit-STA-ATH-01",)),
        a_session("STA-ATH-03", 17, units=("unit-STA-ATH-02", "other")),
    )
    assert open_tickets(games_id=stadium.id, sessions=again, channel="web", now=NOW) == 1
    row = TicketSession.objects.get(units=["new"])
    assert row.code == "STA-ATH-01B"
    assert free(stadium, "STA-ATH-01B-B") == 100
    assert free(stadium, "STA-ATH-01-B") == 100


def test_who_was_let_in_neither_gives_back_nor_exchanges(stadium: Any) -> None:
    order = paid(book(stadium), lines=(("STA-ATH-01-B", 1),))
    issue_tickets(games=stadium, order=order, now=NOW)
    number = Ticket.objects.get().number
    scan = Scan(uid="u1", kind="ticket", number=number, place="STA-ATH-01", device="g",
                was_let_in=False, scanned_at=NOW)  # fmt: skip
    record_scans(games=stadium, scans=(scan,), now=NOW)
    with pytest.raises(ShopError, match="used at a gate"):
        give_back_tickets(games=stadium, order=order, numbers=[number], why="", now=NOW)
    late = replace(scan, uid="u2")
    assert record_scans(games=stadium, scans=(late,), now=NOW) == {"u2": "again"}
    alone = replace(late, was_let_in=True)
    assert record_scans(games=stadium, scans=(alone,), now=NOW) == {"u2": "doubled"}, "too late"


def test_money_that_went_back_whole_ends_the_tickets(stadium: Any) -> None:
    order = paid(book(stadium), lines=(("STA-ATH-01-A", 2),))
    issue_tickets(games=stadium, order=order, now=NOW)
    told = Told(event="back", provider="test", reference=f"pi_{order}", kind="refund",
                refunded=8_000)  # fmt: skip
    record_event(games_id=stadium.id, told=told, body={}, now=NOW)
    assert {t.ticket_state for t in Ticket.objects.all()} == {"returned"}
    assert free(stadium, "STA-ATH-01-A") == 6
    assert Client().get(
        f"/shop/SHO30/order/{link_of(games_id=stadium.id, number=order)}/tickets.pdf"
    ).status_code == 404  # fmt: skip
    assert differing(games_id=stadium.id) == ()
    again = Told(event="twice", provider="test", reference="pi_2", kind="succeeded",
                 state=PaymentState.SUCCEEDED)  # fmt: skip
    begin_payment(games_id=stadium.id, order=order, provider="test", reference="pi_2", now=NOW)
    record_event(games_id=stadium.id, told=again, body={}, now=NOW)
    assert Refund.objects.get().why == "paid twice"


def test_a_session_is_not_sold_when_it_does_not_take_place_or_is_over(stadium: Any) -> None:
    follow_shop(games=stadium, now=NOW)  # no unit of these is in the schedule
    assert bought(book(stadium), lines=(("STA-ATH-01-B", 1),)).outcome == Outcome.REFUSED
    TicketSession.objects.update(units=[])
    follow_shop(games=stadium, now=NOW)
    shop = book(stadium)
    assert bought(shop, lines=(("STA-ATH-01-B", 1),)).outcome == Outcome.PLACED
    over = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)
    wish = a_wish(lines=(("STA-ATH-01-B", 1),))
    assert place_orders(shop, wishes=(wish,), now=over)[0].outcome == Outcome.REFUSED
