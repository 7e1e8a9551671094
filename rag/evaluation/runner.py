"""Ask every gold question the way a user would, and record what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.evaluation.gold import GoldFormat, GoldQuestion, read_gold
from rag.evaluation.matching import all_met, plain
from rag.evaluation.report import EvaluationReport, Outcome
from rag.records import Answer, Article

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
    resolve = ArticleNames(workspace.store.articles()).resolve if any(q.titles for q in questions) else _no_ids
    started = time.monotonic()
    outcomes = []
    for number, question in enumerate(questions, 1):
        outcomes.append(_ask(assistant, question, frozenset(question.article_ids) | resolve(question.titles)))
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


def _no_ids(_titles: Sequence[str]) -> frozenset[str]:
    return frozenset()


class ArticleNames:
    """Finds the articles a gold file names by title, or by a run of text where they have none."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._known = [(article.id, plain(article.title), plain(article.text)) for article in articles]

    def resolve(self, names: Sequence[str]) -> frozenset[str]:
        """The ids of the articles with these titles; a title may be part of the stored one, or hold it."""
        found: set[str] = set()
        for name in filter(None, map(plain, names)):
            titled = {
                i for i, title, _ in self._known if title and (name in title or (len(title) > 5 and title in name))
            }
            found |= titled or {i for i, _, text in self._known if name in text}
        return frozenset(found)


def _ask(assistant: Assistant, gold: GoldQuestion, gold_ids: frozenset[str]) -> Outcome:
    answer = assistant.answer(gold.question, history=gold.history, passages=gold.passages)
    # Where papers disagree, a figure shown beside the answer with its source is as good as one inside it.
    shown = "\n".join([answer.answer, *(reading.text for reading in answer.other_readings)])
    said = shown if "conflict" in gold.tags else answer.answer
    right = gold.answerable and not answer.refused and all_met(gold.answers, said)
    return Outcome(
        id=gold.id,
        question=gold.question,
        tags=gold.tags or ("all",),
        answerable=gold.answerable,
        refused=answer.refused,
        right=right,
        cited=right and _cites_gold(gold, gold_ids, answer),
        quoted=right and all_met(gold.answers, "\n".join(_quotes(answer))),
        citations=len(answer.citations),
        unsupported_figures=sum(not figure.supported for figure in answer.figures),
        fooled=any(all_met([[fake]], answer.answer) for fake in gold.fake_answers) and not answer.other_readings,
        answer=answer.answer,
        retrieve_ms=answer.timings.retrieve_ms,
        first_token_ms=answer.timings.first_token_ms,
        total_ms=answer.timings.total_ms,
    )


def _cites_gold(gold: GoldQuestion, gold_ids: frozenset[str], answer: Answer) -> bool:
    """Whether some citation is of a gold article; true where the file names none."""
    if not gold.article_ids and not gold.titles:
        return bool(answer.citations)
    return any(citation.article_id in gold_ids for citation in answer.citations)


def _quotes(answer: Answer) -> list[str]:
    return [
        *(citation.quote for citation in answer.citations),
        *(reading.citation.quote for reading in answer.other_readings),
    ]
