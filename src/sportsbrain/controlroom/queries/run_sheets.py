"""The run sheet of a venue: what happens when, from the plans in force."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.queries import Sources, schedule_now
from sportsbrain.venues.queries import SitePage, site_page


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A line of a run sheet; ``kind`` says what, ``count`` how many."""

    key: str
    at: dt.datetime
    kind: str
    text: str
    count: int = 0


def run_sheet(*, games: GamesRow, venue: str, date: dt.date) -> tuple[SheetRow, ...]:
    """Return the lines of one day in their order."""
    rows: list[tuple[dt.datetime, str, str, int]] = []
    page = site_page(games=games, venue=venue, date=date)
    if page is not None:
        rows += _gates(page)
    schedule = schedule_now(games=games, sources=Sources())
    zone = ZoneInfo(games.time_zone)
    for block in schedule.sessions:
        starts = schedule.epoch + dt.timedelta(seconds=block.starts_at)
        ends = schedule.epoch + dt.timedelta(seconds=block.ends_before)
        if block.venue == venue and starts.astimezone(zone).date() == date:
            rows += [(starts, "start", block.code, 0), (ends, "end", block.code, 0)]
            if page is not None and page.egress:
                out = ends + dt.timedelta(seconds=page.egress[-1]["out_p95"])
                rows.append((out, "empty", block.code, 0))
    return tuple(
        SheetRow(key=f"{venue}/{date}/{kind}/{at:%H%M}", at=at, kind=kind, text=text, count=count)
        for at, kind, text, count in sorted(rows)
    )


def _gates(page: SitePage) -> list[tuple[dt.datetime, str, str, int]]:
    """Return when lanes open and close: each time that their number changes much."""
    rows = []
    before = 0
    for step in page.steps:
        if before == 0 and step.lanes:
            rows.append((step.at, "gates", "", step.lanes))
        elif step.lanes == 0 and before:
            rows.append((step.at, "gates_close", "", 0))
        elif abs(step.lanes - before) >= max(2, before // 3):
            rows.append((step.at, "lanes", "", step.lanes))
        before = step.lanes
    return rows
