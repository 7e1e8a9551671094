"""The one path from a question to a checked answer.

Retrieve, choose evidence, let the model write, and let through only what the evidence carries: each statement of
the model is tied to quotes and held to their figures, names and dates before a reader sees it. Where the model
fails but the paper is plain, the paper's own sentence is the answer; where the paper does not say, the answer is
a refusal that tells what was searched.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.attribution import attribute
from rag.answering.citations import CitationList
from rag.answering.events import AnswerEvent, AnswerReady, EvidenceFound, TextDelta
from rag.answering.evidence import Sentence, SentenceEncoder, rank_sentences, select_evidence
from rag.answering.figures import Figure
from rag.answering.gate import check_answer
from rag.answering.readings import other_readings
from rag.answering.refusal import Refusal, refusal_answer, should_refuse
from rag.answering.statements import statements_of, with_markers, without_markers
from rag.answering.support import Support, judge_support
from rag.answering.times import read_question_time, time_note, time_weights
from rag.corpus.article_identity import storable
from rag.errors import QuestionError
from rag.generation.generator import GenerationOptions
from rag.generation.generator import Generator as TextGenerator
from rag.generation.prompts import EvidenceLine, answer_messages, is_refusal
from rag.records import Answer, AnswerFigure, Article, Passage, SearchFilter, Timings, Turn
from rag.retrieval.follow_up import standalone_question
from rag.retrieval.question_kind import is_chinese, question_kind

EVIDENCE_CHARACTERS = 320
EVIDENCE_SENTENCES = 7
CACHED_ANSWERS = 256
_ATTEMPTS = 5
"""How often an answer is written anew because an article it names was removed meanwhile."""
_NO_FILTER = SearchFilter()
Interval = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class AssistantSources:
    """Where passages and their articles come from, and which state of the store they belong to."""

    search: Callable[[str, int, SearchFilter, Interval | None], list[Passage]]
    articles: Callable[[Sequence[str]], Mapping[str, Article]]
    generation: Callable[[], int]
    today: Callable[[], dt.date | None] = lambda: None
    """The day by which 今年 in a question is read."""


@dataclass(frozen=True, slots=True)
class AssistantLimits:
    """How much an answer may draw on and write."""

    passages: int = 6
    question_characters: int = 1000
    answer_tokens: int = 160


@dataclass(slots=True)
class _Work:
    """One question on its way."""

    question: str
    asked: str
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    evidence: tuple[Sentence, ...]
    support: Support
    notes: tuple[str, ...]
    generation: int
    started: float
    retrieve_ms: float
    given: bool
    """Whether the caller gave the passages, so that no store is behind them."""
    first_token_ms: float = 0.0

    @property
    def searched(self) -> str:
        return self.asked or self.question


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
        question = self._checked_question(question)
        started = time.monotonic()
        asked = standalone_question(question, history) if history else question
        key = (asked, search_filter, self._sources.generation() if passages is None else _identity(passages))
        with self._cache_lock:
            known = self._cache.get(key)
        if known is not None:
            yield from _replay(
                replace(known, question=question, standalone_question="" if asked == question else asked), started
            )
            return
        work = self._gather(question, asked, search_filter, passages, started)
        yield EvidenceFound(work.passages, work.asked, work.notes)
        answer = yield from self._write(work)
        with self._cache_lock:
            self._cache[key] = answer
            while len(self._cache) > CACHED_ANSWERS:
                self._cache.popitem(last=False)
        yield AnswerReady(answer)

    def _checked_question(self, question: str) -> str:
        # Halves of surrogate pairs and zero characters are in no text, and no database takes them.
        stripped = " ".join(storable(question).split())
        if not stripped:
            raise QuestionError("the question is empty; expected some words: ask about something in the paper")
        limit = self._limits.question_characters
        if len(stripped) > limit:
            raise QuestionError(
                f"the question has {len(stripped)} characters; expected at most {limit}: "
                "ask one thing at a time, or raise max_question_characters"
            )
        return stripped

    def _gather(
        self,
        question: str,
        asked: str,
        search_filter: SearchFilter,
        given: Sequence[Passage] | None,
        started: float,
    ) -> _Work:
        time_asked = read_question_time(asked, self._sources.today()) if given is None else None
        if given is None:
            generation = self._sources.generation()
            interval = (time_asked.first, time_asked.last) if time_asked else None
            passages = self._sources.search(asked, self._limits.passages, search_filter, interval)
            articles = self._sources.articles([passage.article_id for passage in passages])
            passages = [passage for passage in passages if passage.article_id in articles]
        else:
            generation = 0
            passages = _as_articles(given)
            articles = {passage.article_id: _article_of(passage) for passage in passages}
        form = question_kind(asked).answer_form()
        weights = time_weights(time_asked, list(articles.values()))
        sentences = rank_sentences(
            asked,
            passages,
            articles,
            fits=None if form is None else lambda text: form.search(text) is not None,
            time_weight=weights.weight,
            encoder=self._encoder,
        )
        evidence = select_evidence(sentences, max_characters=EVIDENCE_CHARACTERS, max_sentences=EVIDENCE_SENTENCES)
        return _Work(
            question=question,
            asked="" if asked == question else asked,
            passages=tuple(passages),
            sentences=sentences,
            evidence=evidence,
            support=judge_support(asked, evidence),
            notes=time_note(time_asked, chinese=is_chinese(question)),
            generation=generation,
            started=started,
            retrieve_ms=1000 * (time.monotonic() - started),
            given=given is not None,
        )

    def _write(self, work: _Work) -> Generator[AnswerEvent, None, Answer]:
        """Let the model write, check each statement, and finish; the generator's value is the answer."""
        refusal = should_refuse(work.searched, work.evidence, work.support)
        if refusal is not None:
            return (yield from self._refuse(work, refusal))
        cited = CitationList()
        parts: list[str] = []
        refused = False
        options = GenerationOptions(max_tokens=self._limits.answer_tokens, stop=("【", "\n\n"))
        stream = self._generator.stream(answer_messages(work.searched, _lines(work.evidence)), options)
        try:
            for statement in statements_of(stream):
                if is_refusal(statement):
                    refused = True
                    break
                found = attribute(statement, work.evidence, work.searched)
                if not found.carried or not self._may_cite(work, found.quotes):
                    continue
                markers = [cited.marker(work.evidence[position]) for position in found.quotes]
                piece = with_markers(statement, dict.fromkeys(markers))
                if piece in parts:
                    break  # a model that repeats itself has nothing more to say
                parts.append(piece)
                yield self._delta(work, ("" if len(parts) == 1 else _gap(piece)) + piece)
        finally:
            stream.close()
        if not parts:
            if refused:
                return (yield from self._refuse(work, Refusal("model")))
            quoted = self._quote(work, cited)
            if quoted is None:
                return (yield from self._refuse(work, Refusal("unsupported")))
            parts.append(quoted)
            yield self._delta(work, quoted)
        text = parts[0] + "".join(_gap(part) + part for part in parts[1:])
        return self._finish(work, text, cited)

    def _may_cite(self, work: _Work, positions: Sequence[int]) -> bool:
        """Whether the articles of these sentences have not been removed since they were found."""
        return work.given or self._are_there(work.generation, {work.evidence[p].article.id for p in positions})

    def _delta(self, work: _Work, text: str) -> TextDelta:
        if not work.first_token_ms:
            work.first_token_ms = 1000 * (time.monotonic() - work.started)
        return TextDelta(text)

    def _refuse(self, work: _Work, refusal: Refusal) -> Generator[AnswerEvent, None, Answer]:
        text, reason = refusal_answer(work.searched, refusal, work.support, work.passages)
        yield self._delta(work, text)
        return replace(self._finish(work, text, CitationList()), refused=True, refusal_reason=reason, figures=())

    def _quote(self, work: _Work, cited: CitationList) -> str | None:
        """The paper's own sentence as the answer, where it holds what is asked for and speaks of it plainly."""
        best = work.evidence[0]
        form = question_kind(work.searched).answer_form()
        if best.coverage < 0.5 or (form is not None and not form.search(best.text)):
            return None
        if not self._may_cite(work, [0]):
            return None
        marker, text = cited.marker(best), without_markers(best.text)
        if is_chinese(work.question):
            return f"报道原文：“{text}”[{marker}]"
        return f"The paper says: “{text}”[{marker}]"

    def _finish(self, work: _Work, text: str, cited: CitationList) -> Answer:
        citations = cited.citations()
        quotes = {citation.marker: citation.quote for citation in citations}
        checked = check_answer(text, quotes, question=work.searched).figures if citations else ()
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
            question=work.question,
            answer=text,
            citations=citations,
            figures=figures,
            other_readings=other_readings(work.searched, said, work.sentences, cited.sentences) if citations else (),
            notes=work.notes,
            standalone_question=work.asked,
            passages=work.passages,
            model=self._generator.name,
            generation=work.generation,
            timings=Timings(
                round(work.retrieve_ms, 1),
                round(work.first_token_ms, 1),
                round(1000 * (time.monotonic() - work.started), 1),
            ),
        )


def _replay(answer: Answer, started: float) -> Iterator[AnswerEvent]:
    """A known answer again, with the time it took now."""
    yield EvidenceFound(answer.passages, answer.standalone_question, answer.notes)
    yield TextDelta(answer.answer)
    spent = round(1000 * (time.monotonic() - started), 1)
    yield AnswerReady(replace(answer, timings=Timings(spent, spent, spent)))


def _identity(passages: Sequence[Passage]) -> tuple[tuple[str, ...], ...]:
    return tuple((item.article_id, item.title, item.text, str(item.date)) for item in passages)


def _as_articles(passages: Sequence[Passage]) -> list[Passage]:
    """Each passage as an article of its own: offsets from its first character, an id that no other has."""
    seen: Counter[str] = Counter()
    made = []
    for passage in passages:
        seen[passage.article_id] += 1
        number = seen[passage.article_id]
        name = passage.article_id if number == 1 else f"{passage.article_id}#{number}"
        made.append(replace(passage, article_id=name, start=0, end=len(passage.text)))
    return made


def _article_of(passage: Passage) -> Article:
    return Article(
        id=passage.article_id,
        title=passage.title,
        text=passage.text,
        date=passage.date,
        source=passage.source,
        page=passage.page,
    )


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
