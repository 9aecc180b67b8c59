"""Change facts."""

from .derive import Derived, capacities_held, derive_sessions, results_far_off
from .entries import ENTRIES_CHANGED, EntryFact, change_entries, compose, mark_withdrawn, tell_teams
from .facts import FactWriter, Refusal, Saved, refresh_statistics, save_one, set_location_capacity
from .forget import forget_participants
from .merge import merge_participants
from .times import UnitTime, adopt_times

__all__ = [
    "ENTRIES_CHANGED",
    "Derived",
    "EntryFact",
    "FactWriter",
    "Refusal",
    "Saved",
    "UnitTime",
    "adopt_times",
    "capacities_held",
    "change_entries",
    "compose",
    "derive_sessions",
    "forget_participants",
    "mark_withdrawn",
    "merge_participants",
    "refresh_statistics",
    "results_far_off",
    "save_one",
    "set_location_capacity",
    "tell_teams",
]
