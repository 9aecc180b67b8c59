"""Errors of the control room."""


class UnknownWhatIfError(LookupError):
    """There is no such what-if in this Games."""


class WhatIfStateError(ValueError):
    """A what-if that can't be approved or discarded; the message says why and what to do."""
