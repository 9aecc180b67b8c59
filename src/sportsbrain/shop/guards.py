"""Guards of the shop: it is open to everybody where a Games sells; orders only by their link."""

from django.core import signing
from django.http import Http404

from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.shop.queries import has_shop

WEB = "web"
SALT = "shop.order"


def shop_on(code: str) -> GamesRow:
    """
    Return the Games whose shop this is.

    Raises
    ------
    Http404
        When there is no such Games, or it sells nothing on the web: both look the same.

    """
    games = get_games(code=code)
    if games is None or not has_shop(games_id=games.id, channel=WEB):
        message = "no shop of this name"
        raise Http404(message)
    return games


def link_of(games: GamesRow, number: int) -> str:
    """Return the word that opens an order, for whoever was given it."""
    return signing.dumps([games.id, number], salt=SALT)


def order_on(games: GamesRow, link: str) -> int:
    """
    Return the number of the order that a link opens.

    Raises
    ------
    Http404
        When the link is not one of ours, or of another Games.

    """
    try:
        games_id, number = signing.loads(link, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        message = "no such order"
        raise Http404(message) from None
    if games_id != games.id:
        message = "no such order"
        raise Http404(message)
    return int(number)
