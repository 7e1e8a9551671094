import dataclasses
import datetime as dt
import json
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes import HashEncoder

from rag.corpus import ingestion
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingest_records import IngestOptions, IngestProgress, IngestReport
from rag.corpus.ingestion import ingest
from rag.corpus.open_store import StoreLocation, open_store
from rag.errors import SourceError, StoreError
from rag.retrieval.retriever import Retriever

Record = dict[str, object]
BRIDGE: Record = {"title": "清溪大桥通车", "text": "清溪大桥12日建成通车，全长860米。"}
LIBRARY: Record = {"title": "图书馆新馆开放", "text": "县图书馆新馆1日开放，藏书18万册。"}
SMALL_BATCHES = IngestOptions(batch_chunks=4)
CLINIC: Record = {"title": "卫生院扩建", "text": "石岭卫生院扩建完工，新增床位40张。"}


class Bench:
    """A store in a folder, an encoder that remembers, and a folder for files."""

    def __init__(self, folder: Path, location: StoreLocation) -> None:
        self.folder, self.location = folder, location
        self.encoder = HashEncoder()
        self.store = open_store(
            location, embedding_model=self.encoder.name, dimension=self.encoder.dimension, create=True
        )

    def write(self, name: str, records: Sequence[Record]) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
        return path

    def ingest(self, *paths: Path, **options: object) -> IngestReport:
        return ingest(self.store, self.encoder, paths, IngestOptions(**options))  # type: ignore[arg-type]

    def titles(self) -> dict[str, str]:
        return {article.title: article.id for article in self.store.articles()}


@pytest.fixture
def bench(tmp_path: Path, location: StoreLocation):  # noqa: ANN201
    made = Bench(tmp_path, location)
    yield made
    assert made.store.check() == []
    made.store.close()


def numbers(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


def test_a_file_becomes_articles_and_the_same_file_again_changes_nothing(bench: Bench) -> None:
    path = bench.write("晨报.jsonl", [BRIDGE, LIBRARY])
    report = bench.ingest(path)
    assert (numbers(report), report.chunks, report.generation, report.failed) == ((2, 0, 0, 0), 2, 1, ())
    encoded = len(bench.encoder.encoded)
    again = bench.ingest(path)
    assert (numbers(again), again.chunks, again.generation) == ((0, 0, 2, 0), 0, 1)
    assert len(bench.encoder.encoded) == encoded
    assert again.to_json() | {"seconds": 0} == {
        "added": 0, "updated": 0, "unchanged": 2, "removed": 0, "failed": [], "warnings": [], "chunks": 0,
        "seconds": 0, "generation": 1, "left_out": [],
    }  # fmt: skip


def test_a_changed_file_updates_only_its_articles_under_their_ids(bench: Bench) -> None:
    other = bench.write("other.jsonl", [CLINIC])
    path = bench.write("晨报.jsonl", [BRIDGE, LIBRARY])
    bench.ingest(path, other)
    before = bench.titles()
    bench.encoder.encoded.clear()
    bench.write("晨报.jsonl", [LIBRARY, {**BRIDGE, "text": "清溪大桥13日建成通车，全长870米。"}])
    report = bench.ingest(path, other)
    assert (numbers(report), report.chunks, report.generation) == ((0, 1, 2, 0), 1, 2)
    assert bench.encoder.encoded == ["清溪大桥通车\n清溪大桥13日建成通车，全长870米。"]
    assert bench.titles() == before
    assert bench.store.article(before["清溪大桥通车"]).text == "清溪大桥13日建成通车，全长870米。"


def test_of_repeated_titles_the_opening_tells_which_is_meant(bench: Bench) -> None:
    opening = (
        "清溪大桥12日建成通车，全长860米，双向四车道，设计时速六十公里，" + "连接两岸五个村，居民往来只需五分钟，"
    )
    assert len(opening) < 60
    opening += "今后还要修建辅路和公交站。"
    records = [{"title": "简讯", "text": opening + "总投资2亿元。"}, {"title": "简讯", "text": "县图书馆开放。"}]
    path = bench.write("a.jsonl", records)
    bench.ingest(path)
    first = {article.text[:4]: article.id for article in bench.store.articles()}
    bench.write("a.jsonl", [records[1], {"title": "简讯", "text": opening + "总投资3亿元。"}])
    assert numbers(bench.ingest(path)) == (0, 1, 1, 0)
    assert {article.text[:4]: article.id for article in bench.store.articles()} == first
    assert bench.store.article(first["清溪大桥"]).text.endswith("总投资3亿元。")


def test_an_article_gone_from_its_file_is_gone_from_the_store(bench: Bench) -> None:
    path = bench.write("a.jsonl", [BRIDGE, LIBRARY])
    bench.ingest(path)
    bench.write("a.jsonl", [LIBRARY])
    report = bench.ingest(path)
    assert (numbers(report), list(bench.titles())) == ((0, 0, 1, 1), ["图书馆新馆开放"])
    hits = Retriever(bench.store, bench.encoder).search("清溪大桥全长多少米？")
    assert [hit.title for hit in hits] == ["图书馆新馆开放"]


@pytest.mark.parametrize("together", [True, False])
def test_a_copy_elsewhere_is_not_stored_twice(bench: Bench, together: bool) -> None:
    path = bench.write("a.jsonl", [BRIDGE, LIBRARY])
    copy = bench.folder / "copy" / "b.jsonl"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    if together:
        assert numbers(bench.ingest(path, copy)) == (2, 0, 2, 0)
    else:
        bench.ingest(path)
        assert numbers(bench.ingest(copy)) == (0, 0, 2, 0)
    assert bench.store.article_count() == 2


def test_a_file_named_twice_or_found_in_its_folder_is_read_once(bench: Bench) -> None:
    path = bench.write("in/a.jsonl", [BRIDGE])
    assert numbers(bench.ingest(path, path, path.parent)) == (1, 0, 0, 0)


def test_same_names_in_two_folders_keep_apart_ids(bench: Bench) -> None:
    one = bench.write("1225/03.jsonl", [BRIDGE, LIBRARY])
    two = bench.write("1226/03.jsonl", [BRIDGE, CLINIC])
    assert numbers(bench.ingest(one, two)) == (4, 0, 0, 0)
    ids = {article.id for article in bench.store.articles()}
    assert len(ids) == 4
    bench.write("1226/03.jsonl", [BRIDGE, {**CLINIC, "page": "04"}])
    assert numbers(bench.ingest(two)) == (0, 1, 1, 0)
    assert {article.id for article in bench.store.articles()} == ids


def test_titles_that_repeat_in_a_file_are_articles_of_their_own(bench: Bench) -> None:
    path = bench.write(
        "a.jsonl", [{"title": "简讯", "text": f"第{n}座桥通车。"} for n in range(3)] + [BRIDGE, BRIDGE]
    )
    assert numbers(bench.ingest(path)) == (5, 0, 0, 0)
    bench.write(
        "a.jsonl", [{"title": "简讯", "text": f"第{n}座桥通车。"} for n in range(3)] + [BRIDGE, BRIDGE, CLINIC]
    )
    assert numbers(bench.ingest(path)) == (1, 0, 5, 0)


def test_a_missing_path_stops_before_anything_is_stored(bench: Bench) -> None:
    path = bench.write("a.jsonl", [BRIDGE])
    with pytest.raises(SourceError, match="nowhere does not exist; expected a file or folder"):
        bench.ingest(path, bench.folder / "nowhere")
    assert bench.store.article_count() == 0


def test_one_bad_file_among_good_ones_is_named_and_stops_none(bench: Bench) -> None:
    folder = bench.folder / "in"
    bench.write("in/a.jsonl", [BRIDGE])
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "d.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "e.docx").write_bytes(b"PK\x03\x04broken")
    (folder / "f.exe").write_bytes(b"MZ\x90\0")
    (folder / "g.json").write_text("{", encoding="utf-8")
    bench.write("in/z.jsonl", [LIBRARY])
    report = bench.ingest(folder)
    assert numbers(report) == (2, 0, 0, 0)
    failed = {Path(item.path).name: item.reason for item in report.failed}
    assert sorted(failed) == ["b.txt", "c.txt", "d.pdf", "e.docx", "f.exe", "g.json"]
    assert "empty" in failed["b.txt"]
    assert all("\n" not in reason and reason for reason in failed.values())
    again = bench.ingest(folder)
    assert (numbers(again), [item.reason for item in again.failed]) == ((0, 0, 2, 0), list(map(str, [
        item.reason for item in report.failed
    ])))  # fmt: skip


def test_a_bad_line_is_left_out_with_a_warning(bench: Bench) -> None:
    path = bench.write("a.jsonl", [BRIDGE])
    path.write_text(path.read_text(encoding="utf-8") + '\n{"title": "断\n' + json.dumps(LIBRARY), encoding="utf-8")
    report = bench.ingest(path)
    assert numbers(report) == (2, 0, 0, 0)
    assert len(report.warnings) == 1
    assert "line 2 is left out" in report.warnings[0]


def test_a_file_without_an_article_fails_each_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bench.write("a.jsonl", [BRIDGE])
    real = ingestion.read_source
    monkeypatch.setattr(ingestion, "read_source", lambda p, **_: dataclasses.replace(real(p), articles=()))
    for _ in range(2):
        report = bench.ingest(path)
        assert [item.reason.split(";")[0] for item in report.failed] == ["no article found in it"]
    assert bench.store.unfinished_sources() == []


def test_a_file_that_cannot_be_told_apart_fails_alone(bench: Bench) -> None:
    odd = bench.write("a.jsonl", [{"title": "简讯", "text": "同一句话。"}] * 1001)
    report = bench.ingest(odd, bench.write("b.jsonl", [LIBRARY]))
    assert (numbers(report), len(report.failed)) == ((1, 0, 0, 0), 1)
    assert "over a thousand articles with the same title and text" in report.failed[0].reason
    assert bench.store.unfinished_sources() == []


def test_options_fill_gaps_and_are_remembered(bench: Bench) -> None:
    own = {**LIBRARY, "date": "2021-05-01", "source": "晚报"}
    path = bench.write("a.jsonl", [BRIDGE, own])
    bench.ingest(path, date=dt.date(2020, 12, 25), source="云岭日报")
    seen = {article.title: (article.date, article.date_basis, article.source) for article in bench.store.articles()}
    assert seen == {
        "清溪大桥通车": (dt.date(2020, 12, 25), "option", "云岭日报"),
        "图书馆新馆开放": (dt.date(2021, 5, 1), "record", "晚报"),
    }
    # Without options it is the same file; a change keeps what was said of it.
    assert numbers(bench.ingest(path)) == (0, 0, 2, 0)
    bench.write("a.jsonl", [BRIDGE, own, CLINIC])
    assert numbers(bench.ingest(path)) == (1, 0, 2, 0)
    added = bench.store.article(bench.titles()["卫生院扩建"])
    assert (added.date, added.source) == (dt.date(2020, 12, 25), "云岭日报")
    # Another option is a change.
    assert numbers(bench.ingest(path, date=dt.date(2020, 12, 26))) == (0, 2, 1, 0)
    assert bench.store.article(added.id).date == dt.date(2020, 12, 26)


def test_another_chunk_size_cuts_anew(bench: Bench) -> None:
    path = bench.write("a.jsonl", [{"title": "长文", "text": "清溪大桥建成通车了。" * 20}])
    assert bench.ingest(path, chunk_characters=300).chunks == 1
    report = bench.ingest(path, chunk_characters=50)
    assert (numbers(report), report.chunks, bench.store.counts().chunks) == ((0, 1, 0, 0), 4, 4)


def test_an_upload_is_known_by_its_label(bench: Bench) -> None:
    path = bench.write("tmp123/0001.jsonl", [BRIDGE])
    report = ingest(bench.store, bench.encoder, [path], IngestOptions(labels={path: "晨报.jsonl"}))
    assert numbers(report) == (1, 0, 0, 0)
    (article,) = bench.store.articles()
    assert article.origin.path == "晨报.jsonl"
    moved = bench.write("tmp999/0007.jsonl", [BRIDGE, LIBRARY])
    report = ingest(bench.store, bench.encoder, [moved], IngestOptions(labels={moved: "晨报.jsonl"}))
    assert numbers(report) == (1, 0, 1, 0)
    assert {item.origin.path for item in bench.store.articles()} == {"晨报.jsonl"}
    empty = bench.folder / "0002.txt"
    empty.write_bytes(b"")
    report = ingest(bench.store, bench.encoder, [empty], IngestOptions(labels={empty: "空.txt"}))
    assert [(item.path, "empty" in item.reason) for item in report.failed] == [("空.txt", True)]


def test_an_upload_is_dated_by_its_label_and_another_page_of_the_same_name_is_kept_beside_it(bench: Bench) -> None:
    weather = {"title": "天气预报", "text": "今天多云。"}
    first = bench.write("up/1.jsonl", [BRIDGE, LIBRARY, weather])
    second = bench.write("up/2.jsonl", [CLINIC, {"title": "秋粮丰收", "text": "玉米6万吨。"}, weather])
    for path in (first, second):
        bench.ingest(path, labels={path: "云岭日报_20201225_03.jsonl"})
    assert bench.store.article_count() == 6
    assert {article.date for article in bench.store.articles()} == {dt.date(2020, 12, 25)}
    assert {article.page for article in bench.store.articles()} == {"03"}
    revised = bench.write("up/3.jsonl", [{**CLINIC, "text": "石岭卫生院扩建完工。"}, weather])
    assert numbers(bench.ingest(revised, labels={revised: "云岭日报_20201225_03.jsonl"})) == (0, 1, 1, 1)
    assert bench.store.article_count() == 5
    assert numbers(bench.ingest(first, labels={first: "云岭日报_20201225_03.jsonl"})) == (0, 0, 3, 0)


def test_progress_never_goes_back_and_ends_complete(bench: Bench) -> None:
    for number in range(4):
        bench.write(
            f"in/{number}.jsonl", [{"title": f"{number}-{n}", "text": f"第{number}{n}座桥。"} for n in range(5)]
        )
    (bench.folder / "in" / "bad.txt").write_bytes(b"")
    for _ in range(2):
        seen: list[IngestProgress] = []
        ingest(bench.store, bench.encoder, [bench.folder / "in"], SMALL_BATCHES, on_progress=seen.append)
        values = [(item.sources_done, item.articles, item.chunks, item.seconds) for item in seen]
        for column in zip(*values, strict=True):
            assert list(column) == sorted(column)
        assert (seen[-1].sources_done, seen[-1].sources_total, seen[-1].articles) == (5, 5, 20)
    assert bench.store.article_count() == 20


def test_what_progress_reports_is_stored_already(bench: Bench) -> None:
    path = bench.write("a.jsonl", [{"title": f"{n}", "text": f"第{n}座桥。"} for n in range(20)])

    def look(progress: IngestProgress) -> None:
        with open_store(bench.location) as other:
            assert other.counts().chunks >= progress.chunks
            assert other.article_count() >= progress.articles

    ingest(bench.store, bench.encoder, [path], SMALL_BATCHES, on_progress=look)


def test_a_run_cut_off_resumes_and_stores_nothing_twice(bench: Bench) -> None:
    path = bench.write("a.jsonl", [{"title": f"{n}", "text": f"第{n}座桥。"} for n in range(20)])

    def stop(progress: IngestProgress) -> None:
        if progress.articles >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(bench.store, bench.encoder, [path], SMALL_BATCHES, on_progress=stop)
    assert (bench.store.article_count(), bench.store.unfinished_sources()) == (8, [str(path)])
    report = bench.ingest(path)
    assert (numbers(report), bench.store.unfinished_sources()) == ((12, 0, 8, 0), [])
    assert bench.store.article_count() == 20


@pytest.mark.parametrize("location", ["embedded"], indirect=True)
def test_a_full_disk_says_so_keeps_what_was_stored_and_resumes(bench: Bench) -> None:
    path = bench.write("a.jsonl", [{"title": f"{n}", "text": f"第{n}座桥通车，" * 60} for n in range(60)])
    assert isinstance(bench.store, EmbeddedStore)
    connection = bench.store.connection()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 60}")
    with pytest.raises(StoreError, match="free some space, then ingest again"):
        bench.ingest(path, batch_chunks=8)
    kept = bench.store.article_count()
    assert 0 < kept < 60
    assert bench.store.check() == []
    connection.execute("PRAGMA max_page_count = 1000000")
    assert numbers(bench.ingest(path)) == (60 - kept, 0, kept, 0)


def test_characters_a_database_cannot_hold_are_replaced_one_for_one(bench: Bench) -> None:
    path = bench.folder / "a.jsonl"
    path.write_text('{"title": "半\\ud83d个", "text": "前\\u0000后\\ud800尾，签约102个。"}', encoding="utf-8")
    assert numbers(bench.ingest(path)) == (1, 0, 0, 0)
    (article,) = bench.store.articles()
    hits = Retriever(bench.store, bench.encoder).search("签约多少个？")
    assert hits[0].text == article.text[hits[0].start : hits[0].end]
    assert "签约102个。" in hits[0].text
    assert numbers(bench.ingest(path)) == (0, 0, 1, 0)


def test_a_removed_article_stays_removed_when_its_file_is_ingested_again(bench: Bench) -> None:
    path = bench.write("a.jsonl", [BRIDGE, LIBRARY])
    bench.ingest(path)
    bench.store.remove([bench.titles()["清溪大桥通车"]])
    assert numbers(bench.ingest(path)) == (0, 0, 1, 0)
    assert list(bench.titles()) == ["图书馆新馆开放"]


def test_nothing_to_ingest_is_no_error(bench: Bench) -> None:
    (bench.folder / "in").mkdir()
    report = bench.ingest(bench.folder / "in")
    assert (numbers(report), report.generation, report.failed) == ((0, 0, 0, 0), 0, ())


def test_progress_goes_on_while_files_are_only_read(bench: Bench) -> None:
    paths = [
        bench.write(f"{number}.jsonl", [{"title": f"第{number}号", "text": "渠道修通。"}]) for number in range(5)
    ]
    told: list[IngestProgress] = []
    ingest(bench.store, bench.encoder, paths, IngestOptions(), on_progress=told.append)
    assert [item.sources_read for item in told] == [1, 2, 3, 4, 5, 5]
    assert [item.sources_done for item in told] == [0, 0, 0, 0, 0, 5]
    assert told[2].current == "2.jsonl"


def test_an_id_that_another_process_gave_away_meanwhile_is_not_used_again(bench: Bench) -> None:
    """Two files of one name in two folders, whose articles have the same title."""
    first, second = (
        bench.write("一/晨报.jsonl", [BRIDGE]),
        bench.write("二/晨报.jsonl", [{**BRIDGE, "text": "又一座桥。"}]),
    )
    encode = bench.encoder.encode_passages
    stored: list[IngestReport] = []

    def encode_while_another_stores(texts: Sequence[str]) -> object:
        if not stored:
            stored.append(IngestReport(0, 0, 0, 0, (), (), 0, 0.0, 0))
            with open_store(bench.location) as other:
                stored.append(ingest(other, HashEncoder(), [second]))
        return encode(texts)

    bench.encoder.encode_passages = encode_while_another_stores  # type: ignore[method-assign,assignment]
    assert numbers(bench.ingest(first)) == (1, 0, 0, 0)
    assert numbers(stored[1]) == (1, 0, 0, 0)
    assert sorted(article.text for article in bench.store.articles()) == ["又一座桥。", BRIDGE["text"]]
    assert numbers(bench.ingest(first, second)) == (0, 0, 2, 0)


@pytest.mark.parametrize("location", ["postgresql"], indirect=True)
def test_files_that_another_process_ingests_come_last_and_are_not_encoded_twice(bench: Bench) -> None:
    paths = [bench.write(f"{n}.jsonl", [{"title": f"第{n}号桥", "text": f"第{n}号桥通车。"}]) for n in range(6)]
    copy = bench.write("copy.jsonl", [{"title": "第0号桥", "text": "第0号桥通车。"}])
    with open_store(bench.location) as other, ThreadPoolExecutor(1) as pool:
        encoder = HashEncoder()
        reports = []

        def beside(texts: Sequence[str]) -> object:
            if not reports:
                reports.append(pool.submit(ingest, bench.store, bench.encoder, [*paths, copy]))
                time.sleep(1.0)  # it takes the other files, and waits for those held here
            return HashEncoder().encode_passages(texts)

        encoder.encode_passages = beside  # type: ignore[method-assign,assignment]
        mine = ingest(other, encoder, paths[:3])
        theirs = reports[0].result(30)
    assert numbers(mine) == (3, 0, 0, 0)
    assert numbers(theirs) == (3, 0, 4, 0)
    assert len(bench.encoder.encoded) == 3
    assert bench.store.article_count() == 6


def test_holds_end_with_the_file_and_with_the_process(bench: Bench) -> None:
    with bench.store.leases() as one:
        assert one.take("a")
        assert one.take("b")
        one.release("a")
        with bench.store.leases() as two:
            assert two.take("a")
            assert two.take("b") == isinstance(bench.store, EmbeddedStore)
    with bench.store.leases() as three:
        assert three.take("b")
