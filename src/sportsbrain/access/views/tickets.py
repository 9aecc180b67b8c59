"""The gate for tickets: with the network each scan is asked for, without it the page decides."""

import datetime as dt
import json
import re
from base64 import b64encode
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.access import queries
from sportsbrain.access.guards import duties_on
from sportsbrain.access.views.people import now
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.credentials.actions import Scan, record_scans, sign_status_list
from sportsbrain.credentials.errors import KeyMissingError
from sportsbrain.credentials.queries import doubled_rows, keys_of, numbers_in
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.proofs import Colour, ScanAnswer, Verdict

SCANS_MAX = 500
WORD = re.compile(r"[\w.:-]{1,64}")


def gate(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the gate of a session: scan, see a colour, go on without the network."""
    games, seats = duties_on(request, Duty.GATE)
    return _page(request, games, seats, request.GET.get("session", ""))


def _page(
    request: HttpRequest, games: GamesRow, seats: Any, session: str, verdict: Verdict | None = None
) -> HttpResponse:
    clock = games_clock(games_id=games.id, now=now())
    rows = queries.sessions_around(games=games, moment=clock)
    known = [row.code for row in rows]
    chosen = session if session in known or WORD.fullmatch(session) else next(iter(known), "")
    context = {"sessions": rows, "chosen": chosen, "known": known, "seats": seats,
               "verdict": verdict,
               "doubled": doubled_rows(games=games, kind=queries.TICKET, place=chosen)}  # fmt: skip
    return render(request, "access/ticket_gate.html", context)


def state(request: HttpRequest, games_code: str) -> HttpResponse:
    """Return what a gate needs without the network: keys, what was cancelled, who is in."""
    games, _seats = duties_on(request, Duty.GATE)
    session = request.GET.get("session", "")
    try:
        revoked = b64encode(sign_status_list(games=games, now=now())).decode()
    except KeyMissingError:
        revoked = ""
    return JsonResponse(
        {
            "issuer": games.code,
            "keys": {kid: public.hex() for kid, public in keys_of(games=games).items()},
            "revoked": revoked,
            "used": numbers_in(games=games, kind=queries.TICKET, place=session),
            "doubled": [
                row.number for row in doubled_rows(games=games, kind=queries.TICKET, place=session)
            ],
            "clock": games_clock(games_id=games.id, now=now()).isoformat(),
        }
    )


@require_POST
def scan(request: HttpRequest, games_code: str) -> HttpResponse:
    """Judge one ticket and let it in once; as JSON for the page, as a page without JavaScript."""
    games, seats = duties_on(request, Duty.GATE)
    session, uid = request.POST.get("session", ""), request.POST.get("uid", "")
    if not WORD.fullmatch(session):
        return HttpResponse(_("Choose a session first."), status=422)
    clock = games_clock(games_id=games.id, now=now())
    text = request.POST.get("text", "").strip()
    verdict = queries.judge_ticket(games=games, text=text, session=session, moment=clock)
    if verdict.colour == Colour.GREEN and verdict.proof:
        one = Scan(
            uid=uid if WORD.fullmatch(uid) else f"page-{now().timestamp()}",
            kind=queries.TICKET, number=verdict.proof.number, place=session,
            device=request.POST.get("device", "")[:40], was_let_in=False, scanned_at=now(),
        )  # fmt: skip
        answer = record_scans(games=games, scans=(one,), now=now())[one.uid]
        if answer != ScanAnswer.ADMITTED:
            verdict = Verdict(colour=Colour.RED, reason=_("used here before"), proof=verdict.proof)
    if request.headers.get("Accept") != "application/json":
        return _page(request, games, seats, session, verdict)
    proof = verdict.proof
    return JsonResponse(
        {"colour": verdict.colour, "reason": verdict.reason,
         "number": proof.number if proof else "", "category": proof.category if proof else ""}
    )  # fmt: skip


@require_POST
def sync(request: HttpRequest, games_code: str) -> HttpResponse:
    """
    Take the scans of a gate that had no network; say of each what became of it.

    422: this is no list of scans. Each is judged again: a page that was changed lets nobody in.
    """
    games, _seats = duties_on(request, Duty.GATE)
    try:
        told = json.loads(request.body)
        session, device = str(told["session"]), str(told["device"])[:40]
        rows = [(str(one["uid"]), str(one["text"]), str(one["at"])) for one in told["scans"]]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "this is no list of scans"}, status=422)
    if len(rows) > SCANS_MAX or not WORD.fullmatch(session):
        return JsonResponse({"error": f"at most {SCANS_MAX} scans of a session"}, status=422)
    clock = games_clock(games_id=games.id, now=now())
    answers: dict[str, str] = {}
    scans = []
    for uid, text, at in rows:
        verdict = queries.judge_ticket(games=games, text=text, session=session, moment=clock)
        if not WORD.fullmatch(uid) or verdict.proof is None:
            answers[uid] = "refused"
            continue
        if verdict.colour != Colour.GREEN:
            answers[uid] = "refused"
        scans.append(
            Scan(uid=uid, kind=queries.TICKET, number=verdict.proof.number, place=session,
                 device=device, was_let_in=True, scanned_at=_moment(at))
        )  # fmt: skip
    kept = record_scans(games=games, scans=scans, now=now())
    return JsonResponse({"answers": {uid: answer.value for uid, answer in kept.items()} | answers})


def _moment(text: str) -> dt.datetime:
    """Return the moment that a gate's clock said, never later than now."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        return now()
    return min(found, now())


def worker(request: HttpRequest, games_code: str) -> HttpResponse:
    """Return the script that keeps the gate's page on the device."""
    games, _seats = duties_on(request, Duty.GATE)
    files = [static("access/gate.js"), static("ui/app.css"), static("ui/tokens.css")]
    context = {"kept": f"gate-{games.code}", "files": files, "live": "state.json"}
    return render(request, "ui/worker.js", context, content_type="text/javascript")
