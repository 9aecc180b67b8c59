"""Beds of the village: delegations to buildings, apartments, rooms and beds over the days."""
