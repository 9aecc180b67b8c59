"""Pages for shoppers: shelves, a product, the cart, the checkout, an order."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_POST

from sportsbrain.committee.queries import GamesRow
from sportsbrain.reference.pictures import article_svg
from sportsbrain.shop import actions, queries
from sportsbrain.shop.exports import linked_data, merchant_feed
from sportsbrain.shop.forms import PIECES_MAX, CheckoutForm
from sportsbrain.shop.guards import WEB, shop_on
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import Outcome, ProductKind
from sportsbrain.world.queries import disciplines, organisation_lines

CART = "cart"
FACETS = ("collection", "discipline", "delegation")
SHAPES = {"wear": "shirt", "toys": "toy", "tickets": "ticket"}
LINES_MAX = 30
OPEN_MAX = 8
KEY = re.compile(r"[0-9A-Za-z_-]{8,64}")


def now() -> dt.datetime:
    """Return the moment."""
    return dt.datetime.now(dt.UTC)


def person_of(email: str) -> str:
    """Return who somebody is for limits: a word of the address that can't be read back."""
    return hashlib.sha256(email.lower().encode()).hexdigest()[:32]


def _cart(request: HttpRequest, games: GamesRow) -> dict[str, int]:
    found: dict[str, int] = request.session.get(f"{CART}-{games.code}", {})
    return dict(found)


def _keep(request: HttpRequest, games: GamesRow, cart: dict[str, int]) -> None:
    request.session[f"{CART}-{games.code}"] = {s: n for s, n in cart.items() if n > 0}


def show(
    request: HttpRequest, games: GamesRow, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Return a page of the shop, in the clock of the Games; it tells the browser of its cart."""
    pieces = sum(_cart(request, games).values())
    response = _drawn(request, games, template, status, {"pieces": pieces, **context})
    if f"{CART}-{games.code}" in request.session:
        response.set_cookie(f"pieces-{games.code}", str(pieces), samesite="Lax")
    return response


def _drawn(
    request: HttpRequest, games: GamesRow, template: str, status: int, context: dict[str, Any]
) -> HttpResponse:
    with timezone.override(ZoneInfo(games.time_zone)):
        return render(request, template, {"shop": games, "games": games, **context}, status=status)


def open_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """
    Let a page be kept by whoever stands before the site: the same bytes for all of a language.

    Such a page reads no cookie and sets none (a test holds it to that).
    """
    kept = cache_control(public=True, max_age=1, stale_while_revalidate=30, stale_if_error=86_400)
    return gzip_page(conditional_page(kept(view)))


@open_page
def shelves(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Show what is sold, found by words and collection."""
    games = shop_on(shop_code)
    page = request.GET.get("page", "1")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1
    asked = queries.Asked(
        **{
            name: request.GET.get(word, "")[:80].replace("\x00", "")
            for name, word in (("text", "q"), *((facet, facet) for facet in FACETS))
        }
    )
    shelf = queries.shelf_of(games_id=games.id, channel=WEB, language=get_language() or "en",
                             now=now(), page=number, asked=asked)  # fmt: skip
    kept = {"q": asked.text} | {facet: getattr(asked, facet) for facet in FACETS}
    return _drawn(request, games, "shop/shelves.html", 200, {
        "shelf": shelf, "asked": asked, "page_number": number,
        "facets": [
            (facet, getattr(asked, facet), _named(games, facet, rows),
             urlencode({key: word for key, word in kept.items() if word and key != facet}))
            for facet, rows in shelf.facets.items() if rows
        ],
        "kept": urlencode({key: word for key, word in kept.items() if word}),
        "page_count": max(1, -(-shelf.count // queries.PAGE)),
    })  # fmt: skip


def _named(
    games: GamesRow, facet: str, rows: tuple[tuple[str, int], ...]
) -> list[tuple[str, str, int]]:
    """Return the words of a facet with what people call them, in order of that."""
    names: dict[str, str] = {}
    if facet == "discipline":
        names = {row.code: row.name for row in disciplines(games_id=games.id)}
    elif facet == "delegation":
        names = {row.code: row.name for row in organisation_lines(games_id=games.id)}
    found = [(word, names.get(word, word), n) for word, n in rows]
    return sorted(found, key=lambda row: row[1])


def suggest(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Return titles for what somebody types, as options of the search field."""
    games = shop_on(shop_code)
    titles = queries.suggestions(
        games_id=games.id, channel=WEB, language=get_language() or "en",
        text=request.GET.get("q", "")[:80].replace("\x00", ""),
    )  # fmt: skip
    return render(request, "shop/suggestions.html", {"titles": titles})


@open_page
def product(request: HttpRequest, shop_code: str, code: str) -> HttpResponse:
    """Show one product: what it costs, what is left, and the button."""
    games = shop_on(shop_code)
    if not code.isprintable():
        raise Http404(code)
    card = queries.product_card(
        games_id=games.id, channel=WEB, language=get_language() or "en", now=now(), code=code
    )
    if card is None:
        raise Http404(code)
    rows = queries.offer_rows(games_id=games.id, channel=WEB, language=get_language() or "en",
                              now=now(), product=code)  # fmt: skip
    linked = linked_data(rows, home=home_of(request, games), games=games.name) if rows else {}
    return _drawn(request, games, "shop/product.html", 200,
                  {"card": card, "most": PIECES_MAX, "linked": linked})  # fmt: skip


def home_of(request: HttpRequest, games: GamesRow) -> str:
    """Return the address of the shop, without a slash at its end."""
    return request.build_absolute_uri(reverse("shop:shelves", args=[games.code])).rstrip("/")


@cache_control(max_age=300, public=True)
def feed(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Return everything that is sold as Google Merchant reads it."""
    games = shop_on(shop_code)
    rows = queries.offer_rows(
        games_id=games.id, channel=WEB, language=get_language() or "en", now=now()
    )
    things = tuple(row for row in rows if row.kind == ProductKind.ARTICLE.value)
    content = merchant_feed(things, home=home_of(request, games))
    return HttpResponse(content, content_type="text/tab-separated-values; charset=utf-8")


@cache_control(max_age=86400, public=True)
def picture(request: HttpRequest, shop_code: str, code: str, shape: str) -> HttpResponse:
    """Draw a product."""
    del request, shop_code
    svg = article_svg(code[:60], SHAPES.get(shape, shape))
    return HttpResponse(svg, content_type="image/svg+xml")


@csrf_exempt  # its form is on pages for everybody: browsers say whether it comes from elsewhere
@require_POST
def put(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Put pieces of a variant in the cart, or change how many there are."""
    games = shop_on(shop_code)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return HttpResponseForbidden("from another site", content_type="text/plain")
    cart = _cart(request, games)
    sku, pieces = request.POST.get("sku", ""), request.POST.get("pieces", "1")
    if sku not in queries.book_of(games_id=games.id).snapshot.sellables or not pieces.isdecimal():
        messages.error(request, _("Nothing was changed: choose what and how many."))
        return redirect("shop:cart", shop_code=games.code)
    wanted = int(pieces[:6]) + (0 if "set" in request.POST else cart.get(sku, 0))
    cart[sku] = min(wanted, PIECES_MAX)
    if len(cart) > LINES_MAX:
        messages.error(request, _("The cart is full: pay for it first."))
    else:
        _keep(request, games, cart)
    return redirect("shop:cart", shop_code=games.code)


def _priced(
    games: GamesRow, cart: dict[str, int], country: str, code: str, *, is_shipped: bool
) -> queries.Priced:
    return queries.book_of(games_id=games.id).priced(
        channel=WEB, lines=tuple(sorted(cart.items())), country=country,
        codes=(code,) if code else (), is_shipped=is_shipped, now=now(),
    )  # fmt: skip


def cart(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Show what is in the cart and what it costs."""
    games = shop_on(shop_code)
    found = _cart(request, games)
    cost, why = None, ""
    if found:
        try:
            cost = _priced(games, found, "", "", is_shipped=False)
        except queries.PriceError as error:
            why = str(error)
    context: dict[str, Any] = {"lines": [], "total": "", "discount": ""}
    if cost:
        currency = cost.currency
        context["lines"] = [
            (line, text_of(line.unit_price * line.quantity - line.discount, currency))
            for line in cost.lines
        ]
        context["total"] = text_of(cost.total, currency)
        context["discount"] = text_of(cost.discount, currency) if cost.discount else ""
    return show(request, games, "shop/cart.html", why=why, most=PIECES_MAX, found=found, **context)


def gift(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Say what is left on a gift card; its code is never part of an address."""
    games = shop_on(shop_code)
    code = request.POST.get("code", "")[:80]
    found = queries.gift_of(games_id=games.id, code=code) if code else None
    status = 422 if code and found is None else 200
    return show(request, games, "shop/gift.html", status, found=found, code=code,
                buy=queries.gift_product(games_id=games.id))  # fmt: skip


def checkout(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Ask who buys; place the order; a form that is sent twice is one order."""
    games = shop_on(shop_code)
    found = _cart(request, games)
    form = CheckoutForm(request.POST or None)
    if not found and request.method != "POST":
        return redirect("shop:cart", shop_code=games.code)
    if request.method == "POST" and form.is_valid() and not _may_order(request):
        form.add_error(None, _("You have several orders that wait: pay for them first."))
    elif request.method == "POST" and form.is_valid():
        answer = _placed(request, games, found, form)
        if answer.outcome == Outcome.PLACED:
            _keep(request, games, {})
            link = queries.link_of(games_id=games.id, number=answer.order)
            return redirect("shop:order", shop_code=games.code, link=link)
        form.add_error(None, answer.why)
    status = 422 if request.method == "POST" else 200
    key = request.POST.get("key") or secrets.token_hex(16)
    return show(request, games, "shop/checkout.html", status, form=form, key=key, cart=found)


def _key(request: HttpRequest) -> str:
    """Return the name that the form gave its order; a strange one is replaced."""
    key = request.POST.get("key", "")
    return key if KEY.fullmatch(key) else secrets.token_hex(16)


def _may_order(request: HttpRequest) -> bool:
    """Tell whether this browser may hold more pieces: few orders at once are enough."""
    after = (now() - actions.HELD_FOR).timestamp()
    recent = [moment for moment in request.session.get("ordered", []) if moment > after]
    request.session["ordered"] = [*recent, now().timestamp()][-OPEN_MAX - 1 :]
    return len(recent) < OPEN_MAX


def _lines(request: HttpRequest, cart: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """Return what the form was shown for: the same form again is the same order."""
    shown = [word.rpartition(":") for word in request.POST.getlist("line")[:LINES_MAX]]
    found = {
        sku: min(int(n), PIECES_MAX)
        for sku, _colon, n in shown
        if n.isdecimal() and len(n) < 4 and sku.isprintable()
    }
    return tuple(sorted((found or cart).items()))


def _placed(
    request: HttpRequest, games: GamesRow, cart: dict[str, int], form: CheckoutForm
) -> actions.Answer:
    data = form.cleaned_data
    address = {name: data[name] for name in ("name", "street", "postcode", "city", "region")}
    lines = _lines(request, cart)
    body = hashlib.blake2s(repr((lines, sorted(data.items()))).encode(), digest_size=16)
    wish = actions.Wish(
        key=_key(request),
        body=body.hexdigest(),
        channel=WEB,
        lines=lines,
        country=data["country"].upper(),
        person=person_of(data["email"]),
        email=data["email"],
        language=(get_language() or "en")[:8],
        codes=(data["code"],) if data["code"] else (),
        address=address,
        is_shipped=data["is_shipped"],
    )
    actions.expire_orders(games_id=games.id, now=now())  # what others did not pay for is free
    book = queries.book_of(games_id=games.id)
    (answer,) = actions.place_orders(book, wishes=(wish,), now=now())
    return answer
