"""Money: whole minor units, halves away from zero, parts that add up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.vocabulary.money import (
    MILLION,
    Money,
    MoneyError,
    minor_of,
    share_of,
    split,
    tax_in,
    tax_on,
    text_of,
)

AMOUNTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("amount", "rate", "share"),
    [(100, 125_000, 13), (-100, 125_000, -13), (1, 500_000, 1), (1, 499_999, 0), (0, 200_000, 0)],
)
def test_half_of_a_minor_unit_goes_away_from_zero(amount: int, rate: int, share: int) -> None:
    assert share_of(amount, rate) == share


def test_included_and_added_tax_of_known_amounts() -> None:
    assert tax_in(12_000, 200_000) == 2_000
    assert tax_on(10_000, 200_000) == 2_000
    assert tax_in(999, 190_000) == 160  # 159.504…


@given(AMOUNTS, st.integers(0, 2 * MILLION))
def test_a_share_is_never_off_by_more_than_half_a_unit(amount: int, rate: int) -> None:
    assert abs(Fraction(amount * rate, MILLION) - share_of(amount, rate)) <= Fraction(1, 2)


@given(AMOUNTS, st.integers(0, MILLION))
def test_tax_comes_off_as_it_went_on(net: int, rate: int) -> None:
    gross = net + tax_on(net, rate)
    assert abs(tax_in(gross, rate) - tax_on(net, rate)) <= 1


@given(AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1).filter(lambda w: sum(w) > 0))
def test_parts_add_up_and_nobody_gets_more_than_the_share_and_one(
    amount: int, weights: list[int]
) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(amount * weight, sum(weights)) - part) < 1


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_written_is_what_was_meant(amount: int, currency: str) -> None:
    text = text_of(amount, currency).split()[0].replace("−", "-")
    assert minor_of(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"), [("", "EUR"), ("1.234", "EUR"), ("1.5", "JPY"), ("x", "EUR")]
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(MoneyError, match="no amount"):
        minor_of(text, currency)


def test_nobody_to_share_with_is_said() -> None:
    with pytest.raises(MoneyError):
        split(5, [0, 0])
    assert str(Money(amount=1205, currency="EUR")) == "12.05 EUR"
