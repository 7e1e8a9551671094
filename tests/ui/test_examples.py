"""Example questions: made from what articles say, and only kept if their answers are good."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from ui_fakes import ANSWER, COUNTED, REFUSED, FakeWorkspace

from rag.answering.events import AnswerEvent, AnswerReady
from rag.records import Article
from ui.answer_queue import AnswerQueue
from ui.background_questions import is_good
from ui.conversation_store import ConversationStore
from ui.examples import ExampleFinder, example_candidates


def article(text: str) -> Article:
    return Article("x", "题", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上半年，全县社会消费品零售总额31.6亿元。", ("全县社会消费品零售总额是多少？", "31.6亿元")),
        ("全市新增电动公交车辆85辆。", ("全市新增电动公交车辆多少辆？", "85辆")),
        ("全省粮食播种面积同比增长2.1%。", ("全省粮食播种面积同比增长多少？", "2.1%")),
    ],
)
def test_a_figure_with_a_subject_of_its_own_can_be_asked_for(text: str, expected: tuple[str, str]) -> None:
    assert list(example_candidates([article(text)])) == [expected]


@pytest.mark.parametrize("text", ["该项目总投资3亿元。", "其中5个。", "全县共修路约30公里。", "9月18日开会。"])
def test_what_does_not_name_itself_or_is_not_exact_is_not_asked_for(text: str) -> None:
    assert list(example_candidates([article(text)])) == []


def test_what_most_articles_count_is_asked_for_first() -> None:
    texts = (
        "全县现有百年古樟46棵。",
        "上半年全县新建公路里程检测设备购置费用3万元。",
        "全市引进光伏项目12个。",
        "全市储备水利项目31个。",
        "林场职工培训费用5万元。",
        "水库移民安置费用7万元。",
        "全市在建风电项目4个。",
    )
    asked = [question for question, _ in example_candidates([article(text) for text in texts])]
    assert asked[0] == "全市引进光伏项目多少个？"
    assert asked[1].endswith("费用是多少？")
    assert asked.index("全县现有百年古樟多少棵？") == 2
    assert asked[3] == "全市储备水利项目多少个？"  # each thing once before any comes again


def test_only_an_answer_with_its_figure_in_a_quote_is_good() -> None:
    assert is_good(COUNTED, "27个")
    assert not is_good(COUNTED, "2座")  # another figure than the one asked for
    assert not is_good(ANSWER, "3.5亿元")  # it holds a figure that no quote carries
    assert not is_good(REFUSED, "27个")
    assert not is_good(replace(COUNTED, citations=()), "27个")


class Answering:
    """Answers well what asks for bridges, and refuses the rest."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def stream(self, question: str, **_: object) -> "list[AnswerEvent]":
        self.asked.append(question)
        return [AnswerReady(replace(COUNTED if "桥梁" in question else REFUSED, question=question))]


def test_examples_are_looked_for_once_and_kept(workspace: FakeWorkspace, tmp_path: Path) -> None:
    assistant = Answering()
    workspace.assistant = assistant  # type: ignore[assignment]
    bad = replace(workspace.store.article("d4e5f6"), text="全市新增电动公交车辆85辆。")
    workspace.store.held[bad.id] = bad
    queue = AnswerQueue(workspace)  # type: ignore[arg-type]
    queue.start()
    finder = ExampleFinder(queue, workspace, ConversationStore(tmp_path))  # type: ignore[arg-type]
    end = time.monotonic() + 20
    while finder.questions() is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert finder.questions() == ["全市共开工桥梁项目多少个？"]
    assert sorted(assistant.asked) == ["全市共开工桥梁项目多少个？", "全市新增电动公交车辆多少辆？"]
    again = ExampleFinder(queue, workspace, ConversationStore(tmp_path))  # type: ignore[arg-type]
    assert again.questions() == ["全市共开工桥梁项目多少个？"]
    assert len(assistant.asked) == 2
    queue.close()
