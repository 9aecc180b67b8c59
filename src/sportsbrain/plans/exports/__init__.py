"""What goes out about plans: the commands; in `reports`, which needs the tables, their words."""

from .commands import Face, planner_commands

__all__ = ["Face", "planner_commands"]
