"""Errors of the venues."""


class UnknownVenueError(LookupError):
    """There is no such venue in this Games."""


class ScanError(ValueError):
    """A count of a gate that can't be; the message says which and why."""
