"""Pay for an order; hear from providers."""

import datetime as dt
import logging
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.payments.messages import MessageError, stripe_message
from sportsbrain.feeds.payments.parse import parse
from sportsbrain.feeds.payments.providers import STRIPE, TEST, Begun, Provider, ProviderError
from sportsbrain.feeds.payments.record import record
from sportsbrain.shop.actions import begin_payment
from sportsbrain.shop.guards import order_on, shop_on
from sportsbrain.shop.queries import OrderCard, order_card
from sportsbrain.vocabulary.shop import OrderState

log = logging.getLogger(__name__)
BYTES_MAX = 512 * 1024


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _open_order(games: GamesRow, link: str) -> OrderCard | None:
    """Return the order of a link, None when it does not wait for payment."""
    card = order_card(games_id=games.id, number=order_on(games, link))
    if card is None:
        raise Http404(link)
    return card if card.order_state == OrderState.PLACED.value else None


def _begin(provider: Provider, games: GamesRow, card: OrderCard) -> Begun:
    """Begin a payment at its provider first: what we keep has a name there, also after a crash."""
    begun = provider.begin(
        key=f"{games.code}-order-{card.number}-{card.due}", games=games.code,
        order=card.number, amount=card.due, currency=card.currency,
    )  # fmt: skip
    begin_payment(games_id=games.id, order=card.number, provider=provider.name, amount=card.due,
                  reference=begun.reference, now=_now())  # fmt: skip
    return begun


_stripe = "{0.scheme}://{0.netloc}".format(urlsplit(settings.STRIPE_JS))
_lets_stripe_in = csp_update({
    "script-src": ["'self'", _stripe], "frame-src": [_stripe, "https://hooks.stripe.com"],
    "connect-src": ["'self'", "https://api.stripe.com"],
})  # fmt: skip


def _not_open(request: HttpRequest, games: GamesRow, link: str) -> HttpResponse:
    messages.error(request, _("Nothing was paid: this order does not wait for payment."))
    return redirect("shop:order", shop_code=games.code, link=link)


@require_POST
@_lets_stripe_in  # type: ignore[arg-type]  # its stubs know views without arguments alone
def card(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Show the fields of a card: the provider's own, so that numbers never reach us."""
    games = shop_on(shop_code)
    if not settings.STRIPE_SECRET_KEY:
        raise Http404(link)
    found = _open_order(games, link)
    if found is None:
        return _not_open(request, games, link)
    context = {"shop": games, "games": games, "card": found, "link": link,
               "script": settings.STRIPE_JS, "key": settings.STRIPE_PUBLIC_KEY}  # fmt: skip
    try:
        context["secret"] = _begin(STRIPE, games, found).secret
    except ProviderError as error:
        log.warning("stripe: %s", error)
        context["trouble"] = True
        return render(request, "payments/card.html", context, status=503)
    return render(request, "payments/card.html", context)


@require_POST
def test(request: HttpRequest, shop_code: str, link: str) -> HttpResponse:
    """Pay with the test provider: it says yes at once, and no money moves."""
    games = shop_on(shop_code)
    if not settings.SHOP_TEST_PAYMENTS:
        raise Http404(link)
    found = _open_order(games, link)
    if found is None:
        return _not_open(request, games, link)
    begun = _begin(TEST, games, found)
    record(provider=TEST.name, event=f"{games.code}-{begun.reference}-yes", kind="succeeded",
           meaning=TEST.ask(reference=begun.reference), games=games.code, thing={},
           now=_now())  # fmt: skip
    return redirect("shop:order", shop_code=games.code, link=link)


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """
    Hear from Stripe. Told twice, late or in another order ends the same.

    400: not signed by Stripe. 404: of a payment that is not known yet, so that Stripe tells again.
    """
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise Http404
    if len(request.body) > BYTES_MAX:
        return HttpResponse("too large", status=413, content_type="text/plain")
    try:
        message = stripe_message(
            request.body, request.headers.get("Stripe-Signature", ""),
            settings.STRIPE_WEBHOOK_SECRET,
        )  # fmt: skip
    except MessageError as error:
        log.warning("stripe webhook: %s", error)
        return HttpResponse(str(error), status=400, content_type="text/plain")
    meaning = parse(message)
    if meaning is None:
        return HttpResponse("not about a payment", content_type="text/plain")
    is_ours = record(
        provider=STRIPE.name, event=message.event, kind=message.kind, meaning=meaning,
        games=message.games, thing=message.thing, now=_now(),
    )  # fmt: skip
    if not is_ours:
        return HttpResponse("no such payment", status=404, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")
