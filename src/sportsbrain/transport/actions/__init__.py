"""The one door for writes of transport: reports from the road, rides booked and cancelled."""

from .reports import CANCELLED, report_delay
from .rides import Booked, Wish, book_ride, book_rides, cancel_ride, report_car

__all__ = [
    "CANCELLED",
    "Booked",
    "Wish",
    "book_ride",
    "book_rides",
    "cancel_ride",
    "report_car",
    "report_delay",
]
