from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_fakes import ANSWER, BRIDGE, REFUSED, FakeWorkspace

from rag.errors import GenerationError
from rag.records import SearchFilter, Turn
from ui.answer_queue import AnswerQueue
from ui.archive import Archive, ingest_files
from ui.conversation import Conversation, Conversing
from ui.filters import make_filter, parse_date
from ui.messages import CHINESE
from ui.uploads import label_of, server_name


@pytest.fixture
def queue(workspace: FakeWorkspace) -> Iterator[AnswerQueue]:
    found = AnswerQueue(workspace)
    found.start()
    yield found
    found.close()


def ask(queue: AnswerQueue, workspace: FakeWorkspace, conversation: Conversation, question: str) -> list[str]:
    conversing = Conversing(queue, lambda: workspace.store, CHINESE)
    return [conversation.exchanges[-1].html for _ in conversing.ask(conversation, question, SearchFilter())]


def test_the_evidence_is_there_before_the_first_word(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    conversation = Conversation()
    steps = Conversing(queue, lambda: workspace.store, CHINESE).ask(conversation, "问", SearchFilter())
    assert next(steps) is False
    assert next(steps) is True
    assert BRIDGE.title in conversation.exchanges[0].evidence
    assert "bw-text" not in conversation.exchanges[0].html
    steps.close()


def test_the_answer_grows_and_ends_checked(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    conversation = Conversation()
    shown = ask(queue, workspace, conversation, "问")
    assert "青石大桥" in shown[3]
    assert "<s>4亿元</s>" in shown[-1]
    assert conversation.exchanges[0].answer is not None
    assert conversation.exchanges[0].answer.answer == ANSWER.answer


def test_only_answered_questions_become_history(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    conversation = Conversation()
    ask(queue, workspace, conversation, "一")
    workspace.assistant.reply = REFUSED
    ask(queue, workspace, conversation, "二")
    ask(queue, workspace, conversation, "三")
    assert workspace.assistant.asked[-1]["history"] == (Turn("一", ANSWER.answer),)


def test_a_failure_is_shown_without_the_machines_paths(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    workspace.assistant.error = GenerationError("/secret/model fell over")
    conversation = Conversation()
    last = ask(queue, workspace, conversation, "问")[-1]
    assert "模型没能作答" in last
    assert "secret" not in last


def test_a_removed_article_leaves_its_quote_readable(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    workspace.store.held.clear()
    conversation = Conversation()
    ask(queue, workspace, conversation, "问")
    assert f"<mark>{'大桥全长1280米'}" in conversation.exchanges[0].evidence


def test_the_archive_lists_pages_and_finds(workspace: FakeWorkspace) -> None:
    archive = Archive(workspace, CHINESE)
    assert archive.summary() == "2 篇报道 · 2021&#45;03".replace("&#45;", "-") + "-08 – 2021-03-09"
    assert 'data-article="a1b2c3"' in archive.page_html(0, "")
    assert archive.turn(0, -1, "")[0] == archive.turn(0, 1, "")[0] == 0
    assert 'data-article="d4e5f6"' in archive.page_html(0, "菜市")
    assert "桥有多长？" in archive.page_html(0, "How long is the bridge?")
    assert "bw-understood" not in archive.page_html(0, "菜市")
    assert "没有这篇报道" in archive.article_html("gone")
    assert archive.examples()[-1] == "《青石大桥合龙》说了什么？"


def test_an_import_tells_its_way_and_its_end(workspace: FakeWorkspace, tmp_path: Path) -> None:
    path = tmp_path / "2021-03-10.txt"
    path.write_text("新桥通车。", encoding="utf-8")
    shown = list(ingest_files(workspace, [path], "2021-03-10", "", CHINESE))
    assert "<progress" in shown[0]
    assert "新增 1 篇" in shown[-1]
    assert workspace.ingested[0]["labels"] == {path: "2021-03-10.txt"}
    assert "bw-failure" in list(ingest_files(workspace, [path], "gestern", "", CHINESE))[-1]
    assert CHINESE.import_nothing in list(ingest_files(workspace, [], "", "", CHINESE))[-1]


@pytest.mark.parametrize("text", ["2020-12-25", "2020/12/25", "2020.12.25", "20201225", " 2020-12-25 "])
def test_days_are_read_in_the_usual_ways(text: str) -> None:
    assert str(parse_date(text, "day")) == "2020-12-25"
    assert make_filter(text, text).date_from == make_filter(text, text).date_to


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
