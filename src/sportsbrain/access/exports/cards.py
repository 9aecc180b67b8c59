"""Cards as PDF: A6 to hang round the neck, or CR80 for a card printer; one a page."""

import io
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.access.queries import CardFace
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ui.pdf import MM, draw_qr, plain

SIZES = {"a6": (105 * MM, 148 * MM), "cr80": (85.6 * MM, 53.98 * MM)}


def cards_pdf(
    *, games: GamesRow, faces: tuple[CardFace, ...], texts: dict[str, str], size: str
) -> bytes:
    """Return a PDF with one card a page; texts are what the QR codes hold."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    width, height = SIZES[size]
    canvas = Canvas(stream, pagesize=(width, height), invariant=1)
    canvas.setTitle(f"{games.name}: cards")
    for face in faces:
        draw = _a6 if size == "a6" else _cr80
        draw(canvas, games, face, texts[face.number], width, height)
        canvas.showPage()
    if not faces:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(5 * MM, height - 12 * MM, "No card to print.")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _a6(
    canvas: Any, games: GamesRow, face: CardFace, text: str, width: float, height: float
) -> None:
    _band(canvas, games, face, width, height, 16 * MM)
    _photo(canvas, face, 8 * MM, height - 62 * MM, 30 * MM, 40 * MM)
    left = 43 * MM
    _words(canvas, face, left, height - 28 * MM, width - left - 6 * MM)
    draw_qr(canvas, text, width - 47 * MM, 8 * MM, 40 * MM)
    y = 44 * MM
    canvas.setFont("Helvetica-Bold", 17)
    for line in _zones(face)[:5]:
        canvas.drawString(8 * MM, y, line)
        y -= 7.5 * MM
    canvas.setFont("Helvetica", 7)
    canvas.drawString(8 * MM, 5 * MM, _validity(games, face))


def _cr80(
    canvas: Any, games: GamesRow, face: CardFace, text: str, width: float, height: float
) -> None:
    _band(canvas, games, face, width, height, 8 * MM)
    _photo(canvas, face, 3 * MM, height - 38 * MM, 20 * MM, 26.7 * MM)
    _words(canvas, face, 26 * MM, height - 14 * MM, 30 * MM, size=9)
    draw_qr(canvas, text, width - 31 * MM, 9 * MM, 28 * MM)
    canvas.setFont("Helvetica-Bold", 7)
    canvas.drawString(3 * MM, 8.5 * MM, "  ".join(_zones(face))[:60])
    canvas.setFont("Helvetica", 5.5)
    canvas.drawString(3 * MM, 3.5 * MM, _validity(games, face))


def _band(
    canvas: Any, games: GamesRow, face: CardFace, width: float, height: float, deep: float
) -> None:
    canvas.setFillColor(games.accent)
    canvas.rect(0, height - deep, width, deep, stroke=0, fill=1)
    canvas.setFillColor("#ffffff")
    canvas.setFont("Helvetica-Bold", deep / MM * 0.85)
    canvas.drawString(4 * MM, height - deep * 0.65, plain(games.name)[:34])
    canvas.drawRightString(width - 4 * MM, height - deep * 0.65, face.category)
    canvas.setFillColor("#000000")


def _photo(
    canvas: Any, face: CardFace, left: float, below: float, width: float, height: float
) -> None:
    from reportlab.lib.utils import ImageReader

    if face.photo is None:
        canvas.setDash(2, 2)
        canvas.rect(left, below, width, height)
        canvas.setDash()
        return
    picture = ImageReader(io.BytesIO(face.photo))
    canvas.drawImage(picture, left, below, width, height, preserveAspectRatio=True, anchor="n")


def _words(
    canvas: Any, face: CardFace, left: float, top: float, width: float, size: int = 15
) -> None:
    """Write name, organisation and function, smaller where they are long."""
    y = top
    for words, font, most in (
        (plain(face.given_name), "Helvetica", size),
        (plain(face.family_name).upper(), "Helvetica-Bold", size),
        (plain(face.client_name), "Helvetica", size * 0.7),
        (plain(face.function or face.category_name), "Helvetica", size * 0.7),
    ):
        shown = most
        while shown > 5 and canvas.stringWidth(words, font, shown) > width:
            shown -= 0.5
        canvas.setFont(font, shown)
        canvas.drawString(left, y, words)
        y -= most * 1.25


def _zones(face: CardFace) -> list[str]:
    """Return what a person at a gate reads: codes by place, and the transport."""
    places: dict[str, list[str]] = {}
    for right in face.rights:
        kind, place, code = right.split()
        if kind == "zone":
            places.setdefault(place, []).append(code)
    lines = [f"{'' if place == '*' else place + ' '}{' '.join(c)}" for place, c in places.items()]
    others = [right.split()[2] for right in face.rights if not right.startswith("zone")]
    return [*lines, " ".join(others)] if others else lines


def _validity(games: GamesRow, face: CardFace) -> str:
    zone = ZoneInfo(games.time_zone)
    first, last = face.starts_at.astimezone(zone), face.ends_before.astimezone(zone)
    return f"{face.number}   {first:%d %b %Y} - {last:%d %b %Y}   {face.client}"
