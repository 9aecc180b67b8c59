"""Tickets as PDF, A6, one a page."""

import io
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.shop.queries import TicketCard
from sportsbrain.ui.pdf import MM, draw_qr, plain

WIDTH, HEIGHT = 105 * MM, 148 * MM


def tickets_pdf(*, games: GamesRow, cards: tuple[TicketCard, ...], texts: dict[str, str]) -> bytes:
    """Return tickets; ``texts`` are what their codes hold."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(f"{games.name}: tickets")
    for card in cards:
        _page(canvas, games, card, texts[card.number])
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _page(canvas: Any, games: GamesRow, card: TicketCard, text: str) -> None:
    canvas.setFillColor(games.accent)
    canvas.rect(0, HEIGHT - 18 * MM, WIDTH, 18 * MM, stroke=0, fill=1)
    canvas.setFillColor("#ffffff")
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(7 * MM, HEIGHT - 12 * MM, plain(games.name)[:40])
    canvas.setFillColor("#000000")
    starts = card.session.starts_at or card.sold_for
    when = starts.astimezone(ZoneInfo(games.time_zone))
    for y, size, words in (
        (28, 17, f"{when:%a %d %b %Y, %H:%M}"),
        (36, 12, card.title),
        (44, 12, f"{card.category} {card.seat}".strip()),
    ):
        canvas.setFont("Helvetica-Bold" if size > 12 else "Helvetica", size)
        canvas.drawString(7 * MM, HEIGHT - y * MM, plain(words)[:44])
    draw_qr(canvas, text, 17 * MM, 14 * MM, 71 * MM)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(7 * MM, 7 * MM, f"{card.number}   {card.session.code}")
