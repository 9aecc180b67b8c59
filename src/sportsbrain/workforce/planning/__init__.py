"""Build, solve and check rosters; the only door of the slice into the brain."""

from .roster import build_roster, plan_roster, score_of_version

PLANNERS = {"roster": plan_roster}

__all__ = ["PLANNERS", "build_roster", "plan_roster", "score_of_version"]
