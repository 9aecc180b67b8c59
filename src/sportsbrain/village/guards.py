"""Who may see and do what in the village: the office everything, a chef de mission the own."""

import datetime as dt

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest

from sportsbrain.committee.guards import seat_by_token, seat_on
from sportsbrain.committee.queries import GamesRow, Seat, get_games
from sportsbrain.village.actions import By
from sportsbrain.village.queries import led_by
from sportsbrain.vocabulary.statuses import Role

SIGNERS = {name: Signer(salt=f"village.{name}") for name in ("resident", "asset", "guest")}


def token_of(kind: str, *, games: GamesRow, word: str) -> str:
    """Return the token of a page for who has no account: a resident, an asset's code, a guest."""
    return SIGNERS[kind].sign(f"{games.code}~{word}")


def word_of(kind: str, token: str) -> tuple[GamesRow, str]:
    """
    Return the Games and the word of a token.

    Raises
    ------
    Http404
        When it is none of ours.

    """
    try:
        code, _tilde, word = SIGNERS[kind].unsign(token).partition("~")
    except BadSignature as error:
        message = "this link is not one of ours"
        raise Http404(message) from error
    games = get_games(code=code)
    if games is None:
        message = "these Games are over"
        raise Http404(message)
    return games, word


def delegation_on(request: HttpRequest, code: str) -> tuple[Seat, By | None]:
    """
    Return the seat of who may look at a delegation, and as whom they act; None: they only look.

    Raises
    ------
    Http404
        When it is not theirs: to them there is none.

    """
    return _acting(request, seat_on(request, needed=Role.PORTAL), code)


def delegation_by_token(
    request: HttpRequest, games_code: str, code: str
) -> tuple[Seat, By | None]:  # fmt: skip
    """
    Return the same of the person of an API token.

    Raises
    ------
    Http404
        When the Games or the delegation are not theirs.

    """
    return _acting(request, seat_by_token(request, games_code, Role.PORTAL), code)


def _acting(request: HttpRequest, seat: Seat, code: str) -> tuple[Seat, By | None]:
    if not code.isprintable():
        raise Http404
    is_own = code in led_by(games_id=seat.games.id, user_id=int(request.user.pk or 0))
    if not (is_own or seat.may_look):
        raise Http404(code)
    name, now = request.user.get_username(), dt.datetime.now(dt.UTC)
    if seat.may(Role.PLANNER):
        return seat, By(name=name, now=now)
    return seat, By(name=name, now=now, delegation=code) if is_own else None
