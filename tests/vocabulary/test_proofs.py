"""A proof is judged without a network: signature, validity, rights, what was revoked."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sportsbrain.vocabulary.proofs import (
    Colour,
    Proof,
    ProofError,
    StatusList,
    judge,
    new_key,
    read,
    read_list,
    sign,
    sign_list,
    signing_key,
)

KID, PRIVATE, PUBLIC = new_key()
KEY = signing_key(KID, PRIVATE, PUBLIC)
KEYS = {KID: PUBLIC}
NOON = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)
CARD = Proof(
    issuer="REFS1", kind="card", number="000007-1", category="ATH",
    rights=("zone * B", "zone V01 R", "transport * TA"), index=9,
    starts_at=NOON - dt.timedelta(days=2), ends_before=NOON + dt.timedelta(days=2),
)  # fmt: skip
TEXT = sign(CARD, KEY)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def statuses(*revoked: int, at: dt.datetime = NOON, issuer: str = "REFS1") -> StatusList:
    bits = bytearray(4)
    for index in revoked:
        bits[index // 8] |= 1 << (index % 8)
    return StatusList(issuer=issuer, issued_at=at, lives_seconds=900, bits=bytes(bits))


def shown(
    text: str = TEXT,
    *,
    known: StatusList | None = None,
    at: dt.datetime = NOON,
    asked: tuple[str, str, str] | None = None,
) -> tuple[Colour, str]:
    verdict = judge(text, keys=KEYS, statuses=known, issuer="REFS1", moment=at, asked=asked)
    return verdict.colour, verdict.reason


def test_what_was_signed_is_what_is_read() -> None:
    assert read(TEXT, KEYS) == CARD
    assert len(TEXT) < 300, "a phone reads it from a card"
    assert read_list(sign_list(statuses(9), KEY), KEYS) == statuses(9)


def test_a_gate_shows_green_amber_and_red_for_a_reason() -> None:
    assert shown(known=statuses()) == (Colour.GREEN, "valid")
    assert shown(known=statuses(9)) == (Colour.RED, "cancelled")
    assert shown(known=None)[0] == Colour.AMBER
    old = statuses(at=NOON - dt.timedelta(minutes=20))
    assert shown(known=old) == (Colour.AMBER, "the list of cancelled cards is 20 minutes old: ask")
    assert shown(known=statuses(9, at=NOON - dt.timedelta(days=1)))[0] == Colour.RED
    assert shown(known=statuses(issuer="OTHER"))[0] == Colour.AMBER
    assert shown(known=statuses(), at=NOON + dt.timedelta(days=3))[0] == Colour.RED
    assert shown(known=statuses(), at=NOON - dt.timedelta(days=3))[0] == Colour.RED


@pytest.mark.parametrize(
    ("asked", "colour"),
    [
        (("zone", "V02", "B"), Colour.GREEN),
        (("zone", "V01", "R"), Colour.GREEN),
        (("zone", "V02", "R"), Colour.RED),
        (("seating", "V01", "A"), Colour.RED),
    ],
)
def test_a_right_opens_its_gates_only(asked: tuple[str, str, str], colour: Colour) -> None:
    assert shown(known=statuses(), asked=asked)[0] == colour


def test_another_key_and_another_games_are_red() -> None:
    kid, _, public = new_key()
    verdict = judge(TEXT, keys={kid: public}, statuses=None, issuer="REFS1", moment=NOON)
    assert (verdict.colour, verdict.reason) == (Colour.RED, "signed by nobody we know")
    forged = judge(TEXT, keys={KID: public}, statuses=None, issuer="REFS1", moment=NOON)
    assert forged.colour == Colour.RED
    other = judge(TEXT, keys=KEYS, statuses=None, issuer="G2", moment=NOON)
    assert other.reason == "a card of REFS1"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_what_is_changed_is_never_read(data: st.DataObject) -> None:
    at = data.draw(st.integers(4, len(TEXT) - 1))
    text = TEXT[:at] + data.draw(st.sampled_from(LETTERS)) + TEXT[at + 1 :]
    if text == TEXT:
        assert read(text, KEYS) == CARD
        return
    with pytest.raises(ProofError):
        read(text, KEYS)


def test_not_even_the_header_that_nobody_signs_may_be_changed() -> None:
    for at in range(4, 40):  # the tag, the headers, the beginning of what is signed
        for letter in LETTERS.replace(TEXT[at], ""):
            with pytest.raises(ProofError):
                read(TEXT[:at] + letter + TEXT[at + 1 :], KEYS)


@settings(max_examples=100, deadline=None)
@given(st.text(LETTERS, max_size=60))
def test_what_is_invented_is_never_read(text: str) -> None:
    with pytest.raises(ProofError):
        read(f"SB1:{text}", KEYS)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_bytes_that_are_no_list_are_refused(content: bytes) -> None:
    with pytest.raises(ProofError):
        read_list(content, KEYS)
