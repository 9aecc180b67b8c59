"""Marks: thousandths, and which is the better one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.vocabulary.marks import Better, MarkError, is_as_good, thousandths_of


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [
        ("9.98", 9_980),
        ("1:45.20", 105_200),
        ("2:06:14", 7_574_000),
        ("8,15", 8_150),
        ("8000", 8_000_000),
    ],
)
def test_a_mark_is_read_in_thousandths(text: str, thousandths: int) -> None:
    assert thousandths_of(text) == thousandths


@pytest.mark.parametrize("text", ["", "fast", "1:2:3:4", "-3", "1.2345", "9.98s"])
def test_what_is_no_mark_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(MarkError, match=r"1:45\.20"):
        thousandths_of(text)


@given(st.integers(0, 35_999_999), st.integers(0, 35_999_999))
def test_less_and_more_are_opposite(one: int, other: int) -> None:
    def text(n: int) -> str:
        return f"{n // 3_600_000}:{n // 60_000 % 60}:{n // 1000 % 60}.{n % 1000:03}"

    assert is_as_good(text(one), text(other), Better.LESS) == (one <= other)
    assert is_as_good(text(one), text(other), Better.MORE) == (one >= other)
