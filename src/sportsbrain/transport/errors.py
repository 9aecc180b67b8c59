"""Errors of transport."""


class UnknownRunCodeError(LookupError):
    """There is no such run in the network."""


class UnknownRideError(LookupError):
    """There is no such ride, or it has been cancelled."""


class RideError(ValueError):
    """A ride that can't be booked as asked, or a report that can't be; the message says why."""
