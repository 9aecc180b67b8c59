"""
Named sets of how people walk. A set is used whole: sets are never mixed.

Sources: the Green Guide's 82 and 66 people a metre and minute (level, stairs); flows below 60 seen
at a stadium (Larsson and others 2021); corridors and doors of the HERMES laboratory runs;
Weidmann 1993 by Kladek's formula. Jam densities and waves: slopes of the laboratory runs.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkSet:
    """
    How people walk: a triangle of flow over density.

    Parameters
    ----------
    speed
        Metres a second alone on the level.
    flow_level, flow_stairs
        Most people a second and metre of width.
    jam
        People a square metre when nothing moves.
    wave
        Metres a second at which room travels back, at least what speed, flow and jam make of it.
    pace_spread, pace_least, pace_most
        Of one's own speed, as shares of ``speed``.

    """

    name: str
    speed: float
    flow_level: float
    flow_stairs: float
    jam: float
    wave: float = 0.0
    stairs_share: float = 0.5  # of the speed on the level
    pace_spread: float = 0.19
    pace_least: float = 0.45
    pace_most: float = 1.5

    def wave_of(self, flow: float) -> float:
        """Return how fast room travels back on a way of so much flow a metre."""
        return max(self.wave, flow / (self.jam - flow / self.speed))


GREEN_GUIDE = WalkSet(
    name="green_guide", speed=1.34, flow_level=82 / 60, flow_stairs=66 / 60, jam=5.0
)
OBSERVED_STADIUM = WalkSet(
    name="observed_stadium", speed=1.2, flow_level=1.0, flow_stairs=0.8, jam=5.0
)
LAB = WalkSet(name="lab", speed=1.45, flow_level=1.77, flow_stairs=1.42, jam=5.0, wave=0.45)
WEIDMANN = WalkSet(name="weidmann", speed=1.34, flow_level=1.225, flow_stairs=0.85, jam=5.4)
SETS = {row.name: row for row in (GREEN_GUIDE, OBSERVED_STADIUM, LAB, WEIDMANN)}

# Fruin's levels of service of walkways, by people a square metre; F is above the last.
LEVELS = (("A", 0.31), ("B", 0.43), ("C", 0.72), ("D", 1.08), ("E", 2.15))


def level_of(density: float) -> str:
    """Return the level of service of people a square metre, A to F."""
    return next((name for name, most in LEVELS if density <= most), "F")


def speed_at(density: float) -> float:
    """Return Weidmann's speed at a density by Kladek's formula, in metres a second."""
    if density <= 0:
        return 1.34
    if density >= WEIDMANN.jam:
        return 0.0
    return 1.34 * (1.0 - math.exp(-1.913 * (1.0 / density - 1.0 / WEIDMANN.jam)))
