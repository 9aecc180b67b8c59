"""
Traces of requests, statements and runs, to where OpenTelemetry's own variables say.

Without ``OTEL_EXPORTER_OTLP_ENDPOINT`` nothing of it is loaded. What would tell of people stays
here: addresses are said as their pattern, statements without their values, errors by their kind.
"""

import atexit
import os
import sys
from typing import Any

from sportsbrain.wall.cause import carriers, trace_id

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PARENT = "TRACEPARENT"  # as OpenTelemetry passes a trace on to a process
OF_PEOPLE = (
    "http.url", "http.target", "url.full", "url.path", "url.query", "net.peer.ip", "net.peer.port",
    "client.address", "client.port", "http.user_agent", "user_agent.original",
)  # fmt: skip
_begun: list[bool] = []


def is_wanted() -> bool:
    """Tell whether somebody waits for traces."""
    return any(os.environ.get(name) for name in ENDPOINTS)


def begin(name: str) -> None:
    """
    Send traces of this process, called by a name such as ``serve``; once.

    Raises
    ------
    RuntimeError
        When they are wanted and what makes them is not installed.

    """
    if _begun or not is_wanted():
        return
    _begun.append(True)
    try:
        from opentelemetry import propagate, trace
        from opentelemetry.instrumentation.django import DjangoInstrumentor
        from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        message = (
            f"{ENDPOINTS[0]} is set but {error.name} is not there: "
            "pip install sportsbrain[tracing], or unset it"
        )
        raise RuntimeError(message) from error
    own = os.environ.get("OTEL_SERVICE_NAME") or f"sportsbrain {name}"
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: own}))
    provider.add_span_processor(BatchSpanProcessor(_exporter()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(request_hook=_on_request, response_hook=_on_response)
    PsycopgInstrumentor().instrument()

    def carry() -> dict[str, str]:
        told: dict[str, str] = {}
        propagate.inject(told)
        return {PARENT: told["traceparent"]} if "traceparent" in told else {}

    carriers.append(carry)
    if os.environ.get(PARENT):
        _go_on(name)


def _exporter() -> Any:
    """Return what sends spans; a database's error names whole rows, so of errors the kind alone."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    def quiet(span: Any) -> ReadableSpan:
        kinds = [{"exception.type": (one.attributes or {}).get("exception.type", "")}
                 if one.name == "exception" else one.attributes for one in span.events]  # fmt: skip
        events = [Event(one.name, kind, one.timestamp)
                  for one, kind in zip(span.events, kinds, strict=True)]  # fmt: skip
        return ReadableSpan(
            name=span.name, context=span.context, parent=span.parent, resource=span.resource,
            attributes=span.attributes, events=events, links=span.links, kind=span.kind,
            status=Status(span.status.status_code), start_time=span.start_time,
            end_time=span.end_time, instrumentation_scope=span.instrumentation_scope,
        )  # fmt: skip

    class Quiet(OTLPSpanExporter):
        """Sends spans without what errors say."""

        def export(self, spans: Any) -> Any:
            """Send."""
            return super().export([quiet(span) for span in spans])

    return Quiet()


def _go_on(name: str) -> None:
    """Let what this process does be part of the trace of who started it, until it ends."""
    from opentelemetry import context, propagate, trace

    context.attach(propagate.extract({"traceparent": os.environ[PARENT]}))
    span = trace.get_tracer(__name__).start_span(name)
    context.attach(trace.set_span_in_context(span))
    trace_id.set(_words(span))
    atexit.register(span.end)


def _words(span: Any) -> str:
    return f"{span.get_span_context().trace_id:032x}"


def _on_request(span: Any, _request: Any) -> None:
    trace_id.set(_words(span))
    for key in OF_PEOPLE:
        if key in (getattr(span, "attributes", None) or {}):
            span.set_attribute(key, "")


def _on_response(span: Any, _request: Any, response: Any) -> None:
    span.set_attribute("sportsbrain.request", response.get("X-Request-ID", ""))
    trace_id.set("")


def name_of_command() -> str:
    """Return what the words of the command line say: ``plan timetable``."""
    words: list[str] = []
    for word in sys.argv[1:]:
        if word.startswith("-") or len(words) == 2:
            break
        words.append(word)
    return " ".join(words) or "web"
