"""Errors of the committee."""

from django.core.exceptions import PermissionDenied


class DeniedError(PermissionDenied):
    """The person may not do this here."""

    def __init__(self, *, needed: str, who_can: str, limits: str = "") -> None:
        yours = f" (you are one for {limits})" if limits else ""
        super().__init__(f"this needs the role {needed} here{yours}; ask {who_can}")
        self.needed = needed
        self.who_can = who_can
        self.limits = limits


class LinkSpentError(LookupError):
    """The sign-in link was used, ran out or never existed."""


class ExerciseError(ValueError):
    """A rehearsal that can't begin; the message says why and what to do."""


class SeatError(ValueError):
    """A line of a list of people that can't be; the text says which and why."""
