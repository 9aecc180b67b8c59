"""QR codes as SVG, drawn here: no picture service, no script."""


def qr_svg(text: str, *, label: str = "") -> str:
    """Return a QR code of middle correction as SVG, a unit a module with a margin of four."""
    from html import escape

    from reportlab.graphics.barcode import qrencoder

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    side = code.getModuleCount() + 8
    parts = []
    for y, row in enumerate(code.modules):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                parts.append(f"M{x + 4} {y + 4}h{run}v1h-{run}z")
            x += run + 1
    name = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    return (
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"{name}'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path fill="#000" d="{"".join(parts)}"/></svg>'
    )
