"""Solve the fleet problem: departures, blocks, duties, reserve."""

from .search import solve

__all__ = ["solve"]
