"""What is read of the shop."""

from .pricing import PriceBook, Priced, PricedLine, PriceError, priced
from .snapshot import DropRow, Sellable, Snapshot, snapshot_of, version_of

__all__ = [
    "DropRow",
    "PriceBook",
    "PriceError",
    "Priced",
    "PricedLine",
    "Sellable",
    "Snapshot",
    "priced",
    "snapshot_of",
    "version_of",
]
