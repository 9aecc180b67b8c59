"""A parcel on paper, A5: where it goes, what is in it, and what the customs ask."""

import io

from sportsbrain.committee.queries import GamesRow
from sportsbrain.shop.queries import ParcelCard
from sportsbrain.ui.pdf import MM, draw_qr, plain

WIDTH, HEIGHT, EDGE = 148 * MM, 210 * MM, 12 * MM
COLUMNS = ((0, "What"), (62, "Pieces"), (78, "Grams"), (94, "HS"), (114, "From"))


def parcel_pdf(*, games: GamesRow, card: ParcelCard) -> bytes:
    """Return the slip of a parcel; HS numbers and origins are there for the customs."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(f"{games.name}: parcel {card.order} {card.location}")
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawString(EDGE, HEIGHT - 15 * MM, plain(games.name)[:50])
    canvas.setFont("Helvetica", 9)
    way = "to be collected" if card.is_collected else f"{card.carrier} {card.tracking}".strip()
    head = f"Order {card.order} · from {card.location} · {card.weight_g} g · {way}"
    canvas.drawString(EDGE, HEIGHT - 21 * MM, plain(head)[:90])
    y = HEIGHT - 36 * MM
    canvas.setFont("Helvetica-Bold", 14)
    for line in card.to:
        canvas.drawString(EDGE, y, plain(line)[:48])
        y -= 6.5 * MM
    draw_qr(canvas, f"{games.code} {card.order} {card.location}", WIDTH - 42 * MM, HEIGHT - 66 * MM,
            30 * MM)  # fmt: skip
    y = min(y, HEIGHT - 80 * MM)
    canvas.setFont("Helvetica-Bold", 9)
    for x, word in COLUMNS:
        canvas.drawString(EDGE + x * MM, y, word)
    canvas.drawRightString(WIDTH - EDGE, y, "Value")
    canvas.line(EDGE, y - 2 * MM, WIDTH - EDGE, y - 2 * MM)
    y -= 6 * MM
    canvas.setFont("Helvetica", 9)
    for row in card.contents:
        if y < 20 * MM:
            canvas.showPage()
            canvas.setFont("Helvetica", 9)
            y = HEIGHT - 20 * MM
        cells = (row.title, row.quantity, row.weight_g, row.hs_code, row.origin)
        for (x, _), cell in zip(COLUMNS, cells, strict=True):
            canvas.drawString(EDGE + x * MM, y, plain(str(cell))[:34])
        canvas.drawRightString(WIDTH - EDGE, y, row.value_text)
        y -= 5 * MM
    canvas.line(EDGE, y, WIDTH - EDGE, y)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(EDGE, y - 6 * MM, "Value without tax")
    canvas.drawRightString(WIDTH - EDGE, y - 6 * MM, card.value_text)
    canvas.save()
    return stream.getvalue()
