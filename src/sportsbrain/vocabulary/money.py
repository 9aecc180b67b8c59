"""
Money: whole minor units of an ISO 4217 currency, never a float.

Rates are parts per million of a whole. A half of a minor unit is rounded away from zero, in one
place: `share_of`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MILLION = 1_000_000
# Minor units that are not two digits (ISO 4217, of currencies in use).
DIGITS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip


class MoneyError(ValueError):
    """A text that is no amount, or amounts that do not belong together."""


def share_of(amount: int, parts: int, whole: int = MILLION) -> int:
    """Return ``amount × parts ÷ whole`` in whole minor units, halves away from zero."""
    value = amount * parts
    sign = -1 if (value < 0) != (whole < 0) else 1
    size, base = abs(value), abs(whole)
    return sign * ((2 * size + base) // (2 * base))


def part_of(amount: int, first: int, last: int, whole: int) -> int:
    """
    Return what pieces ``first`` to before ``last`` of ``whole`` are of an amount.

    Parts that follow each other add up to the amount, whatever is rounded.
    """
    return share_of(amount, last, whole) - share_of(amount, first, whole)


def tax_in(gross: int, rate: int) -> int:
    """Return the tax that is included in an amount, at a rate in parts per million."""
    return share_of(gross, rate, MILLION + rate)


def tax_on(net: int, rate: int) -> int:
    """Return the tax that comes on top of an amount, at a rate in parts per million."""
    return share_of(net, rate)


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """
    Return an amount shared in proportion to weights: whole minor units that add up to it.

    The largest remainders get what is left over, the first of equals first.

    Raises
    ------
    MoneyError
        When a weight is below zero, or there is nobody to share with.

    """
    total = sum(weights)
    if not amount:
        return (0,) * len(weights)
    if total <= 0 or min(weights) < 0:
        message = "an amount is shared over weights above zero"
        raise MoneyError(message)
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    parts = [size * weight // total for weight in weights]
    rest = sorted(range(len(weights)), key=lambda n: (-(size * weights[n] % total), n))
    for n in rest[: size - sum(parts)]:
        parts[n] += 1
    return tuple(sign * part for part in parts)


def minor_of(text: str, currency: str) -> int:
    """
    Return an amount as people write it, such as ``12.50``, in minor units.

    Raises
    ------
    MoneyError
        When it is no amount, or has more digits than the currency.

    """
    digits = DIGITS.get(currency, 2)
    whole, dot, parts = text.strip().replace(",", ".").partition(".")
    sign = -1 if whole.startswith("-") else 1
    whole = whole.removeprefix("-")
    if not whole.isdecimal() or (dot and not parts.isdecimal()) or len(parts) > digits:
        message = f"{text!r} is no amount of {currency}: write it as 12{'.50' if digits else ''}"
        raise MoneyError(message)
    return sign * int(whole + parts.ljust(digits, "0"))


def text_of(amount: int, currency: str) -> str:
    """Return an amount of minor units as people write it, with its currency."""
    digits = DIGITS.get(currency, 2)
    size = f"{abs(amount):0{digits + 1}}"
    number = f"{size[:-digits]}.{size[-digits:]}" if digits else size
    return f"{'−' if amount < 0 else ''}{number} {currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of minor units with its currency."""

    amount: int
    currency: str

    def __str__(self) -> str:
        return text_of(self.amount, self.currency)
