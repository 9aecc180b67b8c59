"""What goes out of access: cards on paper."""

from sportsbrain.access.exports.cards import cards_pdf

__all__ = ["cards_pdf"]
