"""Pages of an order, for whoever has its link: pay, tickets, give back, invoice."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.queries import GamesRow
from sportsbrain.credentials.actions import sign_proofs
from sportsbrain.credentials.errors import KeyMissingError
from sportsbrain.ledger.exports import invoice_pdf
from sportsbrain.shop import actions, queries
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.exports import tickets_pdf
from sportsbrain.shop.guards import WEB, order_on, shop_on
from sportsbrain.shop.views.store import now, show
from sportsbrain.ui.codes import qr_svg
from sportsbrain.vocabulary.money import text_of
from sportsbrain.vocabulary.shop import OrderState

TEST_WAY = "SHOP_TEST_PAYMENTS"
PAID = (OrderState.PAID.value, OrderState.FULFILLED.value)


def order(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Show an order to whoever has its link: what it costs, its tickets, what can come back."""
    games = shop_on(shop_code)
    card = _card(games, link)
    is_open = card.order_state == OrderState.PLACED.value
    if is_open and not card.total:
        actions.pay_nothing(games_id=games.id, order=card.number, now=now())
        return redirect("shop:order", shop_code=games.code, link=link)
    context: dict[str, Any] = {
        "card": card,
        "link": link,
        "is_open": is_open,
        "ways": _ways(games, link) if is_open else [],
        "may_gift": is_open and queries.has_gifts(games_id=games.id),
    }
    if card.order_state in PAID:
        actions.issue_tickets(games=games, order=card.number, now=now())
        actions.issue_gifts(games_id=games.id, order=card.number, now=now())
        context["gifts"] = queries.gift_rows(games_id=games.id, order=card.number)
        if card.order_state == OrderState.PAID.value:
            actions.make_parcels(games_id=games.id, order=card.number, now=now())
        cards = queries.ticket_cards(
            games=games, order=card.number, language=get_language() or "en"
        )
        texts = _signed(games, cards)
        changing = {ticket.number for ticket in cards if ticket.may_change(now())}
        context["tickets"] = [
            (ticket, qr_svg(texts[ticket.number], label=ticket.number) if texts else "",
             ticket.number in changing,
             _offers(games, ticket, card) if ticket.number in changing else ())
            for ticket in cards
        ]  # fmt: skip
        context["no_codes"] = bool(cards) and not texts
        context["may_return"] = any(line.may_return for line in card.lines)
    context["parcels"] = queries.parcel_cards(games_id=games.id, order=card.number)
    context["refunds"] = queries.refund_rows(games_id=games.id, order=card.number)
    context["returns"] = queries.return_rows(games_id=games.id, order=card.number)
    return show(request, games, "shop/order.html", **context)


def _card(games: GamesRow, link: str) -> queries.OrderCard:
    card = queries.order_card(games_id=games.id, number=order_on(games, link))
    if card is None:
        raise Http404(link)
    return card


def _ways(games: GamesRow, link: str) -> list[tuple[str, str, bool]]:
    """Return how an order can be paid here: address, word, whether it is only a test."""
    return [
        (reverse(address, args=[games.code, link]), str(word), setting == TEST_WAY)
        for setting, address, word in settings.PAYMENT_WAYS
        if getattr(settings, setting)
    ]


def _signed(games: GamesRow, cards: tuple[queries.TicketCard, ...]) -> dict[str, str]:
    """Return what the codes of valid tickets hold; nothing where nobody can sign."""
    valid = tuple(card for card in cards if card.is_valid)
    try:
        texts = sign_proofs(games=games, proofs=queries.ticket_proofs(games=games, cards=valid))
    except KeyMissingError:
        return {}
    blank = dict.fromkeys((card.number for card in cards), "")
    return blank | {card.number: text for card, text in zip(valid, texts, strict=True)}


def _offers(
    games: GamesRow, ticket: queries.TicketCard, card: queries.OrderCard
) -> tuple[queries.Offer, ...]:
    price = next(line.unit_price for line in card.lines if line.line == ticket.line)
    snapshot = queries.book_of(games_id=games.id).snapshot
    return queries.offers_for(
        games=games, snapshot=snapshot, card=ticket, channel=WEB, price=price, now=now()
    )


def _done(request: HttpRequest, games: GamesRow, link: str, act: Callable[[], str]) -> HttpResponse:
    """Do something with an order and say how it went."""
    try:
        messages.success(request, act())
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("shop:order", shop_code=games.code, link=link)


@require_POST
def pay_by_gift(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Pay what is left on a gift card; the rest is paid another way."""
    games = shop_on(shop_code)
    card = _card(games, link)

    def act() -> str:
        paid = actions.pay_by_gift(games_id=games.id, order=card.number, now=now(),
                                   code=request.POST.get("code", "")[:80])  # fmt: skip
        return _("%(a)s are paid by the gift card.") % {"a": text_of(paid, card.currency)}

    return _done(request, games, link, act)


@require_POST
def give_back(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Keep that pieces come back: how many of which line, and why."""
    games = shop_on(shop_code)
    card = _card(games, link)
    allowed = {line.line: line.may_return for line in card.lines}
    pieces = {
        line: min(int(text), most + 1)
        for line, most in allowed.items()
        if (text := request.POST.get(f"line-{line}", "0")).isdecimal() and len(text) < 5
    }

    def act() -> str:
        if any(n and not allowed[line] for line, n in pieces.items()):
            message = _("tickets come back below, when their session moves")
            raise ShopError(message)
        number = actions.ask_return(
            games_id=games.id, order=card.number, pieces=pieces, now=now(),
            why=request.POST.get("why", "").replace("\x00", ""),
        )  # fmt: skip
        return _("Return %(n)s is noted: put this number in the parcel.") % {"n": number}

    return _done(request, games, link, act)


@require_POST
def change_ticket(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Exchange a ticket of a session that moved, or give it back."""
    games = shop_on(shop_code)
    card = _card(games, link)
    number, sku = request.POST.get("ticket", "")[:40], request.POST.get("sku", "")[:60]
    cards = queries.ticket_cards(games=games, order=card.number)
    ticket = next((one for one in cards if one.number == number and one.may_change(now())), None)

    def act() -> str:
        if ticket is None:
            message = _("this ticket is for a session that takes place as it was sold")
            raise ShopError(message)
        given: dict[str, Any] = {"games": games, "order": card.number, "now": now()}
        if not sku:
            actions.give_back_tickets(**given, numbers=(number,), why="session moved")
            return _("The ticket is given back, and its money is on the way.")
        offer = next((o for o in _offers(games, ticket, card) if o.sku == sku), None)
        if offer is None:
            message = _("choose one of the sessions in the list")
            raise ShopError(message)
        actions.exchange_tickets(
            **given, numbers=(number,), sku=sku, stock=offer.stock, price=offer.price
        )
        return _("The ticket is exchanged: here is the new one.")

    return _done(request, games, link, act)


def invoice(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Return the invoice of an order and its credit notes as PDF."""
    games = shop_on(shop_code)
    card = _card(games, link)
    try:
        actions.invoice_order(games_id=games.id, order=card.number, now=now())
    except ShopError as error:
        messages.error(request, str(error))
        return redirect("shop:order", shop_code=games.code, link=link)
    rows = queries.invoices_of(games_id=games.id, order=card.number)
    return _pdf(invoice_pdf(games=games, rows=rows), f"invoice-{games.code}-{card.number}")


def tickets(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Return the tickets of an order as PDF, one a page."""
    del request
    games = shop_on(shop_code)
    card = _card(games, link)
    if card.order_state not in PAID:
        raise Http404(link)
    cards = tuple(
        one for one in queries.ticket_cards(games=games, order=card.number) if one.is_valid
    )
    texts = _signed(games, cards)
    if not texts:
        raise Http404(link)
    return _pdf(tickets_pdf(games=games, cards=cards, texts=texts),
                f"tickets-{games.code}-{card.number}")  # fmt: skip


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
