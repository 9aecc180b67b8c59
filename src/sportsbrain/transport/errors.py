"""Errors of transport."""


class UnknownRunCodeError(LookupError):
    """There is no such run in the network."""
