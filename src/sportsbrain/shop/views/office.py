"""The office of the shop: orders, what comes back, money, licences, drops."""

import csv
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.plans.errors import UnknownVersionError
from sportsbrain.plans.queries import number_in_force, version_items, versions_of
from sportsbrain.shop import actions, queries
from sportsbrain.shop.actions.hauls import PLANNER
from sportsbrain.shop.errors import ShopError
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.shop import OrderState, RefundState, ReturnState
from sportsbrain.vocabulary.statuses import Role

SHOWN, HAULS = 50, 12


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def office(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what needs somebody: differences first, then returns, refunds, orders, licences."""
    games = seat_on(request, needed=Role.VIEWER).games
    key, text = games.id, request.GET.get("q", "")[:80]
    context: dict[str, Any] = {
        "text": text,
        "troubles": queries.payment_troubles(games_id=key)[:SHOWN],
        "returns": queries.return_rows(games_id=key, state=ReturnState.ASKED)[:SHOWN],
        "refunds": queries.refund_rows(games_id=key, state=RefundState.DUE)[:SHOWN],
        "orders": queries.found_orders(games_id=key, text=text),
        "contracts": queries.contract_rows(games_id=key),
        "dials": queries.dial_rows(games_id=key, now=_now()),
        "may_act": seat_on(request).may(Role.PLANNER),
        "night": _night(key),
    }
    return show(request, "shop/office.html", context)


def _night(games_id: int) -> dict[str, Any] | None:
    """Return the newest moves that were planned and not booked yet."""
    versions = versions_of(games_id=games_id, planner=PLANNER)
    in_force = number_in_force(games_id=games_id, planner=PLANNER)
    if not versions or versions[0].number == in_force:
        return None
    number = versions[0].number
    hauls = version_items(games_id=games_id, planner=PLANNER, number=number)["hauls"]
    return {"number": number, "title": versions[0].title, "hauls": hauls[:HAULS],
            "more": max(0, len(hauls) - HAULS)}  # fmt: skip


@require_POST
def book_moves(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Book what the trucks brought: the moves of a version, once."""
    games = seat_on(request, needed=Role.PLANNER).games
    try:
        moved, left = actions.carry_out(games_id=games.id, number=number, now=_now(),
                                        actor=request.user.get_username())  # fmt: skip
    except UnknownVersionError:
        raise Http404(str(number)) from None
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        words = _("%(m)d pieces are booked; %(l)d were not there any more.")
        messages.success(request, words % {"m": moved, "l": left})
    return redirect("shop:office", games_code=games.code)


def order(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Show one order to the office, with its payments."""
    seat = seat_on(request, needed=Role.VIEWER)
    card = queries.order_card(games_id=seat.games.id, number=number)
    if card is None:
        raise Http404(str(number))
    key = seat.games.id
    context: dict[str, Any] = {
        "card": card,
        "payments": queries.payments_of_order(games_id=key, order=number),
        "refunds": queries.refund_rows(games_id=key, order=number),
        "returns": queries.return_rows(games_id=key, order=number),
        "tickets": queries.ticket_cards(games=seat.games, order=number),
        "is_open": card.order_state == OrderState.PLACED.value,
        "may_act": seat.may(Role.PLANNER),
    }
    return show(request, "shop/office_order.html", context)


@require_POST
def on_account(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Let a delegation owe an order."""
    games = seat_on(request, needed=Role.PLANNER).games
    try:
        actions.pay_on_account(games_id=games.id, order=number, now=_now(),
                               client=request.POST.get("client", ""))  # fmt: skip
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("The order is on account: its invoice says who owes it."))
    return redirect("shop:office_order", games_code=games.code, number=number)


@require_POST
def end_return(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Take pieces back, whole or broken, or refuse them."""
    games = seat_on(request, needed=Role.PLANNER).games
    given: dict[str, Any] = {"games_id": games.id, "number": number, "now": _now(),
                             "by": request.user.get_username()}  # fmt: skip
    try:
        if "refuse" in request.POST:
            actions.refuse_return(**given, why=request.POST.get("why", "").replace("\x00", ""))
        else:
            actions.receive_return(**given, is_sellable="broken" not in request.POST)
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("Return %(n)s is done.") % {"n": number})
    return redirect("shop:office", games_code=games.code)


def statement(request: HttpRequest, games_code: str) -> HttpResponse:
    """Return what contracts are owed, article by article, as CSV."""
    games = seat_on(request, needed=Role.PLANNER).games
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="royalties-{games.code}.csv"'
    writer = csv.writer(response)
    writer.writerow(("contract", "currency", "sku", "pieces", "royalty_minor_units"))
    for line in queries.statement_lines(games_id=games.id):
        writer.writerow((line.contract, line.currency, line.sku, line.pieces, line.royalty))
    return response
