"""What goes out: GTFS, GTFS-Realtime, run sheets for drivers, the rides of a day."""

from .gtfs import gtfs_zip
from .realtime import trip_updates
from .rides import redispatch_lines, ride_lines, rides_json
from .sheets import run_sheets_pdf

__all__ = [
    "gtfs_zip",
    "redispatch_lines",
    "ride_lines",
    "rides_json",
    "run_sheets_pdf",
    "trip_updates",
]
