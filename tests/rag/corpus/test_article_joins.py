"""Articles divided and joined, in every kind of store: nothing is lost, all is found, and it can be undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from claim_fakes import open_store
from fakes import HashEncoder

from rag.claims.finding import claims_of_article
from rag.claims.index import keep_claims
from rag.corpus.article_edits import Correction, correct_article, stored_article
from rag.corpus.article_joins import ArticleMender, neighbours, undo_mend
from rag.corpus.article_pieces import divided_article, joined_article
from rag.corpus.ingestion import ingest
from rag.corpus.mend_records import mended_files
from rag.corpus.open_store import StoreLocation
from rag.corpus.store import ArticleStore
from rag.errors import ArticleChangedError, ArticleNotFoundError, MendError
from rag.records import Article, Origin, SearchFilter, SourceRun
from rag.retrieval.retriever import Retriever

PAGE = """{"articles": [
 {"title": "茶园扩种", "text": "雾岭县今年扩种茶园420亩。\\n农技员分片指导。\\n渡口恢复通航\\n停航半年的石矶渡口8日恢复通航，首日运送旅客160人。", "date": "2022-04-09"},
 {"title": "夜校开班", "text": "县总工会夜校开设课程12门。", "date": "2022-04-09"},
 {"title": "", "text": "报名延续到月底，预计招收学员300名。", "date": "2022-04-09"}
]}"""  # noqa: E501
ENCODER = HashEncoder()


@pytest.fixture
def store(location: StoreLocation, tmp_path: Path) -> Iterator[ArticleStore]:
    path = tmp_path / "雾岭日报.json"
    path.write_text(PAGE, encoding="utf-8")
    with open_store(location) as made:
        keep_claims(made)
        assert ingest(made, ENCODER, [path]).added == 3
        yield made
        assert made.check() == []


@pytest.fixture
def mender(store: ArticleStore) -> ArticleMender:
    return ArticleMender(store, ENCODER.encode_passages, 300)


def named(store: ArticleStore, title: str) -> Article:
    return next(article for article in store.articles() if article.title == title)


def first_found(store: ArticleStore, question: str) -> tuple[str, str]:
    found = Retriever(store, ENCODER).search(question, count=1, search_filter=SearchFilter())
    return found[0].title, found[0].text


def figures(store: ArticleStore, article_id: str) -> list[str]:
    return [found.text for found in claims_of_article(store, article_id)]


def test_a_divided_article_is_two_with_passages_and_claims_of_their_own(
    store: ArticleStore, mender: ArticleMender
) -> None:
    tea, before = named(store, "茶园扩种"), store.generation
    mend = mender.divide(tea.id, 3, "渡口恢复通航")
    ferry = named(store, "渡口恢复通航")
    assert store.generation == before + 1
    assert store.article(tea.id).text == "雾岭县今年扩种茶园420亩。\n农技员分片指导。"
    assert ferry.text == "停航半年的石矶渡口8日恢复通航，首日运送旅客160人。"
    assert (ferry.date, ferry.source, ferry.confidence) == (tea.date, tea.source, 1.0)
    assert [article.title for article in store.articles()] == ["茶园扩种", "渡口恢复通航", "夜校开班", ""]
    assert first_found(store, "石矶渡口首日运送旅客多少人") == ("渡口恢复通航", ferry.text)
    assert (figures(store, tea.id), figures(store, ferry.id)) == (["420亩"], ["半年", "160人"])
    assert [item.article.id for item in mend.after] == [tea.id, ferry.id]


def test_joined_articles_are_one_and_lose_nothing(store: ArticleStore, mender: ArticleMender) -> None:
    school, rest = named(store, "夜校开班"), named(store, "")
    mender.join(school.id, rest.id)
    joined = store.article(school.id)
    assert joined.text == "县总工会夜校开设课程12门。\n报名延续到月底，预计招收学员300名。"
    assert store.article_count() == 2
    assert figures(store, school.id) == ["12门", "300名"]
    assert first_found(store, "预计招收学员多少名")[0] == "夜校开班"
    with pytest.raises(ArticleNotFoundError):
        store.article(rest.id)


@pytest.mark.parametrize("kind", ["divide", "join"])
def test_what_was_mended_is_as_it_was_after_undo(store: ArticleStore, mender: ArticleMender, kind: str) -> None:
    ids = [article.id for article in store.articles()]
    earlier = [stored_article(store, article_id) for article_id in ids]
    told = [figures(store, article_id) for article_id in ids]
    mend = mender.divide(ids[0], 2, "") if kind == "divide" else mender.join(ids[0], ids[2])
    assert [article.id for article in store.articles()] != ids
    assert mended_files(store) == {earlier[0].article.origin.sha256}
    undo_mend(store, mend)
    assert [article.id for article in store.articles()] == ids
    for before, article_id in zip(earlier, ids, strict=True):
        now = stored_article(store, article_id)
        assert (now.article, now.spans) == (before.article, before.spans)
        assert (now.vectors == before.vectors).all()
    assert [figures(store, article_id) for article_id in ids] == told
    assert mended_files(store) == set()
    with pytest.raises(ArticleChangedError):
        undo_mend(store, mend)


def test_an_undo_leaves_alone_what_was_changed_since(store: ArticleStore, mender: ArticleMender) -> None:
    tea = named(store, "茶园扩种")
    mend = mender.divide(tea.id, 3, "渡口恢复通航")
    ferry = named(store, "渡口恢复通航")
    correct_article(store, ferry.id, Correction("渡口复航", ferry.date, "", ""), ENCODER.encode_passages)
    with pytest.raises(ArticleChangedError, match="changed or removed meanwhile"):
        undo_mend(store, mend)
    assert {article.title for article in store.articles()} == {"茶园扩种", "渡口复航", "夜校开班", ""}


def test_what_cannot_be_mended_so_is_refused_and_changes_nothing(store: ArticleStore, mender: ArticleMender) -> None:
    tea, before = named(store, "茶园扩种"), store.generation
    for line, title in ((1, ""), (5, ""), (4, "停航半年的石矶渡口8日恢复通航，首日运送旅客160人。")):
        with pytest.raises(MendError):
            mender.divide(tea.id, line, title)
    with pytest.raises(MendError, match="two articles"):
        mender.join(tea.id, tea.id)
    with pytest.raises(ArticleNotFoundError):
        mender.join(tea.id, "nothing")
    assert store.generation == before


def test_the_same_file_again_leaves_a_mend_and_a_changed_one_brings_its_own(
    store: ArticleStore, mender: ArticleMender, tmp_path: Path
) -> None:
    tea = named(store, "茶园扩种")
    mender.divide(tea.id, 3, "渡口恢复通航")
    path = tmp_path / "雾岭日报.json"
    assert ingest(store, ENCODER, [path]).unchanged == 4
    assert named(store, "渡口恢复通航").text.startswith("停航半年")
    path.write_text(PAGE.replace("12门", "13门"), encoding="utf-8")
    ingest(store, ENCODER, [path])
    assert [article.title for article in store.articles()] == ["茶园扩种", "夜校开班", ""]
    assert store.article(tea.id).text == tea.text


def test_neighbours_are_the_rest_of_the_file_and_what_follows_comes_first(store: ArticleStore) -> None:
    assert [item.title for item in neighbours(store, named(store, "夜校开班").id)] == ["", "茶园扩种"]


def runs_text(article: Article, source: str) -> str:
    """What the runs of an article cut out of its file."""
    return "".join(source[run.source_start : run.source_start + run.length] for run in article.origin.runs)


def test_pieces_know_their_places_in_the_file() -> None:
    source = "甲段一。  甲段二。\n乙题\n乙段。"
    article = Article(
        "a", "甲题", "甲段一。甲段二。\n乙题\n乙段。",
        origin=Origin("p.txt", "00", (SourceRun(0, 4, 0), SourceRun(4, 4, 6), SourceRun(9, 6, 11))),
    )  # fmt: skip
    first, rest = divided_article(article, 2, "乙题", "b")
    assert (first.text, rest.text) == ("甲段一。甲段二。", "乙段。")
    assert (runs_text(first, source), runs_text(rest, source)) == ("甲段一。甲段二。", "乙段。")
    joined = joined_article(first, rest)
    assert joined.text == article.text
    for run in joined.origin.runs:
        assert joined.text[run.start : run.start + run.length] == source[run.source_start :][: run.length]


def test_a_continuation_repeats_no_headline_and_no_place_of_another_file() -> None:
    first = Article("a", "长河治理", "上段。", byline="本报记者", origin=Origin("1.txt", "11", (SourceRun(0, 3, 5),)))
    rest = Article(
        "b", "长河治理", "下段。", subtitle="（上接第一版）", byline="本报记者", origin=Origin("2.txt", "22")
    )
    joined = joined_article(first, rest)
    assert joined.text == "上段。\n（上接第一版）\n下段。"
    assert joined.origin == first.origin
