"""Rows of people, split by subject."""

from .cards import Card, CardRight
from .entries import EntryQuota, EntryStep, EventRule
from .movements import Movement
from .people import Alike, BackgroundCheck, DutySeat, PersonalRead, Registration
from .tables import Category, CategoryRight, Client, Question, Quota

__all__ = [
    "Alike",
    "BackgroundCheck",
    "Card",
    "CardRight",
    "Category",
    "CategoryRight",
    "Client",
    "DutySeat",
    "EntryQuota",
    "EntryStep",
    "EventRule",
    "Movement",
    "PersonalRead",
    "Question",
    "Quota",
    "Registration",
]
