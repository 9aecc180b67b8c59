"""
Signed proofs: how a card or a ticket is written, read and judged without any network.

A proof is a COSE_Sign1 message over CWT claims, signed with Ed25519, in base45 behind ``SB1:`` so
that a QR code holds it in its alphanumeric mode. It names nobody. What was revoked is a signed list
of one bit for each proof.

References
----------
RFC 8392 (CWT), RFC 9052 (COSE), RFC 9285 (base45), Token Status List (IETF draft).

"""

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PREFIX = "SB1:"
ISSUER, EXPIRES, BEGINS, ISSUED, LIVES, STATUS, CONTENT = 1, 4, 5, 6, 65534, 65535, -65537
SIGN1, KID = 18, 4  # COSE: the tag of a message with one signature, the header of its key
CHARACTERS_MAX = 4000
CLOCKS_APART = dt.timedelta(minutes=5)
BITS_MAX = 1 << 24  # of a status list, against one that unpacks to gigabytes


class ProofError(ValueError):
    """What was shown is no proof."""


class Colour(StrEnum):
    """What a gate shows."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class PassAnswer(StrEnum):
    """What became of a pass that was read at a gate of a place one goes in and out of."""

    PASSED = "passed"
    INSIDE = "inside"  # somebody is in with it already, and it was refused
    DOUBLED = "doubled"  # a gate without network had let it in: somebody has to look


class Direction(StrEnum):
    """Which way somebody goes."""

    IN = "in"
    OUT = "out"


class ScanAnswer(StrEnum):
    """What became of a proof at a gate."""

    ADMITTED = "admitted"
    AGAIN = "again"  # it was used here before, and was refused
    DOUBLED = "doubled"  # two gates without network let it in: somebody has to look


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """
    What a proof says.

    Parameters
    ----------
    issuer
        Code of the Games.
    kind, number
        Such as ``card`` and its number.
    category
        Of whom it was issued to.
    rights
        ``kind place code`` each, such as ``zone V01 BOH``; place ``*`` is everywhere.
    index
        Its bit in the status list.

    """

    issuer: str
    kind: str
    number: str
    category: str
    rights: tuple[str, ...]
    index: int
    starts_at: dt.datetime
    ends_before: dt.datetime

    def claims(self) -> dict[int, Any]:
        """Return the CWT claims."""
        return {
            ISSUER: self.issuer,
            BEGINS: int(self.starts_at.timestamp()),
            EXPIRES: int(self.ends_before.timestamp()),
            STATUS: self.index,
            CONTENT: [self.kind, self.number, self.category, "/".join(self.rights)],
        }

    def opens(self, *, kind: str, place: str, code: str) -> bool:
        """Tell whether a right is among the proof's."""
        return bool({f"{kind} {place} {code}", f"{kind} * {code}"} & set(self.rights))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """One bit for each proof of a Games, 1 when it was revoked; and until when it is trusted."""

    issuer: str
    issued_at: dt.datetime
    lives_seconds: int
    bits: bytes

    def is_revoked(self, index: int) -> bool:
        """Tell whether the bit of a proof is set; what the list does not reach is not."""
        return 0 <= index // 8 < len(self.bits) and bool(self.bits[index // 8] >> (index % 8) & 1)

    def is_old(self, moment: dt.datetime) -> bool:
        """Tell whether a newer one should have been fetched."""
        lives = dt.timedelta(seconds=self.lives_seconds)
        return not self.issued_at - CLOCKS_APART <= moment <= self.issued_at + lives


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a gate shows and why; the proof when it could be read."""

    colour: Colour
    reason: str
    proof: Proof | None = None


def sign(proof: Proof, key: Any) -> str:
    """Return the text of a QR code."""
    import cbor2
    from base45 import b45encode

    text: bytes = b45encode(_signed(cbor2.dumps(proof.claims()), key))
    return PREFIX + text.decode()


def read(text: str, keys: Mapping[str, bytes]) -> Proof:
    """
    Return what a proof says when a known key signed it.

    Raises
    ------
    ProofError
        When it is no proof, or no known key signed it.

    """
    import cbor2
    from base45 import b45decode, b45encode

    if not text.startswith(PREFIX) or len(text) > CHARACTERS_MAX:
        message = "this is no card of ours"
        raise ProofError(message)
    try:
        signed = b45decode(text[len(PREFIX) :])
    except ValueError as error:
        message = "the code is damaged"
        raise ProofError(message) from error
    if b45encode(signed).decode() != text[len(PREFIX) :]:
        message = "the code is damaged"
        raise ProofError(message)
    payload = _payload(signed, keys)
    try:
        claims = cbor2.loads(payload)
        kind, number, category, rights = claims[CONTENT]
        return Proof(
            issuer=str(claims[ISSUER]),
            kind=str(kind),
            number=str(number),
            category=str(category),
            rights=tuple(right for right in str(rights).split("/") if right),
            index=int(claims[STATUS]),
            starts_at=dt.datetime.fromtimestamp(int(claims[BEGINS]), dt.UTC),
            ends_before=dt.datetime.fromtimestamp(int(claims[EXPIRES]), dt.UTC),
        )
    except (KeyError, TypeError, ValueError, OverflowError, cbor2.CBORError) as error:
        message = "the code is damaged"
        raise ProofError(message) from error


def sign_list(statuses: StatusList, key: Any) -> bytes:
    """Return a signed status list."""
    import cbor2

    claims = {
        ISSUER: statuses.issuer,
        ISSUED: int(statuses.issued_at.timestamp()),
        LIVES: statuses.lives_seconds,
        STATUS: {"bits": 1, "lst": zlib.compress(statuses.bits, 9)},
    }
    return _signed(cbor2.dumps(claims), key)


def read_list(signed: bytes, keys: Mapping[str, bytes]) -> StatusList:
    """
    Return a status list when a known key signed it.

    Raises
    ------
    ProofError
        When it is none, or no known key signed it.

    """
    import cbor2

    payload = _payload(signed, keys)
    try:
        claims = cbor2.loads(payload)
        bits = zlib.decompressobj().decompress(claims[STATUS]["lst"], BITS_MAX // 8)
        return StatusList(
            issuer=str(claims[ISSUER]),
            issued_at=dt.datetime.fromtimestamp(int(claims[ISSUED]), dt.UTC),
            lives_seconds=int(claims[LIVES]),
            bits=bits,
        )
    except (KeyError, TypeError, ValueError, OverflowError, zlib.error, cbor2.CBORError) as error:
        message = "this is no status list"
        raise ProofError(message) from error


def newer_list(known: StatusList | None, signed: bytes, keys: Mapping[str, bytes]) -> StatusList:
    """
    Return a status list that may take the place of the one a gate has.

    Raises
    ------
    ProofError
        When it is none, is of other Games, or older than the one that is known: rolled back.

    """
    found = read_list(signed, keys)
    if known is not None and found.issuer != known.issuer:
        message = f"a list of {found.issuer}"
        raise ProofError(message)
    if known is not None and (
        found.issued_at < known.issued_at or len(found.bits) < len(known.bits)
    ):
        message = f"this list is older than the one of {known.issued_at:%d %b %H:%M} UTC"
        raise ProofError(message)
    return found


def judge(
    text: str,
    *,
    keys: Mapping[str, bytes],
    statuses: StatusList | None,
    issuer: str,
    moment: dt.datetime,
    asked: tuple[str, str, str] | None = None,
) -> Verdict:
    """
    Return what a gate without network shows.

    ``asked``: the (kind, place, code) of the right that opens this gate. Red: not ours, not valid
    now, revoked, or without that right. Amber: no status list is there, or it is too old.
    """
    try:
        proof = read(text, keys)
    except ProofError as error:
        return Verdict(colour=Colour.RED, reason=str(error))
    reason = _refusal(proof, issuer, moment, asked)
    if not reason and statuses is not None and statuses.is_revoked(proof.index):
        reason = "cancelled"
    if reason:
        return Verdict(colour=Colour.RED, reason=reason, proof=proof)
    if statuses is None or statuses.issuer != issuer:
        reason = "no list of cancelled cards: ask"
        return Verdict(colour=Colour.AMBER, reason=reason, proof=proof)
    if statuses.is_old(moment):
        minutes = (moment - statuses.issued_at).total_seconds() / 60
        reason = f"the list of cancelled cards is {minutes:.0f} minutes old: ask"
        return Verdict(colour=Colour.AMBER, reason=reason, proof=proof)
    return Verdict(colour=Colour.GREEN, reason="valid", proof=proof)


def _refusal(
    proof: Proof, issuer: str, moment: dt.datetime, asked: tuple[str, str, str] | None
) -> str:
    if proof.issuer != issuer:
        return f"a card of {proof.issuer}"
    if moment < proof.starts_at:
        return f"valid from {proof.starts_at:%d %b %H:%M} UTC"
    if moment >= proof.ends_before:
        return f"valid until {proof.ends_before:%d %b %H:%M} UTC"
    if asked and not proof.opens(kind=asked[0], place=asked[1], code=asked[2]):
        return f"no right for {' '.join(asked)}"
    return ""


def new_key() -> tuple[str, bytes, bytes]:
    """Return the id, the private and the public half of a new Ed25519 key, 32 bytes each."""
    import hashlib

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return hashlib.sha256(public).hexdigest()[:16], private.private_bytes_raw(), public


def signing_key(kid: str, private: bytes, public: bytes) -> Any:
    """Return a key that `sign` takes."""
    return _okp(kid, {-2: public, -4: private}, [1])


def _okp(kid: str, parts: dict[int, bytes], operations: list[int]) -> Any:
    from cwt import COSEKey

    okp, ed25519, eddsa = 1, 6, -8
    return COSEKey.new(
        {1: okp, 2: bytes.fromhex(kid), 3: eddsa, 4: operations, -1: ed25519, **parts}
    )


def _signed(payload: bytes, key: Any) -> bytes:
    from cwt import COSE

    cose = COSE.new(alg_auto_inclusion=True, kid_auto_inclusion=True)
    signed: bytes = cose.encode_and_sign(payload, key)
    return signed


def _payload(signed: bytes, keys: Mapping[str, bytes]) -> bytes:
    """Return what a known key signed; one letter other than as we write it is not ours."""
    import cbor2
    from cwt import COSE
    from cwt.exceptions import CWTError

    if not keys:
        message = "no key is known"
        raise ProofError(message)
    try:
        found = cbor2.loads(signed)
        (kid,) = found.value[1].values()
        is_ours = found.tag == SIGN1 and found.value[1] == {KID: kid}
        public = keys[kid.hex()]
    except (cbor2.CBORError, AttributeError, TypeError, ValueError, KeyError, IndexError) as error:
        message = "signed by nobody we know"
        raise ProofError(message) from error
    try:
        payload = COSE.new().decode(signed, [_okp(kid.hex(), {-2: public}, [2])])
    except (CWTError, ValueError, TypeError, AttributeError, IndexError) as error:
        message = "signed by nobody we know"
        raise ProofError(message) from error
    if not is_ours or not isinstance(payload, bytes) or cbor2.dumps(found) != signed:
        message = "the code is damaged"
        raise ProofError(message)
    return payload
