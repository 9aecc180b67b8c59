"""
Signed serials: what the QR code on an article says, and when a second look at it makes no sense.

The code is a GS1 Digital Link: the number of the article (AI 01), its serial (AI 21), and in the
field for internal use (AI 91, 90 characters at most) an Ed25519 signature of 86. Anybody with the
public keys of the Games verifies it without a network.

References
----------
GS1 Digital Link URI syntax 1.4; GS1 General Specifications (check digit, AI 21 and 91); RFC 8032.

"""

import datetime as dt
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sportsbrain.vocabulary.geography import distance_km

PURPOSE = b"sportsbrain label 1"  # a signature of something else is none of a label
LINK = re.compile(
    r"/01/(?P<gtin>\d{14})/21/(?P<serial>[0-9A-Za-z_-]{1,20})\?91=(?P<mark>[\w-]{86})$", re.ASCII
)
IN_HOUSE = "020"  # GTIN-14 of a GTIN-13 that begins with 20: numbers of an own circulation
FASTEST_KM_H = 1_000.0  # an airliner
NEAR_KM = 50.0  # places are rounded to a tenth of a degree
DEVICES_MAX, DEVICES_WITHIN = 5, dt.timedelta(days=1)


class LabelError(ValueError):
    """What was scanned is no label."""


class LabelEventKind(StrEnum):
    """What happened to a labelled article, after it was made."""

    SOLD = "sold"
    RETURNED = "returned"
    ENDED = "ended"  # lost, stolen, destroyed: its label is good for nothing


class Doubt(StrEnum):
    """Why a label may have been copied."""

    NONE = ""
    TOO_FAST = "too fast"  # nothing travels like that
    TOO_MANY = "too many"  # more devices than an article has hands


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """An article with a serial of a Games."""

    issuer: str
    gtin: str
    serial: str

    def words(self) -> bytes:
        """Return what is signed."""
        return b"\x1f".join((PURPOSE, *(w.encode() for w in (self.issuer, self.gtin, self.serial))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody scanned a label; the place in degrees, when it is known."""

    device: str
    moment: dt.datetime
    place: tuple[float, float] | None = None


def check_digit(digits: str) -> str:
    """Return the digit that makes a GS1 number whole."""
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Tell whether a text is a GTIN of 8, 12, 13 or 14 digits with its check digit."""
    whole = len(text) in {8, 12, 13, 14} and text.isascii() and text.isdecimal()
    return whole and check_digit(text[:-1]) == text[-1]


def in_house_gtin(number: int) -> str:
    """
    Return a GTIN-14 of our own circulation for an article that has none.

    Raises
    ------
    ValueError
        When the number has more than ten digits.

    """
    if not 0 <= number < 10**10:
        message = "ten digits at most"
        raise ValueError(message)
    digits = f"{IN_HOUSE}{number:010}"
    return digits + check_digit(digits)


def sign_label(label: Label, private: bytes) -> str:
    """Return the mark of a label: its signature, 86 letters that a URL may hold."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signed = Ed25519PrivateKey.from_private_bytes(private).sign(label.words())
    return urlsafe_b64encode(signed).decode().rstrip("=")


def link_path(label: Label, mark: str) -> str:
    """Return the end of the address that a QR code holds."""
    return f"/01/{label.gtin}/21/{label.serial}?91={mark}"


def parse_link(text: str, issuer: str) -> tuple[Label, str]:
    """
    Return the label and its mark in what a scanner read.

    Raises
    ------
    LabelError
        When it is no such address.

    """
    found = LINK.search(text.strip())
    if found is None:
        message = "this is no label: scan the square code on the tag"
        raise LabelError(message)
    return Label(issuer=issuer, gtin=found["gtin"], serial=found["serial"]), found["mark"]


def is_genuine(label: Label, mark: str, keys: Mapping[str, bytes]) -> bool:
    """Tell whether one of the keys signed a label."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signed = urlsafe_b64decode(mark + "==")
    except ValueError:
        return False
    for public in keys.values():
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signed, label.words())
        except InvalidSignature:
            continue
        return True
    return False


def doubt_of(before: Sequence[Look], look: Look) -> Doubt:
    """Return why a look can't be at the same article as those before it."""
    for other in before:
        if look.place is None or other.place is None:
            continue
        km = distance_km(look.place, other.place)
        hours = abs((look.moment - other.moment).total_seconds()) / 3600
        if km > NEAR_KM and km > FASTEST_KM_H * hours:
            return Doubt.TOO_FAST
    recent = {o.device for o in before if abs(look.moment - o.moment) <= DEVICES_WITHIN}
    return Doubt.TOO_MANY if len(recent | {look.device}) > DEVICES_MAX else Doubt.NONE
