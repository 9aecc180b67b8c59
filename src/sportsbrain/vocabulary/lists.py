"""A list as people bring it: a CSV file of any kind to cells by column, whatever wrote it."""

import csv
import io
from collections.abc import Iterator, Sequence

DELIMITERS = ",;\t"


class ListError(ValueError):
    """A list that can't be read at all: ``columns`` are what is wrong, the text what to do."""

    def __init__(self, columns: Sequence[str], advice: str) -> None:
        super().__init__(advice)
        self.columns = tuple(columns)


def read_list(
    content: bytes, *, columns: Sequence[str], needed: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """
    Yield (line, cells by column) of each row that is not empty, without blanks round the cells.

    Raises
    ------
    ListError
        For a needed column that is missing, and for what is no table.

    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(DELIMITERS, key=head.count))
    try:
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise ListError(missing, f"is missing; columns are {', '.join(columns)}")
        for row in reader:
            cells = {name: (row.get(name) or "").strip() for name in columns}
            if any(cells.values()):
                yield reader.line_num, cells
    except csv.Error as error:
        advice = f"is no table: {error}; save it as CSV and send it again"
        raise ListError(("file",), advice) from None
