"""The shop for shoppers, without JavaScript: from the shelf to a paid order."""

import re
from typing import Any

import pytest
from django.test import Client

from sportsbrain.ledger.queries import stock_rows
from sportsbrain.shop.actions import ProductValues, begin_shop, save_products
from sportsbrain.shop.models import Order
from sportsbrain.shop.queries import Asked, shelf_of, suggestions
from tests.shop.counter import NOW, a_shop, with_drop

pytestmark = pytest.mark.django_db
SHOP = "/shop/SHO30/"


@pytest.fixture(autouse=True)
def _test_payments(settings: Any) -> None:
    """Let the test payment say yes, as in a demo."""
    settings.SHOP_TEST_PAYMENTS = True


BUYER = {"name": "Tova", "email": "tova@example.org", "country": "PT"}


def put(client: Client, sku: str, pieces: str = "1", **more: str) -> Any:
    return client.post(f"{SHOP}cart/put/", {"sku": sku, "pieces": pieces, **more}, follow=True)


def ordered(client: Client, **more: str) -> Any:
    """Send the checkout's form as the browser does."""
    page = client.get(f"{SHOP}checkout/").content.decode()
    key = re.findall(r'name="key" value="([0-9a-f]+)"', page)[0]
    lines = re.findall(r'name="line" value="([^"]+)"', page)
    return client.post(f"{SHOP}checkout/", {**BUYER, "key": key, "line": lines, **more})


def test_a_shopper_finds_puts_orders_and_pays() -> None:
    shop = a_shop()
    client = Client()
    assert b"2 things to buy" in client.get(SHOP).content
    assert b"Mascot" not in client.get(f"{SHOP}?q=shirt").content
    assert b"Maillot" in client.get(SHOP, headers={"Accept-Language": "fr"}).content
    assert b"25.00 EUR" in client.get(f"{SHOP}product/SHIRT/").content
    put(client, "SHIRT-M", "2")
    cart = put(client, "MASCOT").content.decode()
    assert "3 pieces, 64.99 EUR." in cart  # 10 % off the shirts
    answer = ordered(client, is_shipped="on", street="Rua 1", city="Lumar", postcode="1200-001")
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "waits for payment" in page
    assert "69.89 EUR" in page  # 800 g are sent for 4.90
    paid = client.post(f"{answer.url}test/", follow=True).content.decode()
    assert "✓ paid" in paid
    rows = {r.item: r.sold for r in stock_rows(games_id=shop.snapshot.games_id) if r.sold}
    assert rows == {"SHIRT-M": 2, "MASCOT": 1}
    assert b"The cart is empty" in client.get(f"{SHOP}cart/").content
    assert Client().get(answer.url).status_code == 200, "whoever has the link"


def test_a_form_that_is_sent_twice_is_one_order() -> None:
    a_shop()
    client = Client()
    put(client, "SHIRT-M")
    form = {**BUYER, "key": "k" * 32, "line": "SHIRT-M:1"}
    first: Any = client.post(f"{SHOP}checkout/", form)
    again: Any = client.post(f"{SHOP}checkout/", form)
    assert first.url == again.url
    assert Order.objects.count() == 1


def test_nothing_is_put_in_a_cart_from_another_site() -> None:
    a_shop()
    client = Client()
    put(client, "SHIRT-M")
    before = client.cookies["sessionid"].value
    answer = client.post(f"{SHOP}cart/put/", {"sku": "SHIRT-M", "pieces": "1"},
                         headers={"Sec-Fetch-Site": "cross-site"})  # fmt: skip
    assert answer.status_code == 403
    assert client.cookies["sessionid"].value == before


def test_the_cart_changes_and_what_is_gone_is_said() -> None:
    a_shop(mascots=1)
    client = Client()
    put(client, "MASCOT", "2")
    answer = ordered(client)
    assert answer.status_code == 422
    assert b"sold out" in answer.content
    put(client, "MASCOT", "1", set="yes")
    assert ordered(client).status_code == 302
    assert b"sold out" in client.get(f"{SHOP}product/MASCOT/").content
    assert b"The cart is empty" in put(client, "SHIRT-M", "0", set="yes").content


@pytest.mark.parametrize(
    "wrong",
    [{"email": "x"}, {"country": "PRT"}, {"is_shipped": "on"}, {"code": "NOPE"}, {"name": ""}],
)
def test_what_is_missing_is_marked_and_nothing_is_ordered(wrong: dict[str, str]) -> None:
    a_shop()
    client = Client()
    put(client, "SHIRT-M")
    assert ordered(client, **wrong).status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "strange", [{"sku": "NOPE"}, {"pieces": "-1"}, {"pieces": "x"}, {"sku": "\x00"}]
)
def test_what_is_no_piece_changes_nothing(strange: dict[str, str]) -> None:
    a_shop()
    client = Client()
    page = put(client, **{"sku": "SHIRT-M", "pieces": "1", **strange})
    assert b"Nothing was changed" in page.content


@pytest.mark.parametrize("address", ["", "?q=shirt", "product/SHIRT/"])
def test_open_pages_are_the_same_bytes_for_everybody(address: str) -> None:
    a_shop()
    buyer, stranger = Client(), Client()
    put(buyer, "SHIRT-M", "2")
    assert buyer.cookies["pieces-SHO30"].value == "2"
    pages = [client.get(f"{SHOP}{address}") for client in (buyer, stranger)]
    assert pages[0].content == pages[1].content
    for page in pages:
        assert page.headers["Vary"] == "Accept-Encoding, Accept-Language"
        assert "max-age=1, stale-while-revalidate=30" in page.headers["Cache-Control"]
        assert not page.cookies
        assert b"csrf" not in page.content
    again = stranger.get(f"{SHOP}{address}", headers={"If-None-Match": pages[1].headers["ETag"]})
    assert again.status_code == 304


def test_nobody_opens_the_order_of_another_or_a_shop_that_is_none() -> None:
    a_shop()
    client = Client()
    for page in ("/shop/NOPE/", f"{SHOP}order/1:abc/", f"{SHOP}product/NOPE/"):
        assert client.get(page).status_code == 404, page
    put(client, "SHIRT-M")
    link = ordered(client).url
    a_shop(code="OTH30")
    assert client.get(link.replace("SHO30", "OTH30")).status_code == 404
    assert client.get(f"{SHOP}?q=%00&page=99999").status_code == 200


def test_what_has_its_own_sale_is_not_put_in_a_cart() -> None:
    with_drop(a_shop())
    client = Client()
    assert b"sale of its own" in client.get(f"{SHOP}product/MASCOT/").content
    put(client, "MASCOT")
    assert b"in its sale alone" in ordered(client).content


def test_an_empty_shop_says_so_and_begins_with_invented_wares(small_games: Any) -> None:
    assert Client().get("/shop/REFS1/").status_code == 404
    assert begin_shop(games=small_games, now=NOW) == begin_shop(games=small_games, now=NOW) == 18
    page = Client().get("/shop/REFS1/", headers={"Accept-Language": "ar"}).content.decode()
    assert "قميص" in page
    assert Client().get("/shop/REFS1/picture/shirt/SHIRT-BLUE.svg").status_code == 200


@pytest.mark.parametrize(
    ("words", "codes", "is_like"),
    [
        ("shi", ["SHIRT"], False),  # as somebody types
        ("MAILLOT", ["SHIRT"], False),  # in another language
        ("irt", ["SHIRT"], False),  # in the middle of a word
        ("shrit", ["SHIRT"], True),  # typed wrongly
        ("صوفي", ["SCARF"], False),
        ("毛絨", ["SCARF"], False),
        ("echarpe", ["SCARF"], False),  # without its accent
        ("' & | !", [], True),
        ("zzzz", [], True),
    ],
)
def test_a_thing_is_found_in_any_script_and_with_a_slip(
    words: str,
    codes: list[str],
    is_like: bool,  # noqa: FBT001
) -> None:
    games = a_shop().snapshot.games_id
    titles = {"en": "Scarf", "fr": "Écharpe", "ar": "وشاح صُوفي", "zh": "毛絨圍巾"}
    scarf = ProductValues(code="SCARF", titles=titles, variants={"SCARF": {}}, discipline="ATH",
                          prices={("SCARF", "web"): 1_500}, collections=("wear",))  # fmt: skip
    save_products(games_id=games, products=[scarf])
    found = shelf_of(games_id=games, channel="web", language="en", now=NOW, asked=Asked(text=words))
    assert ([card.code for card in found.cards], found.is_like) == (codes, is_like)


def test_facets_say_what_each_word_would_leave() -> None:
    games = a_shop().snapshot.games_id
    scarf = ProductValues(code="SCARF", titles={"en": "Scarf"}, variants={"SCARF": {}},
                          discipline="ATH", prices={("SCARF", "web"): 1_500},
                          collections=("wear", "new"))  # fmt: skip
    save_products(games_id=games, products=[scarf])
    how: dict[str, Any] = {"games_id": games, "channel": "web", "language": "en", "now": NOW}
    found = shelf_of(**how, asked=Asked(collection="wear"))
    assert found.count == 2
    assert found.facets["collection"] == (("new", 1), ("toys", 1), ("wear", 2))
    assert found.facets["discipline"] == (("ATH", 1),)
    assert suggestions(games_id=games, channel="web", language="fr", text="mai") == ("Maillot",)
    assert Client().get(f"{SHOP}suggest/?q=sca").content.count(b"<option") == 1
    other = shelf_of(**how, asked=Asked(), page=9)
    assert (other.cards, other.count) == ((), 3)
