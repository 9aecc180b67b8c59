"""Read the log, and tell whether its chain is whole."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sportsbrain.controlroom.models import LogEntry
from sportsbrain.controlroom.updates import Entry

PAGE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One entry as people read it; a confidential one is a stub for those who may not read it."""

    number: int
    at: dt.datetime
    kind: str
    key: str
    body: dict[str, Any]
    actor: str
    on_behalf_of: str
    station: str
    is_exercise: bool
    is_confidential: bool
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """Whether every entry is sealed with the one before; ``broken_at`` is the first that is not."""

    entries: int
    broken_at: int | None
    why: str
    newest_hash: str


def seal(*, previous: str, values: dict[str, Any]) -> str:
    """Return the hash of an entry: SHA-256 over the one before and its canonical JSON."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def sealed_values(entry: LogEntry) -> dict[str, Any]:
    """Return what the hash of an entry covers: everything but the hashes."""
    return {
        "games": entry.games_id,
        "number": entry.number,
        "at": entry.at.astimezone(dt.UTC).isoformat(),
        "written_at": entry.written_at.astimezone(dt.UTC).isoformat(),
        "kind": entry.kind,
        "key": entry.key,
        "body": entry.body,
        "actor": entry.actor,
        "on_behalf_of": entry.on_behalf_of,
        "station": entry.station,
        "is_exercise": entry.is_exercise,
        "is_confidential": entry.is_confidential,
    }


def check_chain(*, games_id: int) -> ChainCheck:
    """Walk the whole log and return the first entry that was altered, moved or dropped."""
    previous, expected = "", 1
    for entry in LogEntry.objects.filter(games_id=games_id).order_by("number").iterator(PAGE):
        if entry.number != expected:
            why = f"entry {expected} is missing"
            return ChainCheck(entries=expected - 1, broken_at=expected, why=why, newest_hash="")
        is_whole = entry.previous_hash == previous and entry.hash == seal(
            previous=previous, values=sealed_values(entry)
        )
        if not is_whole:
            why = f"entry {entry.number} is not what was written"
            return ChainCheck(entries=expected - 1, broken_at=entry.number, why=why, newest_hash="")
        previous, expected = entry.hash, expected + 1
    return ChainCheck(entries=expected - 1, broken_at=None, why="", newest_hash=previous)


def log_rows(
    *,
    games_id: int,
    until: dt.datetime | None = None,
    kinds: tuple[str, ...] = (),
    key: str = "",
    incident: int | None = None,
    may_read_all: bool = False,
    rows_max: int = 100,
) -> tuple[LogRow, ...]:
    """Return the newest entries first."""
    rows = LogEntry.objects.filter(games_id=games_id)
    if until is not None:
        rows = rows.filter(at__lte=until)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if key:
        rows = rows.filter(key__startswith=key)
    if incident is not None:
        rows = rows.filter(body__incident=incident)
    return tuple(_row(entry, may_read_all) for entry in rows.order_by("-number")[:rows_max])


def _row(entry: LogEntry, may_read_all: bool) -> LogRow:  # noqa: FBT001  # private, named by its callers
    is_shown = may_read_all or not entry.is_confidential
    return LogRow(
        number=entry.number,
        at=entry.at,
        kind=entry.kind,
        key=entry.key,
        body=entry.body if is_shown else {"text": "confidential"},
        actor=entry.actor,
        on_behalf_of=entry.on_behalf_of,
        station=entry.station,
        is_exercise=entry.is_exercise,
        is_confidential=entry.is_confidential,
        hash=entry.hash,
    )


def entries_until(*, games_id: int, until: dt.datetime, kinds: tuple[str, ...]) -> Iterator[Entry]:
    """Yield the entries of some kinds up to a moment, oldest first."""
    rows = LogEntry.objects.filter(games_id=games_id, at__lte=until, kind__in=kinds)
    for number, at, kind, key, body, actor in rows.order_by("number").values_list(
        "number", "at", "kind", "key", "body", "actor"
    ):
        yield Entry(number=number, at=at, kind=kind, key=key, body=body, actor=actor)


def newest_by_key(*, games_id: int, kind: str, until: dt.datetime) -> dict[str, LogRow]:
    """Return the newest entry of each key of a kind at a moment."""
    rows = (
        LogEntry.objects.filter(games_id=games_id, kind=kind, at__lte=until)
        .order_by("key", "-number")
        .distinct("key")
    )
    return {entry.key: _row(entry, may_read_all=True) for entry in rows}
