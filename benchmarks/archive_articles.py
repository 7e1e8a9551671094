"""A large archive made of real articles, repeated with exchanged names, days and figures, with vectors and claims.

Every exchange keeps its length, so that the claims of an article are those of its first copy at the same places, with
other values. Vectors are those of ``archive_vectors.py``: of the real passages, and between them for the copies.
Nothing here is written anew by a person, and a ranking over it means nothing: it is for time, memory and size only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np
from archive_vectors import CHUNK_CHARACTERS, ArchiveVectors
from numpy.typing import NDArray
from retrieval_data import read_lines

from embeddings.encoder import Encoder
from rag.chinese.sentences import Span
from rag.claims.assertions import read_assertions
from rag.claims.index_rows import row_of
from rag.corpus.chunks import split_into_spans
from rag.corpus.claim_columns import CLAIM_COLUMN_NAMES
from rag.corpus.store import ArticleStore
from rag.records import Article

PAPERS = ("甲日报", "乙日报", "丙晚报", "丁报")
FIRST_DAY = dt.date(1996, 1, 1)
ARTICLES_A_DAY = 90
"""Four papers, some twenty-two articles each: a million are thirty years."""
_NOTICE_EVERY = 2_000
_BATCH_ARTICLES = 1_000
_FIGURE = re.compile(r"\d+(?![\d年月日号])")
_NAMED = re.compile(
    r"(?<=[王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高])[\u4e00-\u9fff]{2}(?=在|说|表示|主持|强调|指出|介绍)"
)
_PLACE = re.compile(
    "河北|山西|辽宁|吉林|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|四川|贵州|云南|陕西|甘肃|青海"
)
_PLACES = _PLACE.pattern.split("|")
_VALUE, _DAY = CLAIM_COLUMN_NAMES.index("base_value"), CLAIM_COLUMN_NAMES.index("period_first")
Claims = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ArchiveArticle:
    """An article with its chunks and claims."""

    article: Article
    spans: tuple[Span, ...]
    claims: Claims


class Archive:
    """The articles of ``rows`` (title and text) again and again, each copy with exchanges of its own; by number."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = [row for row in rows if row["text"].strip()]
        self._spans: dict[int, tuple[Span, ...]] = {}
        self._claims: dict[int, Claims] = {}

    def at(self, number: int) -> ArchiveArticle:
        """Article ``number``; every two thousandth is a notice that corrects the one a hundred before it."""
        if _is_notice(number):
            return self._notice(number)
        place, copy = number % len(self.rows), number // len(self.rows)
        if place not in self._spans:
            first = self._article(number, self.rows[place]["title"], self.rows[place]["text"])
            self._spans[place] = split_into_spans(first.text, CHUNK_CHARACTERS)
            self._claims[place] = [row_of(first.id, found) for found in read_assertions(first)]
        title, text = (exchanged(self.rows[place][part], number, copy) for part in ("title", "text"))
        article = self._article(number, title, text)
        return ArchiveArticle(article, self._spans[place], _claims_of(article, self._claims[place], copy))

    def row_of(self, number: int) -> tuple[int, int | None]:
        """The row whose passages article ``number`` has, and how many of them; None for all."""
        return number % len(self.rows), 1 if _is_notice(number) else None

    def _article(self, number: int, title: str, text: str) -> Article:
        day = FIRST_DAY + dt.timedelta(days=number // ARTICLES_A_DAY)
        return Article(
            f"n{number:07}", title, text, date=day, source=PAPERS[number % len(PAPERS)], page=f"{number % 12 + 1:02}"
        )

    def _notice(self, number: int) -> ArchiveArticle:
        wrong = self.at(number - 100).article
        day = f"{wrong.date:%Y}年{wrong.date:%m}月{wrong.date:%d}日" if wrong.date else ""
        text = f"本报{day}《{wrong.title}》中“{wrong.text[20:32]}”有误，应为“另行公布的数字”。特此更正。"
        article = replace(self._article(number, "更正", text), source=wrong.source)
        return ArchiveArticle(article, split_into_spans(text, CHUNK_CHARACTERS)[:1], [])


def _is_notice(number: int) -> bool:
    return number % _NOTICE_EVERY == _NOTICE_EVERY - 1


def exchanged(text: str, number: int, copy: int) -> str:
    """``text`` with figures, places and persons of copy ``copy``, each as long as it was; copy 0 is the original."""
    if copy == 0:
        return text
    chance = np.random.default_rng(number)
    text = _PLACE.sub(lambda found: _PLACES[(_PLACES.index(found[0]) + copy) % len(_PLACES)], text)
    text = _NAMED.sub(lambda _: "".join(map(chr, chance.integers(0x4E00, 0x5E00, 2))), text)
    return _FIGURE.sub(lambda found: _other_figure(found[0], chance), text)


def _other_figure(figure: str, chance: np.random.Generator) -> str:
    last = len(figure) - 1
    first = 0 if last == 0 else 10**last
    return str(chance.integers(first, 10 ** (last + 1))).rjust(len(figure), "0")


def _claims_of(article: Article, first: Claims, copy: int) -> Claims:
    moved = []
    for row in first:
        values = [article.id, *row[1:]]
        values[_VALUE] = _other_value(row[_VALUE], copy)
        if copy and row[_DAY] is not None and article.date is not None:
            values[_DAY] = article.date.isoformat()
        moved.append(tuple(values))
    return moved


def _other_value(value: str, copy: int) -> str:
    try:
        return f"{(Decimal(value) + copy * 7).normalize():f}" if value else ""
    except InvalidOperation:
        return value


def archive_of(folder: Path, encoder: Encoder, kept: Path) -> tuple[Archive, ArchiveVectors]:
    """The archive of the public articles in ``folder`` and its vectors, which are kept in the folder ``kept``."""
    archive = Archive(read_lines(folder / "xwlb_articles.jsonl.gz"))
    return archive, ArchiveVectors.encode(archive.rows, exchanged, encoder, kept / f"{encoder.name}-archive.npy")


class GrowingArchive:
    """A store that holds the first articles of an archive; it goes on where it stopped, also in another process."""

    def __init__(self, store: ArticleStore, archive: Archive, vectors: ArchiveVectors) -> None:
        self.store, self._archive, self._vectors = store, archive, vectors
        self.articles = store.article_count()

    def grow(self, article_count: int, on_batch: Any = None, *, batch: int = _BATCH_ARTICLES) -> None:
        """Store until there are ``article_count`` articles, ``batch`` of them in a transaction."""
        while self.articles < article_count:
            self._store_batch(min(batch, article_count - self.articles))
            if on_batch:
                on_batch(self.articles)

    def stored_vectors(self) -> Iterator[NDArray[np.float32]]:
        """The vectors of all chunks in the store, in their order, in blocks of (count, values)."""
        for begin in range(0, self.articles, _BATCH_ARTICLES):
            numbers = range(begin, min(begin + _BATCH_ARTICLES, self.articles))
            yield np.concatenate([self._vectors_of(number) for number in numbers])

    def _vectors_of(self, number: int) -> NDArray[np.float32]:
        row, passages = self._archive.row_of(number)
        return self._vectors.of_article(row, number, passages)

    def _store_batch(self, count: int) -> None:
        with self.store.writing() as writer:
            source = writer.put_source(f"from {self.articles}", f"{self.articles}.jsonl", "00", None, None)
            for position in range(count):
                number = self.articles + position
                item = self._archive.at(number)
                writer.put_article(item.article, source, position, item.spans, self._vectors_of(number))
                writer.put_claims(item.article.id, item.claims)
            writer.seal_source(source, f"sealed {self.articles}")
        self.articles += count
