"""What the village gives away: to a house's own automation, to context brokers."""

from .home import discovery
from .ngsi import TYPES, entities

__all__ = ["TYPES", "discovery", "entities"]
