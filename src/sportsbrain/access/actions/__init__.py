"""The one door for writes about people."""

from sportsbrain.access.actions.begin import begin_tables
from sportsbrain.access.actions.cards import (
    cancel_card,
    end_cards,
    issue_cards,
    print_cards,
)
from sportsbrain.access.actions.checks import CheckResult, clear_all, record_checks
from sportsbrain.access.actions.duplicates import merge_people, say_two_people
from sportsbrain.access.actions.entries import (
    Entered,
    EntryValues,
    NotEntered,
    compose_team,
    enter,
    replace_entry,
    withdraw_entries,
)
from sportsbrain.access.actions.event_rules import (
    begin_event_rules,
    save_entry_quotas,
    save_event_rules,
)
from sportsbrain.access.actions.judge import PersonValues
from sportsbrain.access.actions.movements import (
    Moved,
    MovementValues,
    report_carrier,
    report_movement,
    save_movements,
)
from sportsbrain.access.actions.photos import keep_photo
from sportsbrain.access.actions.privacy import erase_old, erase_people, note_read
from sportsbrain.access.actions.registrations import (
    Refused,
    Registered,
    approve,
    refuse,
    register_people,
    replace_late,
    withdraw,
)
from sportsbrain.access.actions.rows import By
from sportsbrain.access.actions.tables import (
    RightValues,
    give_duty,
    save_category,
    save_clients,
    save_questions,
    save_quotas,
    take_duty,
)

__all__ = [
    "By",
    "CheckResult",
    "Entered",
    "EntryValues",
    "Moved",
    "MovementValues",
    "NotEntered",
    "PersonValues",
    "Refused",
    "Registered",
    "RightValues",
    "approve",
    "begin_event_rules",
    "begin_tables",
    "cancel_card",
    "clear_all",
    "compose_team",
    "end_cards",
    "enter",
    "erase_old",
    "erase_people",
    "give_duty",
    "issue_cards",
    "keep_photo",
    "merge_people",
    "note_read",
    "print_cards",
    "record_checks",
    "refuse",
    "register_people",
    "replace_entry",
    "replace_late",
    "report_carrier",
    "report_movement",
    "save_category",
    "save_clients",
    "save_entry_quotas",
    "save_event_rules",
    "save_movements",
    "save_questions",
    "save_quotas",
    "say_two_people",
    "take_duty",
    "withdraw",
    "withdraw_entries",
]
