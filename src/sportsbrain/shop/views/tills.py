"""The till of a store, and the page where planners set tills up."""

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.errors import DeniedError
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import Seat, member_id
from sportsbrain.credentials.queries import keys_of
from sportsbrain.shop import actions, queries
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.views.store import now
from sportsbrain.ui.pages import EVERYWHERE, show
from sportsbrain.vocabulary.money import minor_of, tax_on, text_of
from sportsbrain.vocabulary.statuses import Role

SALES_MAX, TROUBLES = 100, 100


def _till_on(request: HttpRequest, code: str) -> tuple[Seat, queries.TillRow]:
    """Return the till for its clerks and for planners; to others there is none."""
    seat = seat_on(request, needed=Role.PORTAL)
    till = queries.till_of(games_id=seat.games.id, code=code)
    mine = till is not None and queries.is_clerk(till=till, user_id=int(request.user.pk or 0))
    if till is None or not (mine or seat.may(Role.PLANNER)):
        raise Http404(code)
    return seat, till


def tills(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show tills: to planners all with what went wrong, to clerks their own."""
    seat = seat_on(request, needed=Role.PORTAL)
    key, may_act = seat.games.id, seat.may(Role.PLANNER)
    rows = queries.till_rows(
        games_id=key, user_id=None if seat.may_look else int(request.user.pk or 0)
    )
    if not rows and not seat.may_look:
        raise DeniedError(needed=Role.VIEWER.value, who_can=_("a planner"))
    context: dict[str, Any] = {
        "tills": [(till, queries.drawer_of(games_id=key, till=till)) for till in rows],
        "troubles": queries.till_troubles(games_id=key, most=TROUBLES) if seat.may_look else (),
        "channels": queries.channel_names(games_id=key) if may_act else (),
        "may_act": may_act,
        "may_look": seat.may_look,
    }
    return show(request, "shop/tills.html", context)


@require_POST
def save(request: HttpRequest, games_code: str) -> HttpResponse:
    """Make or rename a till."""
    games = seat_on(request, needed=Role.PLANNER).games
    code, name = request.POST.get("code", "").strip(), request.POST.get("name", "").strip()
    try:
        if not (code.isascii() and code.replace("-", "").isalnum() and len(code) <= 20 and name):
            raise ShopError(_("a till has a code of letters and digits, and a name"))
        actions.save_till(games_id=games.id, code=code, name=name.replace("\x00", "")[:120],
                          channel=request.POST.get("channel", ""))  # fmt: skip
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("shop:tills", games_code=games.code)


@require_POST
def clerk(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Let somebody sell at a till, or no longer."""
    games = seat_on(request, needed=Role.PLANNER).games
    till = queries.till_of(games_id=games.id, code=code)
    name = request.POST.get("username", "").strip().replace("\x00", "")
    user = member_id(games_id=games.id, username=name)
    if till is None:
        raise Http404(code)
    if "remove" in request.POST:
        actions.unseat_clerk(till=till, username=name)
    elif user is None:
        messages.error(request, _("Nobody of this name has a seat in these Games."))
    else:
        actions.seat_clerk(till=till, user_id=user, username=name)
    return redirect("shop:tills", games_code=games.code)


@require_POST
def solve(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Book a sale once more, or say that somebody has looked at it."""
    games = seat_on(request, needed=Role.PLANNER).games
    try:
        if "close" in request.POST:
            actions.close_trouble(games_id=games.id, trouble=number, now=now(),
                                  why=request.POST.get("why", "").replace("\x00", "").strip(),
                                  by=request.user.get_username())  # fmt: skip
            return redirect("shop:tills", games_code=games.code)
        answer = actions.retry_sale(games_id=games.id, trouble=number, now=now(),
                                    by=request.user.get_username())  # fmt: skip
    except ShopError as error:
        messages.error(request, str(error))
    else:
        if not answer.order:
            messages.error(request, _("It still can't be booked:") + f" {answer.trouble}")
    return redirect("shop:tills", games_code=games.code)


def till(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Show the till."""
    seat, row = _till_on(request, code)
    context = {
        "till": row,
        "currency": queries.currency_of(games_id=seat.games.id, till=row),
        "drawer": queries.drawer_of(games_id=seat.games.id, till=row),
    }
    return show(request, "shop/till.html", context)


@require_POST
def state(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Give a till what it needs without the network: goods, prices, pieces of its own, keys."""
    seat, row = _till_on(request, code)
    is_clerk = queries.is_clerk(till=row, user_id=int(request.user.pk or 0))
    has = actions.stock_till(games_id=seat.games.id, till=row, now=now()) if is_clerk else {}
    goods = queries.till_goods(games_id=seat.games.id, till=row, now=now())
    return JsonResponse(
        {
            "goods": [[g.sku, g.title, g.gtin, g.price, g.rate, has.get(g.sku, 0)] for g in goods],
            "keys": [public.hex() for public in keys_of(games=seat.games).values()],
            "clock": now().isoformat(),
        }
    )


@require_POST
def sell(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """
    Book sales of a till, each once, and say of each what became of it.

    422: this is no list. A sale that can't be read is kept for the office. As a form (without
    JavaScript) it is one sale of one article.
    """
    seat, row = _till_on(request, code)
    if request.content_type != "application/json":
        return _sell_form(request, seat, row)
    try:
        told = json.loads(request.body)["sales"]
        if not isinstance(told, list) or len(told) > SALES_MAX:
            message = f"a list of {SALES_MAX} sales at most"
            raise ShopError(message)
    except (ValueError, KeyError, TypeError, ShopError) as error:
        return JsonResponse({"error": str(error)}, status=422)
    answers = {}
    for raw in told:
        try:
            sale = actions.sale_of(raw, now())
        except ShopError as error:  # the others must not wait for it, and it is not lost
            key = actions.keep_strange_sale(games_id=seat.games.id, till=row, raw=raw, now=now(),
                                            why=str(error))  # fmt: skip
            answers[key] = {"order": 0, "total": 0, "trouble": str(error)}
            continue
        done = actions.sell_at_till(games_id=seat.games.id, till=row, sale=sale, now=now())
        answers[sale.key] = {"order": done.order, "total": done.total, "trouble": done.trouble}
    return JsonResponse({"answers": answers})


@require_POST
def quote(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Say what a cart costs, with what is taken off: {"lines": [[sku, pieces]]}."""
    seat, row = _till_on(request, code)
    try:
        lines = tuple((str(sku), int(n)) for sku, n in json.loads(request.body)["lines"])
        cost = queries.till_price(games_id=seat.games.id, till=row, lines=lines, now=now())
    except (ValueError, KeyError, TypeError, OverflowError, queries.PriceError) as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"total": cost.total, "discount": cost.discount})


def _sell_form(request: HttpRequest, seat: Seat, row: queries.TillRow) -> HttpResponse:
    prices = {g.sku: g for g in queries.till_goods(games_id=seat.games.id, till=row, now=now())}
    sku, pieces = request.POST.get("sku", ""), request.POST.get("pieces", "1")
    n = int(pieces) if pieces.isdecimal() and len(pieces) < 4 else 0
    good = prices.get(sku)
    try:
        if good is None or not n:
            raise ShopError(_("choose an article and how many"))
        net = good.price * n
        said = f"{request.POST.get('key', '')}-{sku}-{n}-{request.POST.get('way', '')}"
        raw = {"key": hashlib.sha256(said.encode()).hexdigest()[:40], "sold_at": now().isoformat(),
               "lines": [[sku, n]], "way": request.POST.get("way", ""),
               "taken": net + tax_on(net, good.rate)}  # fmt: skip
        done = actions.sell_at_till(games_id=seat.games.id, till=row, now=now(),
                                    sale=actions.sale_of(raw, now()))  # fmt: skip
    except ShopError as error:
        messages.error(request, _("Nothing was sold:") + f" {error}")
    else:
        if done.order:
            messages.success(request, _("Sold: order %(n)s.") % {"n": done.order})
        if done.trouble:
            messages.warning(request, done.trouble)
    return redirect("shop:till", games_code=seat.games.code, code=row.code)


@require_POST
def count(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Keep what somebody counted in the drawer."""
    seat, row = _till_on(request, code)
    currency = queries.currency_of(games_id=seat.games.id, till=row)
    try:
        counted = minor_of(request.POST.get("counted", ""), currency)
        off = actions.count_drawer(games_id=seat.games.id, till=row, counted=counted,
                                   by=request.user.get_username(), now=now())  # fmt: skip
    except (ValueError, ShopError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        actions.close_till(games_id=seat.games.id, till=row, now=now())
        words = _("Counted. The difference is %(d)s.") % {"d": text_of(off, currency)}
        messages.success(request, words)
    return redirect("shop:till", games_code=seat.games.code, code=row.code)


def worker(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Return the script that keeps the till's page on the device."""
    _seat, row = _till_on(request, code)
    page = reverse("shop:till", args=[games_code, row.code])
    files = [page, *(static(name) for name in ("shop/genuine.js", "shop/till.js", *EVERYWHERE))]
    context = {"kept": f"till-{row.id}", "files": files, "live": "state.json"}
    return render(request, "ui/worker.js", context, content_type="text/javascript")
