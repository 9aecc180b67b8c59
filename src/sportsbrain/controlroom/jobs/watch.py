"""Watch alerts and call people; watch the watching from another process; keep a printed pack."""

import datetime as dt
import logging
import os
import time
from collections.abc import Callable

from django.db import close_old_connections, connection

from sportsbrain.committee.queries import GamesRow, exercise_of
from sportsbrain.controlroom.actions import (
    By,
    Said,
    audit_escalations,
    beat,
    by_clock,
    escalate_due,
    lapse_due,
    note_silence,
    raise_and_clear,
    receive_signals,
)
from sportsbrain.controlroom.queries import VenueTile, signals_on, situation
from sportsbrain.venues.jobs import follow_counts

LOG = logging.getLogger(__name__)
FORECAST_EVERY = dt.timedelta(minutes=5)
PACK_EVERY = dt.timedelta(hours=1)
FOLLOWED = ("gate.queue", "session.late")
HURRY_SECONDS = 5.0  # of real time: a fast clock must not make a caller look stopped


def by_of(games: GamesRow, name: str) -> By:
    """Return a watcher as the one who does something, in the clock of the Games."""
    return _both(games, name)[-1]


def _both(games: GamesRow, name: str) -> list[By]:
    """Return a watcher in real time and, while there is an exercise, in its time too."""
    real = By(name=name, now=dt.datetime.now(dt.UTC))
    by = by_clock(games_id=games.id, real_now=real.now, name=name)
    return [real, by] if by.is_exercise else [real]


def watch_once(*, games: GamesRow) -> dict[str, int]:
    """
    Raise, clear, lapse and call what is due; return how many of each.

    What is real goes on by the real clock while something is rehearsed.
    """
    done = dict.fromkeys(("raised", "cleared", "lapsed", "called", "silent"), 0)
    rounds = _both(games, "escalation")
    for by in rounds:
        done["lapsed"] += lapse_due(games=games, by=by)
        done["called"] += escalate_due(games=games, by=by)
    raised, cleared = raise_and_clear(games=games, by=rounds[-1])
    done["raised"], done["cleared"] = raised, cleared
    done["called"] += escalate_due(games=games, by=rounds[-1])
    done["silent"] = note_silence(games=games, by=rounds[-1])
    beat(games=games, name="escalation", process_id=os.getpid(), real_now=dt.datetime.now(dt.UTC))
    return done


def audit_once(*, games: GamesRow) -> tuple[tuple[int, int], ...]:
    """Look for calls that did not go out; raise an alert when there are some."""
    exercise = exercise_of(games_id=games.id)
    hurry = exercise.speed * HURRY_SECONDS if exercise else 0.0
    found: list[tuple[int, int]] = []
    for by in _both(games, "auditor"):
        grace = hurry if by.is_exercise else 0.0
        missed = audit_escalations(games=games, by=by, grace_seconds=grace)
        found += missed
        if missed:
            said = Said(
                source="auditor",
                kind="escalation.stopped",
                fingerprint="escalation",
                at=by.now,
                text=f"Calls that had not gone out: {len(missed)}",
                is_on=True,
            )
            receive_signals(games=games, said=[said], by=by)
    beat(games=games, name="auditor", process_id=os.getpid(), real_now=dt.datetime.now(dt.UTC))
    return tuple(found)


def forecast_once(*, games: GamesRow) -> tuple[str, ...]:
    """Correct the forecasts of venues that are filling; signal long waits and late sessions."""
    by = by_of(games, "forecasts")
    told = follow_counts(games=games, moment=by.now)
    found = situation(games=games, moment=by.now)
    said = [
        Said(
            source="forecasts",
            kind="gate.queue",
            fingerprint=f"queue:{venue.code}",
            at=by.now,
            venue=venue.code,
            text=f"{venue.name}: {_usual(venue)} min of wait to come",
            value=float(_usual(venue)),
        )
        for venue in found.venues
        if venue.code in told
    ]
    said += [
        Said(
            source="results",
            kind="session.late",
            fingerprint=f"late:{session.code}",
            at=by.now,
            venue=venue.code,
            text=f"{venue.name}: {session.code} is {session.late_minutes} min late",
            is_on=True,
        )
        for venue in found.venues
        for session in venue.sessions
        if session.word == "late"
    ]
    here = {row.fingerprint for row in said}
    said += [
        Said(source=source, kind=kind, fingerprint=key, at=by.now, venue=venue, is_on=False)
        for source, kind, key, venue in signals_on(games=games, kinds=FOLLOWED)
        if key not in here
    ]  # what is no longer so is said too
    if said:
        receive_signals(games=games, said=said, by=by)
    beat(games=games, name="forecasts", process_id=os.getpid(), real_now=dt.datetime.now(dt.UTC))
    return told


def _usual(venue: VenueTile) -> int:
    """Return the minutes of wait of a usual day: calls go out for what is likely, not possible."""
    return int(venue.advice["usual_minutes"]) if venue.advice else 0


def watch(
    *,
    games: GamesRow,
    watcher: str,
    seconds: float,
    on_hour: Callable[[dt.datetime], None],
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """
    Run a watcher until it is stopped: ``escalation``, ``auditor`` or ``forecasts``.

    The auditor also calls ``on_hour`` every hour of the Games' clock: the pack is printed then.
    """
    forecast_at = packed_at = dt.datetime.min.replace(tzinfo=dt.UTC)
    while not is_over():
        began = time.monotonic()
        close_old_connections()  # one that has gone is opened again
        try:
            now = by_of(games, watcher).now
            if watcher == "escalation":
                watch_once(games=games)
            elif watcher == "auditor":
                audit_once(games=games)
                if abs(now - packed_at) >= PACK_EVERY:
                    on_hour(now)
                    packed_at = now
            elif abs(now - forecast_at) >= FORECAST_EVERY:
                forecast_once(games=games)
                forecast_at = now
            else:
                beat(games=games, name=watcher, process_id=os.getpid(),
                     real_now=dt.datetime.now(dt.UTC))  # fmt: skip
        except Exception:  # a watcher goes on; what went wrong is in its log
            LOG.exception("%s of %s", watcher, games.code)
            connection.close()
        time.sleep(max(0.0, seconds - (time.monotonic() - began)))
