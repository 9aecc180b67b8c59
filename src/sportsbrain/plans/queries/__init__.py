"""Read runs, versions and the schedule that is in force."""

from .decisions import DecisionRow, changes_for, decisions_of, people_now, sites_now
from .judged import Check, hash_of_problem, score_of_version
from .news import Since, since_plan
from .rules import kept_rules, load_slice_rules
from .schedule import Schedule, schedule_now
from .sources import WHAT_IF, Sources, version_at, version_of
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
    "WHAT_IF",
    "Check",
    "DecisionRow",
    "RunRow",
    "Schedule",
    "Since",
    "Sources",
    "VersionRow",
    "any_run",
    "changes_for",
    "decisions_of",
    "going_runs",
    "hash_of_problem",
    "kept_rules",
    "load_slice_rules",
    "number_in_force",
    "people_now",
    "run_row",
    "runs_of",
    "schedule_now",
    "score_of_version",
    "since_plan",
    "sites_now",
    "version_at",
    "version_faults",
    "version_items",
    "version_of",
    "version_row",
    "versions_of",
]
