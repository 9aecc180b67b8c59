"""Guards of the shop: it is open to everybody where a Games sells; orders only by their link."""

from django.http import Http404

from sportsbrain.committee.queries import GamesRow, get_games
from sportsbrain.shop.queries import has_shop, number_of

WEB = "web"


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


def order_on(games: GamesRow, link: str) -> int:
    """
    Return the number of the order that a link opens.

    Raises
    ------
    Http404
        When the link is not one of ours, or of another Games.

    """
    number = number_of(games_id=games.id, link=link)
    if number is None:
        message = "no such order"
        raise Http404(message)
    return number
