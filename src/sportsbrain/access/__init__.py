"""Accreditation and entries. Empty until its issue comes."""
