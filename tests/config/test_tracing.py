"""Traces reach who collects them, one for all that a request caused, and tell of nobody."""

import http.server
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from django.db import connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import AuditEntry, User
from sportsbrain.config import tracing
from tests.journeys.conftest import a_free_port, serving

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector(http.server.ThreadingHTTPServer):
    """Takes traces as a collector does: protobuf over HTTP."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.bodies: list[bytes] = []
        self.came = threading.Condition()

    @property
    def spans(self) -> list[tuple[str, Any]]:
        """Return (service, span) of everything that came in."""
        return [
            (one.resource.attributes[[a.key for a in one.resource.attributes].index("service.name")]
             .value.string_value, span)
            for body in self.bodies
            for one in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in one.scope_spans
            for span in scope.spans
        ]  # fmt: skip

    def wait_for(self, is_there: Callable[[str, Any], bool]) -> Any:
        """Return the first span that is the one, when it came."""
        with self.came:
            if self.came.wait_for(lambda: any(is_there(*one) for one in self.spans), timeout=60):
                return next(span for service, span in self.spans if is_there(service, span))
        raise AssertionError([(service, span.name) for service, span in self.spans])


class _Door(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with server.came:
            server.bodies.append(body)
            server.came.notify_all()
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def traced(small_games: Any, transactional_db: None, collector: Collector) -> Iterator[str]:
    more = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "50"}  # fmt: skip
    with serving(a_free_port(), more) as address:
        yield address


def values_of(span: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


def test_what_a_request_causes_is_one_trace_to_the_last_process_and_tells_of_nobody(
    traced: str, collector: Collector, small_games: Any
) -> None:
    user = User.objects.get(username="approver")
    headers = {
        "Authorization": f"Bearer {make_api_token(user_id=user.pk, name='t')}",
        "traceparent": f"00-{TRACE}-{SPAN}-01", "X-Request-ID": "asked-1",
    }  # fmt: skip
    answer = requests.post(f"{traced}/api/v1/games/REFS1/runs", timeout=60, headers=headers,
                           json={"seconds": 1, "seed": 1})  # fmt: skip
    assert answer.status_code < 300, answer.text
    page = collector.wait_for(lambda _, span: span.name.startswith("POST api/v1/games"))
    assert page.trace_id.hex() == TRACE
    assert page.parent_span_id.hex() == SPAN
    assert values_of(page)["sportsbrain.request"] == "asked-1"
    collector.wait_for(lambda _, span: span.parent_span_id == page.span_id
                       and '"user_id" = %s' in values_of(span).get("db.statement", ""))  # fmt: skip
    run = collector.wait_for(lambda _, span: span.name == "plan timetable")
    assert (run.trace_id, run.parent_span_id) == (page.trace_id, page.span_id)
    noted = AuditEntry.objects.filter(games_id=small_games.id, details__request="asked-1")
    assert noted.exists()

    requests.get(f"{traced}/sign-in/S3CRETWORD/?next=HIDDEN", timeout=60,
                 headers={"User-Agent": "OWNPHONE"})  # fmt: skip
    page = collector.wait_for(lambda _, span: span.name.startswith("GET sign-in/"))
    assert values_of(page)["http.route"] == "sign-in/<str:token>/"
    with connection.cursor() as cursor:  # what a database says of a row that can't be
        cursor.execute(
            "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'Failing row contains (HIDDENROW)'; END $$;"
            "CREATE TRIGGER told BEFORE INSERT ON controlroom_incident"
            " FOR EACH ROW EXECUTE FUNCTION told()"
        )
    try:
        body: Any = {"text": "HIDDENROW", "severity": 1}
        requests.post(f"{traced}/api/v1/games/REFS1/incidents", json=body, timeout=60,
                      headers={**headers, "traceparent": ""})  # fmt: skip
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER told ON controlroom_incident; DROP FUNCTION told()")
    failed = collector.wait_for(lambda _, span: any(e.name == "exception" for e in span.events))
    assert any("exception.type" in {a.key for a in e.attributes} for e in failed.events)
    told = b"".join(collector.bodies)
    for word in (b"S3CRETWORD", b"HIDDEN", b"OWNPHONE", b"Failing row"):
        assert word not in told


def test_nothing_is_loaded_where_nobody_waits_for_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    tracing.begin("t")
    assert not tracing._begun
