"""Answers put together from parts, with a writer that says of each part what the test lets it say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rag.answering.citations import CitationList
from rag.answering.composing import Composed, Composer, several_statement
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.answering.refusal import Refusal
from rag.answering.writing import Statements
from rag.chinese.figures import find_figures
from rag.chinese.offices import Office
from rag.records import Article, SearchFilter

QUESTION = "2022年和2023年春节档票房冠军分别是哪部电影？"


def sentence(name: str, text: str, date: dt.date | None = None) -> Sentence:
    return Sentence(Article(name, "", text, date=date), 0, len(text), text, 0, 1.0, 1.0)


def compose_two(
    question: str, told: dict[str, Sentence], says: str
) -> tuple[Composed | Refusal | None, CitationList]:
    cited = CitationList()
    composer = Composer(cast(Any, lambda _asked, _count: None), cast(Any, ToldWriter(told, says)), 8)
    return composer.compose(Asked(question, question, question, SearchFilter(), 0.0), cited), cited


class ToldWriter:
    """Says of each year the same film, each time by the sentence told for that year."""

    def __init__(self, told: dict[str, Sentence], says: str = "《渡口》") -> None:
        self.told, self.says = told, says

    def write(self, asked: Asked, _found: object, cited: CitationList, *, expected: float = 0.0) -> Statements:
        for year, source in self.told.items():  # a year, or any other word of the question
            if year in asked.searched:
                yield f"{self.says}[{cited.marker(source)}]"
                return None
        return Refusal("model")


def compose(told: dict[str, Sentence]) -> tuple[Composed | Refusal | None, CitationList]:
    cited = CitationList()
    composer = Composer(cast(Any, lambda _asked, _count: None), cast(Any, ToldWriter(told)), 8)
    asked = Asked(QUESTION, QUESTION, QUESTION, SearchFilter(), 0.0)
    return composer.compose(asked, cited), cited


def test_one_winner_is_not_said_of_two_years_by_a_sentence_that_names_neither() -> None:
    first, second = sentence("a", "《渡口》领跑票房。"), sentence("b", "2023年春节档冠军是《渡口》。")
    composed, cited = compose({"2022年": first, "2023年": second})
    assert composed == Composed(("关于“2022年”，资料中没有找到。", "2023年：《渡口》[1]。"))
    assert cited.sentences == (second,)


def test_two_years_may_have_one_winner_where_each_is_named() -> None:
    first = sentence("a", "《渡口》领跑票房。", dt.date(2022, 2, 2))
    second = sentence("b", "2023年春节档冠军仍是《渡口》。")
    composed, cited = compose({"2022年": first, "2023年": second})
    assert composed == Composed(("2022年：《渡口》[1]。", "2023年：《渡口》[2]。"))
    assert cited.sentences == (first, second)


def test_years_that_no_sentence_names_are_refused() -> None:
    told = sentence("a", "《渡口》领跑票房。")
    composed, cited = compose({"2022年": told, "2023年": told})
    assert composed == Refusal("missing part", "2022年")
    assert cited.sentences == ()


def test_a_clause_answered_by_what_was_said_already_adds_no_citation() -> None:
    source, other = sentence("a", "两场活动共3人受伤。"), sentence("b", "3人受伤。")
    cited = CitationList()
    cited.marker(source)
    composer = Composer(cast(Any, lambda _asked, _count: None), cast(Any, ToldWriter({"遇难": other}, "3人受伤")), 8)
    question = "活动中多少学生受伤？多少学生遇难？"
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    assert composer.rest(asked, ["3人受伤[1]"], cited) == ()
    assert cited.sentences == (source,)
    assert composer.rest(asked, ["13人受伤[1]"], cited) == ("3人受伤[2]。",)
    assert cited.sentences == (source, other)


def test_one_name_is_not_said_of_both_sexes_by_a_sentence_that_names_neither() -> None:
    question = "澄湖半程马拉松女子组和男子组冠军分别是谁？"
    first, second = sentence("a", "林望舒夺得冠军。"), sentence("b", "男子组冠军是林望舒。")
    composed, cited = compose_two(question, {"女子": first, "男子": second}, "林望舒")
    assert isinstance(composed, Composed)
    assert "女子" in composed.statements[0]
    assert "没有找到" in composed.statements[0]
    assert composed.statements[1].endswith("林望舒[1]。")
    assert cited.sentences == (second,)


def test_a_list_of_holders_has_no_figure_that_no_quote_holds() -> None:
    asked = Asked("副县长有哪些？", "副县长有哪些？", "副县长有哪些？", SearchFilter(), 0.0)
    text = several_statement(asked, Office("梅山县", "副县长"), "何立群[1]、周守仁[2]")
    assert text == "梅山县副县长：何立群[1]、周守仁[2]（近一年报道中点名的，可能不全）。"
    assert find_figures(text.replace("[1]", "").replace("[2]", "")) == ()


def test_a_part_that_the_sentence_of_another_tells_is_not_said_to_be_missing() -> None:
    question = "柳湾和竹坪今年分别修了几座桥？"
    both = sentence("a", "柳湾镇修桥三座，竹坪镇修桥两座。")
    composed, cited = compose_two(question, {"柳湾": both}, "柳湾镇修桥3座，竹坪镇修桥2座")
    assert isinstance(composed, Composed)
    assert "没有找到" not in "".join(composed.statements)
    assert cited.sentences == (both,)


def test_the_same_sentence_with_the_same_figures_is_not_said_twice() -> None:
    source = sentence("a", "竹坪镇排第6位，上年排第13位。")
    cited = CitationList()
    cited.marker(source)
    writer = ToldWriter({"竹坪": source}, "据2021年3月1日报道，竹坪镇排第6位")
    composer = Composer(cast(Any, lambda _asked, _count: None), cast(Any, writer), 8)
    said = ["竹坪镇排第6位，上年排第13位[1]。"]
    question = "竹坪考评排第几？上年第几？"
    assert composer.rest(Asked(question, question, question, SearchFilter(), 0.0), said, cited) == ()


def asked_of(question: str) -> Asked:
    return Asked(question, question, question, SearchFilter(), 0.0)


class SilentWriter:
    """Finds no answer to anything, and reads nothing again."""

    def read_again(self, _asked: Asked, found: object) -> object:
        return found

    def write(self, _asked: Asked, _found: object, _cited: CitationList, *, expected: float = 0.0) -> Statements:
        return Refusal("model")
        yield


@pytest.mark.parametrize(
    ("presence", "rest"),
    [
        (0.5, ("关于“谁主持的”没有查到直接的回答，最接近的是：“方砚秋主持开工仪式”[2]。",)),
        (-5.0, ("关于“谁主持的”，资料中没有找到。",)),
        (None, ("关于“谁主持的”，资料中没有找到。",)),
    ],
)
def test_a_clause_without_an_answer_is_told_with_what_comes_nearest(
    presence: float | None, rest: tuple[str, ...]
) -> None:
    source, near = sentence("a", "水库5月8日开工。"), sentence("b", "方砚秋主持开工仪式。")
    cited = CitationList()
    cited.marker(source)
    found = SimpleNamespace(sentences=(replace(near, presence=presence), replace(source, presence=-6.0)))
    composer = Composer(cast(Any, lambda _asked, _count: found), cast(Any, SilentWriter()), 8)
    assert composer.rest(asked_of("水库哪天开工？谁主持的？"), ["水库5月8日开工[1]。"], cited) == rest


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("护林员一年补多少？跟去年比呢？", "护林员补助由去年的每年3600元提高到4200元。"),
        ("渡船票价涨了没？现在多少？", "渡船票价由2元调整为3元。"),
    ],
)
def test_what_the_cited_sentence_shows_is_not_called_missing(question: str, text: str) -> None:
    source = sentence("a", text)
    cited = CitationList()
    cited.marker(source)
    found = SimpleNamespace(sentences=())
    composer = Composer(cast(Any, lambda _asked, _count: found), cast(Any, SilentWriter()), 8)
    assert composer.rest(asked_of(question), [f"{text.rstrip('。')}[1]。"], cited) == ()
