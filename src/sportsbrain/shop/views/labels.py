"""Labels: is this article real? Anybody may ask, with the network or without."""

import json
import re
import secrets
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sportsbrain.credentials.actions import look_at_label
from sportsbrain.credentials.queries import keys_of, label_card
from sportsbrain.shop import queries
from sportsbrain.shop.guards import WEB, shop_on
from sportsbrain.shop.views.store import now, show
from sportsbrain.ui.pages import EVERYWHERE
from sportsbrain.vocabulary.labels import Label, LabelError, Look, is_genuine, parse_link

DEVICE, YEAR = "looker", 31_536_000
WORD = re.compile(r"[0-9a-f]{32}")
DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,8})?", re.ASCII)


def label(request: HttpRequest, shop_code: str, gtin: str, serial: str) -> HttpResponse:
    """Say whether a label is real, and whether somebody scanned it before."""
    games = shop_on(shop_code)
    mark = request.GET.get("91", "")
    if not is_genuine(
        Label(issuer=games.code, gtin=gtin, serial=serial), mark, keys_of(games=games)
    ):
        return show(request, games, "shop/label.html", 404, verdict="false")
    card = label_card(games_id=games.id, gtin=gtin, serial=serial)
    if card is None:
        return show(request, games, "shop/label.html", 404, verdict="unknown")
    known = request.COOKIES.get(DEVICE, "")
    device = known if WORD.fullmatch(known) else secrets.token_hex(16)
    seen = None
    if _is_buyer(request):
        look = Look(device=device, moment=now(), place=_place(request))
        seen = look_at_label(games_id=games.id, gtin=gtin, serial=serial, look=look)
    if request.method == "POST":
        here = reverse("shop:label", args=[games.code, gtin, serial])
        page: HttpResponse = redirect(f"{here}?{urlencode({'91': mark})}")
    else:
        verdict = "again"
        if card.is_ended:
            verdict = "ended"
        elif seen and seen.doubt:
            verdict = "doubt"
        elif seen is None or seen.is_mine:
            verdict = "first" if seen and seen.is_first else "real"
        product = queries.product_of_sku(
            games_id=games.id, channel=WEB, language=get_language() or "en", now=now(),
            sku=card.item,
        )  # fmt: skip
        page = show(request, games, "shop/label.html", verdict=verdict, label=card, card=product,
                    seen=seen)  # fmt: skip
    page.set_cookie(DEVICE, device, max_age=YEAR, httponly=True, samesite="Lax",
                    secure=request.is_secure())  # fmt: skip
    page["Cache-Control"] = "private, no-store"
    return page


def _is_buyer(request: HttpRequest) -> bool:
    """Tell whether a buyer looks: not staff, and not a browser that fetches in advance."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    is_asked = request.method in {"GET", "POST"} and not purpose.startswith("prefetch")
    return is_asked and not request.user.is_authenticated


def _place(request: HttpRequest) -> tuple[float, float] | None:
    """Return the place that a buyer gave."""
    words = (request.POST.get("latitude", ""), request.POST.get("longitude", ""))
    if not all(DEGREES.fullmatch(word) for word in words):
        return None
    latitude, longitude = float(words[0]), float(words[1])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def genuine(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Ask for a label; the page judges alone when there is no network."""
    games = shop_on(shop_code)
    text, why = request.GET.get("text", "")[:500], ""
    if text:
        try:
            found, mark = parse_link(text, games.code)
        except LabelError:
            why = _("This is no label: scan the square code on the tag.")
        else:
            here = reverse("shop:label", args=[games.code, found.gtin, found.serial])
            return redirect(f"{here}?{urlencode({'91': mark})}")
    keys = json.dumps([public.hex() for public in keys_of(games=games).values()])
    return show(request, games, "shop/genuine.html", 422 if why else 200, why=why, keys=keys)


def worker(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Return the script that keeps the page of labels on the device."""
    games = shop_on(shop_code)
    page = reverse("shop:genuine", args=[games.code])
    files = [page, *(static(name) for name in ("shop/genuine.js", "shop/label.js", *EVERYWHERE))]
    context = {"kept": f"labels-{games.code}", "files": files, "live": "/01/"}
    return render(request, "ui/worker.js", context, content_type="text/javascript")
