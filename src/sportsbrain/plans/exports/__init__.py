"""What goes out about plans: the commands; in `reports`, which needs the tables, their words."""

from .commands import Face, games_named, planner_commands

__all__ = ["Face", "games_named", "planner_commands"]
