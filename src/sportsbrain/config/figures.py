"""What the site knows of itself: requests, the database, what waits, how old its data are."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from sportsbrain.committee.queries import GamesRow, all_games, games_clock
from sportsbrain.controlroom.queries import watchers
from sportsbrain.live.queries import due_hooks, newest_moment
from sportsbrain.plans.queries import going_runs
from sportsbrain.shop.queries import waiting_letters
from sportsbrain.village.queries import newest_reading
from sportsbrain.wall.scope import behind_wall, open_games

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COUNTED_MAX = 1_000
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
_requests = Counter("sportsbrain_requests", "Requests by page, method and status",
                    ("page", "method", "status"), registry=REGISTRY)  # fmt: skip
_seconds = Histogram("sportsbrain_request_seconds", "Seconds to the answer's beginning, by page",
                     ("page",), buckets=BUCKETS, registry=REGISTRY)  # fmt: skip
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count_request(page: str, method: str, status: int, seconds: float) -> None:
    """Count one request; what has no page is one page, so that nobody makes names without end."""
    _requests.labels(page or "none", method if method in METHODS else "other", status).inc()
    _seconds.labels(page or "none").observe(seconds)


def waiting_migrations() -> list[str]:
    """Return the migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


DATABASE = {
    "sportsbrain_database_bytes": (
        "Bytes of the database", "SELECT pg_database_size(current_database())"),
    "sportsbrain_database_connections": (
        "Connections in use", "SELECT count(*) FROM pg_stat_activity"),
    "sportsbrain_database_oldest_transaction_seconds": (
        "Age of the oldest transaction: readers of the log stay below it",
        "SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0) FROM pg_stat_activity"
        " WHERE state <> 'idle' AND backend_type = 'client backend'"),
    "sportsbrain_database_standbys": (
        "Standbys that follow", "SELECT count(*) FROM pg_stat_replication"),
    "sportsbrain_database_standby_lag_bytes": (
        "Bytes of the log that the slowest standby has not written down",
        "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)), 0)"
        " FROM pg_stat_replication"),
    "sportsbrain_database_archive_age_seconds": (
        "Since a piece of the log was archived; -1 when none ever was",
        "SELECT coalesce(extract(epoch FROM now() - last_archived_time), -1)"
        " FROM pg_stat_archiver"),
    "sportsbrain_database_archive_failures": (
        "Pieces of the log that could not be archived",
        "SELECT failed_count FROM pg_stat_archiver"),
}  # fmt: skip


class _Asked(Collector):
    """What has to be asked of the database when somebody looks."""

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges of this moment."""
        with behind_wall():
            open_games(None)
            yield from _of_database()
            yield from _of_games(dt.datetime.now(dt.UTC))

    def describe(self) -> Iterator[Metric]:
        """Say nothing before somebody looks."""
        return iter(())


def _of_database() -> Iterator[Metric]:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        yield _gauge("sportsbrain_database_seconds", "How long the database takes to say one",
                     time.perf_counter() - began)  # fmt: skip
        for name, (text, words) in DATABASE.items():
            cursor.execute(words)
            (value,) = cursor.fetchone()
            yield _gauge(name, text, float(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """
    How a Games does, in seconds and counts.

    ``log_age``: since the newest update, by the clock of the Games; ``devices_age``: since a device
    spoke, ``ingest_lag``: from then until it was stored; None when never. ``watchers``: (name,
    seconds of silence, whether it is alive).
    """

    games: GamesRow
    log_age: float | None
    devices_age: float | None
    ingest_lag: float | None
    letters: int
    letters_age: float
    watchers: tuple[tuple[str, float | None, bool], ...]


def health_of(games: GamesRow, now: dt.datetime) -> Health:
    """Return how a Games does now."""
    clock = games_clock(games_id=games.id, now=now)  # the log has that of a rehearsal
    moment, heard = newest_moment(games_id=games.id), newest_reading(games_id=games.id)
    waiting = waiting_letters(games_id=games.id, limit=COUNTED_MAX)
    watching = watchers(games=games, real_now=now)
    return Health(
        games=games,
        log_age=(clock - moment).total_seconds() if moment else None,
        devices_age=(clock - heard[0]).total_seconds() if heard else None,
        ingest_lag=(heard[1] - heard[0]).total_seconds() if heard else None,
        letters=len(waiting),
        letters_age=max(((now - one.due_at).total_seconds() for one in waiting), default=0.0),
        watchers=tuple((one.name, one.silent_seconds, one.is_alive) for one in watching),
    )


def _of_games(now: dt.datetime) -> Iterator[Metric]:
    names = ("games",)
    age = GaugeMetricFamily("sportsbrain_log_age_seconds",
                            "Since the newest update of the live log", labels=names)  # fmt: skip
    heard = GaugeMetricFamily("sportsbrain_devices_age_seconds",
                              "Since a device spoke", labels=names)  # fmt: skip
    lag = GaugeMetricFamily("sportsbrain_ingest_lag_seconds",
                            "From what a device said last until it was stored",
                            labels=names)  # fmt: skip
    letters = GaugeMetricFamily("sportsbrain_letters_waiting", "Mails that wait", labels=names)
    silent = GaugeMetricFamily("sportsbrain_watcher_silent_seconds",
                               "Since a watcher of the control room was heard; -1 when never",
                               labels=("games", "watcher"))  # fmt: skip
    for games in all_games():
        one = health_of(games, now)
        for family, value in ((age, one.log_age), (heard, one.devices_age), (lag, one.ingest_lag)):
            if value is not None:
                family.add_metric([games.code], value)
        letters.add_metric([games.code], one.letters)
        for name, seconds, _is_alive in one.watchers:
            silent.add_metric([games.code, name], -1.0 if seconds is None else seconds)
    yield from (age, heard, lag, letters, silent)
    yield _gauge("sportsbrain_hooks_due", "Webhooks that are to be told now",
                 len(due_hooks(now=now, most=COUNTED_MAX)))  # fmt: skip
    yield _gauge("sportsbrain_runs_going", "Plans that are being made", len(going_runs()))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


REGISTRY.register(_Asked())


def exposition() -> bytes:
    """Return everything that is known now, in Prometheus' words."""
    return generate_latest(REGISTRY)
