"""The line of a drop, without account and without JavaScript: join, wait, buy."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sportsbrain.committee.queries import GamesRow
from sportsbrain.shop import actions, queries
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.forms import DropForm, LineForm
from sportsbrain.shop.guards import WEB, shop_on
from sportsbrain.shop.views.store import now, person_of, show
from sportsbrain.vocabulary.shop import Outcome

WORKS_FROM = 3  # so many from one address before the next has to work for it


def _drop(games: GamesRow, code: str) -> queries.DropRow:
    drop = queries.book_of(games_id=games.id).snapshot.drops.get(code)
    if drop is None or drop.channel != WEB:
        raise Http404(code)
    return drop


def _session(request: HttpRequest, games: GamesRow, code: str) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(f"line-{games.code}-{code}", {})
    return found


def _address(request: HttpRequest) -> str:
    return queries.address_word(settings.SECRET_KEY, request.META.get("REMOTE_ADDR", ""))


@never_cache
def line(request: HttpRequest, shop_code: str, code: str) -> HttpResponse:
    """Show where somebody stands; the page asks again by itself, the later the longer the wait."""
    games = shop_on(shop_code)
    drop = _drop(games, code)
    mine = _session(request, games, code)
    form = LineForm()
    return _page(request, games, drop, mine, form)


def _page(
    request: HttpRequest, games: GamesRow, drop: queries.DropRow, mine: dict[str, Any],
    form: LineForm, status: int = 200,
) -> HttpResponse:  # fmt: skip
    where = None
    if mine:
        if mine["place"] is None and now() >= drop.starts_at:
            mine = _joined(request, games, drop, mine["email"])
        snapshot = queries.book_of(games_id=games.id).snapshot
        where = queries.standing(
            place=mine["place"], starts_at=drop.starts_at, a_second=drop.admitted_a_second,
            is_gone=drop.code in queries.gone_drops(games_id=games.id, snapshot=snapshot),
            now=now(),
        )  # fmt: skip
    address = _address(request)
    busy = queries.people_at(games_id=games.id, drop=drop.code, address=address) >= WORKS_FROM
    card = queries.product_of_sku(games_id=games.id, channel=WEB, sku=drop.sku,
                                  language=get_language() or "en", now=now())  # fmt: skip
    return show(
        request, games, "shop/line.html", status, drop=drop, where=where, mine=mine, form=form,
        card=card, work=queries.challenge(drop=drop.code, address=address) if busy else "",
        bits=queries.WORK_BITS, buying=DropForm(most=drop.person_max),
        draw=queries.draw_of(games_id=games.id, drop=drop.code),
        minutes=-(-where.seconds // 60) if where else 0, key=secrets.token_hex(16),
    )  # fmt: skip


def _joined(
    request: HttpRequest, games: GamesRow, drop: queries.DropRow, email: str
) -> dict[str, Any]:
    """Stand in the line, or find the place one has, and keep it in the session."""
    person = person_of(email)
    one = queries.Joining(person=person, address=_address(request), joined_at=now())
    places = actions.join_line(games_id=games.id, drop=drop.code, joining=(one,), now=now())
    mine = {"email": email, "person": person, "place": places[person]}
    request.session[f"line-{games.code}-{drop.code}"] = mine
    return mine


@require_POST
def join(request: HttpRequest, shop_code: str, code: str) -> HttpResponse:
    """Let somebody into the line; from a busy address only after some work."""
    games = shop_on(shop_code)
    drop = _drop(games, code)
    form = LineForm(request.POST)
    if not form.is_valid():
        return _page(request, games, drop, {}, form, status=422)
    address = _address(request)
    if queries.people_at(games_id=games.id, drop=code, address=address) >= WORKS_FROM:
        word, nonce = request.POST.get("work", ""), request.POST.get("nonce", "")
        if not queries.is_worked(
            drop=code, address=address, email=form.cleaned_data["email"], word=word, nonce=nonce
        ):
            why = _("Many come from your network: turn JavaScript on, and try again.")
            form.add_error(None, why)
            return _page(request, games, drop, {}, form, status=429)
    try:
        _joined(request, games, drop, form.cleaned_data["email"])
    except ShopError as error:
        form.add_error(None, str(error))
        return _page(request, games, drop, {}, form, status=422)
    return redirect("shop:line", shop_code=games.code, code=code)


@require_POST
def buy(request: HttpRequest, shop_code: str, code: str) -> HttpResponse:
    """Buy when it is one's turn; the limit and the stock have the last word."""
    games = shop_on(shop_code)
    drop = _drop(games, code)
    mine = _session(request, games, code)
    form = DropForm(request.POST, most=drop.person_max)
    if not mine or mine["place"] is None or not form.is_valid():
        return redirect("shop:line", shop_code=games.code, code=code)
    data = form.cleaned_data
    body = hashlib.blake2s(repr(sorted(data.items())).encode(), digest_size=16).hexdigest()
    wish = actions.Wish(
        key=f"drop-{code}-{mine['person'][:16]}-{data['key'][:16]}", body=body, channel=WEB,
        lines=((drop.sku, data["pieces"]),), country=data["country"].upper(),
        person=mine["person"], email=mine["email"], language=(get_language() or "en")[:8],
        drop=code, address={"name": data["name"]},
        place=queries.place_word(games_id=games.id, drop=code, person=mine["person"],
                                 place=mine["place"]),
    )  # fmt: skip
    (answer,) = actions.place_orders(queries.book_of(games_id=games.id), wishes=(wish,), now=now())
    if answer.outcome == Outcome.PLACED:
        link = queries.link_of(games_id=games.id, number=answer.order)
        return redirect("shop:order", shop_code=games.code, link=link)
    messages.error(request, _("Nothing was ordered:") + f" {answer.why}")
    return redirect("shop:line", shop_code=games.code, code=code)
