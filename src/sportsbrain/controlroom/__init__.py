"""The view over everything. Empty until its issue comes."""
