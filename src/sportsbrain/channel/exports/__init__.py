"""What goes out: pages, data, calendars; finished bytes, never made on request."""

from .site import RANKS, PageKey, Site
from .words import LANGUAGES

__all__ = ["LANGUAGES", "RANKS", "PageKey", "Site"]
