"""Processes of the shop: the intake of orders."""

from .intake import Intake, serve_intake

__all__ = ["Intake", "serve_intake"]
