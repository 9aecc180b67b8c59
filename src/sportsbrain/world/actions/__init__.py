"""Change facts."""

from .derive import Derived, capacities_held, derive_sessions, results_far_off
from .facts import FactWriter, Refusal, Saved, refresh_statistics, save_one, set_location_capacity
from .times import UnitTime, adopt_times

__all__ = [
    "Derived",
    "FactWriter",
    "Refusal",
    "Saved",
    "UnitTime",
    "adopt_times",
    "capacities_held",
    "derive_sessions",
    "refresh_statistics",
    "results_far_off",
    "save_one",
    "set_location_capacity",
]
