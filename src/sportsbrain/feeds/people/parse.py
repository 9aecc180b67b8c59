"""Bytes to lines of people and issues, without a database."""

import csv
import datetime as dt
import io
import pathlib
import zipfile
from collections.abc import Iterator

from sportsbrain.feeds.people.messages import (
    COLUMNS,
    NEEDED,
    PHOTO_TYPES,
    PeopleFile,
    PersonIssue,
    PersonRow,
)

TABLE_BYTES_MAX = 200 * 1024 * 1024
PHOTO_BYTES_MAX = 10 * 1024 * 1024


class UnreadableError(ValueError):
    """The file is no list of people."""


def parse_people(path: pathlib.Path) -> PeopleFile:
    """
    Return the lines of a CSV file, a workbook, or of the one table in a ZIP with pictures.

    Raises
    ------
    UnreadableError
        When it is none of these, or needed columns are missing.

    """
    photos: dict[str, str] = {}
    issues: list[PersonIssue] = []
    name = path.name
    if path.suffix.lower() != ".xlsx" and zipfile.is_zipfile(path):
        name, content, photos, issues = _opened(path)
    elif path.stat().st_size > TABLE_BYTES_MAX:
        message = f"{path.name} is larger than {TABLE_BYTES_MAX // 1024**2} MB"
        raise UnreadableError(message)
    else:
        content = path.read_bytes()
    table = _workbook(content) if name.lower().endswith(".xlsx") else _text(content)
    head = [cell.strip().lower() for cell in next(table, [])]
    missing = [column for column in NEEDED if column not in head]
    if missing:
        message = f"{name}: columns are missing: {', '.join(missing)}; known: {', '.join(COLUMNS)}"
        raise UnreadableError(message)
    rows, wrong = _rows(head, table)
    others = tuple(column for column in head if column and column not in COLUMNS)
    return PeopleFile(rows=rows, issues=(*issues, *wrong), others=others, photos=photos)


def _opened(path: pathlib.Path) -> tuple[str, bytes, dict[str, str], list[PersonIssue]]:
    """Return the table of a ZIP and where the picture of each code lies in it."""
    photos: dict[str, str] = {}
    issues: list[PersonIssue] = []
    tables = []
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            inner = pathlib.PurePosixPath(item.filename)
            if item.is_dir() or inner.name.startswith((".", "__")):
                continue
            kind = inner.suffix.lower()
            if kind in {".csv", ".xlsx", ".txt"}:
                tables.append(item)
            elif kind in PHOTO_TYPES and item.file_size <= PHOTO_BYTES_MAX:
                photos[inner.stem] = item.filename
            else:
                advice = f"pictures are {', '.join(PHOTO_TYPES)} of up to 10 MB"
                issues.append(_picture_issue(item.filename, "not read", advice))
        if len(tables) != 1 or tables[0].file_size > TABLE_BYTES_MAX:
            message = f"{path.name} holds {len(tables)} tables: put one CSV or XLSX into it"
            raise UnreadableError(message)
        return tables[0].filename, archive.read(tables[0]), photos, issues


def _picture_issue(name: str, reason: str, advice: str) -> PersonIssue:
    return PersonIssue(line=0, column=name, value="", reason=reason, advice=advice)


def _text(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    yield from csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count))


def _workbook(content: bytes) -> Iterator[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        message = "this is no workbook that can be opened: save it as XLSX or CSV"
        raise UnreadableError(message) from error
    for values in book.worksheets[0].iter_rows(values_only=True):
        yield [_cell(value) for value in values]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _rows(
    head: list[str], table: Iterator[list[str]]
) -> tuple[tuple[PersonRow, ...], list[PersonIssue]]:
    rows: list[PersonRow] = []
    issues: list[PersonIssue] = []
    for line, values in enumerate(table, start=2):
        cells = {name: value.strip() for name, value in zip(head, values, strict=False) if name}
        if any(value.strip() for value in values[len(head) :]):
            advice = "a comma within a cell needs quotation marks"
            issues.append(
                PersonIssue(line=line, column="", value="", reason="too many cells", advice=advice)
            )
            continue
        if not any(cells.values()):
            continue
        known = {name: cells.get(name, "") for name in COLUMNS}
        answers = {name: value for name, value in cells.items() if name not in COLUMNS and value}
        rows.append(PersonRow(line=line, cells=known, answers=answers))
    return tuple(rows), issues


def parse_date(text: str) -> dt.date | None:
    """
    Return a day, None of an empty cell.

    Raises
    ------
    ValueError
        When it is not year-month-day: 5/6/2004 may be May or June.

    """
    return dt.date.fromisoformat(text) if text else None
