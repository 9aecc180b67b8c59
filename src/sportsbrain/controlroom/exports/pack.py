"""The pack that is printed every hour: what one needs when the network is gone."""

import datetime as dt
import io
import pathlib
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from sportsbrain.committee.queries import GamesRow
from sportsbrain.controlroom.queries import (
    chains_of,
    playbooks_of,
    room_rules,
    situation,
)

LEFT, TOP, BOTTOM, LINE = 45, 800, 50, 14
WIDTH = 96


def pack_pdf(*, games: GamesRow, moment: dt.datetime) -> bytes:
    """Return A4 pages: what is open, sessions by venue, who is called, playbooks."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    canvas.setTitle(f"{games.name}: control room pack")
    writer = _Writer(canvas, games, moment)
    for title, lines in _parts(games, moment):
        writer.part(title, lines)
    writer.end()
    canvas.save()
    return stream.getvalue()


def _parts(games: GamesRow, moment: dt.datetime) -> list[tuple[str, list[str]]]:
    zone = ZoneInfo(games.time_zone)
    found = situation(games=games, moment=moment)
    rules = room_rules(games)

    def at(some: dt.datetime | None) -> str:
        return f"{some.astimezone(zone):%H:%M}" if some else "--:--"

    parts = [
        (
            "Open incidents",
            [f"{i.number}  severity {i.severity}  {i.venue}  {i.text}" for i in found.incidents
             if not i.is_confidential],
        ),
        (
            "Open alerts by deadline",
            [f"{at(a.deadline_at)}  priority {a.priority}  {a.role}  {a.venue}  {a.text}"
             for a in found.alerts],
        ),
        ("Open tasks", [f"{at(t.due_at)}  {t.role}: {t.text}" for t in found.tasks]),
        (
            "Run sheet: sessions of the next hours",
            [
                f"{at(s.starts_at)}-{at(s.ends_before)}  {venue.name}  {s.code}  {s.word}"
                + (f" {s.late_minutes} min late" if s.late_minutes else "")
                for venue in found.venues
                for s in venue.sessions
            ],
        ),
        (
            "Contacts: who is called after how many minutes",
            [
                f"{chain.code}: " + ", ".join(f"{m:g} min {role}" for m, role in chain.steps)
                for chain in chains_of(games=games, rules=rules).values()
            ],
        ),
    ]  # fmt: skip
    for book in playbooks_of(games=games, rules=rules).values():
        steps = [
            f"[ ] {minutes:g} min  {role}: {text}{'  (two people)' if two else ''}"
            for role, minutes, text, two in book.steps
        ]
        parts.append((f"Playbook: {book.title}", steps))
    return parts


class _Writer:
    """Write lines down the page and turn it over."""

    def __init__(self, canvas: Any, games: GamesRow, moment: dt.datetime) -> None:
        self.canvas, self.games = canvas, games
        self.stamp = f"{moment.astimezone(ZoneInfo(games.time_zone)):%a %d %b %Y %H:%M}"
        self.page = 0
        self._turn()

    def _turn(self) -> None:
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.y = float(TOP)
        self.canvas.setFont("Helvetica-Bold", 13)
        self.canvas.drawString(LEFT, self.y, f"{self.games.name}: control room, {self.stamp}")
        self.canvas.setFont("Helvetica", 9)
        self.canvas.drawRightString(550, self.y, f"page {self.page}")
        self.y -= 2 * LINE

    def part(self, title: str, lines: list[str]) -> None:
        """Write a heading and its lines."""
        if self.y < BOTTOM + 3 * LINE:
            self._turn()
        self.canvas.setFont("Helvetica-Bold", 11)
        self.canvas.drawString(LEFT, self.y, title)
        self.y -= LINE
        self.canvas.setFont("Helvetica", 9)
        for line in lines or ["none"]:
            for first in range(0, len(line), WIDTH):
                if self.y < BOTTOM:
                    self._turn()
                    self.canvas.setFont("Helvetica", 9)
                self.canvas.drawString(LEFT, self.y, line[first : first + WIDTH])
                self.y -= LINE
        self.y -= LINE / 2

    def end(self) -> None:
        """End the last page."""
        self.canvas.showPage()


def print_pack(*, games: GamesRow, moment: dt.datetime) -> None:
    """Print the pack of an hour into the store."""
    folder = pathlib.Path(settings.MEDIA_ROOT) / "packs" / games.code
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{moment:%Y%m%dT%H}.pdf").write_bytes(pack_pdf(games=games, moment=moment))
