"""Marks: the results that a minimum standard is given in."""

import re
from enum import StrEnum

MARK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?")


class Better(StrEnum):
    """Which of two marks is the better one."""

    LESS = "less"  # a time
    MORE = "more"  # a height, a distance, points


class MarkError(ValueError):
    """A text that is no mark."""


def thousandths_of(text: str) -> int:
    """
    Return a mark in thousandths: of a second for ``9.98``, ``1:45.20``, ``2:06:14``; else of one.

    Raises
    ------
    MarkError
        When the text is none of these.

    """
    found = MARK.fullmatch(text.strip())
    if found is None:
        message = f"{text!r} is no mark: write it as 9.98, 1:45.20, 2:06:14 or 8.15"
        raise MarkError(message)
    hours, minutes, whole, parts = found.groups()
    seconds = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(whole)
    return seconds * 1000 + int((parts or "0").ljust(3, "0"))


def is_as_good(mark: str, standard: str, better: Better) -> bool:
    """
    Tell whether a mark reaches a standard.

    Raises
    ------
    MarkError
        When one of them is no mark.

    """
    one, other = thousandths_of(mark), thousandths_of(standard)
    return one <= other if better == Better.LESS else one >= other
