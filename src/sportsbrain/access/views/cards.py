"""Pages of cards: issue, print, cancel; the gate; keys and list for gates without network."""

import json
from base64 import b64encode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.access import actions, queries
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.exports import cards_pdf
from sportsbrain.access.guards import by_of, duties_on
from sportsbrain.access.views.people import now
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.credentials.actions import sign_status_list
from sportsbrain.credentials.errors import KeyMissingError
from sportsbrain.credentials.queries import keys_of
from sportsbrain.vocabulary.people import Duty

SIZES = ("a6", "cr80")
PRINT_MAX = 500


@require_POST
def issue(request: HttpRequest, games_code: str) -> HttpResponse:
    """Issue a card to one person, or to all who are ready."""
    games, seats = duties_on(request, Duty.CARDS)
    number = request.POST.get("number", "")
    upgrades = [int(u) for u in request.POST.getlist("upgrade") if u.isdecimal()]
    try:
        numbers = (
            (int(number),)
            if number.isdecimal()
            else queries.ready_for_cards(games=games, client=request.POST.get("client", ""))
        )
        issued = actions.issue_cards(
            games=games, numbers=numbers, by=by_of(request, seats, now()), upgrades=upgrades
        )
    except (AccessError, UnknownPersonError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("%(n)s cards are issued.") % {"n": len(issued)})
    return _to(request, games_code)


def _to(request: HttpRequest, games_code: str) -> HttpResponse:
    number = request.POST.get("number", "")
    if number.isdecimal():
        return redirect("access:person", games_code=games_code, number=int(number))
    return redirect("access:overview", games_code=games_code)


@require_POST
def cancel(request: HttpRequest, games_code: str, card: str) -> HttpResponse:
    """Cancel a card: gates refuse it from the next scan on."""
    games, seats = duties_on(request, Duty.CARDS, Duty.REGISTRATION)
    try:
        actions.cancel_card(games=games, number=card, why=request.POST.get("why", ""),
                            by=by_of(request, seats, now()))  # fmt: skip
    except (AccessError, UnknownPersonError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("Card %(n)s is cancelled.") % {"n": card})
    number = card.split("-", maxsplit=1)[0]
    if not number.isdecimal():
        return redirect("access:overview", games_code=games_code)
    return redirect("access:person", games_code=games_code, number=int(number))


@require_POST
def print_pdf(request: HttpRequest, games_code: str) -> HttpResponse:
    """Return cards as PDF, A6 or card size: one, those of an organisation, or all not printed."""
    games, seats = duties_on(request, Duty.CARDS)
    size = request.POST.get("size", "a6")
    card = request.POST.get("card", "")
    numbers = (
        (card,)
        if card
        else queries.valid_cards(
            games=games, client=request.POST.get("client", ""), only_unprinted=True
        )[:PRINT_MAX]
    )
    try:
        texts = actions.print_cards(games=games, numbers=numbers, by=by_of(request, seats, now()))
    except KeyMissingError as error:
        messages.error(request, str(error))
        return redirect("access:overview", games_code=games_code)
    faces = queries.card_faces(games=games, numbers=tuple(texts))
    content = cards_pdf(games=games, faces=faces, texts=texts, size=size if size in SIZES else "a6")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="cards-{games.code}.pdf"'
    return response


def gate(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the page of a gate: choose which, scan, see a colour."""
    games, seats = duties_on(request, Duty.GATE, Duty.CARDS)
    rights = sorted(
        {
            (kind, place, code)
            for row in queries.category_rows(games=games)
            for kind, place, code, _is_default in row.rights
            if kind == "zone"
        }
    )
    venues = queries.venue_codes(games=games)
    asked = request.GET.get("gate", "")
    context = {"rights": rights, "venues": venues, "asked": asked, "seats": seats}
    return render(request, "access/gate.html", context)


@require_POST
def scan(request: HttpRequest, games_code: str) -> HttpResponse:
    """Answer one scan as a piece of page, or as JSON."""
    games, _seats = duties_on(request, Duty.GATE, Duty.CARDS)
    gate = request.POST.get("gate", "")
    if gate and _gate(gate) is None:
        return HttpResponse(_("This gate is not set up: kind, place and code."), status=422)
    found = queries.scan(
        games=games,
        text=request.POST.get("text", "").strip(),
        asked=_gate(gate),
        moment=games_clock(games_id=games.id, now=now()),
    )
    if request.headers.get("Accept") == "application/json":
        verdict = found.verdict
        return JsonResponse({"colour": verdict.colour, "reason": verdict.reason})
    content = queries.photo_bytes(found.photo)
    picture = b64encode(content).decode() if content else ""
    return render(request, "access/verdict.html", {"scan": found, "picture": picture})


def _gate(text: str) -> tuple[str, str, str] | None:
    words = text.split()
    return (words[0], words[1], words[2]) if len(words) == 3 else None


def for_offline(request: HttpRequest, games_code: str, what: str) -> HttpResponse:
    """Return the public keys as JSON, or the signed list of what was cancelled."""
    games, _seats = duties_on(request, Duty.GATE, Duty.CARDS)
    if what == "keys.json":
        keys = {kid: public.hex() for kid, public in keys_of(games=games).items()}
        content = json.dumps({"issuer": games.code, "keys": keys}).encode()
        return HttpResponse(content, content_type="application/json")
    if what != "cancelled.bin":
        raise Http404(what)
    return HttpResponse(_signed_list(games), content_type="application/octet-stream")


def _signed_list(games: GamesRow) -> bytes:
    try:
        return sign_status_list(games=games, now=now())
    except KeyMissingError as error:
        raise Http404(str(error)) from None
