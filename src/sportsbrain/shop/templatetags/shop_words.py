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


@register.filter
def order_word(state: str) -> str:
    """Return where an order stands, with its mark."""
    mark, word = STATES[state]
    return f"{mark} {word}"
