"""A question to its passages, for a reader who wants no answer: read as an answer would read it, and told how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from embeddings.errors import ModelError
from rag.answering.inquiry import AssistantSources
from rag.answering.times import read_question_time, time_note
from rag.answering.translation import searched_question
from rag.chinese.question_kind import is_chinese
from rag.chinese.spoken_words import as_printed
from rag.errors import GenerationError
from rag.generation.generator import Generator
from rag.records import Passage, SearchFilter, SearchResult
from rag.retrieval.latin_names import spelled_names


@dataclass(frozen=True, slots=True)
class PassageSearch:
    """Searches as an answer does. ``generator`` is asked for only by a question in another language."""

    sources: AssistantSources
    generator: Callable[[], Generator]
    question_characters: int
    """A longer question is searched as it was typed."""

    def search(
        self, question: str, *, count: int, search_filter: SearchFilter, translate: bool = True
    ) -> SearchResult:
        """The ``count`` best passages, with the question as searched and what the reader should know of that.

        A question in another language is searched in the model's Chinese; where there is no model, or with
        ``translate`` off, as it was typed.

        Raises:
            QuestionError: the question is empty, or the filter ends before it begins.
        """
        generation = self.sources.generation()
        searched = as_printed(question)
        notes: tuple[str, ...] = ()
        if translate and not is_chinese(question):
            searched, notes = self._translated(question, count, search_filter)
        today = self.sources.today()
        asked = read_question_time(searched, today)
        interval = (asked.first, asked.last) if asked else None
        passages = self.sources.search(searched, count, search_filter, interval)
        return SearchResult(
            question=question,
            standalone_question="" if searched == question else searched,
            passages=tuple(passages),
            notes=(*time_note(question, asked, today), *notes),
            generation=generation,
        )

    def _translated(self, question: str, count: int, search_filter: SearchFilter) -> tuple[str, tuple[str, ...]]:
        if len(question) > self.question_characters:
            why = f"it has {len(question)} characters, at most {self.question_characters} are translated"
            return question, (f"searched as typed, not in Chinese: {why}",)
        try:
            return chinese_question(question, self.sources, self.generator(), count, search_filter), ()
        except (ModelError, GenerationError) as error:
            return question, (f"searched as typed, not in Chinese: {error}",)


def chinese_question(
    question: str,
    sources: AssistantSources,
    generator: Generator,
    count: int,
    search_filter: SearchFilter,
    given: Sequence[Passage] | None = None,
) -> str:
    """The question in Chinese, names as the articles near it (or the ``given`` passages) write them.

    Raises:
        GenerationError: the model runtime failed.
    """
    texts: list[str] = []
    if spelled_names(question):  # Chengxi is 澄溪 in the articles near the question
        near = given or sources.search(question, count, search_filter, None)
        texts = [f"{item.title}\n{item.text}" for item in near]
    return searched_question(question, generator, texts)
