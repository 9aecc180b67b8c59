"""Pairs that may be one person, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two rows, the evidence in bits, and what speaks for and against it in words."""

    one: str
    other: str
    bits: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """What is proposed, strongest first, and how many pairs were looked at."""

    pairs: tuple[Pair, ...]
    compared: int
