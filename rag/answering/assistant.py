"""The one path from a question to a checked answer.

Retrieve, choose evidence, let the model write, and let through only what the evidence carries: each statement of
the model is tied to quotes and held to their figures, names and dates before a reader sees it. Where the model
fails but the paper is plain, the paper's own sentence is the answer; where the paper does not say, the answer is
a refusal that tells what was searched.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from rag.answering.answer_form import has_answer_form
from rag.answering.attribution import attribute
from rag.answering.citations import CitationList
from rag.answering.events import AnswerEvent, AnswerReady, EvidenceFound, TextDelta
from rag.answering.evidence import Sentence, SentenceEncoder
from rag.answering.figures import Figure
from rag.answering.gate import check_answer
from rag.answering.inquiry import Asked, AssistantSources, Findings, checked_question, find_evidence
from rag.answering.readings import other_readings
from rag.answering.refusal import Refusal, refusal_answer, should_refuse
from rag.answering.repair import repair_figures
from rag.answering.statements import statements_of, with_markers, without_markers
from rag.answering.times import names_other_years
from rag.answering.translation import searched_question
from rag.generation.generator import GenerationOptions
from rag.generation.generator import Generator as TextGenerator
from rag.generation.prompts import EvidenceLine, answer_messages, is_refusal
from rag.records import Answer, AnswerFigure, Passage, SearchFilter, Timings, Turn
from rag.retrieval.follow_up import standalone_question
from rag.retrieval.question_kind import is_chinese

QUOTE_COVERAGE = 0.5
"""The least share of the question's terms that a sentence shown as the answer by itself holds."""
CACHED_ANSWERS = 256
_ATTEMPTS = 5
"""How often an answer is written anew because an article it names was removed meanwhile."""
_NO_FILTER = SearchFilter()


@dataclass(frozen=True, slots=True)
class AssistantLimits:
    """How much an answer may draw on and write."""

    passages: int = 6
    question_characters: int = 1000
    answer_tokens: int = 160


@dataclass(slots=True)
class _Work:
    """One question on its way."""

    asked: Asked
    found: Findings
    first_text_ms: float = 0.0


class Assistant:
    """Answers questions over one store with one model; may be shared between threads."""

    def __init__(
        self,
        sources: AssistantSources,
        generator: TextGenerator,
        *,
        encoder: SentenceEncoder | None = None,
        limits: AssistantLimits | None = None,
    ) -> None:
        self._sources, self._generator, self._encoder = sources, generator, encoder
        self._limits = limits or AssistantLimits()
        self._cache: OrderedDict[object, Answer] = OrderedDict()
        self._cache_lock = threading.Lock()

    def answer(
        self,
        question: str,
        *,
        search_filter: SearchFilter = _NO_FILTER,
        history: Sequence[Turn] = (),
        passages: Sequence[Passage] | None = None,
    ) -> Answer:
        """The checked answer, or a refusal.

        Args:
            question: in Chinese or English.
            search_filter: which articles may answer.
            history: earlier turns, oldest first, from which a follow-up is completed.
            passages: answer from these alone, without retrieval; ``article_id`` may be anything distinct.

        Raises:
            QuestionError: the question is empty or too long.
            GenerationError: the model runtime failed.
        """
        for _ in range(_ATTEMPTS):
            events = self.stream(question, search_filter=search_filter, history=history, passages=passages)
            answer = next(event.answer for event in events if isinstance(event, AnswerReady))
            if passages is not None or self._all_there(answer):
                break
        return answer

    def _all_there(self, answer: Answer) -> bool:
        """Whether no article that the answer names was removed while it was written."""
        ids = {citation.article_id for citation in answer.citations} | {item.article_id for item in answer.passages}
        return self._are_there(answer.generation, ids)

    def _are_there(self, generation: int, article_ids: Collection[str]) -> bool:
        if self._sources.generation() == generation:
            return True
        return len(self._sources.articles(list(article_ids))) == len(article_ids)

    def stream(
        self,
        question: str,
        *,
        search_filter: SearchFilter = _NO_FILTER,
        history: Sequence[Turn] = (),
        passages: Sequence[Passage] | None = None,
    ) -> Iterator[AnswerEvent]:
        """The same, as it comes into being: the evidence, checked pieces of text, the answer."""
        asked = self._understand(checked_question(question, self._limits.question_characters), search_filter, history)
        state = self._sources.generation() if passages is None else _identity(passages)
        key = (asked.complete, search_filter, state)
        with self._cache_lock:
            known = self._cache.get(key)
        if known is not None:
            yield from _replay(known, asked)
            return
        work = _Work(asked, self._find(asked, passages))
        yield EvidenceFound(work.found.passages, asked.standalone, work.found.notes)
        answer = yield from self._write(work)
        with self._cache_lock:
            self._cache[key] = answer
            while len(self._cache) > CACHED_ANSWERS:
                self._cache.popitem(last=False)
        yield AnswerReady(answer)

    def _understand(self, question: str, search_filter: SearchFilter, history: Sequence[Turn]) -> Asked:
        started = time.monotonic()
        complete = standalone_question(question, history) if history else question
        return Asked(question, complete, searched_question(complete, self._generator), search_filter, started)

    def _find(self, asked: Asked, passages: Sequence[Passage] | None) -> Findings:
        return find_evidence(asked, self._sources, self._encoder, passage_count=self._limits.passages, given=passages)

    def _write(self, work: _Work) -> Generator[AnswerEvent, None, Answer]:
        """Let the model write, check each statement, and finish; the generator's value is the answer."""
        refusal = should_refuse(work.asked.question, work.found.evidence, work.found.support)
        if refusal is not None:
            return (yield from self._refuse(work, refusal))
        cited = CitationList()
        parts: list[str] = []
        refused = False
        with closing(self._statements(work)) as statements:
            for statement in statements:
                if is_refusal(statement):
                    refused = True
                    break
                piece = self._checked_piece(work, statement, cited)
                if piece is None:
                    continue
                if piece in parts:
                    break  # a model that repeats itself has nothing more to say
                parts.append(piece)
                yield self._delta(work, ("" if len(parts) == 1 else _gap(piece)) + piece)
        if not parts:
            quoted = None if refused else self._quote(work, cited)
            if quoted is None:
                return (yield from self._refuse(work, Refusal("model" if refused else "unsupported")))
            parts.append(quoted)
            yield self._delta(work, quoted)
        text = parts[0] + "".join(_gap(part) + part for part in parts[1:])
        return self._finish(work, text, cited)

    def _statements(self, work: _Work) -> Generator[str, None, None]:
        """What the model writes, sentence by sentence; closing it stops the model."""
        options = GenerationOptions(max_tokens=self._limits.answer_tokens, stop=("【", "\n\n"))
        messages = answer_messages(work.asked.prompted, _lines(work.found.evidence))
        with closing(self._generator.stream(messages, options)) as stream:
            yield from statements_of(stream)

    def _checked_piece(self, work: _Work, statement: str, cited: CitationList) -> str | None:
        """The statement with its markers, or None where the paper does not carry it or it answers nothing."""
        if _is_in_another_language(statement, work.asked.question):
            return None
        evidence = work.found.evidence
        statement = repair_figures(statement, evidence)
        attribution = attribute(statement, evidence, work.asked.complete)
        if not attribution.carried or not has_answer_form(work.asked.kind, statement, work.asked.searched):
            return None
        if not self._may_cite(work, attribution.quotes):
            return None
        markers = [cited.marker(evidence[position]) for position in attribution.quotes]
        return with_markers(statement, dict.fromkeys(markers))

    def _may_cite(self, work: _Work, positions: Sequence[int]) -> bool:
        """Whether the articles of these sentences have not been removed since they were found."""
        found = work.found
        return found.given or self._are_there(found.generation, {found.evidence[p].article.id for p in positions})

    def _delta(self, work: _Work, text: str) -> TextDelta:
        if not work.first_text_ms:
            work.first_text_ms = work.asked.milliseconds
        return TextDelta(text)

    def _refuse(self, work: _Work, refusal: Refusal) -> Generator[AnswerEvent, None, Answer]:
        text, reason = refusal_answer(work.asked.question, refusal, work.found.support, work.found.passages)
        yield self._delta(work, text)
        return replace(self._finish(work, text, CitationList()), refused=True, refusal_reason=reason, figures=())

    def _quote(self, work: _Work, cited: CitationList) -> str | None:
        """The paper's own sentence as the answer, where it holds what is asked for and speaks of it plainly."""
        asked = work.asked
        best = next((p for p, sentence in enumerate(work.found.evidence) if _speaks_plainly(asked, sentence)), None)
        if best is None or not self._may_cite(work, [best]):
            return None
        sentence = work.found.evidence[best]
        marker, text = cited.marker(sentence), without_markers(sentence.text)
        if is_chinese(asked.question):
            return f"报道原文：“{text}”[{marker}]"
        return f"The paper says: “{text}”[{marker}]"

    def _finish(self, work: _Work, text: str, cited: CitationList) -> Answer:
        citations = cited.citations()
        quotes = {citation.marker: citation.quote for citation in citations}
        checked = check_answer(text, quotes, question=work.asked.complete).figures if citations else ()
        figures = tuple(
            AnswerFigure(
                item.figure.text,
                float(item.figure.value),
                item.figure.unit,
                item.figure.subject,
                item.marker,
                item.supported,
            )
            for item in checked
            if item.figure.kind != "date"
        )
        said: list[Figure] = [item.figure for item in checked if item.supported]
        return Answer(
            question=work.asked.question,
            answer=text,
            citations=citations,
            figures=figures,
            other_readings=other_readings(work.asked.searched, said, work.found.sentences, cited.sentences)
            if citations
            else (),
            notes=work.found.notes,
            standalone_question=work.asked.standalone,
            passages=work.found.passages,
            model=self._generator.name,
            generation=work.found.generation,
            timings=Timings(work.found.milliseconds, work.first_text_ms, work.asked.milliseconds),
        )


def _is_in_another_language(statement: str, question: str) -> bool:
    """Whether a Chinese question got an English sentence; a name or a figure has no language."""
    return is_chinese(question) and not is_chinese(statement) and len(re.findall(r"[A-Za-z]+", statement)) >= 4


def _speaks_plainly(asked: Asked, sentence: Sentence) -> bool:
    """Whether a sentence may be shown as the answer by itself: on the matter, of the kind, not of another year."""
    return (
        sentence.coverage >= QUOTE_COVERAGE
        and has_answer_form(asked.kind, sentence.text, asked.searched)
        and not names_other_years(asked.searched, sentence.text)
    )


def _replay(known: Answer, asked: Asked) -> Iterator[AnswerEvent]:
    """A known answer again, with the time it took now."""
    yield EvidenceFound(known.passages, asked.standalone, known.notes)
    yield TextDelta(known.answer)
    spent = asked.milliseconds
    timings = Timings(spent, spent, spent)
    yield AnswerReady(replace(known, question=asked.question, standalone_question=asked.standalone, timings=timings))


def _identity(passages: Sequence[Passage]) -> tuple[tuple[str, ...], ...]:
    return tuple((item.article_id, item.title, item.text, str(item.date)) for item in passages)


def _lines(evidence: Sequence[Sentence]) -> list[EvidenceLine]:
    """The evidence as prompt lines: best article first, its sentences together and in their own order."""
    by_article: dict[str, list[Sentence]] = {}
    for sentence in evidence:
        by_article.setdefault(sentence.article.id, []).append(sentence)
    lines = []
    for group in by_article.values():
        text = "".join(sentence.text for sentence in sorted(group, key=lambda item: item.start))
        lines.append(EvidenceLine(group[0].article.title, text))
    return lines


def _gap(piece: str) -> str:
    return "" if is_chinese(piece) else " "
