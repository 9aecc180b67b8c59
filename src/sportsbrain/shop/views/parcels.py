"""Parcels that wait, and that left: for who packs."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.committee.guards import seat_on
from sportsbrain.shop import actions, queries
from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.exports import parcel_pdf
from sportsbrain.shop.views.store import now
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.shop import ParcelState
from sportsbrain.vocabulary.statuses import Role

SHOWN = 100


def parcels(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what waits to leave, of one location when asked, and what left last."""
    seat = seat_on(request, needed=Role.VIEWER)
    key, place = seat.games.id, request.GET.get("location", "")[:20].replace("\x00", "")
    for number in queries.orders_without_parcels(games_id=key, limit=SHOWN):
        actions.make_parcels(games_id=key, order=number, now=now())
    context = {
        "waiting": queries.parcel_cards(games_id=key, state=ParcelState.WAITS, location=place,
                                        limit=SHOWN),
        "places": queries.waiting_places(games_id=key),
        "place": place,
        "gone": queries.parcel_cards(games_id=key, state=ParcelState.SENT, location=place,
                                     limit=SHOWN, is_newest_first=True),
        "may_act": seat.may(Role.PLANNER),
    }  # fmt: skip
    return show(request, "shop/parcels.html", context)


@require_POST
def send(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Keep that a parcel left."""
    games = seat_on(request, needed=Role.PLANNER).games
    carrier = request.POST.get("carrier", "").strip().replace("\x00", "")[:40]
    tracking = request.POST.get("tracking", "").strip().replace("\x00", "")[:60]
    try:
        actions.send_parcel(games_id=games.id, parcel=number, carrier=carrier, tracking=tracking,
                            by=request.user.get_username(), now=now())  # fmt: skip
    except ShopError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("shop:parcels", games_code=games.code)


def slip(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Return the slip of a parcel as PDF."""
    games = seat_on(request, needed=Role.PLANNER).games
    found = queries.parcel_cards(games_id=games.id, parcel=number)
    if not found:
        raise Http404(str(number))
    response = HttpResponse(parcel_pdf(games=games, card=found[0]), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="parcel-{number}.pdf"'
    return response
