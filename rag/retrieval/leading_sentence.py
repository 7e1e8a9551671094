"""The one sentence of a few passages that is nearest to a question: shown while the answer is being checked."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.chinese.sentences import Span, split_sentences
from rag.chinese.terms import fold, question_terms
from rag.records import Citation, Passage
from rag.retrieval.answer_place import answer_pattern

_PASSAGES = 5
_OF_THE_WANTED_FORM = 0.5
"""What a figure, person or place as asked for adds, in shares of the question's words."""
_RANK_DECAY = 0.05


def leading_sentence(question: str, passages: Sequence[Passage]) -> Citation | None:
    """The best sentence of the first passages, as a citation with marker 0; None where none shares a word.

    A word counts the more the fewer of the sentences hold it; of equal sentences that of the better passage wins.
    """
    terms = question_terms(question)
    wanted = [*terms.words, *terms.exacts]
    held = [(item, span, fold(item.text[span.start : span.end])) for item, span in _sentences(passages)]
    if not wanted or not held:
        return None
    weights = {term: math.log(1 + len(held) / (1 + sum(term in text for _, _, text in held))) for term in wanted}
    form = answer_pattern(fold(question))
    best: tuple[float, Passage, Span] | None = None
    for item, span, text in held:
        share = sum(weight for term, weight in weights.items() if term in text) / sum(weights.values())
        if not share:
            continue
        bonus = _OF_THE_WANTED_FORM if form is not None and form.search(text) else 0.0
        score = share + bonus - _RANK_DECAY * passages.index(item)
        if best is None or score > best[0]:
            best = score, item, span
    return _citation(best[1], best[2]) if best else None


def _sentences(passages: Sequence[Passage]) -> list[tuple[Passage, Span]]:
    return [(item, span) for item in passages[:_PASSAGES] for span in split_sentences(item.text)]


def _citation(item: Passage, span: Span) -> Citation:
    start = item.start + span.start
    quote = item.text[span.start : span.end]
    return Citation(
        0, item.article_id, item.title, item.date, item.source, item.page, quote, start, start + len(quote)
    )
