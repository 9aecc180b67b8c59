"""Read runs, versions and the schedule that is in force."""

from .judged import Check, score_of_version
from .rules import load_slice_rules
from .schedule import Schedule, schedule_now
from .sources import Sources, version_of
from .versions import (
    RunRow,
    VersionRow,
    any_run,
    going_runs,
    number_in_force,
    run_row,
    runs_of,
    version_faults,
    version_items,
    version_row,
    versions_of,
)

__all__ = [
    "Check",
    "RunRow",
    "Schedule",
    "Sources",
    "VersionRow",
    "any_run",
    "going_runs",
    "load_slice_rules",
    "number_in_force",
    "run_row",
    "runs_of",
    "schedule_now",
    "score_of_version",
    "version_faults",
    "version_items",
    "version_of",
    "version_row",
    "versions_of",
]
