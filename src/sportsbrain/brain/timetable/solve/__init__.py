"""Solve the timetable problem: days by CP-SAT, minutes by schedule generation, then improvement."""

from sportsbrain.brain.timetable.solve.greedy import greedy_timetable
from sportsbrain.brain.timetable.solve.search import solve

__all__ = ["greedy_timetable", "solve"]
