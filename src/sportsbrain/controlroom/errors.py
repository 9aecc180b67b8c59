"""Errors of the control room."""


class UnknownWhatIfError(LookupError):
    """There is no such what-if in this Games."""


class WhatIfStateError(ValueError):
    """A what-if that can't be approved or discarded; the message says why and what to do."""


class UnknownThingError(LookupError):
    """There is no such alert, incident, task or playbook in this Games."""


class RoomError(ValueError):
    """Something that can't be done in the control room; the message says why and what to do."""
