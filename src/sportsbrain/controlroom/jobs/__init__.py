"""Answer what-ifs; watch alerts, and watch the watching."""

from .watch import audit_once, forecast_once, watch, watch_once
from .what_ifs import answer_now, answer_waiting, launch_what_if

__all__ = [
    "answer_now",
    "answer_waiting",
    "audit_once",
    "forecast_once",
    "launch_what_if",
    "watch",
    "watch_once",
]
