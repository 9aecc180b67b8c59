"""Signed serials: numbers, signatures, and looks that make no sense."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.vocabulary.labels import (
    DEVICES_MAX,
    Doubt,
    Label,
    LabelError,
    Look,
    check_digit,
    doubt_of,
    in_house_gtin,
    is_genuine,
    is_gtin,
    link_path,
    parse_link,
    sign_label,
)
from sportsbrain.vocabulary.proofs import new_key

NOON = dt.datetime(2030, 7, 20, 12, tzinfo=dt.UTC)
LISBON, PORTO, SYDNEY = (38.7, -9.1), (41.1, -8.6), (-33.9, 151.2)
KID, PRIVATE, PUBLIC = new_key()


def test_known_check_digits() -> None:
    assert check_digit("629104150021") == "3"  # the example of GS1's own page
    assert is_gtin("6291041500213")
    assert is_gtin("06291041500213")
    assert not is_gtin("6291041500214")
    assert not is_gtin("629104150021x")
    assert not is_gtin("")


@given(st.integers(0, 10**10 - 1))
def test_our_own_numbers_are_gtins_of_our_own_circulation(number: int) -> None:
    found = in_house_gtin(number)
    assert len(found) == 14
    assert found[1:3] == "20"
    assert is_gtin(found)


@given(
    st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12),
    st.integers(0, 10**10 - 1), st.integers(1, 10**9), st.integers(0, 85),
)  # fmt: skip
def test_a_label_is_real_and_any_changed_one_is_not(
    issuer: str, number: int, serial: int, at: int
) -> None:
    label = Label(issuer=issuer, gtin=in_house_gtin(number), serial=str(serial))
    mark = sign_label(label, PRIVATE)
    assert len(mark) == 86  # AI 91 holds 90 at most
    link = "https://games.example/shop/X" + link_path(label, mark)
    assert parse_link(link, issuer) == (label, mark)
    assert is_genuine(label, mark, {KID: PUBLIC})
    assert not is_genuine(label, mark, {"other": new_key()[2]})
    assert not is_genuine(label, mark, {})
    other = Label(issuer=issuer, gtin=label.gtin, serial=str(serial + 1))
    assert not is_genuine(other, mark, {KID: PUBLIC})
    letter = "A" if mark[at] != "A" else "Q"  # of the last one two bits are signed
    assert not is_genuine(label, mark[:at] + letter + mark[at + 1 :], {KID: PUBLIC})


@pytest.mark.parametrize("text", ["", "SB1:X", "https://x.example/01/123/21/1?91=abc", "/01/"])
def test_what_is_no_label_is_said(text: str) -> None:
    with pytest.raises(LabelError, match="square code"):
        parse_link(text, "X")


def look(hours: float, place: tuple[float, float] | None = None, device: str = "a") -> Look:
    return Look(device=device, moment=NOON + dt.timedelta(hours=hours), place=place)


def test_nothing_is_in_two_places_at_once() -> None:
    assert doubt_of([look(0, LISBON)], look(1, SYDNEY, "b")) == Doubt.TOO_FAST
    assert doubt_of([look(0, LISBON)], look(24, SYDNEY, "b")) == Doubt.NONE  # somebody flew
    assert doubt_of([look(0, LISBON)], look(1, PORTO, "b")) == Doubt.NONE
    assert doubt_of([look(0, LISBON)], look(0, (38.8, -9.1), "b")) == Doubt.NONE  # the same town
    assert doubt_of([look(0, LISBON)], look(0.1, None, "b")) == Doubt.NONE
    assert doubt_of([look(2, LISBON)], look(0, SYDNEY, "b")) == Doubt.TOO_FAST  # told late


def test_an_article_meets_few_people_a_day() -> None:
    crowd = [look(n / 10, device=f"d{n}") for n in range(DEVICES_MAX)]
    assert doubt_of(crowd[1:], look(1, device="new")) == Doubt.NONE
    assert doubt_of(crowd, look(1, device="new")) == Doubt.TOO_MANY
    assert doubt_of(crowd, look(1, device="d1")) == Doubt.NONE
    assert doubt_of(crowd, look(48, device="new")) == Doubt.NONE
