"""The doors of the control room."""

from .alerts import (
    acknowledge,
    audit_escalations,
    beat,
    escalate_due,
    lapse_due,
    resolve_alert,
    save_chain,
)
from .exercises import end_exercise_of_room
from .incidents import (
    close_incident,
    do_task,
    hand_over,
    mark_run_sheet,
    note_incident,
    open_incident,
    open_task,
    report_weather,
    save_playbook,
    say_readiness,
    skip_task,
    start_playbook,
    take_over,
    write_line,
)
from .library import Brought, bring_library, read_library
from .log import By, by_clock, write_log
from .signals import Said, note_silence, raise_and_clear, receive_signals, shelve
from .what_ifs import approve_what_if, ask_what_if, discard_what_if, end_what_if, keep_part, tie_run

__all__ = [
    "Brought",
    "By",
    "Said",
    "acknowledge",
    "approve_what_if",
    "ask_what_if",
    "audit_escalations",
    "beat",
    "bring_library",
    "by_clock",
    "close_incident",
    "discard_what_if",
    "do_task",
    "end_exercise_of_room",
    "end_what_if",
    "escalate_due",
    "hand_over",
    "keep_part",
    "lapse_due",
    "mark_run_sheet",
    "note_incident",
    "note_silence",
    "open_incident",
    "open_task",
    "raise_and_clear",
    "read_library",
    "receive_signals",
    "report_weather",
    "resolve_alert",
    "save_chain",
    "save_playbook",
    "say_readiness",
    "shelve",
    "skip_task",
    "start_playbook",
    "take_over",
    "tie_run",
    "write_line",
    "write_log",
]
