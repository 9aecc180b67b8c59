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
from sportsbrain.access.actions.judge import PersonValues, Trouble, age_on
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
    "Moved",
    "MovementValues",
    "PersonValues",
    "Refused",
    "Registered",
    "RightValues",
    "Trouble",
    "age_on",
    "approve",
    "begin_tables",
    "cancel_card",
    "clear_all",
    "end_cards",
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
    "replace_late",
    "report_carrier",
    "report_movement",
    "save_category",
    "save_clients",
    "save_movements",
    "save_questions",
    "save_quotas",
    "say_two_people",
    "take_duty",
    "withdraw",
]
