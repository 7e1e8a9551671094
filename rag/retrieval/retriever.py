"""Question to passages, best first: gather by terms and by vector, rank by evidence, spread over articles."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import Terms, question_terms
from rag.errors import QuestionError
from rag.records import Passage, SearchFilter
from rag.retrieval.candidates import CandidateSet, PassageStore, gather_candidates
from rag.retrieval.latin_names import known_names, read_names, with_names
from rag.retrieval.ranking import Scored, rank
from rag.retrieval.selection import LOOKED_AT, select

_NO_FILTER = SearchFilter()


class Retriever:
    """Searches one store with one encoder; may be used by many threads at once."""

    def __init__(self, store: PassageStore, encoder: Encoder) -> None:
        self._store = store
        self._encoder = encoder

    def search(
        self,
        question: str,
        *,
        count: int = 6,
        search_filter: SearchFilter = _NO_FILTER,
        question_time: tuple[dt.date, dt.date] | None = None,
    ) -> list[Passage]:
        """The ``count`` passages that most likely answer ``question``, best first; fewer if the store has fewer.

        ``search_filter`` is a bound: nothing outside it comes back. ``question_time``, the days that the question
        is about (both ends included), only lifts articles of that time. At most two passages come from one
        article while others have something to offer, and of a reprinted text the newest comes back.

        Raises:
            QuestionError: the question is empty, or the filter ends before it begins.
        """
        if not question.strip():
            raise QuestionError("the question is empty; expected at least one word: ask something")
        first, last = search_filter.date_from, search_filter.date_to
        if first and last and first > last:
            raise QuestionError(f"the filter runs from {first} to {last}; expected the earlier day first: swap them")
        terms, found = self._gather(question, search_filter)
        ranked = rank(question, terms, found, question_time=question_time, best=count * LOOKED_AT)
        return [_passage(item) for item in select(ranked, count)]

    def _gather(self, question: str, search_filter: SearchFilter) -> tuple[Terms, CandidateSet]:
        """The candidates and the terms that found them, names in Chinese among them."""
        terms = question_terms(question)
        if is_chinese(question):
            return terms, gather_candidates(self._store, lambda: self._encode(question), terms.all(), search_filter)
        terms = with_names(terms, known_names(question))
        vector = self._encode(question)
        found = gather_candidates(self._store, lambda: vector, terms.all(), search_filter)
        spelled = read_names(question, [f"{near.title}\n{near.text}" for near in found.candidates])
        if spelled:
            terms = with_names(terms, spelled)
            found = gather_candidates(self._store, lambda: vector, terms.all(), search_filter)
        return terms, found

    def _encode(self, question: str) -> NDArray[np.float32]:
        # Half a character, as a cut paste may hold, has no encoding.
        vector: NDArray[np.float32] = self._encoder.encode_queries([question.encode("utf-8", "replace").decode()])[0]
        return vector


def _passage(item: Scored) -> Passage:
    found = item.candidate
    return Passage(
        article_id=found.article_id,
        title=found.title,
        text=found.text,
        start=found.start,
        end=found.end,
        score=item.score,
        date=found.date,
        source=found.source,
        page=found.page,
        signals=item.signals | {"cosine": found.cosine},
    )
