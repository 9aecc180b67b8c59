"""What goes out about the buses: GTFS, GTFS-Realtime, run sheets for drivers."""

from .gtfs import gtfs_zip
from .realtime import trip_updates
from .sheets import run_sheets_pdf

__all__ = ["gtfs_zip", "run_sheets_pdf", "trip_updates"]
