import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEncoder

from rag.corpus.article_edits import Correction, correct_article, put_back, stored_article
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingestion import ingest
from rag.errors import ArticleNotFoundError
from rag.records import SearchFilter
from rag.retrieval.retriever import Retriever

RECORDS = [
    {"title": "水库除险加固开工", "text": "柳溪水库除险加固工程14日开工，总投资2600万元。", "date": "2022-03-15"},
    {"title": "庙会改期", "text": "因降雨，原定周末的庙会改到下周六举行。", "date": "2022-03-15"},
]


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def store(tmp_path: Path, encoder: HashEncoder) -> Iterator[EmbeddedStore]:
    path = tmp_path / "柳溪报.jsonl"
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS), encoding="utf-8")
    made = EmbeddedStore.open(
        tmp_path / "store", embedding_model=encoder.name, dimension=encoder.dimension, create=True
    )
    ingest(made, encoder, [path])
    yield made
    assert made.check() == []
    made.close()


def reservoir(store: EmbeddedStore) -> str:
    return next(article.id for article in store.articles() if "水库" in article.title)


def test_a_correction_changes_what_an_article_says_of_itself_and_nothing_else(
    store: EmbeddedStore, encoder: HashEncoder
) -> None:
    article_id, before = reservoir(store), store.generation
    text = store.article(article_id).text
    correct_article(
        store, article_id, Correction("堤防加固", dt.date(2022, 3, 16), "柳溪报", "02"), encoder.encode_passages
    )
    changed = store.article(article_id)
    assert (changed.title, changed.date, changed.source, changed.page) == (
        "堤防加固",
        dt.date(2022, 3, 16),
        "柳溪报",
        "02",
    )
    assert (changed.text, changed.date_basis, store.generation) == (text, "option", before + 1)
    assert store.article_count(SearchFilter(dt.date(2022, 3, 16), None, "柳溪报")) == 1
    found = Retriever(store, encoder).search("堤防", count=1, search_filter=SearchFilter(), question_time=None)
    assert found[0].title == "堤防加固"


def test_only_another_title_is_encoded_anew(store: EmbeddedStore, encoder: HashEncoder) -> None:
    article_id = reservoir(store)
    title = store.article(article_id).title
    encoded = len(encoder.encoded)
    correct_article(store, article_id, Correction(title, dt.date(2022, 3, 15), "柳溪报", ""), encoder.encode_passages)
    assert len(encoder.encoded) == encoded
    assert store.article(article_id).date_basis == "record"
    correct_article(
        store, article_id, Correction("堤防", dt.date(2022, 3, 15), "柳溪报", ""), encoder.encode_passages
    )
    assert encoder.encoded[encoded:] == ["堤防\n" + store.article(article_id).text]


def test_what_was_corrected_or_removed_comes_back_as_it_was(store: EmbeddedStore, encoder: HashEncoder) -> None:
    article_id = reservoir(store)
    original = store.article(article_id)
    kept = correct_article(store, article_id, Correction("别的", None, "", ""), encoder.encode_passages)
    put_back(store, kept)
    assert store.article(article_id) == original
    kept = stored_article(store, article_id)
    store.remove([article_id])
    put_back(store, kept)
    assert store.article(article_id) == original
    again = stored_article(store, article_id)
    assert (again.spans, again.vectors.tolist()) == (kept.spans, kept.vectors.tolist())
    found = Retriever(store, encoder).search("柳溪水库", count=1, search_filter=SearchFilter(), question_time=None)
    assert found[0].article_id == article_id


def test_the_same_file_again_leaves_corrections_and_removals(
    store: EmbeddedStore, encoder: HashEncoder, tmp_path: Path
) -> None:
    article_id = reservoir(store)
    other = next(article.id for article in store.articles() if article.id != article_id)
    correct_article(store, article_id, Correction("堤防", None, "", ""), encoder.encode_passages)
    store.remove([other])
    ingest(store, encoder, [tmp_path / "柳溪报.jsonl"])
    assert [article.title for article in store.articles()] == ["堤防"]


def test_what_is_not_there_is_not_corrected(store: EmbeddedStore, encoder: HashEncoder) -> None:
    with pytest.raises(ArticleNotFoundError):
        correct_article(store, "none", Correction("", None, "", ""), encoder.encode_passages)
