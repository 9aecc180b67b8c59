"""Processes of the shop: the intake of orders."""

from .following import Round, follow_shop
from .intake import Intake, serve_intake

__all__ = ["Intake", "Round", "follow_shop", "serve_intake"]
