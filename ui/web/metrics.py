"""What Prometheus may ask; a registry of its own, so that two apps in one process do not mix."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag.records import Answer
from ui.answer_queue import AnswerQueue, AnswerStream
from ui.web.traces import Traces

_SECONDS = (0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160)


class Metrics:
    """Counters and gauges; never a question, an answer or an article's words. ``traces`` are told of answers too."""

    def __init__(self, answers: AnswerQueue, traces: Traces | None = None) -> None:
        self._traces = traces
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "baowen_http_requests_total", "Requests under /v1", ("method", "route", "status"), registry=self.registry
        )
        self._request_seconds = Histogram(
            "baowen_http_request_seconds",
            "Time to the end of the response",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answers = Counter("baowen_answers_total", "Answers, by outcome", ("outcome",), registry=self.registry)
        self._figures = Counter(
            "baowen_answer_figures_total", "Figures in answers", ("supported",), registry=self.registry
        )
        self._answer_seconds = Histogram(
            "baowen_answer_seconds", "Time to the whole answer", buckets=_SECONDS, registry=self.registry
        )
        self._stage_seconds = Histogram(
            "baowen_answer_stage_seconds",
            "Time of a stage: queue (waiting in line), retrieve, read (until the first text), write (and check)",
            ("stage",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        waiting = Gauge("baowen_questions_in_line", "Questions waiting or being answered", registry=self.registry)
        waiting.set_function(lambda: answers.waiting)
        ready = Gauge("baowen_ready", "1 once the models are warm", registry=self.registry)
        ready.set_function(lambda: float(answers.state == "ready"))

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def observe_answer(self, answer: Answer, stream: AnswerStream) -> None:
        """Count an answer that has come through ``stream`` now, its figures and its stages."""
        self._answers.labels("refused" if answer.refused else "answered").inc()
        for figure in answer.figures:
            self._figures.labels(str(figure.supported).lower()).inc()
        self._answer_seconds.observe(answer.timings.total_ms / 1000)
        stages = stage_seconds(answer, time.perf_counter() - stream.asked_at, stream.turn_seconds)
        for stage, seconds in stages.items():
            self._stage_seconds.labels(stage).observe(seconds)
        if self._traces is not None:
            self._traces.tell_answer(answer, stages)

    def to_text(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)


def stage_seconds(answer: Answer, asked_seconds: float, turn_seconds: float) -> dict[str, float]:
    """Seconds of each stage of an answer: queue, retrieve, read (until the first text), write (and check).

    ``asked_seconds`` is how long ago the question came, ``turn_seconds`` how long of this its answer waited for the
    model, which the answer's own timings count as reading, or as writing where text came before.
    """
    times = answer.timings
    first = max(times.first_token_ms, times.retrieve_ms) / 1000
    read, write = first - times.retrieve_ms / 1000, max(0.0, times.total_ms / 1000 - first)
    waited_in_read = min(read, turn_seconds)
    waited_in_write = min(write, turn_seconds - waited_in_read)
    own = times.total_ms / 1000 - waited_in_read - waited_in_write
    return {
        "queue": max(0.0, asked_seconds - own),
        "retrieve": times.retrieve_ms / 1000,
        "read": read - waited_in_read,
        "write": write - waited_in_write,
    }
