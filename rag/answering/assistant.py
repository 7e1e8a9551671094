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
from collections import OrderedDict
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain, pairwise

from rag.answering.citations import CitationList
from rag.answering.claim_slots import claim_of, slots_of
from rag.answering.composing import ANSWERED_BESIDE, Composed, Composer
from rag.answering.contradictions import contradiction_statement, contradictions
from rag.answering.corrected import corrections_told
from rag.answering.events import AnswerEvent, AnswerReady, EvidenceFound, TextDelta, evidence_found
from rag.answering.evidence import Sentence, SentenceEncoder
from rag.answering.gate import CheckedFigure, check_answer
from rag.answering.gathering import GATHERED_PASSAGES
from rag.answering.inquiry import (
    Asked,
    AssistantSources,
    Findings,
    checked_question,
    find_articles,
    find_evidence,
    find_recent,
)
from rag.answering.latest_event import (
    asks_what_someone_did,
    event_words,
    latest_articles,
    latest_note,
    latest_question,
    what_someone_did,
)
from rag.answering.listed_events import asks_for_events
from rag.answering.local_paper import LocalQuestion, local_question
from rag.answering.passage_search import chinese_question
from rag.answering.readings import other_readings
from rag.answering.reckoning import Reckoned, Reckoner, written_equation
from rag.answering.refusal import Refusal, refusal_answer
from rag.answering.saying import day_lead, without_lead_said
from rag.answering.several_events import events_statement, other_events
from rag.answering.statements import cited_in, with_markers, without_markers
from rag.answering.times import other_time_note
from rag.answering.unclear import Unclear, asked_back, unclear_question
from rag.answering.verification import SentenceReader
from rag.answering.writing import Statements, Writer
from rag.chinese.figures import Figure
from rag.chinese.question_kind import is_chinese
from rag.chinese.spoken_words import as_printed
from rag.generation.generator import Generator as TextGenerator
from rag.records import Answer, AnswerFigure, Article, Passage, SearchFilter, Timings, Turn
from rag.retrieval.follow_up import standalone_question
from rag.retrieval.homophones import as_articles_write

CACHED_ANSWERS = 256
_ATTEMPTS = 5
"""How often an answer is written anew because an article it names was removed meanwhile."""
_LATEST_DAYS = (60, 200, 800)
"""How far back the last of several events is looked for, step by step."""
_EQUATIONS_KEPT = 64
"""How many of the model's choices of figures are kept: one question asks the same more than once."""
_NO_FILTER = SearchFilter()


@dataclass(frozen=True, slots=True)
class AssistantLimits:
    """How much an answer may draw on and write."""

    passages: int = 8
    question_characters: int = 1000
    answer_tokens: int = 160


@dataclass(slots=True)
class _Work:
    """One question on its way."""

    asked: Asked
    found: Findings
    given: Sequence[Passage] | None = None
    local: LocalQuestion | None = None
    """The question as one paper is asked it, where that was done; ``typed`` is the question for all papers then."""
    typed: Asked | None = None
    latest: Article | None = None
    """The newest report, where the last of several events is asked about (最近参加了什么)."""
    first_text_ms: float = 0.0


class Assistant:
    """Answers questions over one store with one model; may be shared between threads."""

    def __init__(
        self,
        sources: AssistantSources,
        generator: TextGenerator,
        *,
        encoder: SentenceEncoder | None = None,
        reader: SentenceReader | None = None,
        limits: AssistantLimits | None = None,
    ) -> None:
        self._sources, self._generator, self._encoder, self._reader = sources, generator, encoder, reader
        self._limits = limits or AssistantLimits()
        self._choose = lru_cache(_EQUATIONS_KEPT)(partial(written_equation, generator))
        self._writer = Writer(generator, self._are_there, self._limits.answer_tokens, self._choose)
        self._cache: OrderedDict[object, Answer] = OrderedDict()
        self._cache_lock = threading.Lock()

    def answer(
        self,
        question: str,
        *,
        search_filter: SearchFilter = _NO_FILTER,
        history: Sequence[Turn] = (),
        passages: Sequence[Passage] | None = None,
        prose: bool = True,
    ) -> Answer:
        """The checked answer, or a refusal.

        Args:
            question: in Chinese or English.
            search_filter: which articles may answer.
            history: earlier turns, oldest first, from which a follow-up is completed.
            passages: answer from these alone, without retrieval; ``article_id`` may be anything distinct.
            prose: whether the model may write; if not, a sentence of the paper answers or nothing does, at once.

        Raises:
            QuestionError: the question is empty or too long.
            GenerationError: the model runtime failed.
        """
        for _ in range(_ATTEMPTS):
            events = self.stream(
                question, search_filter=search_filter, history=history, passages=passages, prose=prose
            )
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
        prose: bool = True,
    ) -> Iterator[AnswerEvent]:
        """The same, as it comes into being: the evidence, checked pieces of text, the answer."""
        checked = checked_question(question, self._limits.question_characters)
        started = time.monotonic()
        complete = as_printed(standalone_question(checked, history) if history else checked)
        unclear = unclear_question(checked)
        if unclear == "no body" and passages is not None:
            unclear = None  # whose office it is the given passages tell
        if unclear == "no body" and history:  # 校长是谁 after a question on a school
            complete = as_printed(standalone_question(f"它的{checked}", history))
        if unclear in ("asks of nothing", "one word", "no body"):  # the conversation may say of what
            unclear = unclear_question(complete)
        if unclear is not None:
            yield from self._ask_back(Asked(checked, complete, complete, search_filter, started), unclear)
            return
        asked = self._understand(Asked(checked, complete, complete, search_filter, started, prose=prose), passages)
        state = self._sources.generation() if passages is None else _identity(passages)
        key = (asked.complete, search_filter, state, prose)
        with self._cache_lock:
            known = self._cache.get(key)
        if known is not None:
            yield from _replay(known, asked)
            return
        work = self._find(asked, passages)
        yield evidence_found(work.asked, work.found, self._writer.of_the_paper(work.asked, work.found))
        answer = yield from self._write(work)
        with self._cache_lock:
            self._cache[key] = answer
            while len(self._cache) > CACHED_ANSWERS:
                self._cache.popitem(last=False)
        yield AnswerReady(answer)

    def _understand(self, asked: Asked, given: Sequence[Passage] | None = None) -> Asked:
        """The question with what is searched for it: a translation where it is not in Chinese."""
        complete = asked.complete
        if is_chinese(complete):
            return asked
        count, search_filter = self._limits.passages, asked.search_filter
        searched = chinese_question(complete, self._sources, self._generator, count, search_filter, given)
        return replace(asked, searched=searched)

    def _ask_back(self, asked: Asked, unclear: Unclear) -> Iterator[AnswerEvent]:
        """Nothing is searched for a question that asks of nothing; it is asked back."""
        text, reason = asked_back(asked.complete, unclear)
        yield EvidenceFound((), asked.standalone, ())
        yield TextDelta(text)
        spent = asked.milliseconds
        yield AnswerReady(
            Answer(
                question=asked.question,
                answer=text,
                refused=True,
                refusal_reason=reason,
                asked_back=True,
                standalone_question=asked.standalone,
                model=self._generator.name,
                generation=self._sources.generation(),
                timings=Timings(spent, spent, spent),
            )
        )

    def _find(self, asked: Asked, passages: Sequence[Passage] | None) -> _Work:
        """The evidence; that of one paper where the question names its place."""
        local = None if passages is not None or asked.is_translated else self._local(asked)
        if local is None:
            return self._find_as_printed(asked, passages)
        paper = replace(asked.search_filter, source=local.paper)
        of_paper = replace(asked, complete=local.question, searched=local.question, search_filter=paper)
        work = self._find_as_printed(of_paper, None)
        found = replace(work.found, notes=(local.note, *work.found.notes))
        return replace(work, local=local, typed=asked, found=found)

    def _local(self, asked: Asked) -> LocalQuestion | None:
        """The question as the paper of the place that it names is asked it, if that paper is of such a place."""
        local = local_question(asked.searched, self._sources.papers())
        if local is None or asked.search_filter.source not in (None, local.paper):
            return None
        paper = replace(asked.search_filter, source=local.paper)
        found = self._sources.search(local.question, self._limits.passages, paper, None)
        return local if local.is_borne_out(found) else None

    def _elsewhere(self, work: _Work) -> _Work | None:
        """The evidence of all papers, where one was asked that does not say, and others name its place."""
        local, typed = work.local, work.typed
        if local is None or typed is None or typed.search_filter.source is not None:
            return None
        found = self._sources.search(typed.searched, self._limits.passages, typed.search_filter, None)
        of_others = [item for item in found if item.source != local.paper]
        if not any(local.place in f"{item.title}{item.text}" for item in of_others):
            return None
        return self._find_as_printed(typed, None)

    def _find_as_printed(self, asked: Asked, passages: Sequence[Passage] | None) -> _Work:
        """The evidence; where a name was typed by its sound, that for the name as the articles write it."""
        work = self._found(asked, passages)
        if not is_chinese(asked.searched) or asked.is_translated:
            return work
        texts = [f"{item.title}\n{item.text}" for item in work.found.passages]
        written, slips = as_articles_write(asked.searched, texts)
        if not slips:
            return work
        work = self._found(replace(asked, complete=written, searched=written), passages)
        notes = tuple(f"“{typed}”按报道中的“{printed}”理解" for typed, printed in slips)
        return replace(work, found=replace(work.found, notes=(*notes, *work.found.notes)))

    def _found(self, asked: Asked, passages: Sequence[Passage] | None) -> _Work:
        if passages is None:
            found = self._find_latest(asked)
            if found is not None:
                return _Work(asked, found[0], latest=found[1])
        return _Work(asked, self._search(asked, self._limits.passages, passages), passages)

    def _find_latest(self, asked: Asked) -> tuple[Findings, Article] | None:
        """The evidence for a question on the last of several events, with its report; None where there is none."""
        question, today = latest_question(asked.searched), self._sources.today()
        words = event_words(question, asked.searched) if question else ()
        if question is None or today is None or not words or asks_for_events(asked.searched):
            return None
        for days in _LATEST_DAYS:
            articles = find_recent(asked, "".join(words), self._sources, GATHERED_PASSAGES, today, days)
            latest = latest_articles(words, articles)
            if latest:
                found = self._search_within(replace(asked, searched=question), latest)
                return replace(found, notes=(*found.notes, latest_note(asked.question, latest[0]))), latest[0]
        return None

    def _search(self, asked: Asked, count: int, given: Sequence[Passage] | None = None) -> Findings:
        return find_evidence(
            asked, self._sources, self._encoder, passage_count=count, reader=self._reader, given=given
        )

    def _articles_about(
        self, asked: Asked, around: dt.timedelta, given: Sequence[Passage] | None = None
    ) -> list[Article]:
        return find_articles(asked, self._sources, passage_count=GATHERED_PASSAGES, given=given, around=around)

    def _search_within(self, asked: Asked, articles: Sequence[Article]) -> Findings:
        """The evidence for a question in these articles alone, whole."""
        passages = [
            Passage(item.id, item.title, item.text, 0, len(item.text), 1.0, item.date, item.source, item.page)
            for item in articles
        ]
        sources = replace(self._sources, search=lambda *_: passages)
        return find_evidence(asked, sources, self._encoder, passage_count=len(passages), reader=self._reader)

    def _write(self, work: _Work) -> Generator[AnswerEvent, None, Answer]:
        """Let the model write, check each statement, and finish; the generator's value is the answer."""
        cited = CitationList()
        within = self._search_within if work.given is None else None
        composer = Composer(
            partial(self._search, given=work.given),
            self._writer,
            self._limits.passages,
            within,
            partial(self._articles_about, given=work.given),
            work.found.time_asked,
            self._sources.today() if work.given is None else None,
        )
        again = work.found
        composed = self._of_someone(work, cited) or composer.compose(work.asked, cited)
        if isinstance(composed, Refusal):
            return (yield from self._refuse(work, composed))
        if composed is not None:
            statements = _replayed(composed.statements)
        else:
            # Of the newest report on whom the question names an answer is likelier than of any other.
            expected = ANSWERED_BESIDE if work.latest is not None else 0.0
            again = self._writer.read_again(work.asked, work.found)
            statements = self._writer.write(work.asked, again, cited, expected=expected)
        pieces: list[str] = []
        refusal = None
        with closing(statements):
            while True:
                try:
                    piece = next(statements)
                except StopIteration as stop:
                    refusal = stop.value
                    break
                piece = without_lead_said(piece, pieces)
                pieces.append(piece)
                yield self._delta(work, ("" if len(pieces) == 1 else _gap(pieces[-2], piece)) + piece)
        answering = cited.sentences  # what comes after is told beside the answer, and is nothing to reckon with
        for rest in composer.rest(work.asked, pieces, cited) if composed is None else ():
            piece = without_lead_said(rest, pieces)
            pieces.append(piece)
            yield self._delta(work, ("" if len(pieces) == 1 else _gap(pieces[-2], piece)) + piece)
        if refusal is not None and not cited.sentences:
            return (yield from self._refuse(replace(work, found=again), refusal))
        text = pieces[0] + "".join(_gap(before, piece) + piece for before, piece in pairwise(pieces))
        computed = composed.computed if composed is not None else ""
        total = None if computed else self._reckoned(replace(work, found=again), answering)
        beside = self._beside(work, text, cited, is_composed=composed is not None)
        if total is not None and total.statement:
            computed = total.statement
            markers = "".join(f"[{cited.marker(sentence)}]" for sentence in total.sentences)
            beside.insert(0, f"\n按上述数字计算：{computed}{markers}。")
        for line in beside:
            yield self._delta(work, line)
        return self._finish(work, [text, *beside], cited, computed)

    def _beside(self, work: _Work, text: str, cited: CitationList, *, is_composed: bool) -> list[str]:
        """What is told beside an answer, a line each: other events that fit, corrections, reports that contradict."""
        lines = []
        events = () if is_composed else other_events(work.asked, work.found, cited.sentences)
        if events:
            lines.append("\n" + events_statement(work.asked, events, cited))
        if work.given is None:
            mended = corrections_told(self._sources, cited, chinese=is_chinese(work.asked.question))
            lines += ["\n" + line for line in mended]
        otherwise = contradictions(work.asked, work.found, text, cited.sentences)
        if otherwise:
            lines.append("\n" + contradiction_statement(work.asked, otherwise, cited))
        return lines

    def _reckoned(self, work: _Work, answering: Sequence[Sentence]) -> Reckoned | None:
        """A difference, share or total that is asked for, of figures of a sentence that answers."""
        if not is_chinese(work.asked.question):
            return None
        choose = self._choose if work.asked.prose else None
        return Reckoner(work.found.question, work.found.evidence, choose).of_first(answering)

    def _of_someone(self, work: _Work, cited: CitationList) -> Composed | None:
        """What the newest report says of the person asked about, in its own words; None for any other question."""
        question, article = latest_question(work.asked.searched), work.latest
        words = event_words(question, work.asked.searched) if question else ()
        if article is None or not asks_what_someone_did(work.asked.searched, words):
            return None
        sentences = [
            Sentence(article, span.start, span.end, article.text[span.start : span.end], 0, 1.0, 1.0)
            for span in what_someone_did(words, article)
        ]
        texts = [with_markers(without_markers(item.text), [cited.marker(item)]) for item in sentences]
        return Composed((day_lead(sentences[0], texts[0]) + "".join(texts),)) if texts else None

    def _time_notes(self, work: _Work, cited: CitationList) -> tuple[str, ...]:
        quoted = [(sentence.article, sentence.text) for sentence in cited.sentences]
        return other_time_note(work.asked.question, work.found.time_asked, quoted)

    def _delta(self, work: _Work, text: str) -> TextDelta:
        if not work.first_text_ms:
            work.first_text_ms = work.asked.milliseconds
        return TextDelta(text)

    def _refuse(self, work: _Work, refusal: Refusal) -> Generator[AnswerEvent, None, Answer]:
        elsewhere = self._elsewhere(work)
        if elsewhere is not None:
            answering = self._writer.of_the_paper(elsewhere.asked, elsewhere.found)
            yield evidence_found(elsewhere.asked, elsewhere.found, answering)
            return (yield from self._write(elsewhere))
        found = work.found
        text, reason = refusal_answer(
            work.asked.question,
            refusal,
            found.support,
            found.passages,
            found.sentences,
            of_time=found.time_asked is not None,
        )
        yield self._delta(work, text)
        return replace(self._finish(work, [text], CitationList()), refused=True, refusal_reason=reason, figures=())

    def _finish(self, work: _Work, parts: Sequence[str], cited: CitationList, computed: str = "") -> Answer:
        """The answer of these parts of text; each is held to the quotes that it cites itself."""
        citations = cited.citations()
        quotes = {citation.marker: citation.quote for citation in citations}
        shown = [computed] if computed else []
        checked = [
            [*check_answer(part, cited_in(part, quotes), question=work.asked.complete, computed=shown).figures]
            for part in parts
            if citations
        ]
        said: list[Figure] = [item.figure for item in chain(*checked[:1]) if item.supported]
        text = "".join(parts)
        return Answer(
            question=work.asked.question,
            answer=text,
            citations=citations,
            figures=_answer_figures(chain(*checked), cited.sentences),
            other_readings=other_readings(work.found.question, said, work.found.sentences, cited.sentences)
            if citations
            else (),
            notes=(*work.found.notes, *self._time_notes(work, cited)),
            standalone_question=work.asked.standalone,
            passages=work.found.passages,
            model=self._generator.name,
            generation=work.found.generation,
            timings=Timings(work.found.milliseconds, work.first_text_ms, work.asked.milliseconds),
        )


def _answer_figures(checked: Iterable[CheckedFigure], cited: Sequence[Sentence]) -> tuple[AnswerFigure, ...]:
    """The figures as a caller sees them; dates are no figures, and those of an equation stand in the parts too."""
    return tuple(
        AnswerFigure(
            item.figure.text,
            float(item.figure.value),
            item.figure.unit,
            item.figure.subject,
            item.marker,
            item.supported,
            slots_of(claim_of(cited[item.marker - 1], item.figure)) if item.supported and item.marker else None,
        )
        for item in checked
        if item.figure.kind != "date" and item.reason != "computed"
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


def _replayed(statements: Sequence[str]) -> Statements:
    """Statements written before, as the writer would give them."""
    yield from statements
    return None


def _gap(before: str, piece: str) -> str:
    """What stands between two statements: 6月底：3个[1] needs a sign before the next."""
    if not is_chinese(piece):
        return " "
    return "" if before.endswith(("。", "！", "？", "；", "”", ".")) else "；"
