"""Text to rows of the village's lists and issues, without a database."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from sportsbrain.feeds.villages.messages import COLUMNS, NEEDED, ListIssue, RateLine
from sportsbrain.vocabulary.lists import ListError, read_list
from sportsbrain.vocabulary.money import MoneyError, minor_of
from sportsbrain.vocabulary.rates import AllotmentRule, RatePeriod
from sportsbrain.vocabulary.services import HallKind

T = TypeVar("T")
LENGTHS = {"code": 20, "title": 120, "group": 40, "cost_party": 20, "currency": 3}
CODE_LONG, TEXT_LONG = 40, 80
PARTS = 10_000  # parts per million in a percent


class _Wrong(Exception):  # noqa: N818  # control flow: the first cell that is wrong
    def __init__(self, column: str, advice: str) -> None:
        self.column, self.advice = column, advice


def parse_list(kind: str, content: bytes) -> tuple[tuple[Any, ...], tuple[ListIssue, ...]]:
    """
    Return the rows of a list of a kind and what can't be read.

    Rows are `RateLine`; (code, title, building, place); (code, title, kind, places).
    """
    makers: dict[str, Callable[[dict[str, str]], Any]] = {
        "rates": _rate, "assets": _asset, "halls": _hall,
    }  # fmt: skip
    rows: list[Any] = []
    issues: list[ListIssue] = []
    seen: dict[str, int] = {}
    try:
        for line, cells in read_list(content, columns=tuple(COLUMNS[kind]), needed=NEEDED[kind]):
            try:
                if cells["code"] in seen:
                    raise _Wrong("code", f"is in line {seen[cells['code']]} too")
                rows.append(makers[kind](cells))
                seen[cells["code"]] = line
            except _Wrong as wrong:
                column = wrong.column
                issues.append(ListIssue(line=line, column=column, value=cells[column],
                                        advice=wrong.advice))  # fmt: skip
    except ListError as error:
        return (), tuple(
            ListIssue(line=1, column=column, value="", advice=str(error))
            for column in error.columns
        )
    return tuple(rows), tuple(issues)


def _text(cells: dict[str, str], name: str, most: int) -> str:
    word = cells[name]
    if not word or len(word) > most or not word.isprintable():
        raise _Wrong(name, f"is a text of 1 to {most} letters")
    return word


def _number(cells: dict[str, str], name: str, least: int = 0) -> int:
    word = cells[name] or "0"
    if not word.isdecimal() or len(word) > 7 or int(word) < least:
        raise _Wrong(name, f"is a whole number from {least}")
    return int(word)


def _percent(cells: dict[str, str], name: str) -> int:
    try:
        value = float((cells[name] or "0").replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1_000:
        raise _Wrong(name, "is a number of percent")
    return round(value * PARTS)


def _amount(cells: dict[str, str], name: str, word: str) -> int:
    try:
        found = minor_of(word or "0", cells["currency"].upper())
    except MoneyError as error:
        raise _Wrong(name, str(error)) from None
    if found < 0:
        raise _Wrong(name, "is not below nothing")
    return found


def _day(cells: dict[str, str], name: str, word: str) -> str:
    try:
        return dt.date.fromisoformat(word).isoformat()
    except ValueError:
        raise _Wrong(name, "is a day such as 2030-07-17") from None


def _choice(cells: dict[str, str], name: str, words: tuple[str, ...]) -> str:
    word = cells[name].lower()
    if word not in words:
        raise _Wrong(name, f"is {', '.join(words)}")
    return word


def _rate(cells: dict[str, str]) -> RateLine:
    cells = {**cells, "rule": cells["rule"] or "first"}
    texts = {name: _text(cells, name, most) for name, most in LENGTHS.items() if name != "group"}
    rule = _choice(cells, "rule", tuple(r.value for r in AllotmentRule))
    last = _day(cells, "last", cells["last"])
    amounts = {name: _amount(cells, name, cells[name])
               for name in ("price", "deposit", "cost", "late_cost", "reserve")}  # fmt: skip
    return RateLine(
        code=texts["code"].upper(), title=texts["title"], group=cells["group"][:40],
        period=_choice(cells, "period", tuple(p.value for p in RatePeriod)),
        currency=texts["currency"].upper(), tax_rate=_percent(cells, "tax"),
        late_days=_number(cells, "late_days"), late_rate=_percent(cells, "late_percent"),
        cost_party=texts["cost_party"].upper(), shares=_shares(cells),
        pieces=_number(cells, "pieces", 1), most=_number(cells, "most"), rule=rule,
        wishes_until=_day(cells, "wishes_until", cells["wishes_until"])
        if cells["wishes_until"] else "",
        first=_day(cells, "first", cells["first"]), last=last, windows=_windows(cells), **amounts,
    )  # fmt: skip


def _shares(cells: dict[str, str]) -> tuple[tuple[str, int], ...]:
    words = cells["shares"].replace("%", " ").replace(",", " ").split()
    try:
        found = tuple((who.upper(), round(float(part) * PARTS))
                      for who, part in zip(words[::2], words[1::2], strict=True))  # fmt: skip
    except ValueError:
        found = ()
    if not found or sum(part for _, part in found) != 100 * PARTS:
        raise _Wrong("shares", "says who gets how many percent, 100 together: RENT 80 ORG 20")
    return found


def _windows(cells: dict[str, str]) -> tuple[tuple[str, int], ...]:
    found = []
    for text in cells["windows"].split(";"):
        day, _blank, price = text.strip().partition(" ")
        if day:
            found.append((_day(cells, "windows", day), _amount(cells, "windows", price.strip())))
    return tuple(found)


def _asset(cells: dict[str, str]) -> tuple[str, str, str, str]:
    code, title = _text(cells, "code", CODE_LONG), _text(cells, "title", TEXT_LONG)
    return code, title, cells["building"][:CODE_LONG], cells["place"][:TEXT_LONG]


def _hall(cells: dict[str, str]) -> tuple[str, str, HallKind, int]:
    kind = HallKind(_choice(cells, "kind", tuple(k.value for k in HallKind)))
    code, title = _text(cells, "code", CODE_LONG), _text(cells, "title", TEXT_LONG)
    return code, title, kind, _number(cells, "places", 1)
