"""What the site knows of itself: requests, the database, what waits, how old its data are."""

import datetime as dt
import time
from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from sportsbrain.committee.queries import all_games, games_clock
from sportsbrain.controlroom.queries import watchers
from sportsbrain.live.queries import due_hooks, newest_moment
from sportsbrain.plans.queries import going_runs
from sportsbrain.shop.queries import waiting_letters
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


def _of_games(now: dt.datetime) -> Iterator[Metric]:
    names = ("games",)
    age = GaugeMetricFamily("sportsbrain_log_age_seconds",
                            "Since the newest update of the live log", labels=names)  # fmt: skip
    letters = GaugeMetricFamily("sportsbrain_letters_waiting", "Mails that wait", labels=names)
    silent = GaugeMetricFamily("sportsbrain_watcher_silent_seconds",
                               "Since a watcher of the control room was heard; -1 when never",
                               labels=("games", "watcher"))  # fmt: skip
    for games in all_games():
        moment = newest_moment(games_id=games.id)
        if moment:
            clock = games_clock(games_id=games.id, now=now)  # the log has that of a rehearsal
            age.add_metric([games.code], (clock - moment).total_seconds())
        waiting = waiting_letters(games_id=games.id, limit=COUNTED_MAX)
        letters.add_metric([games.code], len(waiting))
        for one in watchers(games=games, real_now=now):
            found = -1.0 if one.silent_seconds is None else one.silent_seconds
            silent.add_metric([games.code, one.name], found)
    yield from (age, letters, silent)
    yield _gauge("sportsbrain_hooks_due", "Webhooks that are to be told now",
                 len(due_hooks(now=now, most=COUNTED_MAX)))  # fmt: skip
    yield _gauge("sportsbrain_runs_going", "Plans that are being made", len(going_runs()))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


REGISTRY.register(_Asked())


def exposition() -> bytes:
    """Return everything that is known now, in Prometheus' words."""
    return generate_latest(REGISTRY)
