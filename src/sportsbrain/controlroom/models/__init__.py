"""Rows of the control room."""

from .log import LogEntry
from .room import (
    Alert,
    EscalationChain,
    Handover,
    Heartbeat,
    Incident,
    Paging,
    Playbook,
    Shelf,
    Signal,
    Task,
)
from .what_ifs import WhatIf

__all__ = [
    "Alert",
    "EscalationChain",
    "Handover",
    "Heartbeat",
    "Incident",
    "LogEntry",
    "Paging",
    "Playbook",
    "Shelf",
    "Signal",
    "Task",
    "WhatIf",
]
