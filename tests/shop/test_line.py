"""The line of a drop: drawn fairly, then in order; more connections or addresses gain nothing."""

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from sportsbrain.shop.actions import draw_places, join_line, save_drop
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.jobs import Intake
from sportsbrain.shop.models import Drop, DropPlace, Order
from sportsbrain.shop.queries import (
    WORK_BITS,
    Joining,
    PriceBook,
    drawn,
    fingerprint,
    place_of,
    place_word,
    snapshot_of,
    standing,
)
from sportsbrain.vocabulary.shop import Outcome
from tests.shop.counter import NOW, a_shop, bought

START = NOW
EARLY = NOW - dt.timedelta(minutes=3)
LATE = NOW + dt.timedelta(seconds=1)


def a_line(**more: Any) -> PriceBook:
    """Return a shop whose mascot is sold to a line."""
    games = a_shop().snapshot.games_id
    usual = {"person_max": 1, "draw_seconds": 300, "admitted_a_second": 10, "starts_at": START}
    save_drop(games_id=games, code="D1", sku="MASCOT", channel="web", **{**usual, **more})
    return PriceBook(snapshot_of(games_id=games))


def come(shop: PriceBook, *people: str, at: dt.datetime, home: str = "") -> dict[str, int | None]:
    joining = [Joining(person=p, address=home or p, joined_at=at) for p in people]
    return join_line(games_id=shop.snapshot.games_id, drop="D1", joining=joining, now=at)


@pytest.mark.django_db
def test_the_early_are_drawn_and_the_late_stand_behind_in_order() -> None:
    shop = a_line()
    games = shop.snapshot.games_id
    early = [f"e{n}" for n in range(20)]
    assert set(come(shop, *early, at=EARLY).values()) == {None}
    assert come(shop, "e3", at=EARLY) == {"e3": None}, "coming again changes nothing"
    with pytest.raises(ShopError, match="when it begins"):
        draw_places(games_id=games, drop="D1", now=EARLY)
    first = come(shop, "l1", at=LATE)
    second = come(shop, "l2", "l3", at=LATE)
    assert (first["l1"], second["l2"], second["l3"]) == (21, 22, 23)
    places = {row.person: row.place or 0 for row in DropPlace.objects.all()}
    assert sorted(places[p] for p in early) == list(range(1, 21))
    row = Drop.objects.get()
    order = drawn([(p, False) for p in early], row.seed)
    assert [places[p] for p in order] == list(range(1, 21)), "anybody can draw again"
    assert come(shop, "e3", at=LATE)["e3"] == places["e3"]
    assert draw_places(games_id=games, drop="D1", now=LATE) == 20


@pytest.mark.django_db
def test_a_crowd_from_one_address_is_drawn_behind_the_others() -> None:
    shop = a_line()
    come(shop, *[f"bot{n}" for n in range(30)], at=EARLY, home="one")
    come(shop, *[f"e{n}" for n in range(30)], at=EARLY)
    come(shop, "late", at=LATE)
    places = {row.person: row.place or 0 for row in DropPlace.objects.all()}
    bots = sorted(place for person, place in places.items() if person.startswith("bot"))
    assert bots[4] == 35, "four share a home, the others stand behind"
    assert max(places[f"e{n}"] for n in range(30)) <= 34


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**64))
def test_places_do_not_depend_on_when_somebody_came(seed: int) -> None:
    people = [(f"p{n}", False) for n in range(2_000)]
    place = {person: n for n, person in enumerate(drawn(people, str(seed)))}
    first = [place[f"p{n}"] / 2_000 for n in range(200)]  # those who came first
    assert stats.kstest(first, "uniform").pvalue > 1e-5


def test_a_place_is_answered_without_a_row_and_only_to_whom_it_is() -> None:
    word = place_word(games_id=1, drop="D1", person="ann", place=7)
    assert place_of(games_id=1, drop="D1", word=word) == ("ann", 7)
    assert place_of(games_id=2, drop="D1", word=word) is None
    assert place_of(games_id=1, drop="D2", word=word) is None
    assert place_of(games_id=1, drop="D1", word=word[:-1]) is None


def test_where_one_stands_is_said_honestly() -> None:
    def at(seconds: int, place: int | None, **more: Any) -> Any:
        how = {"starts_at": START, "a_second": 10, "is_gone": False, **more}
        return standing(place=place, now=START + dt.timedelta(seconds=seconds), **how)

    assert at(-60, None).state == "early"
    assert at(0, 10).state == "turn"
    waiting = at(0, 110)
    assert (waiting.state, waiting.ahead, waiting.seconds) == ("waiting", 100, 10)
    assert at(10, 110).state == "turn", "what was said came true"
    assert at(0, 110, is_gone=True).state == "gone"
    assert at(0, 100_000).ask_again == 30
    assert at(0, 11).ask_again == 2


@pytest.mark.django_db
def test_nobody_buys_before_the_turn_or_with_a_place_of_another() -> None:
    shop = a_line()
    games = shop.snapshot.games_id

    def wish(person: str, holder: str, place: int) -> Outcome:
        word = place_word(games_id=games, drop="D1", person=holder, place=place)
        return bought(shop, lines=(("MASCOT", 1),), drop="D1", person=person, place=word).outcome

    assert wish("ann", "ann", 11) == Outcome.REFUSED, "not yet"
    assert wish("ann", "bob", 1) == Outcome.REFUSED, "another's place"
    assert bought(shop, lines=(("MASCOT", 1),), drop="D1", person="ann").outcome == Outcome.REFUSED
    assert wish("ann", "ann", 10) == Outcome.PLACED
    assert wish("ann", "ann", 10) == Outcome.OVER_LIMIT


@pytest.mark.django_db
def test_a_person_waits_and_buys_on_pages(settings: Any) -> None:
    settings.SHOP_TEST_PAYMENTS = True
    now = dt.datetime.now(dt.UTC)
    shop = a_line(starts_at=now + dt.timedelta(seconds=60))
    client = Client()
    home = "/shop/SHO30/line/D1/"
    page = client.get(home).content.decode()
    row = Drop.objects.get()
    assert fingerprint(row.seed) in page
    assert row.seed not in page, "not before the draw"
    assert client.post(f"{home}buy/", {"name": "A"}).status_code == 302
    page = client.post(f"{home}join/", {"email": "ana@example.org"}, follow=True).content.decode()
    assert "You are in the line" in page
    assert 'http-equiv="refresh"' in page
    Drop.objects.update(starts_at=now - dt.timedelta(seconds=5))
    save_drop(games_id=shop.snapshot.games_id, code="D1", sku="MASCOT", channel="web",
              starts_at=now - dt.timedelta(seconds=5))  # fmt: skip
    page = client.get(home).content.decode()
    assert "It is your turn" in page
    assert row.seed in page
    form = {"name": "Ana", "country": "PT", "pieces": "1", "key": "k" * 16}
    answer = client.post(f"{home}buy/", form, follow=True)
    assert "waits for payment" in answer.content.decode()
    again = client.post(f"{home}buy/", {**form, "key": "j" * 16}, follow=True).content.decode()
    assert "Nothing was ordered" in again
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_a_busy_address_has_to_work(settings: Any) -> None:
    a_line(starts_at=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60))
    home = "/shop/SHO30/line/D1/"
    for n in range(3):
        Client().post(f"{home}join/", {"email": f"a{n}@example.org"})
    last = Client()
    refused = last.post(f"{home}join/", {"email": "b@example.org"})
    assert refused.status_code == 429
    work = refused.context["work"]
    nonce = next(
        n for n in range(10_000_000)
        if int.from_bytes(hashlib.sha256(f"{work}:b@example.org:{n}".encode()).digest()[:4], "big")
        >> (32 - WORK_BITS) == 0
    )  # fmt: skip
    form = {"email": "b@example.org", "work": work, "nonce": str(nonce)}
    assert last.post(f"{home}join/", form).status_code == 302
    assert Client().post(f"{home}join/", {**form, "nonce": "1"}).status_code == 429
    assert DropPlace.objects.count() == 4


@pytest.mark.django_db
def test_the_intake_answers_where_a_place_stands_from_memory(
    django_assert_num_queries: Any,
) -> None:
    shop = a_line(starts_at=dt.datetime.now(dt.UTC))
    games = shop.snapshot.games_id
    intake = Intake(games_id=games, loop=None)  # type: ignore[arg-type]  # nobody is answered
    intake.book = shop
    word = place_word(games_id=games, drop="D1", person="ann", place=500)
    with django_assert_num_queries(0):
        status, body = intake.line(json.dumps({"drop": "D1", "place": word}).encode())
        assert intake.line(b"{}")[0].startswith(b"400")
        assert intake.line(b'{"drop": "D1", "place": "x"}')[0].startswith(b"404")
    assert status == b"200 OK"
    assert json.loads(body)["state"] == "waiting"


@pytest.mark.django_db
def test_who_joined_while_it_was_drawn_gets_a_place_when_they_come_again() -> None:
    shop = a_line()
    come(shop, "ann", at=EARLY)
    draw_places(games_id=shop.snapshot.games_id, drop="D1", now=LATE)
    DropPlace.objects.create(games_id=shop.snapshot.games_id, drop="D1", person="bob",
                             address="x", joined_at=EARLY)  # fmt: skip
    assert come(shop, "bob", at=LATE) == {"bob": 2}
    assert come(shop, "bob", at=LATE) == {"bob": 2}
