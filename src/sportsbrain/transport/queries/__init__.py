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
    no_network,
)

__all__ = [
    "Delay",
    "Duty",
    "Line",
    "Network",
    "Piece",
    "Run",
    "Stop",
    "delays_now",
    "demand_difference",
    "fleet_difference",
    "network_of",
    "no_network",
]
