"""What Prometheus may ask; a registry of its own, so that two apps in one process do not mix."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag.records import Answer
from ui.answer_queue import AnswerQueue

_SECONDS = (0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160)


class Metrics:
    """Counters and gauges; never a question, an answer or an article's words."""

    def __init__(self, answers: AnswerQueue) -> None:
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

    def observe_answer(self, answer: Answer, *, asked_seconds: float | None = None) -> None:
        """Count an answer, its figures and its stages; ``asked_seconds`` is how long ago the question came."""
        self._answers.labels("refused" if answer.refused else "answered").inc()
        for figure in answer.figures:
            self._figures.labels(str(figure.supported).lower()).inc()
        times = answer.timings
        self._answer_seconds.observe(times.total_ms / 1000)
        first = max(times.first_token_ms, times.retrieve_ms)
        stages = {
            "retrieve": times.retrieve_ms,
            "read": first - times.retrieve_ms,
            "write": max(0.0, times.total_ms - first),
        }
        if asked_seconds is not None:
            stages["queue"] = max(0.0, asked_seconds * 1000 - times.total_ms)
        for stage, milliseconds in stages.items():
            self._stage_seconds.labels(stage).observe(milliseconds / 1000)

    def to_text(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)
