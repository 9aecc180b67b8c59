"""Lists of any hand: delimiters, marks, encodings, line ends; what is none is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.vocabulary.lists import ListError, read_list

COLUMNS, NEEDED = ("name", "room", "note"), ("name", "room")
ROWS = [(2, {"name": "Zoë", "room": "A1", "note": ""}), (4, {"name": "b", "room": "B", "note": ""})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_list_is_read_whatever_wrote_it(delimiter: str, encoding: str, end: str) -> None:
    lines = ("name,room", " Zoë ,A1", ",", "b,B", "")
    content = end.join(lines).replace(",", delimiter).encode(encoding)
    assert list(read_list(content, columns=COLUMNS, needed=NEEDED)) == ROWS


def test_all_columns_that_are_missing_are_named() -> None:
    with pytest.raises(ListError, match="columns are name, room, note") as found:
        list(read_list(b"note\nx\n", columns=COLUMNS, needed=NEEDED))
    assert found.value.columns == NEEDED


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_said_to_be_none(content: bytes) -> None:
    try:
        for _line, cells in read_list(b"name,room\n" + content, columns=COLUMNS, needed=NEEDED):
            assert tuple(cells) == COLUMNS
    except ListError as error:
        assert error.columns == ("file",)
