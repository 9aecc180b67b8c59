"""Venues in operation. Empty until its issue comes."""
