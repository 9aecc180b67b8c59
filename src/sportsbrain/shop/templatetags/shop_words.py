"""States of orders in the reader's words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()
STATES: dict[str, tuple[str, Promise]] = {
    "placed": ("●", _("waits for payment")),
    "paid": ("✓", _("paid")),
    "fulfilled": ("✓", _("handed over")),
    "expired": ("✕", _("expired")),
    "cancelled": ("✕", _("cancelled")),
    "refunded": ("−", _("refunded")),
}

FACETS: dict[str, Promise] = {
    "collection": _("Collection"), "discipline": _("Sport"), "delegation": _("Team"),
}  # fmt: skip
DISPUTES: dict[str, Promise] = {
    "open": _("disputed: the money is withheld"), "lost": _("dispute lost"),
    "won": _("dispute won"),
}  # fmt: skip
TICKETS: dict[str, Promise] = {
    "returned": _("given back"), "exchanged": _("exchanged"), "valid": _("valid"),
}  # fmt: skip
RETURNS: dict[str, tuple[str, Promise]] = {
    "asked": ("●", _("we wait for the parcel")),
    "received": ("✓", _("here, the money goes back")),
    "refused": ("✕", _("not taken back")),
}


@register.filter
def facet_word(facet: str) -> Promise:
    """Return the word of a facet."""
    return FACETS[facet]


@register.filter
def dispute_word(state: str) -> Promise:
    """Return where a dispute stands."""
    return DISPUTES[state]


@register.filter
def ticket_word(state: str) -> Promise:
    """Return where a ticket stands."""
    return TICKETS[state]


@register.filter
def return_word(state: str) -> Promise:
    """Return where a return stands."""
    return RETURNS[state][1]


@register.filter
def return_mark(state: str) -> str:
    """Return the mark of where a return stands."""
    return RETURNS[state][0]


@register.filter
def order_word(state: str) -> str:
    """Return where an order stands, with its mark."""
    mark, word = STATES[state]
    return f"{mark} {word}"
