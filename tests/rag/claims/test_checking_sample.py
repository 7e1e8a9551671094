"""The check against whole editions: their own sentences are supported, and none with one slot exchanged is.

``data/natural`` are pages that no rule of the check was written against.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from claim_fakes import open_store
from fakes import HashEncoder
from mutations import Mutation, mutations, sentences

from rag.claims.checking import check_draft
from rag.claims.index import keep_claims
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingestion import ingest

DATA = Path(__file__).parents[3] / "data"
_QUICK_OWN, _QUICK_CHANGED = 5, 83
"""The quick suite looks at one claim in so many: of the papers' own sentences enough for a share of 95 %."""


@pytest.fixture(scope="module", params=["sample", "natural"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with open_store(tmp_path_factory.mktemp(request.param)) as opened:
        keep_claims(opened)
        ingest(opened, HashEncoder(), sorted((DATA / request.param).glob("*.txt")))
        yield opened


def status(store: EmbeddedStore, mutation: Mutation) -> str:
    items = check_draft(store, mutation.text, mutation.day)
    touching = (i for i in items if i.sort == "figure" and i.start < mutation.end and mutation.start < i.end)
    item = next(touching, None)
    return item.status if item is not None else "unread"


def check_all(store: EmbeddedStore, own_step: int, changed_step: int) -> tuple[float, list[Mutation]]:
    """The share of own sentences that are supported, and the mutations that are, too."""
    # Ids hold the path of the file: in their order another folder would look at other claims.
    articles = sorted(
        store.articles(), key=lambda article: (article.date or dt.date.min, article.title, article.text)
    )
    own = [item for article in articles for item in sentences(article)][::own_step]
    # A notice of correction quotes what was wrong; a word put into the quotation changes nothing that the paper says.
    changed = [item for article in articles for item in mutations(article) if "应为" not in item.text][::changed_step]
    assert {item.slot for article in articles for item in mutations(article)} == {"digit", "year", "place", "mood"}
    kept = Counter(status(store, item) for item in own)
    # Contradicted are those that a later report of the same paper corrects.
    assert (kept["supported"] + kept["contradicted"]) / kept.total() >= 0.95, kept
    return kept["supported"] / kept.total(), [item for item in changed if status(store, item) == "supported"]


def test_some_of_the_papers_own_sentences_and_of_their_mutations(store: EmbeddedStore) -> None:
    share, believed = check_all(store, _QUICK_OWN, _QUICK_CHANGED)
    assert share >= 0.9
    assert believed == []


@pytest.mark.slow
def test_every_sentence_and_every_mutation(store: EmbeddedStore) -> None:
    share, believed = check_all(store, 1, 1)
    assert share >= 0.9
    assert believed == []
