"""Solve the fleet problem: departures, blocks, duties, reserve."""

from .search import solve, solve_blocks_of_day

__all__ = ["solve", "solve_blocks_of_day"]
