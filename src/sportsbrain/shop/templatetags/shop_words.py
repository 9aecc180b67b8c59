"""States of orders in the reader's words, and data about a page for machines."""

import json
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()
ESCAPED = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}  # nothing ends the block
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

PARCELS: dict[str, tuple[str, Promise]] = {
    "waits": ("●", _("is being packed")),
    "sent": ("→", _("sent")),
    "on the way": ("→", _("on the way")),
    "back": ("✕", _("could not be delivered")),
    "arrived": ("✓", _("arrived")),
}


@register.filter
def parcel_word(state: str) -> Promise:
    """Return where a parcel is in the reader's words."""
    return PARCELS[state][1]


@register.filter
def parcel_mark(state: str) -> str:
    """Return the mark of a parcel's state."""
    return PARCELS[state][0]


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


@register.filter
def linked_data(value: dict[str, Any]) -> SafeString:
    """Return data about a page for machines (JSON-LD): a block that no browser runs."""
    text = json.dumps(value, ensure_ascii=False).translate(ESCAPED)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))
