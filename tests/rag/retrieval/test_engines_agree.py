"""The same articles in every engine: the same questions find the same passages, in the same order."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder, ScriptedGenerator
from numpy.typing import NDArray
from postgresql_server import PostgresqlServer

from embeddings.encoder import Encoder, load_encoder
from embeddings.model_store import resolve_embedding_model
from rag.chinese.terms import question_terms
from rag.claims.finding import ClaimQuery, find_claims
from rag.claims.index import keep_claims
from rag.corpus.ingestion import ingest
from rag.corpus.open_store import StoreLocation, open_store
from rag.corpus.postings import select_terms
from rag.corpus.store import ArticleStore
from rag.generation.generator import Message
from rag.records import Answer, Passage, SearchFilter, Timings
from rag.retrieval.retriever import Retriever
from rag.settings import Settings, load_settings
from rag.workspace import Workspace

ROOT = Path(__file__).parents[3]
SAMPLE = sorted((ROOT / "data" / "sample").glob("*.txt"))
QUESTIONS = [
    json.loads(line)["question"]
    for name in ("questions", "natural")
    for line in (ROOT / "data" / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
]
FILTERS = (
    SearchFilter(),
    SearchFilter(source="澄溪新闻"),
    SearchFilter(dt.date(2020, 10, 1), dt.date(2020, 12, 31)),
    SearchFilter(dt.date(2021, 1, 1), None, "云岭日报"),
)


class RememberingEncoder:
    """Encodes each text once, so that two stores have their vectors from the same arithmetic."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder = encoder
        self._known: dict[tuple[str, str], NDArray[np.float32]] = {}

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode("queries", texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode("passages", texts)

    def _encode(self, kind: str, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._known]
        if new:
            vectors = getattr(self._encoder, f"encode_{kind}")(new)
            self._known.update(((kind, text), vector) for text, vector in zip(new, vectors, strict=True))
        return np.array([self._known[kind, text] for text in texts], np.float32).reshape(-1, self.dimension)


def filled(location: StoreLocation, encoder: Encoder) -> ArticleStore:
    store = open_store(location, embedding_model=encoder.name, dimension=encoder.dimension, create=True)
    keep_claims(store)
    ingest(store, encoder, SAMPLE)
    return store


Engines = tuple[ArticleStore, ArticleStore, Encoder]


def both(folder: Path, server: PostgresqlServer, encoder: Encoder) -> Iterator[Engines]:
    """The sample papers in an embedded and in a PostgreSQL store, and the encoder of both."""
    database = f"agree_{encoder.dimension}"
    server.execute(f"CREATE DATABASE {database}")
    encoder = RememberingEncoder(encoder)
    with filled(folder, encoder) as embedded, filled(server.url(database), encoder) as postgresql:
        yield embedded, postgresql, encoder


@pytest.fixture(scope="module")
def quick_engines(tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgresqlServer) -> Iterator[Engines]:
    yield from both(tmp_path_factory.mktemp("quick"), postgresql_server, HashEncoder())


@pytest.fixture(scope="module")
def real_engines(tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgresqlServer) -> Iterator[Engines]:
    encoder = load_encoder(resolve_embedding_model("multilingual-e5-small", load_settings().models))
    yield from both(tmp_path_factory.mktemp("real"), postgresql_server, encoder)


def row(passage: Passage) -> tuple[object, ...]:
    return passage.article_id, passage.start, passage.end, passage.date, passage.page, round(passage.score, 4)


@pytest.mark.models
def test_every_question_finds_the_same_passages_in_the_same_order(real_engines: Engines) -> None:
    embedded, postgresql, encoder = real_engines
    one, two = Retriever(embedded, encoder), Retriever(postgresql, encoder)
    for number, question in enumerate(QUESTIONS):
        search_filter = FILTERS[number % len(FILTERS)]
        found = [row(passage) for passage in one.search(question, count=20, search_filter=search_filter)]
        assert [row(passage) for passage in two.search(question, count=20, search_filter=search_filter)] == found
        assert found


def test_every_question_finds_the_same_chunks_by_its_terms(quick_engines: Engines) -> None:
    embedded, postgresql, _ = quick_engines
    assert len(QUESTIONS) > 100
    answered = 0
    with embedded.reading() as one, postgresql.reading() as two:
        assert one.chunk_count == two.chunk_count
        for number, question in enumerate(QUESTIONS):
            terms, search_filter = question_terms(question).all(), FILTERS[number % len(FILTERS)]
            frequencies = one.term_frequencies(terms)
            assert two.term_frequencies(terms) == frequencies
            found = one.chunks_with_terms(select_terms(frequencies), 60, search_filter)
            answered += bool(found)
            again = two.chunks_with_terms(select_terms(frequencies), 60, search_filter)
            assert [hit.chunk_id for hit in again] == [hit.chunk_id for hit in found]
            assert [hit.score for hit in again] == pytest.approx([hit.score for hit in found])
    assert answered > 0.9 * len(QUESTIONS)


def test_stores_are_alike_in_all_that_is_listed_and_claimed(quick_engines: Engines) -> None:
    embedded, postgresql, _ = quick_engines
    assert embedded.counts() == postgresql.counts()
    assert embedded.articles() == postgresql.articles()
    for words in ("", "生产总值", "签约项目", "参会人数"):
        for sort in ("figure", "day", "office"):
            query = ClaimQuery(words, sort=sort)  # type: ignore[arg-type]
            assert find_claims(embedded, query, limit=200) == find_claims(postgresql, query, limit=200)
    assert embedded.check() == postgresql.check() == []


def sentence_with_a_figure(messages: Sequence[Message]) -> str:
    """What a model would write that copies: the first sentence of the prompt's end that has a figure."""
    found = re.search("[^。\\n]*[0-9][^。\\n]*。", messages[-1].content)
    return f"{found[0].strip()}[1]" if found else "资料中没有找到答案。"


def test_every_question_has_the_same_answer(quick_engines: Engines, tmp_path: Path) -> None:
    *stores, encoder = quick_engines
    answers: list[list[Answer]] = []
    prompts: list[object] = []
    for store in stores:
        generator = ScriptedGenerator(sentence_with_a_figure)
        workspace = Workspace(Settings(models=tmp_path / "models"), encoder=encoder, generator=generator)
        workspace._store = store
        found = (workspace.assistant.answer(question) for question in QUESTIONS[::24])
        answers.append([replace(answer, generation=0, timings=Timings(), passages=()) for answer in found])
        prompts.append([messages for messages, _ in generator.requests])
    assert answers[0] == answers[1]
    assert prompts[0] == prompts[1]
    assert sum(not answer.refused for answer in answers[0]) >= 3
    assert sum(answer.refused for answer in answers[0]) >= 1
