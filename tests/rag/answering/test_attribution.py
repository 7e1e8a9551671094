import datetime as dt

import pytest

from rag.answering.attribution import MAX_QUOTES, MIN_QUOTED, attribute
from rag.answering.evidence import Sentence
from rag.answering.support import judge_support, mentions, named_things
from rag.records import Article

TEXT = "云岭示范区24日召开推进会。今年示范区签约引进各类项目102个，总投资350亿元。区长周明远出席。"
OTHER = "示范区组织企业与17所高校对接，签订合作项目14个。"


def sentence(text: str, whole: str = "", name: str = "a", coverage: float = 0.5) -> Sentence:
    article = Article(name, "推进会召开", whole or text, date=dt.date(2020, 12, 25), source="云岭日报")
    start = article.text.index(text)
    return Sentence(article, start, start + len(text), text, 0, coverage, 1.0)


EVIDENCE = (
    sentence(OTHER, name="b"),
    sentence("今年示范区签约引进各类项目102个，总投资350亿元。", TEXT),
    sentence("区长周明远出席。", TEXT),
)
QUESTION = "示范区签约了多少个项目？"


@pytest.mark.parametrize(
    ("statement", "quotes", "carried"),
    [
        ("示范区签约引进各类项目102个，总投资350亿元。", (1,), True),
        ("签订合作项目14个。", (0,), True),
        ("示范区签约引进各类项目102个，区长周明远出席。", (1, 2), True),
        ("示范区签约引进各类项目103个。", (1,), False),
        ("示范区签约引进各类项目102家。", (1,), False),
        ("2020年签约引进各类项目102个。", (1,), True),
        ("2019年签约引进各类项目102个。", (1,), False),
        ("区长李大伟出席。", (2,), False),
        ("火星上发现了大片液态水海洋。", (0,), False),
    ],
)
def test_a_statement_is_tied_to_the_fewest_sentences_that_carry_it(
    statement: str, quotes: tuple[int, ...], carried: bool
) -> None:
    found = attribute(statement, EVIDENCE, QUESTION)
    assert found.carried is carried
    if carried:
        assert found.quotes == quotes


def test_a_statement_made_of_the_question_alone_is_not_carried() -> None:
    question = "区长周明远是不是贪污受贿挪用公款后潜逃？"
    found = attribute("区长周明远贪污受贿挪用公款后潜逃。", EVIDENCE, question)
    assert found.overlap > 0.5 > MIN_QUOTED > found.quoted
    assert not found.carried


def test_no_evidence_carries_nothing() -> None:
    found = attribute("签约102个。", (), QUESTION)
    assert (found.quotes, found.carried) == ((), False)


def test_never_more_quotes_than_a_reader_checks() -> None:
    many = tuple(sentence(f"第{n}组收粮{n}00吨。", name=str(n)) for n in range(1, 7))
    statement = "，".join(f"第{n}组收粮{n}00吨" for n in range(1, 7)) + "。"
    found = attribute(statement, many, "各组收粮多少吨？")
    assert len(found.quotes) == MAX_QUOTES
    assert not found.carried


# -- support: does the evidence speak of what is asked?


def test_names_and_years_of_a_question() -> None:
    assert named_things("How much in 2019?") == ("2019",)
    assert named_things("老人跟乡下人比差多少？") == ()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("2019年南桥镇投资多少？", ("2019", "南桥镇")),
        ("去年在石岭镇建了几座桥？", ("石岭镇",)),
        ("谁出席石岭镇的会议？", ("石岭镇",)),
        ("我县石岭镇和南桥镇谁多？", ("石岭镇", "南桥镇")),
        ("今年澄溪湖镇收粮多少？", ("澄溪湖镇",)),
        ("全县各乡镇收粮多少？", ()),
        ("石岭镇和上塘镇谁多？", ("石岭镇", "上塘镇")),
        ("和平镇收粮多少？", ("和平镇",)),
        ("示范区乡村教师有多少津贴？", ()),
        ("签约了多少个项目？", ()),
    ],
)
def test_a_place_is_named_without_the_words_around_it(question: str, names: tuple[str, ...]) -> None:
    assert named_things(question) == names


def test_a_missing_name_or_year_is_told() -> None:
    assert judge_support("南桥镇签约了多少个项目？", EVIDENCE).missing == ("南桥镇",)
    assert judge_support("2019年签约了多少个项目？", EVIDENCE).missing == ("2019",)
    assert judge_support("2020年签约了多少个项目？", EVIDENCE).missing == ()
    assert judge_support("签约", (sentence(OTHER, coverage=0.3), sentence(OTHER, coverage=0.6))).coverage == 0.6
    assert judge_support("签约", ()).coverage == 0.0


@pytest.mark.parametrize(
    ("name", "expected"), [("石岭镇", True), ("石岭", True), ("南桥镇", False), ("2021", True), ("2020", False)]
)
def test_an_article_mentions_a_name_with_or_without_its_kind(name: str, expected: bool) -> None:
    article = Article("a", "丰收", "石岭今年收粮6万吨。", date=dt.date(2021, 9, 1))
    assert mentions(article, name) is expected


def test_a_bare_percentage_is_carried_by_the_sentence_that_holds_it() -> None:
    evidence = (sentence("去年全省生产总值增长3%。"),)
    assert attribute("3%", evidence, "去年全省生产总值增速？").carried
    assert not attribute("5%", evidence, "去年全省生产总值增速？").carried


def test_a_university_is_mentioned_by_its_short_name_and_kinds_of_people_are_no_names() -> None:
    assert mentions(Article("a", "", "深大录取新生7436名。"), "深圳大学")
    assert not mentions(Article("a", "", "广大录取新生7436名。"), "深圳大学")
    assert "本科生" not in named_things("深圳大学录取了多少名本科生？")
    assert "志愿者" not in named_things("多少名志愿者参加？")


def test_an_undated_article_that_names_no_year_is_not_of_another() -> None:
    undated = Article("a", "", "新任县长7月25日宣誓就职。")
    assert mentions(undated, "2022")
    assert not mentions(Article("a", "", "新任县长2021年7月25日宣誓就职。"), "2022")
    assert not mentions(Article("a", "", "新任县长7月25日宣誓就职。", date=dt.date(2021, 7, 26)), "2022")
    assert not mentions(undated, "20220")  # a code, no year


def test_a_bare_figure_is_held_to_value_and_unit_alone() -> None:
    told = sentence("与他一同被判刑的还有另外9名同伙。")
    assert attribute("9人", [told], "被一同判刑的有多少人？").carried
    assert not attribute("8人", [told], "被一同判刑的有多少人？").carried
    assert not attribute("9起", [told], "被一同判刑的有多少起？").carried


def test_a_rank_and_a_count_may_be_of_two_sentences() -> None:
    whole = "第四届樱花节5日落幕。据统计，樱花节接待游客11.2万人次。"
    named, counted = (sentence(f"{text}。", whole) for text in whole[:-1].split("。"))
    statement = "第四届樱花节接待游客11.2万人次。"
    assert attribute(statement, [counted, named], "第四届樱花节接待游客多少人次？").carried
    assert not attribute("第三届樱花节接待游客11.2万人次。", [counted, named], "樱花节接待游客多少人次？").carried
