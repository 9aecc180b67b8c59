"""Read drawings, counts and plans of the venues."""

from .differences import lanes_difference
from .live import Expected, bin_of, counts_now, expected_now, opened_now
from .maps import MapRow, maps_of, template_for
from .pages import (
    QueueRow,
    QueuesPage,
    SitePage,
    epoch_of,
    lanes_version,
    queues_page,
    site_page,
    site_rows,
)

__all__ = [
    "Expected",
    "MapRow",
    "QueueRow",
    "QueuesPage",
    "SitePage",
    "bin_of",
    "counts_now",
    "epoch_of",
    "expected_now",
    "lanes_difference",
    "lanes_version",
    "maps_of",
    "opened_now",
    "queues_page",
    "site_page",
    "site_rows",
    "template_for",
]
