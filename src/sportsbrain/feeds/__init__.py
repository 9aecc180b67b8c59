"""Inbound translators without models."""
