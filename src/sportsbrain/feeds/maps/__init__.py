"""Drawings of venues from files: GeoJSON as exported here or drawn elsewhere, and IMDF."""
