"""Rows of people, split by subject."""

from .cards import Card, CardRight
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
    "Movement",
    "PersonalRead",
    "Question",
    "Quota",
    "Registration",
]
