"""Outcomes to figures: a table by tag, and the same as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rag.records import JsonObject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    ``right``: answered with all that was asked; ``cited``: right, and a gold article is cited; ``quoted``: right,
    and the answer stands in the cited quotes; ``fooled``: repeated a planted wrong answer as the only one.
    """

    id: str
    question: str
    tags: tuple[str, ...]
    answerable: bool
    refused: bool
    right: bool
    cited: bool
    quoted: bool
    citations: int
    unsupported_figures: int
    fooled: bool
    answer: str
    retrieve_ms: float
    first_token_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares in [0, 1] over some outcomes, None where there is nothing to divide by.

    ``exact``, ``cited``, ``quoted`` and ``wrongly_refused`` are of the answerable questions, ``rightly_refused``
    of the others; ``wrong`` is the share of all questions that got an answer that is not right.
    """

    questions: int
    answerable: int
    exact: float | None
    cited: float | None
    quoted: float | None
    wrongly_refused: float | None
    rightly_refused: float | None
    wrong: float | None


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """The shares over ``outcomes``."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    others = [outcome for outcome in outcomes if not outcome.answerable]
    return Summary(
        questions=len(outcomes),
        answerable=len(answerable),
        exact=_share([outcome.right for outcome in answerable]),
        cited=_share([outcome.cited for outcome in answerable]),
        quoted=_share([outcome.quoted for outcome in answerable]),
        wrongly_refused=_share([outcome.refused for outcome in answerable]),
        rightly_refused=_share([outcome.refused for outcome in others]),
        wrong=_share([not outcome.refused and not outcome.right for outcome in outcomes]),
    )


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """All outcomes of one file, with the model that answered."""

    file: str
    format: str
    noise: float | None
    model: str
    runtime: str
    seconds: float
    outcomes: tuple[Outcome, ...]

    def by_tag(self) -> dict[str, Summary]:
        """A summary for each tag, the most frequent first."""
        tags = [tag for outcome in self.outcomes for tag in outcome.tags]
        order = sorted(set(tags), key=lambda tag: (-tags.count(tag), tag))
        return {tag: summarise([o for o in self.outcomes if tag in o.tags]) for tag in order}

    def timings(self) -> dict[str, float]:
        """Medians in milliseconds; first text over answered questions only."""
        answered = [outcome.first_token_ms for outcome in self.outcomes if not outcome.refused]
        return {
            "evidence_ms": _median([outcome.retrieve_ms for outcome in self.outcomes]),
            "first_text_ms": _median(answered),
            "total_ms": _median([outcome.total_ms for outcome in self.outcomes]),
        }

    def to_json(self) -> JsonObject:
        """Everything, with each outcome."""
        return {
            "file": self.file,
            "format": self.format,
            "noise": self.noise,
            "model": self.model,
            "runtime": self.runtime,
            "seconds": round(self.seconds, 1),
            "summary": asdict(summarise(self.outcomes)),
            "unsupported_figures_marked": sum(outcome.unsupported_figures for outcome in self.outcomes),
            "fooled": _share([outcome.fooled for outcome in self.outcomes]),
            "timings": self.timings(),
            "by_tag": {tag: asdict(summary) for tag, summary in self.by_tag().items()},
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
        }

    def to_text(self) -> str:
        """A table for a terminal."""
        columns = ("exact", "cited", "quoted", "wrongly_refused", "rightly_refused", "wrong")
        lines = [f"{self.file} ({self.format}) · {self.model} · {self.runtime} · {self.seconds:.0f} s"]
        lines.append(f"{'tag':<22}{'n':>5}" + "".join(f"{name:>17}" for name in columns))
        for tag, summary in {"ALL": summarise(self.outcomes), **self.by_tag()}.items():
            cells = "".join(f"{_percent(getattr(summary, name)):>17}" for name in columns)
            lines.append(f"{tag:<22}{summary.questions:>5}{cells}")
        timings = self.timings()
        lines.append("median: " + ", ".join(f"{name} {value:.0f}" for name, value in timings.items()))
        return "\n".join(lines)


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1) if values else 0.0


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
