"""Open a folder of CSV files or a workbook as a stream of raw rows."""

import csv
import datetime as dt
import io
import pathlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

WORKBOOK_BYTES_MAX = 1 << 30
ZIP_RATIO_MAX = 200
FIELD_CHARACTERS_MAX = 1 << 20


class SourceError(ValueError):
    """A file that can not be read at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """One table as it came: its name, file and a way to read its rows."""

    name: str
    file_name: str
    path: pathlib.Path

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row with its line number."""
        if self.path.suffix.lower() == ".xlsx":
            return _sheet_rows(self.path, self.name)
        return _csv_rows(self.path)


def open_tables(path: pathlib.Path) -> tuple[RawTable, ...]:
    """
    Return the tables of a folder, a CSV file or a workbook.

    Raises
    ------
    SourceError
        When there is nothing to read, or it would be unsafe to read.

    """
    if not path.exists():
        message = f"{path} does not exist; give a folder of CSV files or an .xlsx workbook"
        raise SourceError(message)
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() == ".csv")
        if not files:
            message = f"{path} holds no .csv file"
            raise SourceError(message)
        return tuple(RawTable(name=p.stem.lower(), file_name=p.name, path=p) for p in files)
    if path.suffix.lower() == ".csv":
        return (RawTable(name=path.stem.lower(), file_name=path.name, path=path),)
    if path.suffix.lower() == ".xlsx":
        return tuple(
            RawTable(name=name, file_name=path.name, path=path) for name in _sheet_names(path)
        )
    message = f"{path.name} is neither .csv nor .xlsx; save it as one of them"
    raise SourceError(message)


def _encoding_of(path: pathlib.Path) -> str:
    """Return utf-8-sig when the whole file decodes as UTF-8, else Windows-1252."""
    with path.open("rb") as stream:
        start = stream.read(4)
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return "utf-16"
        stream.seek(0)
        reader = io.TextIOWrapper(stream, encoding="utf-8-sig")
        try:
            while reader.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _csv_rows(path: pathlib.Path) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    with path.open(encoding=_encoding_of(path), newline="", errors="replace") as stream:
        head = stream.readline()
        stream.seek(0)
        delimiter = max(",;\t", key=head.count)
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            header = [cell.strip() for cell in next(reader, [])]
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, _row(header, cells)
        except csv.Error as error:
            message = f"{path.name}, line {reader.line_num}: {error}; save the file again as CSV"
            raise SourceError(message) from error


def _row(header: list[str], cells: list[str]) -> dict[str, str]:
    row = dict(zip(header, cells, strict=False))
    for name in header[len(cells) :]:
        row[name] = ""
    if len(cells) > len(header):
        row["(more cells than headings)"] = " | ".join(cells[len(header) :])
    return row


def _guard_workbook(path: pathlib.Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        message = f"{path.name} is no workbook; open it and save it again as .xlsx"
        raise SourceError(message) from None
    packed = sum(e.compress_size for e in entries) or 1
    unpacked = sum(e.file_size for e in entries)
    if unpacked > WORKBOOK_BYTES_MAX or (unpacked > 1 << 26 and unpacked / packed > ZIP_RATIO_MAX):
        message = (
            f"{path.name} would unpack to {unpacked / 1e6:,.0f} MB "
            f"({unpacked / packed:,.0f} times its size); it was not opened. Send it as CSV"
        )
        raise SourceError(message)


def _sheet_names(path: pathlib.Path) -> list[str]:
    import openpyxl

    _guard_workbook(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (KeyError, ValueError, SyntaxError):  # parts are missing, or are no XML
        message = f"{path.name} is no workbook; open it and save it again as .xlsx"
        raise SourceError(message) from None
    try:
        return [name.lower() for name in book.sheetnames if name.lower() != "read me"]
    finally:
        book.close()


def _sheet_rows(path: pathlib.Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    try:
        sheet = next(s for s in book.worksheets if s.title.lower() == name)
        header: list[str] = []
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            texts = [_text(cell) for cell in cells]
            if not header:
                header = [text.strip() for text in texts]
            elif any(text.strip() for text in texts) and not texts[0].startswith("#"):
                yield number, _row(header, texts)
    finally:
        book.close()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, dt.datetime):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
