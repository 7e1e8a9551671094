"""OpenTelemetry traces: where the time of a request and of an answer went; off unless the setting ``traces`` is on.

A request is a span, and what was done for an answer (queue, retrieve, read, write) are spans below it. Where they are
sent is said by OpenTelemetry's own variables, ``OTEL_EXPORTER_OTLP_ENDPOINT`` first. No span holds a question, an
answer, a key or a query string. Its libraries are an extra: ``pip install 'baowen[telemetry]'``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import SettingsError
from rag.records import Answer
from rag.settings import Settings
from ui.web.reach import route_path

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

_TRACED = ("/v1/", "/mcp", "/retrieval")
_SERVER_FAULT = 500


class Traces:
    """Makes spans and hands them to ``provider``."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self.tracer = provider.get_tracer("baowen", version("baowen"))

    @classmethod
    def of(cls, settings: Settings) -> Traces | None:
        """The traces of these settings; None where they are off.

        Raises:
            SettingsError: they are on, and the libraries are not installed.
        """
        if settings.traces == "off":
            return None
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as error:
            raise SettingsError(
                f"setting traces is on, but {error.name} is not installed; expected it: "
                "pip install 'baowen[telemetry]', or set traces = 'off'"
            ) from error
        name = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "baowen"), "service.version": version("baowen")}
        provider = TracerProvider(resource=Resource.create(name))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    def tell_answer(self, answer: Answer, stages: Mapping[str, float]) -> None:
        """Spans of an answer that is done now: ``stages`` are seconds by name, one after the other."""
        begin = time.time_ns() - round(sum(stages.values()) * 1e9)
        facts: dict[str, str | int] = {
            "baowen.refused": answer.refused,
            "baowen.citations": len(answer.citations),
            "baowen.figures": len(answer.figures),
            "baowen.figures.unsupported": sum(not figure.supported for figure in answer.figures),
            "baowen.generation": answer.generation,
            "baowen.model": answer.model,
        }
        beginning = self.tracer.start_as_current_span
        with beginning("answer", start_time=begin, attributes=facts, end_on_exit=False) as span:
            for name, seconds in stages.items():
                end = begin + round(seconds * 1e9)
                self.tracer.start_span(name, start_time=begin).end(end)
                begin = end
        span.end(begin)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class TracedRequests:
    """A span around each request that computes something; follows the trace that the caller names. Plain ASGI."""

    def __init__(self, app: ASGIApp, *, traces: Traces) -> None:
        self.app, self.traces = app, traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not route_path(scope).startswith(_TRACED):
            return await self.app(scope, receive, send)
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        caller = TraceContextTextMapPropagator().extract(dict(Headers(scope=scope)))
        begin = self.traces.tracer.start_as_current_span
        with begin(scope["method"], caller, kind=SpanKind.SERVER, record_exception=False) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _describe(span, scope, message["status"])
                await send(message)

            return await self.app(scope, receive, sending)


def _describe(span: Span, scope: Scope, status: int) -> None:
    """Name the span by its route, so that ids stay out of the names."""
    from opentelemetry.trace import StatusCode

    route = getattr(scope.get("route"), "path", "unmatched")
    span.update_name(f"{scope['method']} {route}")
    span.set_attribute("http.request.method", scope["method"])
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    span.set_attribute("baowen.request_id", scope.get("baowen_request_id", ""))
    if status >= _SERVER_FAULT:
        span.set_status(StatusCode.ERROR)
