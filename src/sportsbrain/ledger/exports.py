"""Invoices and credit notes as PDF, each on a page of its own, in any currency."""

import io
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.ledger.queries import InvoiceRow
from sportsbrain.ui.pdf import MM, plain
from sportsbrain.vocabulary.money import text_of

WIDTH, HEIGHT, EDGE = 210 * MM, 297 * MM, 20 * MM
ADDRESS = ("name", "street", "postcode", "city", "region", "country", "email")


def invoice_pdf(*, games: GamesRow, rows: tuple[InvoiceRow, ...]) -> bytes:
    """Return invoices and credit notes, each on a page of its own."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(f"{games.name}: invoice")
    for row in rows:
        _page(canvas, games, row)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _page(canvas: Any, games: GamesRow, row: InvoiceRow) -> None:
    y = _head(canvas, games, row)
    right = WIDTH - EDGE
    canvas.setFont("Helvetica-Bold", 9)
    for x, word in ((right - 75 * MM, "Pieces"), (right - 45 * MM, "Tax"), (right, "Amount")):
        canvas.drawRightString(x, y, word)
    canvas.drawString(EDGE, y, "What")
    canvas.line(EDGE, y - 2 * MM, right, y - 2 * MM)
    y -= 7 * MM
    canvas.setFont("Helvetica", 9)
    for line in row.lines:
        if y < 35 * MM:
            canvas.showPage()
            canvas.setFont("Helvetica", 9)
            y = HEIGHT - EDGE
        canvas.drawString(EDGE, y, plain(str(line["title"]))[:60])
        canvas.drawRightString(right - 75 * MM, y, str(line["quantity"]))
        canvas.drawRightString(right - 45 * MM, y, _rate(line))
        canvas.drawRightString(right, y, _amount(int(line["total"]), row.currency))
        y -= 5.5 * MM
    canvas.line(EDGE, y, right, y)
    y -= 7 * MM
    tax = sum(int(line["tax"]) for line in row.lines)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(EDGE, y, "Given back" if row.is_credit else "Total")
    canvas.drawRightString(right, y, _amount(row.total, row.currency))
    canvas.setFont("Helvetica", 9)
    canvas.drawRightString(right, y - 6 * MM, f"of it tax {_amount(tax, row.currency)}")


def _head(canvas: Any, games: GamesRow, row: InvoiceRow) -> float:
    """Write who to, which and when; return how far down that is."""
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(EDGE, HEIGHT - EDGE, plain(games.name))
    canvas.setFont("Helvetica", 10)
    y = HEIGHT - EDGE - 14 * MM
    for name in ADDRESS:
        if row.customer.get(name):
            canvas.drawString(EDGE, y, plain(str(row.customer[name]))[:70])
            y -= 5 * MM
    word = "Credit note" if row.is_credit else "Invoice"
    issued = row.issued_at.astimezone(ZoneInfo(games.time_zone))
    canvas.setFont("Helvetica-Bold", 16)
    y = min(y, HEIGHT - 62 * MM)
    canvas.drawString(EDGE, y, f"{word} {row.series}-{row.number:06}")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(EDGE, y - 7 * MM, f"{issued:%d %b %Y} · {row.ref.replace(':', ' ')}")
    return y - 20 * MM


def _rate(line: dict[str, Any]) -> str:
    return f"{int(line['tax_rate']) / 10_000:g} %" if line.get("tax_rate") else ""


def _amount(amount: int, currency: str) -> str:
    return text_of(amount, currency).replace("−", "-")
