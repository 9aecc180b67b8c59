"""Read what transport plans say."""

from .differences import demand_difference, fleet_difference
from .live import Delay, delays_now
from .network import (
    Duty,
    Line,
    Network,
    Piece,
    Run,
    Stop,
    network_of,
)
from .pages import (
    HOURS,
    BoardRow,
    Drawn,
    HeatRow,
    LineRow,
    board,
    drawn,
    heat,
    lines_table,
)

__all__ = [
    "HOURS",
    "BoardRow",
    "Delay",
    "Drawn",
    "Duty",
    "HeatRow",
    "Line",
    "LineRow",
    "Network",
    "Piece",
    "Run",
    "Stop",
    "board",
    "delays_now",
    "demand_difference",
    "drawn",
    "fleet_difference",
    "heat",
    "lines_table",
    "network_of",
]
