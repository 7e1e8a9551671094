"""The archive and import pages as HTML, and how typed days are read."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from ui_fakes import BRIDGE, MARKET, FakeWorkspace

from rag.corpus.ingest_records import FailedSource, IngestProgress, IngestReport
from rag.records import Article, SearchFilter
from ui.archive import Archive, row_title
from ui.excerpts import find_excerpt
from ui.failures import failure_text
from ui.filters import DaysSwappedError, UnreadableDayError, make_filter, parse_date
from ui.import_page import ingest_files, progress_html, reason_text, report_html
from ui.mending import Mending, UndoList
from ui.messages import CHINESE, ENGLISH
from ui.uploads import label_of, server_name

ALL = SearchFilter()


@pytest.fixture
def archive(workspace: FakeWorkspace) -> Archive:
    return Archive(workspace, CHINESE)


def test_the_archive_lists_pages_and_finds(archive: Archive) -> None:
    assert archive.summary() == "2 篇报道 · 2021-03-08 – 2021-03-09"
    assert 'data-article="a1b2c3"' in archive.page_html(0, "", ALL)
    assert archive.turn(0, -1, "", ALL)[0] == archive.turn(0, 1, "", ALL)[0] == 0
    found = archive.page_html(0, "菜市", ALL)
    assert 'data-article="d4e5f6"' in found
    assert "a1b2c3" not in found
    assert "<mark>菜市</mark>" in found
    assert "桥有多长？" in archive.page_html(0, "How long is the bridge?", ALL)
    assert "已经不在" in archive.article_html("gone")
    assert archive.years() == [2021]


def test_what_is_not_there_is_not_found(archive: Archive) -> None:
    found = archive.page_html(0, "火星殖民飞船", ALL)
    assert "没有找到含有“火星殖民飞船”的报道" in found
    assert "bw-row" not in found


def test_an_excerpt_marks_what_was_searched_for() -> None:
    text = "镇里开了三场座谈会。会上通报，全镇共修渠道24公里，受益农田6000亩。下一步将加快建设。"
    found = find_excerpt("渠道 公里", "兴修水利", text)
    assert found is not None
    assert found.text == "会上通报，全镇共修渠道24公里，受益农田6000亩。"
    assert [found.text[start:end] for start, end in found.marks] == ["渠道", "公里"]
    assert find_excerpt("兴修水利", "兴修水利", text) is not None  # the headline holds it
    assert find_excerpt("高铁站台", "兴修水利", text) is None


def test_the_excerpt_is_the_sentence_with_most_of_the_words() -> None:
    found = find_excerpt("灌区 放水", "", "灌区今日清淤。灌区放水三天。")
    assert found is not None
    assert found.text == "灌区放水三天。"


def test_a_long_sentence_is_cut_around_what_was_found() -> None:
    text = "前" * 90 + "灯塔" + "后" * 90 + "。"
    found = find_excerpt("灯塔", "", text)
    assert found is not None
    assert len(found.text) <= 112
    assert [found.text[start:end] for start, end in found.marks] == ["灯塔"]


def test_an_article_without_a_headline_shows_how_it_begins() -> None:
    assert row_title(Article("x", "", "图为工人正在\n检修线路。"), CHINESE) == "（无题）图为工人正在 检修线路。"
    assert len(row_title(Article("x", "", "字" * 90), CHINESE)) == 4 + 36 + 1


def mending(workspace: FakeWorkspace, archive: Archive) -> Mending:
    return Mending(workspace, archive, UndoList(), CHINESE)


def token(markup: str) -> str:
    return markup.split('data-token="')[1].split('"')[0].replace("&#45;", "-").replace("&#95;", "_")


def test_a_removed_article_comes_back(workspace: FakeWorkspace, archive: Archive) -> None:
    buttons = mending(workspace, archive)
    shown = buttons.remove(BRIDGE.id)
    assert "已移除《青石大桥合龙》" in shown
    assert BRIDGE.id not in workspace.store.held
    assert "恢复原样" in buttons.undo(token(shown))
    assert workspace.store.article(BRIDGE.id) == BRIDGE
    assert CHINESE.undo_nothing in buttons.undo(token(shown))


def test_a_correction_is_made_and_undone(workspace: FakeWorkspace, archive: Archive) -> None:
    buttons = mending(workspace, archive)
    values = {"title": "青石大桥昨日合龙", "date": "2021年3月10日", "source": "青石晨报", "page": "02"}
    shown = buttons.correct(BRIDGE.id, values)
    changed = workspace.store.article(BRIDGE.id)
    assert (changed.title, changed.date, changed.page) == ("青石大桥昨日合龙", dt.date(2021, 3, 10), "02")
    buttons.undo(token(shown))
    assert workspace.store.article(BRIDGE.id) == BRIDGE
    assert "看不出是哪一天" in buttons.correct(BRIDGE.id, {**values, "date": "春天"})
    assert workspace.store.article(BRIDGE.id) == BRIDGE


def test_an_import_tells_its_way_and_its_end(workspace: FakeWorkspace, tmp_path: Path) -> None:
    path = tmp_path / "2021-03-10.txt"
    path.write_text("新桥通车。", encoding="utf-8")
    shown = list(ingest_files(workspace, [path], "2021-03-10", "", CHINESE))
    assert "<progress" in shown[0]
    assert "新增 1 篇" in shown[-1]
    assert workspace.ingested[0]["labels"] == {path: "2021-03-10.txt"}
    assert "看不出是哪一天" in list(ingest_files(workspace, [path], "gestern", "", CHINESE))[-1]
    assert CHINESE.import_nothing in list(ingest_files(workspace, [], "", "", CHINESE))[-1]


def test_files_that_follow_at_once_are_told_while_the_next_is_read(workspace: FakeWorkspace, tmp_path: Path) -> None:
    paths = [tmp_path / f"2021-03-1{day}.txt" for day in range(3)]
    for path in paths:
        path.write_text("新桥通车。", encoding="utf-8")
    gate = workspace.ingest_gate = threading.Semaphore(2)
    at_last = threading.Timer(5, gate.release)
    at_last.start()
    shown = []
    for item in ingest_files(workspace, paths, "", "", CHINESE):
        shown.append(item)
        if "已读 2&#47;3 个文件" in item:
            gate.release()
    assert at_last.is_alive()  # else the third file was let in although the second was never told
    at_last.cancel()
    at_last.join()
    assert "新增 1 篇" in shown[-1]


def test_progress_says_how_much_time_is_left() -> None:
    shown = progress_html(IngestProgress(20, 120, 80, 300, "晨报.txt", 10.0, sources_read=40), CHINESE)
    assert "已读 40&#47;120 个文件，已存 80 篇" in shown
    assert 'value="0.250"' in shown
    assert "已用 10 秒，约剩 30 秒" in shown
    assert "约剩" not in progress_html(IngestProgress(0, 120, 0, 0, "晨报.txt", 0.4, sources_read=2), CHINESE)


def test_a_report_gives_reasons_in_the_pages_language() -> None:
    failed = (FailedSource("a.pdf", "a.pdf is encrypted; expected a PDF that opens without a password: unlock it"),)
    report = IngestReport(0, 0, 0, 0, failed, (), 0, 0.1, 8)
    assert "PDF 有密码" in report_html(report, CHINESE)
    assert "is encrypted" in report_html(report, ENGLISH)
    assert reason_text("something new", CHINESE) == "something new"


def test_every_kind_of_unreadable_file_has_its_reason_in_chinese(tmp_path: Path) -> None:
    from rag.corpus.readers import read_source
    from rag.errors import SourceError

    bad = {
        "空.txt": b"   ",
        "二进制.txt": b"\x00\x01\x02" * 90,
        "坏.pdf": b"%PDF-1.4 nothing",
        "坏.docx": b"PK\x03\x04nothing",
        "坏.json": b"{",
        "坏.jsonl": b"nothing\n",
        "坏.png": b"\x89PNG\r\n\x1a\nnothing",
        "空.html": b"<html><body></body></html>",
        "坏.txt.gz": b"\x1f\x8bnothing",
        "无.json": b'{"title": "x"}',
    }
    for name, data in bad.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(SourceError) as caught:
            read_source(path)
        told = reason_text(str(caught.value), CHINESE)
        assert told != str(caught.value), (name, str(caught.value))


@pytest.mark.parametrize(
    "text",
    "2020-12-25|2020/12/25|2020.12.25|20201225| 2020-12-25 |2020年12月25日|２０２０年12月25号|2020 年 12 月 25".split(
        "|"
    ),
)
def test_days_are_read_in_the_usual_ways(text: str) -> None:
    assert parse_date(text, "day") == dt.date(2020, 12, 25)
    assert make_filter(text, text).date_from == make_filter(text, text).date_to


def test_spoken_days_are_read_by_today() -> None:
    today = dt.date(2021, 3, 1)
    assert [parse_date(text, "day", today) for text in ("今天", "昨天", "前天", "Yesterday")] == [
        dt.date(2021, 3, 1),
        dt.date(2021, 2, 28),
        dt.date(2021, 2, 27),
        dt.date(2021, 2, 28),
    ]
    assert parse_date("  ", "day") is None


@pytest.mark.parametrize("text", ["春天", "2020-13-01", "12-25", "2020年2月30日"])
def test_what_is_no_day_is_told_in_the_pages_language(text: str) -> None:
    with pytest.raises(UnreadableDayError) as caught:
        make_filter(text, "", names=(CHINESE.date_from, CHINESE.date_to))
    assert failure_text(caught.value, CHINESE).startswith(f"“最早出版日”写的是“{text}”")
    assert "expected" not in failure_text(caught.value, CHINESE)
    with pytest.raises(DaysSwappedError) as swapped:
        make_filter("2021-01-02", "2021-01-01")
    assert failure_text(swapped.value, CHINESE) == "最早出版日 2021-01-02 晚于最晚出版日 2021-01-01：请对调。"


@pytest.mark.parametrize(
    ("sent", "label", "name"),
    [
        ("../../etc/passwd", "passwd", "0001"),
        ("C:\\晨报\\2020.PDF", "2020.PDF", "0001.pdf"),
        ("a\x00\n.exe", "a.exe", "0001"),
        ("..", "upload", "0001"),
        ("", "upload", "0001"),
    ],
)
def test_a_senders_name_is_a_label_and_never_a_path(sent: str, label: str, name: str) -> None:
    assert label_of(sent) == label
    assert server_name(1, sent) == name


def test_markets_are_found_by_their_headline(archive: Archive) -> None:
    assert f'data-article="{MARKET.id}"' in archive.page_html(0, "摊位三百个", ALL)


def test_the_list_is_of_one_page_of_the_paper(archive: Archive) -> None:
    shown = archive.turn(0, 0, "", ALL, "1")[1]
    assert f'data-article="{BRIDGE.id}"' in shown
    assert MARKET.id not in shown
    assert MARKET.id not in archive.turn(0, 0, "菜市", ALL, "1")[1]
    assert f'data-article="{MARKET.id}"' in archive.turn(0, 0, "菜市", ALL, "3版")[1]
