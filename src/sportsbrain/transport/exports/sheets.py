"""Run sheets: one A4 page a driver's duty, to be read at arm's length."""

import io
from typing import Any
from zoneinfo import ZoneInfo

from sportsbrain.transport.queries import Duty, Network

ROWS_A_PAGE = 22
LEFT, RIGHT = 45, 550


def run_sheets_pdf(*, network: Network, duties: tuple[Duty, ...]) -> bytes:
    """Return an A4 PDF; a duty of many runs goes on over the page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    canvas.setTitle(f"{network.games.name}: run sheets")
    for duty in duties:
        rows = _rows(network, duty)
        for first in range(0, len(rows), ROWS_A_PAGE):
            _page(canvas, network, duty, rows[first : first + ROWS_A_PAGE], is_first=not first)
    if not duties:
        canvas.drawString(LEFT, 780, "No duty on this day.")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _rows(network: Network, duty: Duty) -> list[tuple[str, str, str, str, str]]:
    """Return (leaves, arrives, from, to, riders); a line without times begins a vehicle."""
    zone = ZoneInfo(network.games.time_zone)
    rows = []
    for piece in duty.pieces:
        rows.append(("", "", f"Vehicle {piece.block.split('/')[-1]}", "", ""))
        for run in piece.runs:
            line = network.lines[run.line]
            rows.append(
                (
                    f"{run.departs_at.astimezone(zone):%H:%M}",
                    f"{run.arrives_at.astimezone(zone):%H:%M}",
                    network.name_of(line.starts_in),
                    network.name_of(line.ends_in),
                    str(run.riders),
                )
            )
    return rows


def _page(canvas: Any, network: Network, duty: Duty, rows: list[Any], *, is_first: bool) -> None:
    zone = ZoneInfo(network.games.time_zone)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(LEFT, 800, network.games.name)
    canvas.drawRightString(RIGHT, 800, f"{duty.day:%A %d %B %Y}")
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(LEFT, 770, f"Duty {duty.code.split('/')[-1]}{'' if is_first else ', cont.'}")
    canvas.setFont("Helvetica", 12)
    first, last = duty.runs[0].departs_at, duty.runs[-1].arrives_at
    canvas.drawString(
        LEFT, 750,
        f"First run {first.astimezone(zone):%H:%M}, last arrival {last.astimezone(zone):%H:%M},"
        f" {len(duty.runs)} runs",
    )  # fmt: skip
    canvas.setFont("Helvetica", 9)
    for x, title in ((LEFT, "leaves"), (105, "arrives"), (165, "from"), (345, "to")):
        canvas.drawString(x, 726, title)
    canvas.drawRightString(RIGHT, 726, "riders")
    canvas.line(LEFT, 720, RIGHT, 720)
    height = 698
    for leaves, arrives, start, end, riders in rows:
        is_vehicle = not leaves
        canvas.setFont("Helvetica-Bold" if is_vehicle else "Helvetica", 11 if is_vehicle else 13)
        canvas.drawString(LEFT, height, start if is_vehicle else leaves)
        if not is_vehicle:
            canvas.drawString(105, height, arrives)
            canvas.drawString(165, height, _cut(start))
            canvas.drawString(345, height, _cut(end))
            canvas.drawRightString(RIGHT, height, riders)
        canvas.setLineWidth(0.3)
        canvas.line(LEFT, height - 8, RIGHT, height - 8)
        height -= 29
    canvas.showPage()


def _cut(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
