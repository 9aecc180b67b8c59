"""Change facts."""

from .derive import Derived, capacities_held, derive_sessions, results_far_off
from .entries import ENTRIES_CHANGED, EntryFact, change_entries, compose, mark_withdrawn, tell_teams
from .facts import FactWriter, Refusal, Saved, refresh_statistics, save_one, set_location_capacity
from .forget import forget_participants
from .medals import MEDALS, decide_medals, settle_medals, withdraw_decision
from .merge import merge_participants
from .results import RESULT, ResultsKept, record_results
from .times import UnitTime, adopt_times

__all__ = [
    "ENTRIES_CHANGED",
    "MEDALS",
    "RESULT",
    "Derived",
    "EntryFact",
    "FactWriter",
    "Refusal",
    "ResultsKept",
    "Saved",
    "UnitTime",
    "adopt_times",
    "capacities_held",
    "change_entries",
    "compose",
    "decide_medals",
    "derive_sessions",
    "forget_participants",
    "mark_withdrawn",
    "merge_participants",
    "record_results",
    "refresh_statistics",
    "results_far_off",
    "save_one",
    "set_location_capacity",
    "settle_medals",
    "tell_teams",
    "withdraw_decision",
]
