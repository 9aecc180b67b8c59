"""Read what-ifs, the situation, the log and its figures."""

from .figures import (
    AlertPage,
    Figures,
    HandoverRow,
    IncidentPage,
    alert_page,
    figures,
    handovers,
    incident_page,
    open_items,
)
from .log import ChainCheck, LogRow, check_chain, log_rows, newest_by_key
from .rules import (
    KindRule,
    Steps,
    chains_of,
    kind_rules,
    playbooks_of,
    room_rules,
)
from .run_sheets import SheetRow, run_sheet
from .situation import (
    Situation,
    VenueTile,
    Watcher,
    room_state_at,
    room_state_now,
    situation,
    watchers,
)
from .what_ifs import CHAIN, WhatIfRow, base_of, choices_of, what_if, what_ifs

__all__ = [
    "CHAIN",
    "AlertPage",
    "ChainCheck",
    "Figures",
    "HandoverRow",
    "IncidentPage",
    "KindRule",
    "LogRow",
    "SheetRow",
    "Situation",
    "Steps",
    "VenueTile",
    "Watcher",
    "WhatIfRow",
    "alert_page",
    "base_of",
    "chains_of",
    "check_chain",
    "choices_of",
    "figures",
    "handovers",
    "incident_page",
    "kind_rules",
    "log_rows",
    "newest_by_key",
    "open_items",
    "playbooks_of",
    "room_rules",
    "room_state_at",
    "room_state_now",
    "run_sheet",
    "situation",
    "watchers",
    "what_if",
    "what_ifs",
]
