"""No step of a question, a page or an upload reads more in a large archive than in a small one.

What SQLite does is counted, not timed: the instructions of its machine, which are as many for the same rows. A store
of ten times the articles may take a fifth more of them (a tree is a level deeper), never ten times as many.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder

from rag.chinese.figures import find_figures
from rag.chinese.sentences import Span
from rag.claims import finding, index
from rag.claims.finding import ClaimQuery, claims_of_day, claims_of_value, find_claims, offices_of_title
from rag.claims.index import keep_claims
from rag.corpus.correction_links import corrections_of, link_corrections
from rag.corpus.embedded import lexical
from rag.corpus.embedded.store import EmbeddedStore
from rag.records import Article, SearchFilter

ENCODER = HashEncoder()
FEW, MANY = 150, 1_500
A_DAY = 10
"""Articles of a day: what belongs to one day is as much in either store."""
NEWEST = 20


def day_of(number: int) -> dt.date:
    return dt.date(2001, 1, 1) + dt.timedelta(days=number // A_DAY)


def story(number: int) -> Article:
    text = (
        f"{day_of(number):%m月%d日}，梅岭县水务局局长沈一帆介绍，全县去年修成水渠2条，投资{number + 11}万元，"
        f"灌溉农田{3 * number + 7}亩，渠边安装太阳能路灯{number % 4 + 2}盏，验收组第{number}次到现场查看。"
    )
    return Article(f"n{number}", f"第{number}条水渠通水", text, date=day_of(number), source=f"梅岭报{number % 2}")


def notice(number: int, corrected: Article) -> Article:
    text = f"本报{corrected.date:%Y年%m月%d日}《{corrected.title}》中“修成水渠2条”应为“修成水渠3条”。特此更正。"
    return Article(f"z{number}", "更正", text, date=corrected.date, source=corrected.source)


def put(store: EmbeddedStore, *articles: Article) -> None:
    with store.writing() as writer:
        for article in articles:
            source = writer.put_source(article.id, article.id, article.id, None, None)
            vectors = ENCODER.encode_passages([article.text])
            writer.put_article(article, source, 0, [Span(0, len(article.text))], vectors)
            writer.seal_source(source, "sealed")


def filled(folder: Path, count: int) -> EmbeddedStore:
    store = EmbeddedStore.open(folder, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True)
    keep_claims(store)
    for begin in range(0, count, 50):
        put(store, *map(story, range(begin, begin + 50)))
        # Each fiftieth article is corrected the day it appears.
        put(store, notice(begin, story(begin)))
    link_corrections(store)
    store.settle()
    store.connection().execute("ANALYZE")
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedStore, EmbeddedStore]]:
    few, many = (filled(tmp_path_factory.mktemp(f"of {count}"), count) for count in (FEW, MANY))
    yield few, many
    few.close()
    many.close()


def instructions(store: EmbeddedStore, work: Callable[[EmbeddedStore], object]) -> int:
    """How many instructions SQLite's machine takes for ``work``, on this thread's connection."""
    count = 0

    def counted() -> int:
        nonlocal count
        count += 1
        return 0

    store.connection().set_progress_handler(counted, 1)
    try:
        work(store)
    finally:
        store.connection().set_progress_handler(None, 0)
    return count


def newest(**query: object) -> Callable[[EmbeddedStore], object]:
    return lambda store: find_claims(store, ClaimQuery(**query))  # type: ignore[arg-type]


def of_value(text: str, **options: object) -> Callable[[EmbeddedStore], object]:
    (figure,) = find_figures(text)
    return lambda store: claims_of_value(store, figure, **{"limit": NEWEST, **options})  # type: ignore[arg-type]


def read(store: EmbeddedStore, what: str) -> object:
    with store.reading() as reading:
        return getattr(reading, what)()


def fresh_counts(store: EmbeddedStore) -> object:
    store._counts = None
    return store.counts().chunks


def fetched(store: EmbeddedStore) -> object:
    with store.reading() as reading:
        return reading.found_chunks([1, 50, 100]), reading.stored_article("n7"), reading.digests_in_use(["n7", "x"])


STEPS: dict[str, Callable[[EmbeddedStore], object]] = {
    "first page": lambda store: store.articles(limit=5),
    "page of a paper and a time": lambda store: store.articles(
        SearchFilter(dt.date(2001, 1, 3), dt.date(2001, 1, 9), "梅岭报1"), limit=5
    ),
    "counts after a change": fresh_counts,
    "how many articles a paper has": lambda store: store.article_count(SearchFilter(source="梅岭报1")),
    "what articles are owed": index.bring_up_to_date,
    "how many claims there are": lambda store: read(store, "claim_count"),
    "newest claims": newest(),
    "newest claims of a unit": newest(unit="亩"),
    "newest claims of a mood": newest(mood="fact"),
    "newest claims of a unit and a mood": newest(unit="盏", mood="fact"),
    "newest claims of a mood there is none of": newest(unit="亩", mood="denied"),
    "claims of a value": of_value("2条"),
    "withdrawn claims of a value": of_value("2条", standing="withdrawn", limit=3),
    "holders of an office": lambda store: offices_of_title(store, "局长", limit=NEWEST),
    "claims of a day": lambda store: claims_of_day(store, dt.date(2001, 1, 2), limit=NEWEST),
    "corrections of an article": lambda store: corrections_of(store, ["n0", "n100"]),
    "notices with nothing new": link_corrections,
    "chunks and an article": fetched,
}


@pytest.fixture
def few_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_NEWEST", NEWEST)


@pytest.mark.usefixtures("few_newest")
@pytest.mark.parametrize("step", STEPS)
def test_a_step_takes_no_more_in_a_larger_store(stores: tuple[EmbeddedStore, EmbeddedStore], step: str) -> None:
    few, many = (instructions(store, STEPS[step]) for store in stores)
    assert many <= 1.2 * few + 20


def test_the_first_filtered_search_after_a_start_takes_no_more_in_a_larger_store(
    stores: tuple[EmbeddedStore, EmbeddedStore],
) -> None:
    def first_filter(store: EmbeddedStore) -> None:
        with EmbeddedStore.open(store.directory) as opened:
            found = opened._places.within(store.connection(), SearchFilter(source="梅岭报1"))
            assert found.sum() > FEW / 3

    few, many = (instructions(store, first_filter) for store in stores)
    assert many <= 1.2 * few + 20


def test_an_upload_and_a_removal_take_no_more_in_a_larger_store(
    stores: tuple[EmbeddedStore, EmbeddedStore],
) -> None:
    def upload(store: EmbeddedStore) -> None:
        put(store, replaced(story(33), "a1"))
        link_corrections(store)
        assert len(store.vector_index) == store.counts().chunks

    def correct(store: EmbeddedStore) -> None:
        put(store, notice(77, story(42)))
        assert link_corrections(store) == 1
        assert [link.notice_id for link in corrections_of(store, ["n42"])] == ["z77"]

    def remove(store: EmbeddedStore) -> None:
        store.remove(["a1", "z77"])
        link_corrections(store)
        assert len(store.vector_index) == store.counts().chunks

    for work in (upload, correct, remove):
        for store in stores:
            store.counts()
        few, many = (instructions(store, work) - instructions(store, fresh_counts) for store in stores)
        assert many <= 2 * few, work.__name__  # which terms are looked at differs from one generation to the next
    assert [store.check() for store in stores] == [[], []]


def replaced(article: Article, identifier: str) -> Article:
    return Article(identifier, article.title, article.text, date=article.date, source=article.source)


def test_claims_are_found_by_the_indexes_of_what_is_asked(stores: tuple[EmbeddedStore, EmbeddedStore]) -> None:
    """The counted steps read what they should: they find as many as are asked for, the newest."""
    many = stores[1]
    found = find_claims(many, ClaimQuery(unit="亩", mood="fact"), limit=3).claims
    assert [claim.article_id for claim in found] == ["n1499", "n1498", "n1497"] or {
        claim.date for claim in found
    } == {day_of(MANY - 1)}
    assert len(offices_of_title(many, "局长", limit=NEWEST)) == NEWEST
    (figure,) = find_figures("2条")
    withdrawn = claims_of_value(many, figure, standing="withdrawn", limit=100)
    assert len(withdrawn) == MANY // 50
    with many.reading() as reading:
        counted = many.connection().execute("SELECT count(*) FROM claims").fetchone()[0]
        assert reading.claim_count() == counted > MANY


def test_the_number_of_a_common_term_is_kept_and_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "COMMON_CHUNKS", 40)
    with EmbeddedStore.open(
        tmp_path, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True
    ) as store:
        for number in range(0, 120, 2):
            put(store, story(number), story(number + 1))
        kept = dict(store.connection().execute("SELECT term, chunks FROM common_terms").fetchall())
        assert kept["水渠"] == kept["梅岭"] == 120
        assert "验收" in kept
        asked: list[str] = []
        store.connection().set_trace_callback(asked.append)
        with store.reading() as reading:
            assert reading.term_frequencies(["水渠", "梅岭"]) == {"水渠": 120, "梅岭": 120}
            assert not any("lexical_terms" in statement for statement in asked)
            assert reading.term_frequencies(["第7"]) is not None
            assert any("lexical_terms" in statement for statement in asked)
        store.connection().set_trace_callback(None)
        store.remove(["n0", "n1", "n2"])
        put(store, Article("n3", "改写", "改写后没有那个词。", date=day_of(3)))
        with store.reading() as reading:
            assert reading.term_frequencies(["水渠"]) == {"水渠": 116}
        assert store.check() == []
        store.connection().execute("UPDATE common_terms SET chunks = 7 WHERE term = '水渠'")
        assert store.check() == ["1 common terms whose number of chunks is kept wrong"]


def test_an_interrupted_change_leaves_the_numbers_of_terms_as_they_were(tmp_path: Path) -> None:
    with EmbeddedStore.open(
        tmp_path, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True
    ) as store:
        put(store, story(1))
        with pytest.raises(ZeroDivisionError), store.writing() as writer:
            _ = writer.remove_article("n1") / 0
        with store.reading() as reading:
            assert reading.term_frequencies(["水渠"]) == {"水渠": 1}
        assert np.array_equal(store.vector_index.ids, [1])
