"""What PDFs of several slices share: QR codes, text for the built-in fonts."""

from typing import Any

MM = 72 / 25.4


def plain(text: str) -> str:
    """Return text that the built-in fonts can write: Latin letters of any other script."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        from anyascii import anyascii

        return str(anyascii(text))
    return text


def draw_qr(canvas: Any, text: str, left: float, below: float, side: float) -> None:
    """Draw a QR code of middle correction with its quiet zone."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    widget = QrCodeWidget(text, barLevel="M", barBorder=2)
    x0, y0, x1, y1 = widget.getBounds()
    drawing = Drawing(side, side, transform=[side / (x1 - x0), 0, 0, side / (y1 - y0), 0, 0])
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, left, below)
