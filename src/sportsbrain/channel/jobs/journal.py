"""The journal: numbered deltas in blocks of lines; what hubs follow and polling clients read."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BLOCK = 256
BLOCKS_KEPT = 400  # a hundred thousand deltas: who is further behind reads afresh
EVERYBODY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """
    Something that changed: the event's name, who hears of it, and what.

    ``cursor`` is how far the live log was read with it.
    """

    event: str
    topics: tuple[str, ...]
    body: Mapping[str, Any]
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A delta with its number."""

    number: int
    delta: Delta


def read_head(folder: Path) -> tuple[str, int, str]:
    """Return epoch, newest number and cursor of a folder of deltas; nothing before the first."""
    try:
        head = json.loads((folder / "head.json").read_bytes())
    except (OSError, ValueError):
        return "", 0, ""
    return str(head["epoch"]), int(head["number"]), str(head["cursor"])


def block_path(folder: Path, epoch: str, number: int) -> Path:
    """Return the file that holds a number."""
    return folder / epoch / f"{(number - 1) // BLOCK}.ndjson"


def read_block(path: Path, offset: int = 0) -> tuple[list[Numbered], int]:
    """Return whole lines of a block from an offset, and the offset behind them."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read()
    except OSError:
        return [], offset
    whole = content[: content.rfind(b"\n") + 1]
    return [_line(line) for line in whole.splitlines()], offset + len(whole)


def _line(text: bytes) -> Numbered:
    row = json.loads(text)
    delta = Delta(event=row["e"], topics=tuple(row["t"]), body=row["d"], cursor=row["c"])
    return Numbered(number=row["i"], delta=delta)


def line_of(one: Numbered) -> bytes:
    """Return a delta as its line, without the end of the line."""
    row = {"i": one.number, "e": one.delta.event, "t": one.delta.topics, "d": one.delta.body,
           "c": one.delta.cursor}  # fmt: skip
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


class Journal:
    """
    The one writer of a folder of deltas.

    What is cut off at its end by a crash is cut away (``was_torn``: so may be some of the last
    update's deltas); ``cursor`` is how far the live log was read with the newest delta. A folder
    without a journal begins a new epoch, and readers of the old one are told to read afresh.
    """

    def __init__(
        self, folder: Path, *, epoch: str, cursor: str = "", is_copy: bool = False
    ) -> None:
        self.folder = folder
        self.epoch, self.number, self.cursor = read_head(folder)
        self.was_torn = False
        is_other = is_copy and self.epoch != epoch  # another journal than the one that was copied
        if is_other or not (folder / self.epoch).is_dir():
            self.epoch, self.number = "", 0
        if self.epoch:
            self._recover()
        else:
            self.epoch, self.cursor = epoch, cursor
            (folder / epoch).mkdir(parents=True, exist_ok=True)
            self._say_head()

    @property
    def at(self) -> str:
        """Return the number of the newest delta as clients know it."""
        return f"{self.epoch}.{self.number}"

    def _recover(self) -> None:
        """Go on behind the newest whole line, which may be further than the head says."""
        blocks = sorted((self.folder / self.epoch).glob("*.ndjson"), key=lambda p: int(p.stem))
        for path in reversed(blocks):
            lines, end = read_block(path)
            if path.stat().st_size > end:
                os.truncate(path, end)
                self.was_torn = True
            if lines:
                self.number, self.cursor = lines[-1].number, lines[-1].delta.cursor
                break
        self._say_head()

    def append(self, deltas: Iterable[Delta]) -> int:
        """Write deltas with their numbers and return how many there were."""
        lines: dict[Path, list[bytes]] = {}
        count = 0
        for delta in deltas:
            self.number += 1
            count += 1
            line = line_of(Numbered(number=self.number, delta=delta))
            path = block_path(self.folder, self.epoch, self.number)
            lines.setdefault(path, []).append(line + b"\n")
            self.cursor = delta.cursor or self.cursor
        for path, texts in lines.items():
            self._write(path, b"".join(texts))
        if count:
            self._say_head()
        return count

    def add(self, line: bytes) -> bool:
        """Keep a line of the journal that this is a copy of; False for one that is kept already."""
        one = _line(line)
        if one.number <= self.number:
            return False
        self.number, self.cursor = one.number, one.delta.cursor
        self._write(block_path(self.folder, self.epoch, one.number), line + b"\n")
        self._say_head()
        return True

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        if not path.exists():
            old = path.with_name(f"{int(path.stem) - BLOCKS_KEPT}.ndjson")
            old.unlink(missing_ok=True)
        with path.open("ab", buffering=0) as file:
            file.write(content)

    def _say_head(self) -> None:
        head = {"epoch": self.epoch, "number": self.number, "block": BLOCK, "cursor": self.cursor}
        text = json.dumps(head)
        new = self.folder / ".head.new"
        new.write_text(text)
        new.replace(self.folder / "head.json")


class Follower:
    """A reader of a folder of deltas, from the last so many on."""

    def __init__(self, folder: Path, *, kept: int) -> None:
        self.folder, self.kept = folder, kept
        self.epoch, self._next, self._offset = "", 1, 0
        self._head = 0

    def follow(self) -> Iterator[Numbered]:
        """Yield deltas that are new since the last call; the kept ones at first."""
        self._look_at_head()
        if not self.epoch:
            return
        while True:
            path = block_path(self.folder, self.epoch, self._next)
            lines, self._offset = read_block(path, self._offset)
            yield from lines
            if lines:
                self._next = lines[-1].number + 1
            if (self._next - 1) % BLOCK or not lines:
                return
            self._offset = 0

    def _look_at_head(self) -> None:
        """Begin with a journal, and again when another one took its place."""
        try:
            mark = (self.folder / "head.json").stat().st_mtime_ns
        except OSError:
            return
        if mark == self._head:
            return
        self._head = mark
        epoch, number, _ = read_head(self.folder)
        if epoch and epoch != self.epoch:
            self.epoch = epoch
            self._next = max(1, number - self.kept + 1)
            self._next -= (self._next - 1) % BLOCK
            self._offset = 0
