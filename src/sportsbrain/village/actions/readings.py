"""
Store what devices say: one binary COPY a batch, then history, events and the newest values.

Everything of a batch is in one transaction; who calls acknowledges after it. A row that can't be
stored is found by halves and kept with its reason; the others are stored.
"""

import datetime as dt
import struct
from collections.abc import Sequence

from django.db import DataError, IntegrityError, connection, transaction

from sportsbrain.village.models import Principal
from sportsbrain.vocabulary.devices import Birth, Reading, Refusal

EPOCH_2000 = 946_684_800_000_000  # microseconds: PostgreSQL counts from the year 2000
HEAD = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
TAIL = struct.pack("!h", -1)
FIXED = struct.Struct("!hiqi?i?iqiqiqihiq")  # columns before the value: length and value each
NULL = struct.pack("!i", -1)
NUMBER = struct.Struct("!id")
KEPT_BYTES = 2_000
STAGE = (
    "CREATE TEMP TABLE IF NOT EXISTS village_stage (point_id bigint, is_event boolean,"
    " is_history boolean, at timestamptz, epoch bigint, sequence bigint, quality smallint,"
    " received timestamptz, number double precision, words text) ON COMMIT DELETE ROWS"
)
STORE = (
    "INSERT INTO village_event (point_id, epoch, sequence, at, number, words, received)"
    " SELECT point_id, epoch, sequence, at, number, words, received FROM village_stage"
    " WHERE is_event ON CONFLICT DO NOTHING",
    "INSERT INTO village_history (at, point_id, epoch, sequence, number, words, quality, received)"
    " SELECT at, point_id, epoch, sequence, number, words, quality, received FROM village_stage"
    " WHERE NOT is_event ON CONFLICT DO NOTHING",
    "INSERT INTO village_late (point_id, bucket)"
    " SELECT DISTINCT point_id, date_bin('5 minutes', at, 'epoch') FROM village_stage"
    " WHERE NOT is_event AND at < received - interval '25 minutes' ON CONFLICT DO NOTHING",
    "INSERT INTO village_newest AS n"
    " (point_id, at, epoch, sequence, number, words, quality, received)"
    " SELECT DISTINCT ON (point_id) point_id, at, epoch, sequence, number, words, quality, received"
    " FROM village_stage WHERE NOT is_event AND NOT is_history"
    " ORDER BY point_id, epoch DESC, sequence DESC"
    " ON CONFLICT (point_id) DO UPDATE SET at = excluded.at, epoch = excluded.epoch,"
    " sequence = excluded.sequence, number = excluded.number, words = excluded.words,"
    " quality = excluded.quality, received = excluded.received"
    " WHERE (excluded.epoch, excluded.sequence) > (n.epoch, n.sequence)",
)


def store_readings(
    *, readings: Sequence[Reading], births: Sequence[Birth] = (), refusals: Sequence[Refusal] = ()
) -> int:
    """Store a batch in one transaction and return how many readings were refused by it."""
    try:
        with transaction.atomic():
            _write(readings, births, refusals)
    except (DataError, IntegrityError) as error:
        if len(readings) <= 1:
            reason = str(error).splitlines()[0][:120]
            refused = [
                Refusal(games_id=None, topic=f"point {row.point}", reason=reason, payload=b"",
                        received=row.received)
                for row in readings
            ]  # fmt: skip
            with transaction.atomic():
                _write((), births, [*refusals, *refused])
            return len(readings)
        middle = len(readings) // 2
        first = store_readings(readings=readings[:middle], births=births, refusals=refusals)
        return first + store_readings(readings=readings[middle:])
    return 0


def _write(
    readings: Sequence[Reading], births: Sequence[Birth], refusals: Sequence[Refusal]
) -> None:
    with connection.cursor() as cursor:
        if readings:
            cursor.execute(STAGE)
            columns = "point_id, is_event, is_history, at, epoch, sequence, quality, received,"
            columns += " number, words"
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY village_stage ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
            ):
                copy.write(b"".join((HEAD, *map(_packed, readings), TAIL)))
            for statement in STORE:
                cursor.execute(statement)
        if refusals:
            with (
                connection.wrap_database_errors,
                cursor.copy(
                    "COPY village_refusedmessage (games_id, topic, reason, payload, received_at)"
                    " FROM STDIN"
                ) as copy,
            ):
                for row in refusals:
                    copy.write_row((
                        row.games_id, row.topic[:200].replace("\x00", ""), row.reason[:120],
                        row.payload[:KEPT_BYTES], _moment(row.received),
                    ))  # fmt: skip
    for birth in births:
        Principal.objects.filter(pk=birth.principal, epoch__lte=birth.epoch).update(
            is_online=birth.is_online, epoch=birth.epoch, told_at=dt.datetime.now(dt.UTC)
        )


def _packed(row: Reading) -> bytes:
    """Return a row of a binary COPY."""
    fixed = FIXED.pack(
        10, 8, row.point, 1, row.is_event, 1, row.is_history, 8, row.at - EPOCH_2000,
        8, row.epoch, 8, row.sequence, 2, row.quality, 8, row.received - EPOCH_2000,
    )  # fmt: skip
    number = NULL if row.number is None else NUMBER.pack(8, row.number)
    if row.text is None:
        return fixed + number + NULL
    text = row.text.encode()
    return fixed + number + struct.pack("!i", len(text)) + text


def _moment(microseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(microseconds / 1e6, dt.UTC)


def keep_partitions(
    *, first: dt.date, last: dt.date, kept_days: int | None = 14
) -> tuple[int, int]:
    """Make the partitions of some days; drop those older than what is kept, None: none."""
    made = dropped = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'village_history'::regclass"
        )
        have = {name for (name,) in cursor.fetchall()}
        day = first
        while day <= last:
            name = f"village_history_{day:%Y%m%d}"
            if name not in have:
                cursor.execute(
                    f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF village_history"
                    f" FOR VALUES FROM ('{day}T00:00Z') TO ('{day + dt.timedelta(days=1)}T00:00Z')"
                )
                made += 1
            day += dt.timedelta(days=1)
        if kept_days is None:
            return made, 0
        oldest = f"village_history_{last - dt.timedelta(days=kept_days + 1):%Y%m%d}"
        for name in sorted(have):
            if name < oldest:
                cursor.execute(f"DROP TABLE {name}")
                dropped += 1
    return made, dropped


SUM = (  # of five minutes, from rows called h; the same again changes nothing
    "INSERT INTO village_rollup AS r (point_id, bucket, n, mean, least, most, newest)"
    " SELECT h.point_id, date_bin('5 minutes', h.at, 'epoch'), count(*), avg(h.number),"
    " min(h.number), max(h.number), (array_agg(h.number ORDER BY h.epoch DESC, h.sequence DESC))[1]"
)
KEEP = (
    " AND h.number IS NOT NULL AND h.quality < 2 GROUP BY 1, 2"
    " ON CONFLICT (point_id, bucket) DO UPDATE SET n = excluded.n, mean = excluded.mean,"
    " least = excluded.least, most = excluded.most, newest = excluded.newest"
    " WHERE excluded.n <> r.n"
)
SUM_NEW = (
    SUM + " FROM village_history h WHERE h.at >= date_bin('5 minutes', %s, 'epoch') AND h.at < %s"
    + KEEP
)  # fmt: skip
LATE = "DELETE FROM village_late RETURNING point_id, bucket"
SUM_LATE = (
    SUM + " FROM unnest(%s::bigint[], %s::timestamptz[]) l (point_id, bucket)"
    " JOIN village_history h ON h.point_id = l.point_id"
    " WHERE h.at >= l.bucket AND h.at < l.bucket + interval '5 minutes'" + KEEP
)  # fmt: skip


@transaction.atomic
def roll_up(*, since: dt.datetime, until: dt.datetime) -> int:
    """
    Sum what points said up by five minutes, and return how many rows that made or changed.

    Between two moments, and wherever something came late since the last time. Rows are kept for the
    Games, also when the history itself is dropped; the same again changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(LATE)
        came = cursor.fetchall()
        cursor.execute(SUM_LATE, [[point for point, _ in came], [moment for _, moment in came]])
        late = int(cursor.rowcount)
        cursor.execute(SUM_NEW, [since, until])
        return late + int(cursor.rowcount)
