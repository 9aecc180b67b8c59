"""Errors of the workforce."""


class ShiftError(ValueError):
    """A shift that can't be answered or taken; the message says why."""
