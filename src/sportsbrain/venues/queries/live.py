"""What gates have counted and what is expected, now or at a past moment."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sportsbrain.committee.queries import GamesRow
from sportsbrain.live.queries import newest_by_key, updates_between
from sportsbrain.venues.updates import (
    BIN_SECONDS,
    EXPECTED,
    OPENED,
    SCANNED,
    Scanned,
    State,
    apply,
)

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The newest forecast of a venue, with its age to be told from ``recorded_at``."""

    venue: str
    recorded_at: dt.datetime
    body: dict[str, Any]


def counts_now(*, games: GamesRow, moment: dt.datetime, since: dt.datetime) -> State:
    """Return the counts of gates as they were known at a moment."""
    found: dict[tuple[str, str, dt.datetime], int] = {}
    for news in updates_between(games_id=games.id, topic=SCANNED, since=since, until=moment):
        body = news.body
        scan = Scanned(
            venue=body["venue"],
            entrance=body["entrance"],
            starts_at=dt.datetime.fromisoformat(body["starts_at"]),
            people=int(body["people"]),
        )
        found.update(apply({}, scan))  # one by one onto the whole state would be slow
    return found


def opened_now(
    *, games: GamesRow, moment: dt.datetime, since: dt.datetime
) -> dict[str, list[tuple[dt.datetime, int]]]:
    """Return the lanes reported open by venue: (from, lanes), oldest first."""
    found: dict[str, list[tuple[dt.datetime, int]]] = {}
    for news in updates_between(games_id=games.id, topic=OPENED, since=since, until=moment):
        found.setdefault(news.key, []).append((news.recorded_at, int(news.body["lanes"])))
    return found


def expected_now(*, games: GamesRow, moment: dt.datetime) -> dict[str, Expected]:
    """Return the newest forecast of each venue at a moment, of the last day."""
    rows = newest_by_key(games_id=games.id, topic=EXPECTED, since=moment - DAY, until=moment)
    return {
        news.key: Expected(venue=news.key, recorded_at=news.recorded_at, body=news.body)
        for news in rows
    }


def bin_of(moment: dt.datetime) -> dt.datetime:
    """Return the beginning of the five minutes that hold a moment."""
    seconds = int(moment.timestamp()) // BIN_SECONDS * BIN_SECONDS
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
