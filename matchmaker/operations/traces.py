"""Spans for OpenTelemetry: one for each line of a request or a task, with what the line holds, no more."""

import hashlib
import logging
import time
from functools import cache

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from structlog.contextvars import get_contextvars

KEPT = ("method", "route", "status", "task", "state")


@cache
def tracer() -> trace.Tracer:
    """Return what makes spans; not before a process has forked, because it sends them in a thread."""
    provider = TracerProvider(resource=Resource({SERVICE_NAME: "corridor"}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter())
    )  # its address is OpenTelemetry's variable
    return provider.get_tracer("corridor")


class Spans(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        taken = getattr(record, "ms", None)
        if taken is None:
            return
        number = str(get_contextvars().get("request_id", ""))
        digest = hashlib.sha256(number.encode()).digest() if number else None
        parent = None
        if digest:
            known = trace.SpanContext(
                int.from_bytes(digest[:16], "big"),
                int.from_bytes(digest[16:24], "big"),
                True,
                trace.TraceFlags(trace.TraceFlags.SAMPLED),
            )
            parent = trace.set_span_in_context(trace.NonRecordingSpan(known))
        about = {name: getattr(record, name) for name in KEPT if hasattr(record, name)}
        end = time.time_ns()
        name = about.get("task") or f"{about.get('method')} {about.get('route')}"
        span = tracer().start_span(
            name, parent, attributes={**about, "request_id": number}, start_time=end - taken * 1_000_000
        )
        span.end(end)
