"""Alive, ready, and how it does."""

import json
import logging
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from ninja.throttling import AuthRateThrottle

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import User
from sportsbrain.config import figures, logs
from sportsbrain.config.api import throttles
from sportsbrain.live.actions import append_update
from sportsbrain.wall import cause
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_process_is_alive_without_a_database_and_ready_with_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Client().get("/health/").json() == {"status": "alive"}
    assert Client().get("/ready/").json() == {"status": "ready"}

    def away() -> list[str]:
        message = "connection refused\nmore"
        raise OperationalError(message)

    monkeypatch.setattr(figures, "waiting_migrations", away)
    assert Client().get("/health/").status_code == 200
    answer = Client().get("/ready/")
    assert answer.status_code == 503
    assert answer.json() == {"status": "no database", "why": "connection refused"}
    monkeypatch.setattr(figures, "waiting_migrations", lambda: ["shop.0099"])
    assert Client().get("/ready/").json()["why"] == ["shop.0099"]


def test_prometheus_reads_requests_the_database_and_what_waits(small_games: Any) -> None:
    append_update(games_id=small_games.id, topic="t", key="k", body={}, recorded_at=NOW)
    Client().get("/health/")
    Client().get("/there/is/nothing/7")
    text = Client().get("/metrics").content.decode()
    assert 'sportsbrain_requests_total{method="GET",page="health",status="200"}' in text
    assert 'sportsbrain_requests_total{method="GET",page="none",status="404"}' in text
    assert 'sportsbrain_log_age_seconds{games="REFS1"}' in text
    assert 'sportsbrain_watcher_silent_seconds{games="REFS1",watcher="auditor"} -1.0' in text
    for name in figures.DATABASE:
        assert f"\n{name} " in text


def test_others_do_not_read_the_figures(settings: Any) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    passed_on = {"headers": {"X-Forwarded-For": "192.0.2.7"}}
    assert Client().get("/metrics", **passed_on).status_code == 404  # type: ignore[arg-type]
    settings.METRICS_TOKEN = "word"
    assert Client().get("/metrics").status_code == 404
    told = Client().get("/metrics", headers={"Authorization": "Bearer word"})
    assert told.status_code == 200


def test_a_request_has_one_id_in_its_answer_and_its_log_lines() -> None:
    brought = Client().get("/health/", headers={"X-Request-ID": "abc-123"})
    assert brought["X-Request-ID"] == "abc-123"
    own = Client().get("/health/", headers={"X-Request-ID": 'a"\n{}'})
    assert own["X-Request-ID"] != 'a"\n{}'
    assert len(own["X-Request-ID"]) == 16
    record = logging.LogRecord("x", logging.WARNING, "", 0, "said %s", ("é",), None)
    token = cause.request_id.set("abc")
    line = json.loads(logs.JsonFormatter().format(record))
    cause.request_id.reset(token)
    assert (line["text"], line["request"], line["level"]) == ("said é", "abc", "WARNING")


def test_the_status_page_shows_planners_their_games_and_nobody_else(small_games: Any) -> None:
    append_update(games_id=small_games.id, topic="t", key="k", body={}, recorded_at=NOW)
    assert "/sign-in/" in Client().get("/status/")["Location"]
    for name, sees in (("approver", True), ("viewer", False)):
        client = Client()
        client.force_login(User.objects.get(username=name))
        page = client.get("/status/").content.decode()
        assert (small_games.name in page) == sees
        assert ("escalation: was never started" in page) == sees


def test_a_program_that_runs_wild_is_slowed_down(
    small_games: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User.objects.get(username="approver")
    token = make_api_token(user_id=user.pk, name="t")
    throttle = next(one for one in throttles if isinstance(one, AuthRateThrottle))
    monkeypatch.setattr(throttle, "num_requests", 3)
    monkeypatch.setattr(throttle, "duration", 60)
    told = [
        Client().get("/api/v1/games/REFS1/queues", HTTP_AUTHORIZATION=f"Bearer {token}")
        for _ in range(5)
    ]
    assert [one.status_code for one in told] == [200, 200, 200, 429, 429]
    assert told[-1].json()["status"] == 429
