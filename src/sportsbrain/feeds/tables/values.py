"""Turn one cell into one typed value, or say what is wrong with it."""

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.feeds.tables.messages import Column
from sportsbrain.vocabulary.rsc import Rsc, RscError

TRUE = {"yes", "true", "1", "y", "x", "oui", "ja"}
FALSE = {"no", "false", "0", "n", "", "non", "nein"}
PLACEHOLDERS = {"TBD", "TBC", "BYE", "N/A", "-", "?", "NPC"}


class CellError(ValueError):
    """A cell that can not be read: reason code and advice."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason}: {advice}")
        self.reason = reason
        self.advice = advice


def parse_cell(*, text: str, column: Column, zone: ZoneInfo) -> Any:
    """
    Return the typed value of a cell; None when it is empty.

    Raises
    ------
    CellError
        With a reason code and what to do.

    """
    text = text.strip()
    if text.startswith("="):
        raise CellError("formula cell", "paste values instead of formulas")
    if not text:
        if column.is_required:
            raise CellError("empty required cell", f"fill in {column.name}")
        return None
    if column.choices and text not in column.choices:
        raise CellError("unknown word", "use one of: " + ", ".join(column.choices[:12]))
    if len(text) > column.length_max and column.kind == "text":
        raise CellError("too long", f"use at most {column.length_max} characters")
    return READERS[column.kind](text, zone)


def _int(text: str, _zone: ZoneInfo) -> int:
    number = _float(text, _zone)
    if number != int(number):
        raise CellError("not a whole number", "write a whole number, such as 12")
    return int(number)


def _float(text: str, _zone: ZoneInfo) -> float:
    plain = text.replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d+,\d+", plain):
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        raise CellError("not a number", "write a number, such as 48.86") from None
    if not math.isfinite(number):
        raise CellError("not a number", "write a finite number")
    return number


def _bool(text: str, _zone: ZoneInfo) -> bool:
    word = text.lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise CellError("not yes or no", "write yes or no")


def _date(text: str, _zone: ZoneInfo) -> dt.date:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise CellError("not a day", "write the day as 2030-07-19") from None


def _datetime(text: str, zone: ZoneInfo) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise CellError("not a moment", "write it as 2030-07-19T18:30:00+02:00") from None
    if moment.tzinfo is not None:
        return moment.astimezone(dt.UTC)
    local = moment.replace(tzinfo=zone)
    back = local.astimezone(dt.UTC).astimezone(zone)
    if back.replace(tzinfo=None) != moment:
        raise CellError("hour that does not exist", "the clock jumps over it; add the offset")
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise CellError("hour that comes twice", "the clock is set back then; add the offset")
    return local.astimezone(dt.UTC)


def _rsc(text: str, _zone: ZoneInfo) -> str:
    try:
        return Rsc(text=text).text
    except RscError:
        raise CellError(
            "wrong-length code", f"an RSC has 34 characters, this has {len(text)}"
        ) from None


def _numbers(text: str, _zone: ZoneInfo) -> str:
    words = text.replace(",", " ").split()
    if not all(re.fullmatch(r"-?[0-9]+", word) for word in words):
        raise CellError("not whole numbers", "write whole numbers with blanks between, such as 2 5")
    return " ".join(words)


READERS: dict[str, Callable[[str, ZoneInfo], Any]] = {
    "text": lambda text, _zone: text,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "date": _date,
    "datetime": _datetime,
    "numbers": _numbers,
    "rsc": _rsc,
    "codes": lambda text, _zone: tuple(dict.fromkeys(text.split())),
}
