"""What the village gives away: to houses' own automation, context brokers, indoor maps."""

from .home import discovery
from .imdf import imdf_of
from .ngsi import TYPES, entities

__all__ = ["TYPES", "discovery", "entities", "imdf_of"]
