"""Volunteers and staff. Empty until its issue comes."""
