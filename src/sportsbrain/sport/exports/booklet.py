"""The daily competition schedule as a printable booklet: one page a venue and day."""

import io
from collections import defaultdict
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.sport.queries import UnitRow

ROWS_A_PAGE = 46


def booklet_pdf(*, games: GamesRow, rows: list[UnitRow], title: str) -> bytes:
    """Return an A4 PDF; a long day runs on over the page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    pages: dict[tuple[Any, str], list[UnitRow]] = defaultdict(list)
    for row in rows:
        pages[row.starts_at.date(), row.line.venue].append(row)
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    canvas.setTitle(f"{games.name}: daily competition schedule")
    for (day, venue), units in sorted(pages.items()):
        for first in range(0, len(units), ROWS_A_PAGE):
            head = f"{day:%A %d %B %Y}"
            _page(
                canvas, games.name, title, f"{head} · {venue}", units[first : first + ROWS_A_PAGE]
            )
    if not pages:
        _page(canvas, games.name, title, "Nothing scheduled", [])
    canvas.save()
    return stream.getvalue()


def _page(canvas: Any, games: str, title: str, head: str, rows: list[UnitRow]) -> None:
    top, left = 800, 42
    canvas.setFont("Helvetica", 8)
    canvas.drawString(left, top, games)
    canvas.drawRightString(553, top, title)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(left, top - 24, head[:70])
    canvas.setLineWidth(0.5)
    canvas.line(left, top - 32, 553, top - 32)
    y = top - 48
    for row in rows:
        canvas.setFont("Helvetica-Bold" if row.is_final else "Helvetica", 8.5)
        canvas.drawString(left, y, f"{row.starts_at:%H:%M}–{row.ends_before:%H:%M}")
        canvas.drawString(left + 70, y, row.line.discipline[:22])
        canvas.drawString(left + 170, y, f"{row.line.event} · {row.line.name}"[:62])
        canvas.drawRightString(553, y, row.line.location_code)
        y -= 15
    canvas.showPage()
