"""The one door for writes of the village."""

from .chefs import seat_chef, unseat_chef
from .devices import PointValues, is_name, register_points, revoke_principal
from .once import By, once
from .readings import keep_partitions, store_readings
from .settling import RoomValues, Settled, StayValues, save_rooms, settle_stays
from .stays import cancel_stay, check_in, close_room, depart, move, swap

__all__ = [
    "By",
    "PointValues",
    "RoomValues",
    "Settled",
    "StayValues",
    "cancel_stay",
    "check_in",
    "close_room",
    "depart",
    "is_name",
    "keep_partitions",
    "move",
    "once",
    "register_points",
    "revoke_principal",
    "save_rooms",
    "seat_chef",
    "settle_stays",
    "store_readings",
    "swap",
    "unseat_chef",
]
