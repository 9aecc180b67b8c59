"""The one door for writes of the village."""

from .begin import begin_rates
from .chefs import seat_chef, unseat_chef
from .commands import CommandRow, answer_command, ask_command, next_commands
from .devices import PointValues, is_name, register_points, revoke_principal
from .floors import save_floors
from .halls import forget, save_halls
from .leases import LeaseValues, charge_rent, charge_turnover, lease_space, tell_turnover
from .once import By, once
from .passes import (
    GateRead,
    delegation_passes,
    forget_guests,
    guest_pass,
    invite,
    read_gates,
    resident_pass,
    revoke_residents,
    uninvite,
)
from .rates import (
    Booking,
    RateValues,
    cancel_order,
    give_back_deposit,
    order,
    pay_folio,
    release_beds,
    save_rates,
    save_stakeholders,
)
from .readings import keep_partitions, roll_up, store_readings
from .services import (
    announce,
    close_request,
    end_announcement,
    hand_over,
    keep_found,
    open_request,
    save_assets,
    save_service_kinds,
    take_request,
)
from .settling import RoomValues, Settled, StayValues, save_rooms, settle_stays
from .stays import cancel_stay, check_in, close_room, depart, move, swap
from .wishes import Grant, grant, wish_for

__all__ = [
    "Booking",
    "By",
    "CommandRow",
    "GateRead",
    "Grant",
    "LeaseValues",
    "PointValues",
    "RateValues",
    "RoomValues",
    "Settled",
    "StayValues",
    "announce",
    "answer_command",
    "ask_command",
    "begin_rates",
    "cancel_order",
    "cancel_stay",
    "charge_rent",
    "charge_turnover",
    "check_in",
    "close_request",
    "close_room",
    "delegation_passes",
    "depart",
    "end_announcement",
    "forget",
    "forget_guests",
    "give_back_deposit",
    "grant",
    "guest_pass",
    "hand_over",
    "invite",
    "is_name",
    "keep_found",
    "keep_partitions",
    "lease_space",
    "move",
    "next_commands",
    "once",
    "open_request",
    "order",
    "pay_folio",
    "read_gates",
    "register_points",
    "release_beds",
    "resident_pass",
    "revoke_principal",
    "revoke_residents",
    "roll_up",
    "save_assets",
    "save_floors",
    "save_halls",
    "save_rates",
    "save_rooms",
    "save_service_kinds",
    "save_stakeholders",
    "seat_chef",
    "settle_stays",
    "store_readings",
    "swap",
    "take_request",
    "tell_turnover",
    "uninvite",
    "unseat_chef",
    "wish_for",
]
