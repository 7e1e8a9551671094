"""Ask every gold question the way a user would, and record what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.evaluation.gold import GoldFormat, GoldQuestion, read_gold
from rag.evaluation.matching import all_met
from rag.evaluation.report import EvaluationReport, Outcome
from rag.records import Answer

if TYPE_CHECKING:
    from rag.answering.assistant import Assistant
    from rag.workspace import Workspace


def evaluate_file(
    workspace: Workspace,
    path: Path,
    *,
    format: GoldFormat = "native",  # noqa: A002
    noise: float = 0.0,
    limit: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> EvaluationReport:
    """Answer the first ``limit`` questions of ``path`` and measure.

    Raises:
        GoldFileError: the file is not of that format.
    """
    questions = read_gold(path, format, noise=noise)[: limit or None]
    assistant = workspace.assistant
    workspace.warm_up()
    started = time.monotonic()
    outcomes = []
    for number, question in enumerate(questions, 1):
        outcomes.append(_ask(assistant, question))
        if on_progress:
            on_progress(number, len(questions))
    generator = workspace.generator
    return EvaluationReport(
        file=path.name,
        format=format,
        noise=noise if format == "rgb" else None,
        model=generator.name,
        runtime=generator.runtime,
        seconds=time.monotonic() - started,
        outcomes=tuple(outcomes),
    )


def _ask(assistant: Assistant, gold: GoldQuestion) -> Outcome:
    answer = assistant.answer(gold.question, history=gold.history, passages=gold.passages)
    right = gold.answerable and not answer.refused and all_met(gold.answers, answer.answer)
    return Outcome(
        id=gold.id,
        question=gold.question,
        tags=gold.tags or ("all",),
        answerable=gold.answerable,
        refused=answer.refused,
        right=right,
        cited=right and _cites_gold(gold, answer),
        quoted=right and all_met(gold.answers, "\n".join(citation.quote for citation in answer.citations)),
        citations=len(answer.citations),
        unsupported_figures=sum(not figure.supported for figure in answer.figures),
        fooled=any(all_met([[fake]], answer.answer) for fake in gold.fake_answers) and not answer.other_readings,
        answer=answer.answer,
        retrieve_ms=answer.timings.retrieve_ms,
        first_token_ms=answer.timings.first_token_ms,
        total_ms=answer.timings.total_ms,
    )


def _cites_gold(gold: GoldQuestion, answer: Answer) -> bool:
    """Whether some citation is of a gold article; true where the file names none."""
    if not gold.article_ids and not gold.titles:
        return bool(answer.citations)
    return any(
        citation.article_id in gold.article_ids or citation.title in gold.titles for citation in answer.citations
    )
