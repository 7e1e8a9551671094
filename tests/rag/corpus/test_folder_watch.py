import os
from pathlib import Path

import pytest

from rag.corpus.folder_watch import FolderWatch, is_open_for_writing


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(tmp_path: Path, clock: Clock) -> FolderWatch:
    return FolderWatch(tmp_path, clock, settle_seconds=3)


def write(path: Path, clock: Clock, text: str = "新桥通车。") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (clock.now, clock.now))
    return path


def test_a_file_is_whole_when_it_rests(tmp_path: Path, clock: Clock, watch: FolderWatch) -> None:
    page = write(tmp_path / "一版.txt", clock)
    assert watch.whole_files() == []
    clock.now += 2
    assert watch.whole_files() == []
    clock.now += 2
    assert watch.whole_files() == [page]
    assert watch.whole_files() == [page]
    watch.mark_done(page)
    assert watch.whole_files() == []


def test_a_file_that_grows_is_left_alone(tmp_path: Path, clock: Clock, watch: FolderWatch) -> None:
    page = tmp_path / "一版.txt"
    for n in range(1, 6):
        write(page, clock, "字" * n)
        assert watch.whole_files() == []
        clock.now += 2
    clock.now += 4
    assert watch.whole_files() == [page]


def test_a_changed_file_comes_again_and_an_unchanged_one_does_not(
    tmp_path: Path, clock: Clock, watch: FolderWatch
) -> None:
    page, other = write(tmp_path / "一版.txt", clock), write(tmp_path / "深/二版.txt", clock)
    watch.whole_files()
    clock.now += 4
    assert sorted(watch.whole_files()) == sorted([page, other])
    for path in (page, other):
        watch.mark_done(path)
    write(page, clock, "更正：新桥。")
    assert not watch.is_as_seen(page)
    watch.whole_files()
    clock.now += 4
    assert watch.whole_files() == [page]


def test_what_is_no_page_is_passed_over(tmp_path: Path, clock: Clock, watch: FolderWatch) -> None:
    for name in (".隐藏.txt", "一版.txt.part", "下载.crdownload", "~$稿.docx", "程序.exe"):
        write(tmp_path / name, clock)
    write(tmp_path / "空.txt", clock, "")
    watch.whole_files()
    clock.now += 4
    assert watch.whole_files() == []


def test_a_clock_that_was_set_back_keeps_nothing_out(tmp_path: Path, clock: Clock, watch: FolderWatch) -> None:
    page = write(tmp_path / "一版.txt", clock)
    clock.now -= 86_400
    watch.whole_files()
    assert watch.whole_files() == [page]


def test_a_folder_that_is_away_has_no_files(tmp_path: Path, clock: Clock) -> None:
    assert FolderWatch(tmp_path / "none", clock).whole_files() == []


def test_a_file_that_a_program_writes_to_is_not_whole_however_long_it_pauses(
    tmp_path: Path, clock: Clock, watch: FolderWatch
) -> None:
    page = write(tmp_path / "一版.txt", clock)
    with page.open("ab"):
        assert is_open_for_writing(page)
        watch.whole_files()
        clock.now += 100
        assert watch.whole_files() == []
    assert not is_open_for_writing(page)
    assert watch.whole_files() == [page]
