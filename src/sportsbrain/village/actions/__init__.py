"""The one door for writes of the village."""

from .chefs import seat_chef, unseat_chef
from .once import By, once
from .settling import RoomValues, Settled, StayValues, save_rooms, settle_stays
from .stays import cancel_stay, check_in, close_room, depart, move, swap

__all__ = [
    "By",
    "RoomValues",
    "Settled",
    "StayValues",
    "cancel_stay",
    "check_in",
    "close_room",
    "depart",
    "move",
    "once",
    "save_rooms",
    "seat_chef",
    "settle_stays",
    "swap",
    "unseat_chef",
]
