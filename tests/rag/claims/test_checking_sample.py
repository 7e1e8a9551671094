"""The check against the sample editions: its own sentences are supported, and none with one slot exchanged is."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from claim_fakes import open_store
from fakes import HashEncoder
from mutations import Mutation, mutations, sentences

from rag.claims.checking import CheckedItem, check_draft
from rag.claims.index import keep_claims
from rag.corpus.ingestion import ingest
from rag.corpus.store import ArticleStore

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
_QUICK = 41
"""The quick suite looks at one claim in so many."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleStore]:
    with open_store(tmp_path_factory.mktemp("sample")) as opened:
        keep_claims(opened)
        ingest(opened, HashEncoder(), [SAMPLE])
        yield opened


def checked(store: ArticleStore, mutation: Mutation) -> CheckedItem | None:
    items = check_draft(store, mutation.text, mutation.day)
    touching = (i for i in items if i.sort == "figure" and i.start < mutation.end and mutation.start < i.end)
    return next(touching, None)


def status(store: ArticleStore, mutation: Mutation) -> str:
    item = checked(store, mutation)
    return item.status if item is not None else "unread"


def own(store: ArticleStore) -> list[Mutation]:
    return [item for article in store.articles() for item in sentences(article)]


def changed(store: ArticleStore) -> list[Mutation]:
    return [item for article in store.articles() for item in mutations(article)]


def check_all(store: ArticleStore, step: int) -> None:
    kept = Counter(status(store, item) for item in own(store)[::step])
    assert kept["supported"] / kept.total() >= 0.95, kept
    wrong = [item for item in changed(store)[::step] if status(store, item) == "supported"]
    assert wrong == []


def test_a_sample_of_the_papers_own_sentences_and_their_mutations(store: ArticleStore) -> None:
    assert {item.slot for item in changed(store)[::_QUICK]} == {"digit", "year", "place", "mood"}
    check_all(store, _QUICK)


@pytest.mark.slow
def test_every_sentence_of_the_sample_and_every_mutation(store: ArticleStore) -> None:
    check_all(store, 1)
