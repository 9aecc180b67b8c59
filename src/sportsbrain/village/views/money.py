"""The rate card, folios of delegations, and what the village earns."""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow, games_today
from sportsbrain.ledger.actions import invoice_folio
from sportsbrain.ledger.exports import invoice_pdf
from sportsbrain.ledger.queries import folio_rows, invoice_rows, line_rows
from sportsbrain.ui.pages import show
from sportsbrain.village import actions, queries
from sportsbrain.village.errors import VillageError
from sportsbrain.village.forms import day as day_of
from sportsbrain.village.forms import number, word
from sportsbrain.village.guards import delegation_on
from sportsbrain.village.planning import share_out
from sportsbrain.vocabulary.money import MoneyError, minor_of, text_of
from sportsbrain.vocabulary.statuses import Role

SERIES, CURRENCY, LINES_SHOWN = "V", "EUR", 200
LAST_YEAR = 9_000


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _today(games: GamesRow) -> dt.date:
    return games_today(games=games, now=_now())


def rates(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the rate card: what it costs today, what is left, how scarce things are shared."""
    seat = seat_on(request, needed=Role.PORTAL)
    own = queries.led_by(games_id=seat.games.id, user_id=int(request.user.pk or 0))
    if not seat.may_look and not own:
        raise DeniedError(needed=Role.VIEWER.value, who_can=_("a planner"))
    if not seat.may_look:
        return redirect("village:folio", games_code=games_code, code=own[0])
    rows = queries.rate_rows(games_id=seat.games.id, on=_today(seat.games))
    context: dict[str, Any] = {
        "rows": rows,
        "scarce": [row for row in rows if row.rule != "first"],
        "allotments": queries.allotment_rows(games_id=seat.games.id),
        "wishes": queries.wish_rows(games_id=seat.games.id),
        "short": [row for row in rows if row.left == 0],
        "may_act": seat.may(Role.PLANNER),
        "today": _today(seat.games),
    }
    return show(request, "village/rates.html", context, rows=rows)


@require_POST
def begin(request: HttpRequest, games_code: str) -> HttpResponse:
    """Begin with an invented rate card, for as many as live here."""
    games = seat_on(request, needed=Role.PLANNER).games
    people = sum(queries.residents_by_delegation(games_id=games.id).values())
    by = actions.By(name=request.user.get_username(), now=_now())
    actions.begin_rates(games=games, residents=max(people, 100), by=by)
    return redirect("village:rates", games_code=games_code)


@require_POST
def share(request: HttpRequest, games_code: str, item: str) -> HttpResponse:
    """Share a scarce item out by its rule."""
    games = seat_on(request, needed=Role.PLANNER).games
    by = actions.By(name=request.user.get_username(), now=_now())
    try:
        found = share_out(games=games, item=item, by=by)
    except VillageError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("%(n)d pieces were given.") % {"n": sum(found.values())})
    return redirect("village:rates", games_code=games_code)


def folio(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show a delegation what it owes, line by line, and what it can order."""
    seat, by = delegation_on(request, code)
    key, today = seat.games.id, _today(seat.games)
    known = next(iter(folio_rows(games_id=key, code=code)), None)
    lines = line_rows(games_id=key, folio=code, limit=LINES_SHOWN)
    rows = queries.rate_rows(games_id=key, on=today)
    wishes = {(row.item, row.slot): row for row in queries.wish_rows(games_id=key, delegation=code)}
    context: dict[str, Any] = {
        "code": code,
        "folio": known,
        "lines": tuple(reversed(lines)),
        "orders": [row for row in rows if row.is_open],
        "scarce": [row for row in rows if not row.is_open],
        "wishes": tuple(wishes.values()),
        "invoices": invoice_rows(games_id=key, starts_with=f"folio:{code}:"),
        "may_act": by is not None,
        "is_office": seat.may_look,
        "may_keep": seat.may(Role.PLANNER),
        "today": today,
        "token": secrets.token_hex(8),
        "own": queries.led_by(games_id=key, user_id=int(request.user.pk or 0)),
    }  # fmt: skip
    return show(request, "village/folio.html", context, rows={"folio": known, "lines": lines})


def _booking(request: HttpRequest) -> actions.Booking:
    """Return what a form orders; the last day is one of it."""
    first, last = day_of(request, "first"), day_of(request, "last")
    last = last or first
    if last is not None and last.year >= LAST_YEAR:
        first = last = None
    hours = (number(request, "from"), number(request, "until"))
    return actions.Booking(
        item=word(request, "item", 20), quantity=number(request, "quantity"), first=first,
        after=last + dt.timedelta(days=1) if last else None, gender=word(request, "gender", 1),
        hours=hours if any(hours) else None,
    )  # fmt: skip


@require_POST
def order(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Order, wish, take back, keep a payment or a deposit: once, however often it is sent."""
    seat, by = delegation_on(request, code)
    if by is None:
        raise DeniedError(needed=Role.PLANNER.value, who_can=_("the delegation's chef de mission"))
    on, step = _today(seat.games), word(request, "step", 12)
    key = "-".join((word(request, "token", 16), step, word(request, "item", 20),
                    word(request, "line", 9)))[:64]  # fmt: skip
    given: dict[str, Any] = {"games_id": seat.games.id, "key": key, "delegation": code, "by": by}
    known = folio_rows(games_id=seat.games.id, code=code)
    owed = known[0].currency if known else CURRENCY
    rate = queries.currency_of(games_id=seat.games.id, item=word(request, "item", 20)) or CURRENCY
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "order": lambda: actions.order(**given, booking=_booking(request), on=on),
        "back": lambda: actions.cancel_order(**given, line=number(request, "line"), on=on),
        "wish": lambda: actions.wish_for(
            **given, item=word(request, "item", 20), pieces=number(request, "quantity"), on=on,
            slot=word(request, "slot", 13), bid=_amount(request, "bid", rate)),
        "deposit": lambda: actions.give_back_deposit(
            **given, line=number(request, "line"), damage=_amount(request, "damage", owed),
            why=word(request, "why", 100)),
        "pay": lambda: actions.pay_folio(**given, amount=_amount(request, "amount", owed),
                                         currency=owed, reference=word(request, "why", 100)),
    }  # fmt: skip
    if step not in steps:
        raise Http404(step)
    try:
        found = steps[step]()
    except (VillageError, MoneyError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        total = found.get("total")
        words = (
            _("Done: %(t)s.") % {"t": text_of(total, found["currency"])} if total else _("Done.")
        )
        messages.success(request, words)
    return redirect("village:folio", games_code=games_code, code=code)


def _amount(request: HttpRequest, name: str, currency: str) -> int:
    found = word(request, name, 14)
    return minor_of(found, currency) if found else 0


@require_POST
def bill(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Put what is not invoiced yet on an invoice."""
    games = seat_on(request, needed=Role.PLANNER).games
    number = invoice_folio(games_id=games.id, folio=code, series=SERIES, now=_now()) \
        if folio_rows(games_id=games.id, code=code) else None  # fmt: skip
    if number is None:
        messages.error(request, _("There is nothing to put on an invoice."))
    else:
        messages.success(request, _("Invoice %(n)s was issued.") % {"n": f"{SERIES}-{number:06}"})
    return redirect("village:folio", games_code=games_code, code=code)


def invoices(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Return the invoices of a folio as PDF."""
    seat, _by = delegation_on(request, code)
    del games_code
    rows = invoice_rows(games_id=seat.games.id, starts_with=f"folio:{code}:")
    if not rows:
        raise Http404(code)
    content = invoice_pdf(games=seat.games, rows=rows)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="invoices-{code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def earnings(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what earns what, who is due how much, what spaces owe, and folios."""
    del games_code
    seat = seat_on(request)
    key = seat.games.id
    rows = queries.earning_rows(games_id=key)
    most = max((row.net for row in rows), default=0) or 1
    parties = queries.party_rows(games_id=key)
    currency = rows[0].currency if rows else CURRENCY
    same = [row for row in rows if row.currency == currency]
    net, cost = sum(row.net for row in same), sum(row.cost for row in same)
    context: dict[str, Any] = {
        "rows": [(row, 100 * max(row.net, 0) // most, 100 * max(row.margin, 0) // most)
                 for row in rows],
        "parties": parties,
        "leases": queries.lease_rows(games_id=key),
        "folios": folio_rows(games_id=key),
        "net": text_of(net, currency),
        "left": text_of(net - cost, currency),
        "may_act": seat.may(Role.PLANNER),
        "today": _today(seat.games),
        "token": secrets.token_hex(8),
    }  # fmt: skip
    return show(request, "village/earnings.html", context,
                rows={"items": rows, "stakeholders": parties})  # fmt: skip


@require_POST
def lease(request: HttpRequest, games_code: str) -> HttpResponse:
    """Keep what a tenant sold on a day, and charge what its rent is above what was charged."""
    games = seat_on(request, needed=Role.PLANNER).games
    by = actions.By(name=request.user.get_username(), now=_now())
    day, number_of_lease = day_of(request, "day"), number(request, "lease")
    rows = {row.id: row for row in queries.lease_rows(games_id=games.id)}
    money = rows[number_of_lease].currency if number_of_lease in rows else CURRENCY
    try:
        if day is None:
            raise VillageError(_("say for which day"))
        actions.charge_turnover(
            games_id=games.id, key=word(request, "token", 30), lease=number_of_lease, day=day,
            space=word(request, "space", 40), amount=_amount(request, "amount", money), by=by,
        )  # fmt: skip
    except (VillageError, MoneyError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("Done."))
    return redirect("village:earnings", games_code=games_code)
