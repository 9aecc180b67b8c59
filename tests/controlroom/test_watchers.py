"""Watchers in processes of their own: one is killed, the other notices."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.db import connection

from sportsbrain.controlroom import actions, queries
from sportsbrain.controlroom.actions import By, Said
from sportsbrain.controlroom.models import Alert, LogEntry, Paging


@pytest.mark.django_db(transaction=True)
def test_a_killed_caller_is_noticed_by_the_auditor(small_games: Any) -> None:
    games = small_games
    real = dt.datetime.now(dt.UTC)
    by = By(name="ana", now=real - dt.timedelta(minutes=30))
    fire = Said(source="s", kind="fire", fingerprint="smoke", at=by.now, is_on=True)
    actions.receive_signals(games=games, said=[fire], by=by)
    caller = _watcher(games, "escalation")
    try:
        _until(Paging.objects.exists)
    finally:
        os.kill(caller.pid, signal.SIGKILL)
        caller.wait()
    Paging.objects.exclude(step=0).delete()  # killed between its first step and the others
    auditor = _watcher(games, "auditor")
    try:
        _until(lambda: Paging.objects.count() >= 3)
        _until(lambda: Alert.objects.filter(kind="escalation.stopped").exists())
    finally:
        auditor.terminate()
        auditor.wait()
    assert LogEntry.objects.filter(kind="escalation.stopped").exists()
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    silent = {w.name for w in queries.watchers(games=games, real_now=soon) if not w.is_alive}
    assert {"escalation", "auditor"} <= silent


def _watcher(games: Any, name: str) -> "subprocess.Popen[bytes]":
    """Start a watcher in a process of its own, on the database of the test."""
    own = connection.settings_dict
    address = f"postgresql://{own['USER']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"
    words = [sys.executable, "-m", "sportsbrain", "room", "watch", name, "--games", games.code,
             "--seconds", "0.1"]  # fmt: skip
    return subprocess.Popen(words, env={**os.environ, "DATABASE_URL": address})


def _until(is_so: Any, seconds: float = 60.0) -> None:
    """Wait until something is so; fail when it is not in time."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
