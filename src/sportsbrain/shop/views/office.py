"""The office of the shop: orders, what comes back, money, licences, drops."""

import csv
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.credentials.errors import KeyMissingError
from sportsbrain.credentials.queries import doubted_labels, labels_between
from sportsbrain.plans.errors import UnknownVersionError
from sportsbrain.plans.queries import WHAT_IF, number_in_force, version_items, versions_of
from sportsbrain.shop import actions, queries
from sportsbrain.shop.actions.hauls import PLANNER
from sportsbrain.shop.actions.markdowns import PLANNER as PRICES
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.exports import catalogue_table, epcis_document
from sportsbrain.shop.views.store import home_of
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.money import MoneyError, minor_of
from sportsbrain.vocabulary.shop import OrderState, ProductKind, RefundState, ReturnState
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
        "troubles": (*queries.gift_troubles(games_id=key),
                     *queries.payment_troubles(games_id=key))[:SHOWN],
        "returns": queries.return_rows(games_id=key, state=ReturnState.ASKED)[:SHOWN],
        "refunds": queries.refund_rows(games_id=key, state=RefundState.DUE)[:SHOWN],
        "orders": queries.found_orders(games_id=key, text=text),
        "contracts": queries.contract_rows(games_id=key),
        "sellers": queries.seller_rows(games_id=key),
        "dials": queries.dial_rows(games_id=key, now=_now()),
        "may_act": seat_on(request).may(Role.PLANNER),
        "may_pay": seat_on(request).may(Role.APPROVER),
        "labels_max": actions.LABELS_MAX,
        "night": _night(key),
        "marks": _marks(key),
        "copies": doubted_labels(games_id=key, most=SHOWN),
    }  # fmt: skip
    return show(request, "shop/office.html", context)


def _night(games_id: int) -> dict[str, Any] | None:
    """Return the newest moves that were planned and not booked yet."""
    found = versions_of(games_id=games_id, planner=PLANNER)
    versions = [row for row in found if WHAT_IF not in row.statistics]
    in_force = number_in_force(games_id=games_id, planner=PLANNER)
    if not versions or versions[0].number == in_force:
        return None
    number = versions[0].number
    hauls = version_items(games_id=games_id, planner=PLANNER, number=number)["hauls"]
    return {"number": number, "title": versions[0].title, "hauls": hauls[:HAULS],
            "more": max(0, len(hauls) - HAULS)}  # fmt: skip


def _marks(games_id: int) -> dict[str, Any] | None:
    """Return the newest prices that were planned and are not in force yet."""
    found = [row for row in versions_of(games_id=games_id, planner=PRICES)
             if WHAT_IF not in row.statistics]  # fmt: skip
    in_force = number_in_force(games_id=games_id, planner=PRICES) or 0
    if not found or found[0].number <= in_force:
        return None
    number = found[0].number
    rows = version_items(games_id=games_id, planner=PRICES, number=number)["marks"]
    marks = [(sku, round(100 * today), round(100 * share)) for sku, today, share in rows]
    return {"number": number, "title": found[0].title, "rows": marks[:HAULS],
            "more": max(0, len(marks) - HAULS)}  # fmt: skip


@require_POST
def mark_down(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Put the prices of a version in force, once."""
    games = seat_on(request, needed=Role.PLANNER).games
    try:
        written = actions.mark_down(games=games, number=number, now=_now(),
                                    actor=request.user.get_username())  # fmt: skip
    except UnknownVersionError:
        raise Http404(str(number)) from None
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("%(n)d prices are in force.") % {"n": written})
    return redirect("shop:office", games_code=games.code)


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
        "parcels": queries.parcel_cards(games_id=key, order=number),
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
    head = ("contract", "currency", "sku", "pieces", "royalty_minor_units")
    rows = (
        (line.contract, line.currency, line.sku, line.pieces, line.royalty)
        for line in queries.statement_lines(games_id=games.id)
    )
    return _csv(f"royalties-{games.code}.csv", head, rows)


def sellers(request: HttpRequest, games_code: str) -> HttpResponse:
    """Return what sellers sold, article by article, as CSV."""
    games = seat_on(request, needed=Role.PLANNER).games
    head = ("seller", "currency", "sku", "pieces", "net", "commission", "payable_minor_units")
    rows = (
        (line.seller, line.currency, line.sku, line.pieces, line.net, line.commission, line.payable)
        for line in queries.seller_lines(games_id=games.id)
    )
    return _csv(f"sellers-{games.code}.csv", head, rows)


@require_POST
def pay_seller(request: HttpRequest, games_code: str) -> HttpResponse:
    """Keep that a seller got money."""
    games = seat_on(request, needed=Role.APPROVER).games
    seller, currency = request.POST.get("seller", ""), request.POST.get("currency", "")
    ref = request.POST.get("ref", "").replace("\x00", "").strip()
    try:
        if not ref:
            raise ShopError(_("say the number of the transfer"))
        actions.pay_out(
            games_id=games.id, seller=seller[:20].replace("\x00", ""),
            currency=currency[:3].replace("\x00", ""), now=_now(), ref=ref,
            amount=minor_of(request.POST.get("amount", ""), currency),
        )  # fmt: skip
    except (ShopError, MoneyError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("shop:office", games_code=games.code)


def _csv(name: str, head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows(rows)
    return response


def catalogue(request: HttpRequest, games_code: str) -> HttpResponse:
    """Return the catalogue as the table that an import takes."""
    games = seat_on(request, needed=Role.VIEWER).games
    lines = queries.catalogue_lines(games_id=games.id, now=_now())
    table = catalogue_table(tuple(row for row in lines if row.kind != ProductKind.TICKET.value))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="catalogue-{games.code}.csv"'
    return response


@require_POST
def labels(request: HttpRequest, games_code: str) -> HttpResponse:
    """Issue labels of an article and return what a printer needs: the text of each code."""
    games = seat_on(request, needed=Role.PLANNER).games
    count, sku = request.POST.get("count", ""), request.POST.get("sku", "").strip()
    batch = request.POST.get("batch", "").strip()[:40]
    try:
        made = actions.make_labels(
            games=games, sku=sku.replace("\x00", ""), batch=batch.replace("\x00", ""), now=_now(),
            count=int(count) if count.isdecimal() and len(count) < 7 else 0,
        )  # fmt: skip
    except (ShopError, KeyMissingError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
        return redirect("shop:office", games_code=games.code)
    home = home_of(request, games)
    rows = ((sku, gtin, serial, home + path) for gtin, serial, path in made)
    return _csv(f"labels-{games.code}.csv", ("sku", "gtin", "serial", "code"), rows)


@require_POST
def end_label(request: HttpRequest, games_code: str) -> HttpResponse:
    """Say that an article is lost, stolen or destroyed."""
    games = seat_on(request, needed=Role.PLANNER).games
    text = request.POST.get("text", "")[:500]
    try:
        name = actions.end_label(games=games, text=text, now=_now(),
                                 actor=request.user.get_username())  # fmt: skip
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("%(n)s is lost: its label ends.") % {"n": name})
    return redirect("shop:office", games_code=games.code)


def epcis(request: HttpRequest, games_code: str) -> HttpResponse:
    """Return what happened to labelled articles since a day, a month when none is asked for."""
    games = seat_on(request, needed=Role.VIEWER).games
    until = _now()
    try:
        day = parse_date(request.GET.get("since", ""))
    except ValueError:
        day = None
    start = dt.datetime.combine(day, dt.time(), dt.UTC) if day else until - dt.timedelta(days=30)
    found = labels_between(games_id=games.id, since=start, until=until)
    document = epcis_document(found, home=home_of(request, games), since=start, until=until,
                              now=until)  # fmt: skip
    return JsonResponse(document, content_type="application/ld+json")
