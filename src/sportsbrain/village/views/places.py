"""How full halls are, what buildings use, what devices say."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import games_clock
from sportsbrain.ui.pages import show
from sportsbrain.village import queries
from sportsbrain.village.planning import HallRow, energy_page, hall_rows

DEVICES_SHOWN, REFUSED_SHOWN, LATELY = 500, 20, dt.timedelta(hours=24)
STANDINGS = ("good", "uncertain", "bad", "stale", "unknown")
CACHED_SECONDS = 900  # whole days are shown: only what comes late changes them
WIDE, HIGH = 240, 100  # of a drawing: ten units an hour


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def halls(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show how full halls are now, were today and will be."""
    del games_code
    games = seat_on(request).games
    zone = ZoneInfo(games.time_zone)
    timezone.activate(zone)
    now = games_clock(games_id=games.id, now=_now())
    rows = hall_rows(games=games, now=now)
    hour = now.astimezone(zone).hour + now.astimezone(zone).minute / 60
    context: dict[str, Any] = {
        "rows": [_drawn(row, hour) for row in rows],
        "busy": [row for row in rows if row.now is not None and not row.is_quiet],
    }
    return show(request, "village/halls.html", context, rows=rows)


def _drawn(row: HallRow, hour: float) -> tuple[HallRow, str, str, str, float, float]:
    """Return a hall with its lines: so far, to come, the band, now, and half of the places."""
    most = max([row.places, *(n for _, n in row.seen), *(high for *_, high in row.ahead)])

    def points(pairs: list[tuple[float, float]]) -> str:
        return " ".join(f"{x * WIDE / 24:.1f},{HIGH - HIGH * y / most:.1f}" for x, y in pairs)

    ahead = [(x, value) for x, value, _, _ in row.ahead]
    band = [(x, low) for x, _, low, _ in row.ahead]
    band += [(x, high) for x, _, _, high in reversed(row.ahead)]
    return (
        row, points(list(row.seen)), points([*row.seen[-1:], *ahead]), points(band),
        round(hour * WIDE / 24, 1), round(HIGH - HIGH * row.places / 2 / most, 1),
    )  # fmt: skip


def energy(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what buildings use, what that costs and emits, and what options would save."""
    del games_code
    games = seat_on(request).games
    now = games_clock(games_id=games.id, now=_now())
    page = cache.get_or_set(
        f"village-energy:{games.id}:{now:%Y%m%d}", lambda: energy_page(games=games, now=now),
        CACHED_SECONDS,
    )  # fmt: skip
    return show(request, "village/energy.html", {"page": page}, rows=page)


def devices(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what points said last, how old that is, and what was refused."""
    del games_code
    games = seat_on(request).games
    now = games_clock(games_id=games.id, now=_now())
    kind = request.GET.get("kind", "").replace("\x00", "")[:40]
    standing = request.GET.get("standing", "")[:12]
    every = queries.newest_rows(games_id=games.id, now=now)
    rows = every if not kind else queries.newest_rows(games_id=games.id, now=now, kind=kind)
    rows = tuple(row for row in rows if not standing or row.standing == standing)
    refused = [
        row
        for row in queries.refused_rows(games_id=games.id, limit=REFUSED_SHOWN)
        if row.received_at > now - LATELY
    ]
    context: dict[str, Any] = {
        "rows": rows[:DEVICES_SHOWN],
        "count": len(rows),
        "total": len(every),
        "silent": sum(row.standing in {"stale", "unknown"} for row in every),
        "refused": refused,
        "commands": queries.commands_told(games_id=games.id, limit=REFUSED_SHOWN),
        "kinds": queries.device_kinds(games_id=games.id),
        "kind": kind,
        "standing": standing,
        "standings": STANDINGS,
    }
    return show(request, "village/devices.html", context, rows=rows)
