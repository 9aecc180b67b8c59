"""
The line before a drop: signed places, a draw among the early, honest times. Pure functions.

Whoever comes before the beginning takes part in a draw; who comes later stands behind, in order of
arrival. A place is a signed word: where it stands is answered without reading a row.
"""

import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing

SALT = "shop.place"
HOME_MAX = 4  # people at one address who are drawn like others
POLLED_SECONDS = (2, 30)  # how soon and how late somebody asks again
WORK_BITS = 16  # of a proof of work: 65,000 hashes, a second of a phone
WORK_LIVES = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Somebody who comes to the line: who, from where, when."""

    person: str
    address: str
    joined_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands: ``state`` is early, waiting, turn or gone."""

    state: str
    place: int
    ahead: int
    seconds: int
    ask_again: int


def surplus_of(addresses: Sequence[str], known: Counter[str]) -> tuple[bool, ...]:
    """Return who came from an address that more came from than share a home, in their order."""
    seen = Counter(known)
    found = []
    for address in addresses:
        seen[address] += 1
        found.append(seen[address] > HOME_MAX)
    return tuple(found)


def drawn(people: Sequence[tuple[str, bool]], seed: str) -> tuple[str, ...]:
    """
    Return people, (person, surplus) each, in the order of a draw.

    Anybody who has the seed finds the same order: by the hash of seed and person, surplus behind.
    """

    def key(one: tuple[str, bool]) -> tuple[bool, bytes]:
        return one[1], hashlib.sha256(f"{seed}:{one[0]}".encode()).digest()

    return tuple(person for person, _ in sorted(people, key=key))


def fingerprint(seed: str) -> str:
    """Return what is shown of a seed before the draw."""
    return hashlib.sha256(seed.encode()).hexdigest()


def admitted(starts_at: dt.datetime, a_second: int, now: dt.datetime) -> int:
    """Return up to which place people may buy."""
    return max(0, int((now - starts_at).total_seconds() * a_second) + a_second)


def standing(
    *, place: int | None, starts_at: dt.datetime, a_second: int, is_gone: bool, now: dt.datetime
) -> Standing:
    """Return where a place stands now, and when to ask again: the longer the wait, the later."""
    if place is None or now < starts_at:
        wait = max(0, int((starts_at - now).total_seconds()))
        return Standing(state="early", place=0, ahead=0, seconds=wait, ask_again=_again(wait))
    if is_gone:
        return Standing(state="gone", place=place, ahead=0, seconds=0, ask_again=POLLED_SECONDS[1])
    ahead = max(0, place - admitted(starts_at, a_second, now))
    if not ahead:
        return Standing(state="turn", place=place, ahead=0, seconds=0, ask_again=POLLED_SECONDS[1])
    seconds = -(-ahead // max(1, a_second))
    return Standing(state="waiting", place=place, ahead=ahead, seconds=seconds,
                    ask_again=_again(seconds))  # fmt: skip


def _again(seconds: int) -> int:
    return min(max(seconds // 4, POLLED_SECONDS[0]), POLLED_SECONDS[1])


def place_word(*, games_id: int, drop: str, person: str, place: int) -> str:
    """Return the signed word of a place."""
    return signing.dumps([games_id, drop, person, place], salt=SALT, compress=True)


def place_of(*, games_id: int, drop: str, word: str) -> tuple[str, int] | None:
    """Return who has which place, None when the word is not ours or of another drop."""
    try:
        games, code, person, place = signing.loads(word, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (str(person), int(place)) if (games, code) == (games_id, drop) else None


def challenge(*, drop: str, address: str) -> str:
    """Return what somebody from a busy address has to work on."""
    return signing.dumps([drop, address], salt=f"{SALT}.work")


def is_worked(*, drop: str, address: str, email: str, word: str, nonce: str) -> bool:
    """Tell whether work was done for one person: a hash of word, e-mail and nonce begins with 0."""
    try:
        said = signing.loads(word, salt=f"{SALT}.work", max_age=WORK_LIVES)
    except signing.BadSignature:
        return False
    if said != [drop, address] or len(nonce) > 40:
        return False
    digest = hashlib.sha256(f"{word}:{email.lower()}:{nonce}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - WORK_BITS) == 0


def address_word(secret: str, address: str) -> str:
    """Return an address that can be compared and not read; of IPv6 the network, not the device."""
    network = ":".join(address.split(":")[:4]) if ":" in address else address
    return hmac.new(secret.encode(), network.encode(), hashlib.sha256).hexdigest()[:32]
