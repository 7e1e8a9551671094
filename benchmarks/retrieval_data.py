"""Articles and questions for the retrieval benchmarks, read in place, and a store filled with them.

``news``: questions of ``news_numbers.dev`` over their own articles. ``english``: questions in
``english_questions.jsonl`` over articles of ``xwlb_articles``. Both are searched among the news articles, the
articles of xwlb that share most with the questions (the hardest to tell apart) and others drawn at random.
``named``: questions in ``chinese_questions.jsonl``, each on a thing it names, over articles of ``xwlb_articles``; for
a store that holds them all. ``wiki``: contexts of CMRC 2018 and DRCD with their questions, for fitting only.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import math
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from rag.chinese.terms import extract_terms, question_terms
from rag.corpus.chunks import split_into_spans
from rag.corpus.embedded.store import EmbeddedStore
from rag.records import Article

CHUNK_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the article that answers it and the answers' texts; ``public_id`` where a store renamed it."""

    text: str
    answers: tuple[str, ...]
    article_id: str
    kind: str
    public_id: str = ""

    @property
    def half(self) -> int:
        """0 or 1, the same for all questions of an article: one half is for fitting."""
        return hashlib.sha256((self.public_id or self.article_id).encode()).digest()[0] % 2


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles and the questions over them."""

    articles: tuple[Article, ...]
    questions: tuple[Question, ...]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file, gzipped or not."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.decode().splitlines() if line.strip()]


def read_news(folder: Path, article_count: int) -> Corpus:
    """The news corpus: every article of ``news_numbers.dev`` and ``article_count`` of xwlb."""
    rows = read_lines(folder / "news_numbers.dev.jsonl.gz")
    articles = {row["context_id"]: Article(row["context_id"], row["title"], row["context"]) for row in rows}
    questions = [Question(row["question"], tuple(row["answers"]), row["context_id"], "news") for row in rows]
    wide = {row["id"]: row for row in read_lines(folder / "xwlb_articles.jsonl.gz")}
    english = read_lines(Path(__file__).with_name("english_questions.jsonl"))
    chosen = [row["article_id"] for row in english]
    chosen += _closest(list(wide.values()), questions)
    rest = sorted(wide)
    random.Random(3).shuffle(rest)
    for identifier in list(dict.fromkeys(chosen + rest))[:article_count]:
        row = wide[identifier]
        date = dt.date.fromisoformat(row["date"])
        articles[identifier] = Article(identifier, row["title"], row["text"], date=date, source=row["source"])
    questions += [Question(row["question"], tuple(row["answers"]), row["article_id"], "english") for row in english]
    return Corpus(tuple(articles.values()), tuple(questions))


def read_named(folder: Path) -> Corpus:
    """The articles and questions of ``chinese_questions.jsonl``."""
    asked = read_lines(Path(__file__).with_name("chinese_questions.jsonl"))
    wanted = {row["article_id"] for row in asked}
    rows = [row for row in read_lines(folder / "xwlb_articles.jsonl.gz") if row["id"] in wanted]
    return Corpus(
        tuple(
            Article(
                row["id"], row["title"], row["text"], date=dt.date.fromisoformat(row["date"]), source=row["source"]
            )
            for row in rows
        ),
        tuple(Question(row["question"], tuple(row["answers"]), row["article_id"], "named") for row in asked),
    )


def joined(first: Corpus, second: Corpus) -> Corpus:
    """The articles and questions of both."""
    return Corpus(first.articles + second.articles, first.questions + second.questions)


def reprints(corpus: Corpus, share: float = 0.6) -> dict[str, str]:
    """Each question's article id to the first article that says nearly the same: finding either is right."""
    asked = {question.article_id for question in corpus.questions if question.kind == "news"}
    shingles = {
        article.id: {article.text[i : i + 8] for i in range(max(1, len(article.text) - 7))}
        for article in corpus.articles
        if article.id in asked
    }
    first: dict[str, str] = {}
    for identifier, mine in shingles.items():
        first[identifier] = next(
            (
                first[other]
                for other in first
                if len(mine & shingles[other]) >= share * min(len(mine), len(shingles[other]))
            ),
            identifier,
        )
    return first


def _closest(rows: Sequence[dict[str, Any]], questions: Sequence[Question], each: int = 4) -> list[str]:
    """Ids of the articles that share most, by rarity, with each question; the most often close come first."""
    small = [row for row in rows if 60 < len(row["text"]) < 520]
    postings: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(small):
        for bigram in set(extract_terms(row["title"] + row["text"]).bigrams):
            postings[bigram].append(number)
    close: Counter[str] = Counter()
    for question in questions:
        scores: Counter[int] = Counter()
        for bigram in question_terms(question.text).bigrams:
            found = postings.get(bigram, [])
            for number in found if len(found) < len(small) // 3 else ():
                scores[number] += math.log(len(small) / len(found))  # type: ignore[assignment]
        close.update(small[number]["id"] for number, _ in scores.most_common(each))
    return [identifier for identifier, _ in close.most_common()]


def read_wiki(folder: Path, cmrc_count: int, drcd_count: int) -> Corpus:
    """The fitting corpus: that many contexts of CMRC 2018 and of DRCD."""
    articles: dict[str, Article] = {}
    questions = []
    for name, count in (("cmrc2018", cmrc_count), ("drcd", drcd_count)):
        rows = read_lines(folder / f"train_{name}.jsonl.gz")
        contexts = list(dict.fromkeys(row["context"] for row in rows))
        random.Random(1).shuffle(contexts)
        chosen = {context: f"{name}-{number}" for number, context in enumerate(contexts[:count])}
        for row in rows:
            identifier = chosen.get(row["context"])
            if identifier:
                articles[identifier] = Article(identifier, row["title"], row["context"])
                questions.append(Question(row["question"], tuple(row["answers"]), identifier, name))
    return Corpus(tuple(articles.values()), tuple(questions))


def of_store(store: EmbeddedStore, corpus: Corpus) -> Corpus:
    """The corpus under the ids that its articles have in ``store``, by how they begin; without what is not there."""
    known: dict[str, str] = {}
    for article in store.articles():
        known.setdefault(_beginning(article.text), article.id)
    ids = {article.id: known.get(_beginning(article.text), "") for article in corpus.articles}
    articles = {
        ids[article.id]: replace(article, id=ids[article.id]) for article in corpus.articles if ids[article.id]
    }
    questions = [
        replace(q, article_id=ids[q.article_id], public_id=q.article_id)
        for q in corpus.questions
        if ids.get(q.article_id)
    ]
    return Corpus(tuple(articles.values()), tuple(questions))


def _beginning(text: str) -> str:
    """The first characters of a text that say which it is: a store folds widths and leaves out line ends."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))[:80]


class CachedEncoder:
    """An encoder that keeps what it has encoded in a folder, by the text's hash: vectors are the slow part."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        self._path = folder / f"{encoder.name}.npz"
        self._known: dict[str, NDArray[np.float32]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            stored = np.load(self._path)
            self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder under it."""
        return self._encode("query: ", texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder under it."""
        return self._encode("passage: ", texts)

    def _encode(self, prefix: str, texts: Sequence[str]) -> NDArray[np.float32]:
        keys = [hashlib.sha1((prefix + text).encode(), usedforsecurity=False).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        by_length = sorted(new, key=lambda key: len(new[key]))
        for begin in range(0, len(by_length), 128):
            part = by_length[begin : begin + 128]
            encode = self._encoder.encode_queries if prefix == "query: " else self._encoder.encode_passages
            self._known.update(zip(part, encode([new[key] for key in part]), strict=True))
            if len(part) > 1:
                print(f"encoded {begin + len(part)} of {len(by_length)}", flush=True)
                self._save()
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def _save(self) -> None:
        np.savez(self._path, keys=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))


def fill_store(folder: Path, corpus: Corpus, encoder: CachedEncoder) -> EmbeddedStore:
    """A store in ``folder`` that holds the corpus."""
    store = EmbeddedStore.open(folder, embedding_model=encoder.name, dimension=encoder.dimension, create=True)
    spans = [split_into_spans(article.text, CHUNK_CHARACTERS) for article in corpus.articles]
    texts = [
        f"{article.title}\n{article.text[span.start : span.end]}".strip()
        for article, found in zip(corpus.articles, spans, strict=True)
        for span in found
    ]
    vectors = encoder.encode_passages(texts)
    with store.writing() as writer:
        number = writer.put_source("corpus", "corpus", "", None, None)
        begin = 0
        for position, (article, found) in enumerate(zip(corpus.articles, spans, strict=True)):
            writer.put_article(article, number, position, found, vectors[begin : begin + len(found)])
            begin += len(found)
        writer.seal_source(number, "done")
    return store
