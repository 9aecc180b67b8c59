"""Write tables in our own format: CSV folders and workbooks."""

import csv
import datetime as dt
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from sportsbrain.feeds.tables.messages import BY_NAME, TABLES


def cell_text(value: Any) -> str:
    """Return the text of one value as our tables write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(str(v) for v in value)
    return str(value)


def write_csv_folder(
    folder: pathlib.Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, int]:
    """Write one CSV file a table and return the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    for name, rows in tables.items():
        columns = [c.name for c in BY_NAME[name].columns]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([cell_text(row.get(c)) for c in columns] for row in rows)
        counts[name] = len(rows)
    return counts


def write_template(path: pathlib.Path) -> None:
    """Write an empty workbook that explains every column."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:
        message = "openpyxl made a workbook without a sheet"
        raise RuntimeError(message)
    sheet.title = "read me"
    sheet.append(["Table", "Column", "Needed", "Kind", "Refers to", "Explanation", "Example"])
    for table in TABLES:
        for column in table.columns:
            sheet.append(
                [
                    table.name,
                    column.name,
                    "yes" if column.is_required else "",
                    " | ".join(column.choices) or column.kind,
                    column.refers_to,
                    column.help_text,
                    column.example,
                ]
            )
    for table in TABLES:
        page = book.create_sheet(table.name)
        for number, column in enumerate(table.columns, start=1):
            cell = page.cell(row=1, column=number, value=column.name)
            cell.font = Font(bold=column.is_required)
            cell.comment = Comment(
                f"{column.help_text or column.name}. Example: {column.example}", "Sports Brain"
            )
        page.freeze_panes = "A2"
    book.save(path)
