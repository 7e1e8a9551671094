"""A workspace in memory for the tests of the surfaces: a few articles, a scripted assistant, no models."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.answering.events import AnswerEvent, AnswerReady, EvidenceFound, TextDelta
from rag.corpus.article_edits import Correction, StoredArticle
from rag.corpus.article_pages import written_pages
from rag.corpus.ingest_records import IngestProgress, IngestReport
from rag.corpus.store_reading import StoreCounts
from rag.errors import ArticleNotFoundError
from rag.generation.turns import take_turn
from rag.interruption import WorkStopped, raise_if_stopped
from rag.records import (
    Answer,
    AnswerFigure,
    Article,
    Citation,
    Origin,
    Passage,
    Reading,
    SearchFilter,
    SearchResult,
    Timings,
    Turn,
)

HOSTILE = (
    '<script>window.stolen=1</script><img src=x onerror="window.stolen=1"> **粗** `码` {{7*7}} ${7*7} '
    "[链](javascript:x)"
)

BRIDGE = Article(
    id="a1b2c3",
    title="青石大桥合龙",
    subtitle="全长1280米，明年春天通车",
    byline="本报记者",
    text=(
        "昨日上午，青石大桥顺利合龙。大桥全长1280米，总投资3.5亿元。\n"
        "建设指挥部介绍，今年全市共开工桥梁项目27个，其中跨江大桥2座。\n"
        "大桥通车后，南岸居民进城的时间将从四十分钟缩短到十分钟。"
    ),
    date=dt.date(2021, 3, 9),
    source="青石晨报",
    page="01",
    origin=Origin("2021-03-09.txt", "0" * 64),
)
MARKET = Article(
    id="d4e5f6",
    title="新菜市开张 摊位三百个",
    text="城东新菜市昨天开张，共有摊位300个。" + HOSTILE,
    date=dt.date(2021, 3, 8),
    source="青石晚报",
    page="03",
)


def passage_of(article: Article, sentence: str, score: float = 1.0) -> Passage:
    start = article.text.index(sentence)
    return Passage(
        article.id, article.title, sentence, start, start + len(sentence), score,
        date=article.date, source=article.source, page=article.page, signals={"lexical": score},
    )  # fmt: skip


def citation_of(article: Article, quote: str, marker: int) -> Citation:
    start = article.text.index(quote)
    return Citation(
        marker,
        article.id,
        article.title,
        article.date,
        article.source,
        article.page,
        quote,
        start,
        start + len(quote),
    )


BRIDGE_PASSAGE = passage_of(BRIDGE, "大桥全长1280米，总投资3.5亿元。", 3.0)
MARKET_PASSAGE = passage_of(MARKET, MARKET.text, 1.0)
CITED = citation_of(BRIDGE, "大桥全长1280米，总投资3.5亿元。", 1)
ANSWER = Answer(
    question="青石大桥投资多少？",
    answer="青石大桥总投资3.5亿元[1]，另有说法是4亿元。",
    citations=(CITED,),
    figures=(
        AnswerFigure("3.5亿元", 350_000_000, "元", "总投资", 1, True),
        AnswerFigure("4亿元", 400_000_000, "元", "总投资", None, False),
    ),
    other_readings=(Reading("2座", 2, "座", "跨江大桥", citation_of(BRIDGE, "其中跨江大桥2座。", 0), "另一范围"),),
    notes=("来源为2021年3月9日的报道",),
    passages=(BRIDGE_PASSAGE, MARKET_PASSAGE),
    model="scripted",
    generation=7,
    timings=Timings(5, 20, 90),
)
REFUSED = Answer(
    question="市长是谁？",
    answer="资料中没有找到答案。",
    refused=True,
    refusal_reason="检索了 2 篇报道，最接近的是《青石大桥合龙》，其中没有这个信息。",
    passages=(BRIDGE_PASSAGE,),
    model="scripted",
    generation=7,
)

COUNTED = Answer(
    question="今年开工桥梁多少个？",
    answer="今年全市共开工桥梁项目27个[1]。",
    citations=(citation_of(BRIDGE, "建设指挥部介绍，今年全市共开工桥梁项目27个，其中跨江大桥2座。", 1),),
    figures=(AnswerFigure("27个", 27, "个", "桥梁项目", 1, True),),
    passages=(BRIDGE_PASSAGE,),
    model="scripted",
    generation=7,
)
GREETED = Answer(
    question="你好",
    answer="您好！请问想查报上的什么事？",
    refused=True,
    refusal_reason="问题里没有写明要查的事。",
    asked_back=True,
    model="scripted",
    generation=7,
)


class FakeStore:
    def __init__(self, articles: Sequence[Article] = (BRIDGE, MARKET)) -> None:
        self.held = {article.id: article for article in articles}
        self.generation = 7
        self.feedback: list[dict[str, Any]] = []

    def article(self, article_id: str) -> Article:
        if article_id not in self.held:
            raise ArticleNotFoundError(f"no article has the id {article_id!r} in /secret/place: list them")
        return self.held[article_id]

    def articles(
        self, search_filter: SearchFilter | None = None, *, limit: int | None = None, offset: int = 0, page: str = ""
    ) -> list[Article]:
        found = [article for article in self.held.values() if _passes(article, search_filter or SearchFilter())]
        found = [article for article in found if not page or article.page in written_pages(page)]
        return found[offset:][: limit if limit is not None else len(found)]

    def article_count(self, search_filter: SearchFilter | None = None, *, page: str = "") -> int:
        return len(self.articles(search_filter, page=page))

    def remove(self, article_ids: Sequence[str]) -> int:
        for article_id in article_ids:
            self.article(article_id)
        for article_id in article_ids:
            del self.held[article_id]
        self.generation += 1
        return len(article_ids)

    def counts(self) -> StoreCounts:
        sources: dict[str, int] = {}
        for article in self.held.values():
            sources[article.source] = sources.get(article.source, 0) + 1
        days = sorted(article.date for article in self.held.values() if article.date)
        return StoreCounts(len(self.held), 4, sources, days[0] if days else None, days[-1] if days else None)

    def add_feedback(self, record: dict[str, Any]) -> None:
        self.feedback.append(record)


def _passes(article: Article, search_filter: SearchFilter) -> bool:
    first, last, source = search_filter.date_from, search_filter.date_to, search_filter.source
    return not (
        (first and (article.date is None or article.date < first))
        or (last and (article.date is None or article.date > last))
        or (source and article.source != source)
    )


class FakeAssistant:
    """Says ``answer`` in pieces; ``gate``, when set as a question comes, holds its pieces back until released."""

    def __init__(self, answer: Answer = ANSWER) -> None:
        self.reply = answer
        self.error: Exception | None = None
        self.asked: list[dict[str, Any]] = []
        self.gate: threading.Semaphore | None = None
        self.closed_early = threading.Event()
        self.pieces_said = 0
        self.uses_model = True
        """For prose, and to understand a question in English."""
        self.written: list[str] = []
        """The questions, in the order in which the model came to them."""
        self.stopped = 0

    def stream(
        self,
        question: str,
        *,
        search_filter: SearchFilter | None = None,
        history: Sequence[Turn] = (),
        passages: Sequence[Passage] | None = None,
        prose: bool = True,
    ) -> Iterator[AnswerEvent]:
        asked = {"question": question, "filter": search_filter, "history": tuple(history), "passages": passages}
        self.asked.append({**asked, "prose": prose})
        if self.error:
            raise self.error
        answer, gate = replace(self.reply, question=question), self.gate
        try:
            nearest = replace(answer.citations[0], marker=0) if answer.citations else None
            yield EvidenceFound(
                answer.passages, answer.standalone_question, answer.notes, nearest, nearest is not None
            )
            if self.uses_model and (prose or question.isascii()):
                take_turn()
                self.written.append(question)
            for begin in range(0, len(answer.answer), 4):
                while gate and not gate.acquire(timeout=0.02):
                    raise_if_stopped()
                self.pieces_said += 1
                yield TextDelta(answer.answer[begin : begin + 4])
            yield AnswerReady(answer)
        except (GeneratorExit, WorkStopped):
            self.closed_early.set()
            self.stopped += 1
            raise

    def answer(self, question: str, **more: Any) -> Answer:
        for event in self.stream(question, **more):
            if isinstance(event, AnswerReady):
                return event.answer
        raise AssertionError("no answer")


class FakeEncoder:
    """Two dimensions: queries point one way, passages the other, by length."""

    name, dimension = "scripted-encoder", 2

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[1.0, float(len(text))] for text in texts], np.float32)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[-1.0, float(len(text))] for text in texts], np.float32)


class FakeWorkspace:
    def __init__(self, assistant: FakeAssistant | None = None) -> None:
        self.store = FakeStore()
        self.encoder = FakeEncoder()
        self.assistant = assistant or FakeAssistant()
        self.warm_up_error: Exception | None = None
        self.warm_up_may_end = threading.Event()
        self.warm_up_may_end.set()
        self.ready = False
        self.away: Exception | None = None
        self.ingested: list[dict[str, Any]] = []
        self.closed = False
        self.ingest_gate: threading.Semaphore | None = None
        """When set, holds every file back until released."""

    def require_reachable(self) -> None:
        if self.away is not None:
            raise self.away

    def rest(self) -> None:
        """Nothing to give back."""

    def warm_up(self) -> None:
        self.warm_up_may_end.wait(10)
        if self.warm_up_error:
            raise self.warm_up_error
        self.ready = True

    def search(
        self,
        question: str,
        count: int | None = None,
        search_filter: SearchFilter | None = None,
        *,
        translate: bool = True,
    ) -> SearchResult:
        asked_for = search_filter or SearchFilter()
        held = (BRIDGE_PASSAGE, MARKET_PASSAGE)
        found = tuple(item for item in held if _passes(self.store.article(item.article_id), asked_for))[:count]
        read_as = "桥有多长？" if translate and question.isascii() else ""
        return SearchResult(question, read_as, found, notes=("近期\x1b[31m",) if read_as else (), generation=7)

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        date: dt.date | None = None,
        source: str | None = None,
        labels: dict[Path, str] | None = None,
        direction: str = "auto",
        on_progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        if self.ingest_gate:
            for read in range(len(paths)):
                self.ingest_gate.acquire()
                if on_progress:
                    on_progress(IngestProgress(0, len(paths), 0, 0, paths[read].name, 1.0 + read, read + 1))
        contents = {path.name: path.read_bytes() for path in paths}
        told = {"date": date, "source": source, "labels": dict(labels or {}), "direction": direction}
        self.ingested.append({"contents": contents, **told})
        if on_progress:
            on_progress(IngestProgress(1, 1, 1, 2, paths[0].name, 0.1))
        return IngestReport(1, 0, 0, 0, (), (), 2, 0.1, 8)

    def take_article_out(self, article_id: str) -> StoredArticle:
        article = self.store.article(article_id)
        self.store.remove([article_id])
        return StoredArticle(article, 1, 0, (), np.zeros((0, 2), np.float32))

    def correct_article(self, article_id: str, correction: Correction) -> StoredArticle:
        article = self.store.article(article_id)
        self.store.held[article_id] = replace(
            article, title=correction.title, date=correction.date, source=correction.source, page=correction.page
        )
        return StoredArticle(article, 1, 0, (), np.zeros((0, 2), np.float32))

    def article_neighbours(self, article_id: str) -> list[Article]:
        self.store.article(article_id)
        return [item for item in self.store.held.values() if item.id != article_id]

    def put_article_back(self, kept: StoredArticle) -> None:
        self.store.held[kept.article.id] = kept.article

    def close(self) -> None:
        self.closed = True
