"""Tables of the village."""

from .commands import DeviceCommand
from .devices import Device, DevicePoint, Principal, RefusedMessage
from .floors import VillageFloor
from .guests import GuestDay, GuestPass
from .halls import Hall
from .rates import Allotment, RateItem, RateWindow, RateWish, SpaceLease, Stakeholder, Turnover
from .services import Announcement, Asset, FoundThing, ServiceKind, ServiceRequest
from .stays import ChefDeMission, Stay, VillageOrder, VillageRoom

__all__ = [
    "Allotment",
    "Announcement",
    "Asset",
    "ChefDeMission",
    "Device",
    "DeviceCommand",
    "DevicePoint",
    "FoundThing",
    "GuestDay",
    "GuestPass",
    "Hall",
    "Principal",
    "RateItem",
    "RateWindow",
    "RateWish",
    "RefusedMessage",
    "ServiceKind",
    "ServiceRequest",
    "SpaceLease",
    "Stakeholder",
    "Stay",
    "Turnover",
    "VillageFloor",
    "VillageOrder",
    "VillageRoom",
]
