"""Tables of the village."""

from .devices import Device, DevicePoint, Principal, RefusedMessage
from .stays import ChefDeMission, Stay, VillageOrder, VillageRoom

__all__ = [
    "ChefDeMission",
    "Device",
    "DevicePoint",
    "Principal",
    "RefusedMessage",
    "Stay",
    "VillageOrder",
    "VillageRoom",
]
