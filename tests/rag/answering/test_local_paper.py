import json
from pathlib import Path

import pytest
from fakes import HashEncoder, ScriptedGenerator

from rag.answering.local_paper import LocalQuestion, local_question, place_of
from rag.records import Passage, SearchFilter
from rag.settings import Settings
from rag.workspace import Workspace

PAPERS = ["榆河日报", "沙浦新闻", "人民日报", "", "南岗区报"]
ARTICLES = [
    {
        "title": "蜂蜜卖得好", "date": "2022-10-12", "source": "榆河日报",
        "text": "今年前三季度，全县蜂蜜销售额5200万元，同比增长12%。",
    },
    {
        "title": "香菇丰收", "date": "2022-10-13", "source": "沙浦新闻",
        "text": "今年前三季度，全区香菇销售额8100万元，蜂蜜销售额300万元。榆河县来人考察香菇大棚30座。",
    },
]  # fmt: skip


@pytest.mark.parametrize(
    ("paper", "place"),
    [
        ("榆河日报", "榆河"),
        ("洛阳晚报", "洛阳"),
        ("海淀报", "海淀"),
        ("榆河县报", "榆河"),
        ("沙浦新闻", "沙浦"),
        ("人民日报", ""),
        ("经济日报", ""),
        ("农民日报", ""),
        ("晨报", ""),
        ("榆河", ""),
        ("", ""),
    ],
)
def test_the_place_of_a_paper(paper: str, place: str) -> None:
    assert place_of(paper) == place


@pytest.mark.parametrize(
    ("question", "stripped", "level"),
    [
        ("榆河前三季度蜂蜜卖了多少", "前三季度蜂蜜卖了多少", ""),
        ("榆河县蜂蜜卖了多少", "蜂蜜卖了多少", "县"),
        ("榆河县委书记是谁", "县委书记是谁", "县"),
        ("榆河的学校有几所", "学校有几所", ""),
        ("概括一下沙浦运动会那条", "概括一下运动会那条", ""),
    ],
)
def test_a_question_is_asked_of_the_paper_of_its_place(question: str, stripped: str, level: str) -> None:
    found = local_question(question, PAPERS)
    assert found is not None
    assert (found.question, found.level) == (stripped, level)
    assert found.paper == ("沙浦新闻" if "沙浦" in question else "榆河日报")


@pytest.mark.parametrize(
    "question",
    [
        "人民医院几点开门",
        "榆河和沙浦谁卖得多",
        "榆河日报怎么说",
        "从榆河到省城有多远",
        "榆河所在的市卖了多少",
        "榆河附近有几座桥",
        "榆河",
        "蜂蜜卖了多少",
    ],
)
def test_any_other_question_is_left_as_it_is(question: str) -> None:
    assert local_question(question, PAPERS) is None


def test_two_papers_of_one_place_are_not_chosen_between() -> None:
    assert local_question("榆河卖了多少蜂蜜", ["榆河日报", "榆河晚报"]) is None


def test_a_name_that_begins_with_the_place_or_another_level_speaks_against_it() -> None:
    text = Passage("a", "桥", "榆河大桥全长三百米。全县有桥九座。", 0, 17, 1.0)
    asked = LocalQuestion("大桥多长", "榆河日报", "榆河", "", "榆河大桥")
    assert not asked.is_borne_out([text])
    of_county = LocalQuestion("有桥几座", "榆河日报", "榆河", "县", "榆河县有")
    assert of_county.is_borne_out([text])
    assert not LocalQuestion("有桥几座", "榆河日报", "榆河", "市", "榆河市有").is_borne_out([text])
    assert not of_county.is_borne_out([])


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    settings = Settings(store=tmp_path / "store", models=tmp_path / "models")
    reply = "全县蜂蜜销售额5200万元，同比增长12%。"
    found = Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator(reply))
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in ARTICLES), encoding="utf-8")
    found.ingest([path])
    return found


def test_the_county_is_answered_from_its_own_paper_and_that_is_said(workspace: Workspace) -> None:
    answer = workspace.assistant.answer("榆河前三季度蜂蜜销售额是多少")
    assert "5200万元" in answer.answer
    assert "300万元" not in answer.answer
    assert [citation.source for citation in answer.citations] == ["榆河日报"]
    assert answer.notes[0] == "“榆河”按《榆河日报》所报道的地方理解"
    assert answer.question == "榆河前三季度蜂蜜销售额是多少"
    assert answer.standalone_question == "前三季度蜂蜜销售额是多少"


def test_what_its_paper_does_not_say_is_looked_for_in_the_others(workspace: Workspace) -> None:
    answer = workspace.assistant.answer("榆河来人考察香菇大棚几座")
    assert {passage.source for passage in answer.passages} == {"榆河日报", "沙浦新闻"}
    assert not any("榆河日报" in note for note in answer.notes)


def test_a_filter_of_another_paper_stands(workspace: Workspace) -> None:
    answer = workspace.assistant.answer("榆河前三季度蜂蜜销售额是多少", search_filter=SearchFilter(source="沙浦新闻"))
    assert {passage.source for passage in answer.passages} <= {"沙浦新闻"}
