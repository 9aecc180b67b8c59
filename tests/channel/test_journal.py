"""Deltas are numbered without a hole, also after a crash."""

import pathlib
import tempfile

from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.channel.jobs.journal import (
    BLOCK,
    Delta,
    Follower,
    Journal,
    block_path,
    read_head,
)


def deltas(count: int, first: int = 1) -> list[Delta]:
    return [Delta(event="u", topics=("live",), body={"n": n}, cursor=f"9.{n}")
            for n in range(first, first + count)]  # fmt: skip


def test_a_journal_that_was_cut_off_goes_on_behind_its_last_whole_line(
    tmp_path: pathlib.Path,
) -> None:
    journal = Journal(tmp_path, epoch="e1")
    journal.append(deltas(3))
    path = block_path(tmp_path, "e1", 1)
    with path.open("ab") as file:
        file.write(b'{"i":4,"e":"u","t":["li')
    (tmp_path / "head.json").write_text('{"epoch": "e1", "number": 2, "block": 256, "cursor": ""}')
    again = Journal(tmp_path, epoch="e2")
    assert (again.at, again.cursor, again.was_torn) == ("e1.3", "9.3", True)
    again.append(deltas(1, 4))
    assert [one.number for one in Follower(tmp_path, kept=100).follow()] == [1, 2, 3, 4]


def test_a_journal_that_is_gone_begins_a_new_epoch(tmp_path: pathlib.Path) -> None:
    Journal(tmp_path / "a", epoch="e1").append(deltas(2))
    assert read_head(tmp_path / "a") == ("e1", 2, "9.2")
    assert read_head(tmp_path / "b") == ("", 0, "")
    assert Journal(tmp_path / "b", epoch="e2", cursor="9.7").at == "e2.0"
    assert Journal(tmp_path / "b", epoch="e3").cursor == "9.7", "known before the first delta"


@given(st.lists(st.integers(0, 2 * BLOCK + 3), max_size=6), st.integers(1, 600))
def test_a_follower_sees_every_delta_once_in_order(batches: list[int], kept: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        journal = Journal(folder, epoch="e1")
        follower = Follower(folder, kept=kept)
        seen = [one.number for one in follower.follow()]
        for count in batches:
            journal.append(deltas(count, journal.number + 1))
            seen += [one.number for one in follower.follow()]
        assert seen == list(range(1, journal.number + 1))
        late = [one.number for one in Follower(folder, kept=kept).follow()]
        assert late == list(range(late[0], journal.number + 1)) if late else not journal.number
        assert len(late) >= min(kept, journal.number)
