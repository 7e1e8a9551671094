"""A question to its evidence: what is asked, what was found, and the few sentences that may answer it."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.evidence import Sentence, SentenceEncoder, rank_sentences, select_evidence, take_turns
from rag.answering.parts import coordinated_questions
from rag.answering.support import Support, judge_support
from rag.answering.times import read_question_time, time_note, time_weights, without_year
from rag.answering.verification import SentenceReader, read_sentences
from rag.chinese.question_kind import QuestionKind, question_kind
from rag.chinese.times.question_times import QuestionTime
from rag.claims.comparing import other_members
from rag.claims.question import Question, read_question
from rag.claims.slots import members_in
from rag.corpus.article_identity import storable
from rag.corpus.correction_links import StoredCorrection
from rag.errors import QuestionError
from rag.records import Article, Passage, SearchFilter

EVIDENCE_CHARACTERS = 320
EVIDENCE_SENTENCES = 7
WIDER = 1.5
"""How much more room there is for a question on several things."""
_LISTS = re.compile(r"哪些|哪几|有谁|分别|各自|名单")
_LAST_YEAR = dt.timedelta(days=400)
Interval = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class AssistantSources:
    """Where passages and their articles come from, and which state of the store they belong to."""

    search: Callable[[str, int, SearchFilter, Interval | None], list[Passage]]
    articles: Callable[[Sequence[str]], Mapping[str, Article]]
    generation: Callable[[], int]
    today: Callable[[], dt.date | None] = lambda: None
    """The day by which 今年 in a question is read."""
    corrections: Callable[[Sequence[str]], Sequence[StoredCorrection]] = lambda _: ()
    """What the papers corrected later in these articles."""
    papers: Callable[[], Sequence[str]] = tuple
    """The names of the papers that there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as typed, and as understood.

    ``complete`` is the question with its conversation's subject, in its own language; ``searched`` is the same in
    Chinese. All three are equal for a plain Chinese question. ``label`` is the thing that one part of a question is
    about, ``beside`` what the other parts are about.
    """

    question: str
    complete: str
    searched: str
    search_filter: SearchFilter
    started: float
    label: str = ""
    beside: tuple[str, ...] = ()
    prose: bool = True
    """Whether the model may write; if not, the paper's own sentences answer, and the model is asked nothing."""

    @property
    def standalone(self) -> str:
        """What was searched, where that is not what was typed; else empty."""
        return "" if self.searched == self.question else self.searched

    @property
    def prompted(self) -> str:
        """The question as the model sees it: a translation helps it to understand the original."""
        return self.complete if self.searched == self.complete else f"{self.complete}（{self.searched}）"

    @property
    def is_translated(self) -> bool:
        """Whether the search was in another language than the question."""
        return self.searched != self.complete

    def part(self, question: str, label: str = "", labels: Sequence[str] = ()) -> Asked:
        """One part of the question, in Chinese, with the same filter; ``labels`` are those of all parts."""
        beside = tuple(other for other in labels if other != label)
        return replace(self, question=question, complete=question, searched=question, label=label, beside=beside)

    @property
    def kind(self) -> QuestionKind:
        """The kind of answer asked for."""
        return question_kind(self.searched)

    @property
    def milliseconds(self) -> float:
        """The time since the question came."""
        return round(1000 * (time.monotonic() - self.started), 1)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the search brought: ``sentences`` are all that may matter, ``evidence`` those the model is shown."""

    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    evidence: tuple[Sentence, ...]
    support: Support
    notes: tuple[str, ...]
    generation: int
    milliseconds: float
    time_asked: QuestionTime | None
    """When the question asks about; None for passages without a day or a question without time."""
    given: bool
    """Whether the caller gave the passages, so that no store is behind them."""
    question: Question
    """The question, slot by slot."""
    read_again: bool = False
    """Whether ``presence`` of the evidence is of the second reading."""
    today: dt.date | None = None
    """The day by which 今年 in the question is read; None for passages without a day."""


def checked_question(question: str, max_characters: int) -> str:
    """The question on one line, without what no text holds.

    Raises:
        QuestionError: it is empty or longer than ``max_characters``.
    """
    # Halves of surrogate pairs and zero characters are in no text, and no database takes them.
    stripped = " ".join(storable(question).split())
    if not stripped:
        raise QuestionError("the question is empty; expected some words: ask about something in the paper")
    if len(stripped) > max_characters:
        raise QuestionError(
            f"the question has {len(stripped)} characters; expected at most {max_characters}: "
            "ask one thing at a time, or raise max_question_characters"
        )
    return stripped


def find_evidence(
    asked: Asked,
    sources: AssistantSources,
    encoder: SentenceEncoder | None,
    *,
    passage_count: int,
    reader: SentenceReader | None = None,
    given: Sequence[Passage] | None = None,
) -> Findings:
    """Search for what is asked, or take the given passages, and choose the sentences that may answer it."""
    today = sources.today() if given is None else newest_day(given)
    time_asked = read_question_time(asked.searched, today)
    if given is None:
        generation = sources.generation()
        interval = (time_asked.first, time_asked.last) if time_asked else None
        passages = sources.search(asked.searched, passage_count, asked.search_filter, interval)
        articles = sources.articles([passage.article_id for passage in passages])
        passages = _of_named_paper(
            asked.searched, [passage for passage in passages if passage.article_id in articles]
        )
    else:
        generation = 0
        passages = _as_articles(given)
        articles = {passage.article_id: _article_of(passage) for passage in passages}
    ranking = _Ranking(passages, articles, time_asked, encoder, reader)
    sentences = ranking.rank(asked.searched)
    # A translation's words are the model's guess: taken apart, each part would be looked for by fewer of them.
    divided = () if asked.is_translated else coordinated_questions(asked.searched)
    parts = [_that_may_answer(read_question(part, today), ranking.rank(part)) for part in divided]
    whole = _that_may_answer(read_question(asked.searched, today), sentences)
    room = WIDER if parts or _LISTS.search(asked.searched) else 1.0
    evidence = select_evidence(
        take_turns([*parts, whole]) if parts else whole,
        max_characters=round(room * EVIDENCE_CHARACTERS),
        max_sentences=round(room * EVIDENCE_SENTENCES),
    )
    return Findings(
        passages=tuple(passages),
        sentences=sentences,
        evidence=evidence,
        # Names of a translation are the model's guess at characters, so only the question's own count.
        support=judge_support(asked.complete, evidence),
        notes=time_note(asked.question, time_asked, today),
        generation=generation,
        milliseconds=asked.milliseconds,
        time_asked=time_asked,
        given=given is not None,
        question=read_question(asked.searched, today),
        today=today,
    )


def newest_day(passages: Sequence[Passage]) -> dt.date | None:
    """The day by which 今年 is read where passages are given: that of the newest; None unless all have one."""
    days = [passage.date for passage in passages if passage.date is not None]
    return max(days) if days and len(days) == len(passages) else None


def find_articles(
    asked: Asked,
    sources: AssistantSources,
    *,
    passage_count: int,
    given: Sequence[Passage] | None = None,
    around: dt.timedelta = dt.timedelta(),
) -> list[Article]:
    """Whole articles on what is asked: of the time asked about, else of the last year first and of all years.

    ``around`` is how long before and after the time asked about an article may be printed.

    An archive of many years holds more on any office or place than one search brings; its latest news must be there.
    """
    if given is not None:
        return [_article_of(passage) for passage in _as_articles(given)]
    today = sources.today()
    time_asked = read_question_time(asked.searched, today)
    chosen = asked.search_filter
    if time_asked is not None:
        first, last = time_asked.first, time_asked.last
        # Of each side alone: the reports of a day may all be of one side.
        spans = [(first - around, first), (last, last + around)] if around else [(first, last)]
        filters = [_within(chosen, *span) for span in spans]
    else:
        filters = [chosen] if today is None else [_within(chosen, today - _LAST_YEAR, today), chosen]
    ids = [
        passage.article_id
        for each in filters
        for passage in sources.search(asked.searched, passage_count, each, None)
    ]
    return list(sources.articles(list(dict.fromkeys(ids))).values())


def find_recent(
    asked: Asked, words: str, sources: AssistantSources, passage_count: int, today: dt.date, days: int
) -> list[Article]:
    """Whole articles with ``words``, printed in the last ``days`` before ``today``."""
    span = _within(asked.search_filter, today - dt.timedelta(days=days), today)
    ids = [passage.article_id for passage in sources.search(words, passage_count, span, None)]
    return list(sources.articles(list(dict.fromkeys(ids))).values())


def _within(chosen: SearchFilter, first: dt.date, last: dt.date) -> SearchFilter:
    return replace(
        chosen,
        date_from=max(first, chosen.date_from or first),
        date_to=min(last, chosen.date_to or last),
    )


def _that_may_answer(question: Question, sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """The sentences without those of another member of a class (女主角 for 最佳男主角); all where nothing is left.

    No answer that stands on one of these is let through, so that in the prompt it only takes the room of others and
    draws the model away.
    """
    return tuple(item for item in sentences if not is_of_another_member(question, item)) or sentences


def is_of_another_member(question: Question, sentence: Sentence) -> bool:
    """Whether of a class that the question names a member of, the sentence has others only, its headline included."""
    return bool(other_members(question.members, members_in(f"{sentence.article.title}，{sentence.text}")))


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The passages of one inquiry, to be ranked for its question and for each of its parts."""

    passages: Sequence[Passage]
    articles: Mapping[str, Article]
    time_asked: QuestionTime | None
    encoder: SentenceEncoder | None
    reader: SentenceReader | None

    def rank(self, question: str) -> tuple[Sentence, ...]:
        """Every sentence of the passages, those that answer ``question`` first."""
        form = question_kind(question).answer_form()
        topic = self._without_year(question)
        sentences = rank_sentences(
            topic,
            self.passages,
            self.articles,
            fits=None if form is None else lambda text: form.search(text) is not None,
            time_weight=time_weights(question, self.time_asked, list(self.articles.values())).weight,
            encoder=self.encoder if self.reader is None else None,
        )
        if self.reader is None:
            return sentences
        return read_sentences(list(dict.fromkeys([topic, question])), sentences, self.reader)

    def _without_year(self, question: str) -> str:
        """The question without its year, where articles are dated: a paper of 2020 says 全年, not 2020年全年.

        Whether a sentence is of that year is told by its weight; the word would favour whoever names the year.
        """
        if self.time_asked is None or any(article.date is None for article in self.articles.values()):
            return question
        return without_year(question, self.time_asked) or question


def _of_named_paper(question: str, passages: list[Passage]) -> list[Passage]:
    """The passages of the paper that the question names (按《云岭日报》的说法), or all where it names none found."""
    named = [passage for passage in passages if passage.source and passage.source in question]
    return named or passages


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
