"""The word that opens an order for whoever was given it."""

from django.core import signing

SALT = "shop.order"


def link_of(*, games_id: int, number: int) -> str:
    """Return the word that opens an order."""
    return signing.dumps([games_id, number], salt=SALT)


def number_of(*, games_id: int, link: str) -> int | None:
    """Return the number of the order that a word opens, None when it is not one of ours."""
    try:
        games, number = signing.loads(link, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(number) if games == games_id else None
