"""What every store promises, whichever engine keeps it."""

import datetime as dt
import multiprocessing
import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest
from fakes import HashEncoder

from rag.corpus.chunks import split_into_spans
from rag.corpus.open_store import StoreLocation, open_store
from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import StoredCorrection
from rag.errors import ArticleNotFoundError, StoreError, StoreLockedError, StoreMismatchError
from rag.records import Article, Origin, SearchFilter, SourceRun
from rag.retrieval.retriever import Retriever

ENCODER = HashEncoder()


def open_here(location: StoreLocation) -> ArticleStore:
    return open_store(location, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True)


def article(number: int, text: str, **fields: object) -> Article:
    return Article(id=f"a{number}", title=f"标题{number}", text=text, **fields)  # type: ignore[arg-type]


def put(store: ArticleStore, articles: Sequence[Article], longest: int = 40) -> None:
    with store.writing() as writer:
        for position, item in enumerate(articles):
            number = writer.put_source(f"/{item.id}", item.origin.path or f"/{item.id}", "00", None, None)
            spans = split_into_spans(item.text, longest)
            vectors = ENCODER.encode_passages([item.text[span.start : span.end] for span in spans])
            writer.put_article(item, number, position, spans, vectors)
            writer.seal_source(number, "sealed")


def found(store: ArticleStore, question: str, search_filter: SearchFilter | None = None) -> list[str]:
    hits = Retriever(store, ENCODER).search(question, count=10, search_filter=search_filter or SearchFilter())
    return [passage.article_id for passage in hits]


def test_an_article_comes_back_as_it_went_in(location: StoreLocation) -> None:
    runs = (SourceRun(0, 4, 17), SourceRun(5, 3, 40, 2))
    sent = Article(
        id="x1", title="𠮷野家开业", text="𠮷野家在云岭开业。\n首日客流1200人次。", subtitle="副题", byline="记者",
        page="03", date=dt.date(2020, 12, 25), source="云岭日报", kind="photo",
        origin=Origin("/p/03.txt", "00", runs),
        date_basis="page header", confidence=0.75,
    )  # fmt: skip
    with open_here(location) as store:
        put(store, [sent])
        assert store.article("x1") == sent
    with open_store(location) as again:
        assert again.article("x1") == sent
        assert (again.embedding_model, again.dimension) == ("hash-encoder", 64)


def test_offsets_of_engine_and_python_agree_beyond_the_basic_plane(location: StoreLocation) -> None:
    text = "𠮷" * 7 + "野家é开业。" + "𠀀签约102个。👨‍👩‍👧入园😀。"
    with open_here(location) as store:
        put(store, [article(1, text)], longest=6)
        chunks = list(store.chunks(range(1, 100)).values())
        assert "".join(chunk.text for chunk in chunks) == text
        assert [chunk.text for chunk in chunks] == [text[chunk.start : chunk.end] for chunk in chunks]
        assert store.check() == []
        for passage in Retriever(store, ENCODER).search("签约多少个？"):
            assert passage.text == text[passage.start : passage.end]


def test_listing_is_newest_first_and_filtered(location: StoreLocation) -> None:
    days = [dt.date(2020, 1, 5), None, dt.date(2021, 2, 3), dt.date(2020, 6, 1)]
    with open_here(location) as store:
        put(store, [article(n, "开工。", date=day, source="晨报" if n < 2 else "晚报") for n, day in enumerate(days)])
        assert [item.id for item in store.articles()] == ["a2", "a3", "a0", "a1"]
        assert [item.id for item in store.articles(limit=2, offset=1)] == ["a3", "a0"]
        bounds = SearchFilter(dt.date(2020, 1, 5), dt.date(2020, 6, 1))
        assert [item.id for item in store.articles(bounds)] == ["a3", "a0"]
        assert store.article_count(SearchFilter(source="晨报")) == 2
        counts = store.counts()
        assert (counts.articles, counts.chunks, counts.sources) == (4, 4, {"晨报": 2, "晚报": 2})
        assert (counts.first_date, counts.last_date) == (dt.date(2020, 1, 5), dt.date(2021, 2, 3))


def test_every_page_is_a_piece_of_the_whole_list(location: StoreLocation) -> None:
    days = [None, dt.date(2021, 1, 1), dt.date(2021, 1, 1), dt.date(2021, 1, 3), dt.date(2020, 7, 7), None, None]
    with open_here(location) as store:
        put(
            store,
            [
                article(n, "开工。", date=days[n % 7], source="晨报" if n % 3 else "晚报", page=f"{n % 4}")
                for n in range(40)
            ],
        )
        filters = (
            SearchFilter(),
            SearchFilter(source="晨报"),
            SearchFilter(date_from=dt.date(2021, 1, 1)),
            SearchFilter(date_to=dt.date(2021, 1, 1), source="晚报"),
            SearchFilter(source="没有的报"),
        )
        for search_filter in filters:
            whole = [item.id for item in store.articles(search_filter)]
            assert len(whole) == store.article_count(search_filter) == len(set(whole))
            for limit in (1, 3, 8, 100):
                pages = [store.articles(search_filter, limit=limit, offset=o) for o in range(0, 45, limit)]
                assert [item.id for page in pages for item in page] == whole
        whole_list = store.articles()
        order = [(item.date is None, -(item.date or dt.date.max).toordinal(), item.source) for item in whole_list]
        assert order == sorted(order)
        assert len(order) == 40


def test_generation_counts_changes_only(location: StoreLocation) -> None:
    with open_here(location) as store:
        assert store.generation == 0
        put(store, [article(1, "开工。")])
        assert store.generation == 1
        store.add_feedback({"good": True})
        with store.writing():
            pass
        assert store.generation == 1
        assert store.remove(["a1", "a1"]) == 1
        assert store.generation == 2


def test_removing_an_unknown_article_removes_nothing(location: StoreLocation) -> None:
    with open_here(location) as store:
        put(store, [article(1, "开工。")])
        with pytest.raises(ArticleNotFoundError, match=r"'nope'.*nothing was removed"):
            store.remove(["a1", "nope"])
        assert store.article("a1").text == "开工。"
        with pytest.raises(ArticleNotFoundError, match="no article has the id 'a9'"):
            store.article("a9")


def test_a_removal_holds_at_once_in_another_store_object_and_another_thread(location: StoreLocation) -> None:
    with open_here(location) as one, open_store(location) as two:
        put(one, [article(n, f"第{n}号桥今年通车。") for n in range(5)])
        assert set(found(two, "桥通车")) == {f"a{n}" for n in range(5)}
        seen: list[list[str]] = []
        started, removed = threading.Event(), threading.Event()

        def read() -> None:
            seen.append(found(one, "桥通车"))
            started.set()
            removed.wait(10)
            seen.append(found(one, "桥通车"))

        thread = threading.Thread(target=read)
        thread.start()
        started.wait(10)
        one.remove(["a3"])
        removed.set()
        assert set(found(two, "桥通车")) == {"a0", "a1", "a2", "a4"}
        thread.join()
        assert [set(ids) for ids in seen] == [{"a0", "a1", "a2", "a3", "a4"}, {"a0", "a1", "a2", "a4"}]


def _remove_in_process(location: StoreLocation) -> None:
    with open_store(location) as store:
        store.remove(["a2"])


def test_a_removal_by_another_process_holds_at_once(location: StoreLocation) -> None:
    with open_here(location) as store:
        put(store, [article(n, f"第{n}号桥今年通车。") for n in range(4)])
        assert len(found(store, "桥通车")) == 4
        process = multiprocessing.get_context("spawn").Process(target=_remove_in_process, args=(location,))
        process.start()
        process.join(240)
        assert process.exitcode == 0
        assert set(found(store, "桥通车")) == {"a0", "a1", "a3"}
        assert_vectors_follow(store)


def test_a_failed_change_leaves_the_last_generation(location: StoreLocation) -> None:
    with open_here(location) as store:
        put(store, [article(1, "开工建设。")])
        with pytest.raises(ZeroDivisionError), store.writing() as writer:
            _ = writer.remove_article("a1") / 0
        assert (store.generation, store.article("a1").text) == (1, "开工建设。")


def _write_in_process(location: StoreLocation, number: int) -> None:
    with open_here(location) as store:
        for step in range(10):
            put(store, [article(100 * number + step, f"第{number}组第{step}篇：项目开工。")])


def test_two_processes_that_create_and_write_at_once_both_finish(location: StoreLocation) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write_in_process, args=(location, number)) for number in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    with open_store(location) as store:
        assert (store.article_count(), store.generation, store.check()) == (20, 20, [])
        assert_vectors_follow(store)


def test_a_closed_store_says_so(location: StoreLocation) -> None:
    store = open_here(location)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.article_count()


def assert_vectors_follow(store: ArticleStore) -> None:
    """Every stored vector is found under its own chunk, and no other chunk is."""
    with store.reading() as reading:
        near = reading.chunks_near(ENCODER.encode_queries(["桥"])[0], 1000)
        chunks = reading.found_chunks(near)
        assert sorted(near) == sorted(chunk.chunk_id for chunk in chunks)
        assert len(near) == reading.chunk_count
        for chunk in chunks:
            assert np.array_equal(chunk.vector, ENCODER.encode_passages([chunk.text])[0])
            first = reading.chunks_near(chunk.vector, 1)
            assert reading.found_chunks(first)[0].text == chunk.text


def test_vectors_follow_every_change(location: StoreLocation) -> None:
    with open_here(location) as one, open_store(location) as two:
        for step in range(3):
            put(one, [article(10 * step + n, f"{step}月{n}日，第{step * n}座水库蓄水。") for n in range(3)])
            assert_vectors_follow(two)
            two.remove([f"a{10 * step + 1}"])
            assert_vectors_follow(one)
        # An article in place of one with the same id gets new chunks.
        put(one, [article(0, "完全不同的内容：图书馆开馆。")])
        assert_vectors_follow(two)
        assert two.counts().chunks == 6


def test_terms_count_chunks_and_follow_every_change(location: StoreLocation) -> None:
    with open_here(location) as store:
        put(store, [article(1, "云岭水库蓄水。"), article(2, "云岭图书馆开馆。"), article(3, "青河图书馆开馆。")])
        with store.reading() as reading:
            assert reading.term_frequencies(["云岭", "图书馆", "没有", "标题"]) == {
                "云岭": 2, "图书馆": 2, "没有": 0, "标题": 3
            }  # fmt: skip
            hits = reading.chunks_with_terms({"云岭": 2, "图书馆": 2}, 10)
            assert [chunk.article_id for chunk in reading.found_chunks([hits[0].chunk_id])] == ["a2"]
            assert [round(hit.score, 4) for hit in hits] == [0.9400, 0.4700, 0.4700]
            assert hits[1].chunk_id > hits[2].chunk_id
            assert reading.chunks_with_terms({"云岭": 2}, 0) == reading.chunks_with_terms({}, 5) == []
        store.remove(["a2"])
        with store.reading() as reading:
            assert reading.term_frequencies(["云岭", "图书馆", "标题"]) == {"云岭": 1, "图书馆": 1, "标题": 2}
        assert store.check() == []


def test_filters_bound_both_halves_of_a_search(location: StoreLocation) -> None:
    days = [dt.date(2020, 1, 5), None, dt.date(2021, 2, 3), dt.date(2020, 6, 1)]
    with open_here(location) as store:
        put(
            store,
            [
                article(n, f"第{n}号桥通车。", date=day, source="晨报" if n < 2 else "晚报")
                for n, day in enumerate(days)
            ],
        )
        for search_filter, expected in (
            (SearchFilter(), {"a0", "a1", "a2", "a3"}),
            (SearchFilter(source="晨报"), {"a0", "a1"}),
            (SearchFilter(source="没有的报"), set()),
            (SearchFilter(dt.date(2020, 6, 1)), {"a2", "a3"}),
            (SearchFilter(None, dt.date(2020, 6, 1)), {"a0", "a3"}),
            (SearchFilter(dt.date(2020, 6, 1), dt.date(2020, 6, 1), "晨报"), set()),
        ):
            assert set(found(store, "桥通车", search_filter)) == expected
            with store.reading() as reading:
                near = reading.chunks_near(ENCODER.encode_queries(["桥"])[0], 10, search_filter)
                terms = reading.chunks_with_terms({"通车": 4}, 10, search_filter)
                assert {c.article_id for c in reading.found_chunks(near)} == expected
                assert {c.article_id for c in reading.found_chunks([hit.chunk_id for hit in terms])} == expected
                assert {c.article_id for c in reading.found_chunks(range(1, 100), search_filter)} == expected


def test_a_reading_stays_in_its_generation(location: StoreLocation) -> None:
    with open_here(location) as one, open_store(location) as two:
        put(one, [article(n, f"第{n}号桥通车。") for n in range(3)])
        with one.reading() as reading:
            assert (reading.generation, one.article_count()) == (1, 3)
            two.remove(["a1"])
            assert (reading.generation, reading.chunk_count, one.article_count(), one.generation) == (1, 3, 3, 1)
            assert reading.term_frequencies(["通车"]) == {"通车": 3}
        assert (one.article_count(), one.generation) == (2, 2)


def test_a_second_writer_waits_and_then_is_refused_in_words(location: StoreLocation) -> None:
    with open_here(location) as one, open_store(location) as two:
        with (
            one.writing(),
            pytest.raises(StoreLockedError, match=r"another process (has been|keeps) writing"),
            two.writing(wait_seconds=0.2),
        ):
            raise AssertionError("two writers at once")
        put(two, [article(1, "开工建设。")])


def test_a_waiting_writer_does_not_hold_up_readers(location: StoreLocation) -> None:
    with open_here(location) as one, open_store(location) as two:
        put(one, [article(1, "开工建设。")])
        with one.writing():
            writer = threading.Thread(target=lambda: put(two, [article(2, "竣工投产。")]))
            writer.start()
            time.sleep(0.2)
            seen: list[int] = []
            reader = threading.Thread(target=lambda: seen.append(two.article_count()))
            reader.start()
            reader.join(5)
            assert seen == [1]
        writer.join()
        assert two.article_count() == 2


def test_a_store_of_another_model_is_refused(location: StoreLocation) -> None:
    open_here(location).close()
    with pytest.raises(StoreMismatchError, match="embedding model hash-encoder, but the one in use is other"):
        open_store(location, embedding_model="other", dimension=64, create=True)
    with open_store(location) as store, pytest.raises(StoreMismatchError, match="in use is other"):
        store.require_model("other")


def test_files_are_known_by_key_signature_and_article(location: StoreLocation) -> None:
    with open_here(location) as store:
        with store.writing() as writer:
            number = writer.put_source("/p", "/path/p", "00", "2020-01-01", None)
            writer.put_article(article(1, "开工。"), number, 0, [], np.empty((0, 64), np.float32))
        with store.reading() as reading:
            known = reading.known_source("/p")
            assert known is not None
            assert (known.source_id, known.signature, known.date_option, known.source_option) == (
                number, "", "2020-01-01", None
            )  # fmt: skip
            assert (set(known.fingerprints), known.titles) == ({"a1"}, {"标题1"})
            assert reading.known_source("/q") is None
            assert reading.article_count_of_signature("sealed") is None
            assert (reading.source_key_of("a1"), reading.source_key_of("a2")) == ("/p", None)
        assert store.unfinished_sources() == ["/path/p"]
        with store.writing() as writer:
            assert writer.owners(["a1", "a2"]) == {"a1": number}
            writer.seal_source(writer.put_source("/p", "/path/p", "11", None, "晨报"), "sealed")
        with store.reading() as reading:
            assert reading.article_count_of_signature("sealed") == 1
            again = reading.known_source("/p")
            assert again is not None
            assert (again.source_id, again.signature, again.source_option) == (number, "sealed", "晨报")
        assert store.unfinished_sources() == []


def test_an_article_is_read_back_with_its_place_chunks_and_vectors(location: StoreLocation) -> None:
    with open_here(location) as store:
        put(store, [article(1, "第一句。第二句很长很长。" * 5), article(2, "开工。")], longest=20)
        with store.reading() as reading:
            kept = reading.stored_article("a1")
            assert reading.stored_article("a9") is None
        assert kept is not None
        texts = [kept.article.text[span.start : span.end] for span in kept.spans]
        assert "".join(texts) == kept.article.text
        assert np.array_equal(kept.vectors, ENCODER.encode_passages(texts))
        store.remove(["a1"])
        with store.writing() as writer:
            writer.put_article(kept.article, kept.source_id, kept.position, kept.spans, kept.vectors)
        with store.reading() as reading:
            back = reading.stored_article("a1")
        assert back is not None
        assert (back.article, back.position, back.spans) == (kept.article, kept.position, kept.spans)
        assert store.check() == []


def test_the_links_of_a_notice_are_replaced_and_go_with_it(location: StoreLocation) -> None:
    day = dt.date(2021, 5, 6)
    with open_here(location) as store:
        put(store, [article(n, "开工。") for n in range(3)])
        links = [StoredCorrection("a2", "a0", "三", "四", 0, 1), StoredCorrection("a1", "a0", "五", "六", 0, 0)]
        with store.writing() as writer:
            writer.tie_notice("a2", day, day, [StoredCorrection("a2", "a1", "一", "二", 0, 1)])
        with store.writing() as writer:
            writer.tie_notice("a2", day, day, [links[0], links[0]])
            writer.tie_notice("a1", day, day, links[1:])
        with store.reading() as reading:
            assert sorted(reading.corrections_of(["a0", "a1"]), key=lambda link: link.notice_id) == links[::-1]
        store.remove(["a2"])
        with store.reading() as reading:
            assert reading.corrections_of(["a0"]) == [links[1]]
        assert store.generation == 2


def test_counts_are_kept_through_replacements(location: StoreLocation) -> None:
    with open_here(location) as store:
        put(
            store,
            [article(1, "开工。", date=dt.date(2020, 1, 5), source="晨报"), article(2, "竣工。", source="晚报")],
        )
        put(store, [article(1, "开工。" * 30, date=dt.date(2021, 3, 4), source="晚报")])
        counts = store.counts()
        assert (counts.articles, counts.sources, counts.first_date) == (2, {"晚报": 2}, dt.date(2021, 3, 4))
        assert counts.chunks == 1 + len(split_into_spans("开工。" * 30, 40))
        assert store.check() == []
        assert store.settle() is not None
        assert found(store, "竣工")[0] == "a2"


def test_new_articles_wait_to_be_looked_at_until_they_are(location: StoreLocation) -> None:
    with open_here(location) as store:
        put(
            store,
            [
                article(1, "本报昨日所刊数字有误，特此更正。"),
                article(2, "昨日天气晴好。"),
                article(3, "特此更正。" + "昨日天气晴好。" * 50),
                Article("t", "有关情况的说明", "昨日天气晴好。", date=dt.date(2020, 1, 2), source="晨报"),
                article(4, "他说明日更加正式。"),
            ],
        )
        with store.reading() as reading:
            until = reading.last_untied()
            found_here = reading.untied_articles(until, 100, ("更正",), ("说明", "来函照登"))
            assert [item.id for item in found_here] == ["a1", "t"]
            assert found_here[1].date == dt.date(2020, 1, 2)
            assert reading.article_text("t") == found_here[1]
            assert reading.article_text("a9") is None
            near = reading.articles_between(dt.date(2020, 1, 2), dt.date(2020, 1, 2), "晨报", "a1", 10)
            assert near[0].id == "t"
            assert {item.id for item in near} == {"t", "a2", "a3", "a4"}
            others = reading.articles_between(dt.date(2020, 1, 1), dt.date(2020, 1, 1), "晚报", "a1", 2)
            assert {item.id for item in others} < {"a2", "a3", "a4"}
            assert len(others) == 2
        with store.writing() as writer:
            writer.forget_untied(until)
        put(store, [article(1, "数字又有误，特此更正。")])
        with store.reading() as reading:
            assert reading.last_untied() > until
            assert [item.text for item in reading.untied_articles(until + 99, 100, ("更正",), ("说明",))] == [
                "数字又有误，特此更正。"
            ]


def test_a_notice_is_looked_at_again_for_an_article_of_its_days_only(location: StoreLocation) -> None:
    days = [dt.date(2020, 1, 2), dt.date(2020, 1, 3), dt.date(2019, 3, 1), dt.date(2018, 1, 1), None]
    with open_here(location) as store:
        put(store, [article(n, "更正。", date=dt.date(2020, 1, 9)) for n in (91, 92, 93)])
        with store.writing() as writer:
            writer.tie_notice("a91", days[0], days[0], [])  # type: ignore[arg-type]
            writer.tie_notice("a92", dt.date(2019, 1, 8), dt.date(2020, 1, 9), [])
            writer.tie_notice("a93", dt.date.min, dt.date.max, [])
            writer.tie_notice("a99", dt.date.min, dt.date.max, [])  # of no article, so of no notice
        with store.reading() as reading:
            until = reading.last_untied()
        with store.writing() as writer:
            writer.forget_untied(until)
        put(store, [article(n, "开工。", date=day) for n, day in enumerate(days)])
        with store.reading() as reading:
            pairs = {(notice, found.id) for notice, found in reading.notices_about_untied(reading.last_untied())}
        assert pairs == {
            ("a91", "a0"), ("a92", "a0"), ("a92", "a1"), ("a92", "a2"),
            *(("a93", f"a{n}") for n in range(5)), ("a91", "a4"), ("a92", "a4"),
        }  # fmt: skip


def test_articles_are_listed_by_the_page_of_the_paper(location: StoreLocation) -> None:
    day, next_day = dt.date(2022, 4, 9), dt.date(2022, 4, 10)
    places = [("01", day), ("3", day), ("03", next_day), ("A03", day), ("03", None), ("30", day)]
    sent = [article(n, f"第{n}篇。", page=page, date=date) for n, (page, date) in enumerate(places)]
    with open_here(location) as store:
        put(store, sent)
        for wanted in ("3", "03", "3版", "第3版"):
            assert [item.id for item in store.articles(page=wanted)] == ["a2", "a1", "a4"]
            assert store.article_count(page=wanted) == 3
        assert [item.id for item in store.articles(page="3", limit=1, offset=1)] == ["a1"]
        assert [item.id for item in store.articles(SearchFilter(day, day), page="3")] == ["a1"]
        assert store.article_count(SearchFilter(day, day), page="a03") == 1
        assert store.articles(page="7") == []
        assert store.article_count() == 6
