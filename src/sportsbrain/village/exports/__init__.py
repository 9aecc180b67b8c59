"""What the village gives away: to a house's own automation."""

from .home import discovery

__all__ = ["discovery"]
