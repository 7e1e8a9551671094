"""What an answer must say of its claim, and the paper's own words where it does not."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.citations import CitationList
from rag.answering.evidence import Sentence
from rag.answering.saying import (
    WHOLE_SENTENCE,
    answering_claims,
    claims_said,
    days_covered,
    excerpt,
    excluded,
    in_the_papers_words,
    is_of_a_part,
    is_of_another_year,
    read,
    say,
    says_all,
    without_day_lead,
    without_lead_said,
)
from rag.claims.question import read_question
from rag.records import Article

TODAY = dt.date(2021, 10, 20)


def told(text: str, day: dt.date | None = TODAY, answer: str = "") -> Sentence:
    return Sentence(Article("a", "", text, date=day), 0, len(text), text, 0, 1.0, 1.0, 3.0, answer)


@pytest.mark.parametrize(
    ("question", "statement", "text", "all_said"),
    [
        ("架线几公里？", "3公里", "架线3公里。", True),
        ("今年架线几公里？", "3公里", "今年架线3公里。", True),
        ("今年架线几公里？", "3公里", "今年拟架线3公里。", False),  # a plan
        ("今年架线几公里？", "今年拟架线3公里", "今年拟架线3公里。", True),
        ("今年架线几公里？", "3公里", "上半年架线3公里。", False),  # a part of the year
        ("渡船多少艘？", "3艘", "渡船12艘，其中帆船3艘。", False),  # a part of them
        ("渡船多少艘？", "12艘", "渡船12艘，其中帆船3艘。", True),
        ("有几人落水？", "3人", "网传3人落水。", False),  # hearsay
        ("渡船多少艘？", "12艘", "报废渡船12艘。", False),  # of another kind
        ("渡船多少艘？", "报废渡船12艘", "报废渡船12艘。", True),
        ("谁夺冠了？", "何立群", "何立群替补夺冠。", False),
        ("产盐多少吨？", "5万吨", "盐场力争产盐5万吨。", False),
        ("盐场年产盐多少？", "盐场预计年产盐5万吨", "盐场扩建后，年产盐预计5万吨。", False),  # and only then
        ("盐场扩建后年产盐多少？", "预计5万吨", "盐场扩建后，年产盐预计5万吨。", True),
        ("盐场补贴多少？", "盐场补贴300元", "晒盐满8年的，盐场补贴300元。", False),
    ],
)
def test_what_the_paper_says_of_a_figure_must_be_said(
    question: str, statement: str, text: str, all_said: bool
) -> None:
    asked = read_question(question, TODAY)
    said = claims_said(asked, statement, [told(text)])
    assert said
    assert says_all(asked, statement, said) is all_said


@pytest.mark.parametrize(
    ("question", "statement", "places"),
    [
        ("架线几公里？", "架线3公里", ["3公里"]),
        ("架线3公里花了多少元？", "3公里花了8万元", ["8万元"]),
        ("哪天架线？", "5月6日", ["5月6日"]),
        ("谁架线？", "何立群", ["何立群"]),
        ("架线怎样？", "顺利", ["顺利"]),
        ("架线怎样？", "没有说架线如何进行也没有说何时", []),
    ],
)
def test_a_statement_repeats_figures_days_or_names(question: str, statement: str, places: list[str]) -> None:
    sentence = told("5月6日，何立群架线3公里，花费8万元，一切顺利。")
    found = claims_said(read_question(question, TODAY), statement, [sentence])
    assert [sentence.text[item.claim.start : item.claim.end] for item in found] == places


@pytest.mark.parametrize(
    ("question", "statement", "slot"),
    [
        ("去年渡船几艘？", "12艘", "period"),
        ("望江县渡船几艘？", "12艘", "place"),
        ("今年渡船几艘？", "12艘", None),
        ("今年渡船几艘？", "顺利出航而且没有数字可言的渡船", None),
    ],
)
def test_a_statement_is_excluded_where_all_it_repeats_is_of_something_else(
    question: str, statement: str, slot: str | None
) -> None:
    asked = read_question(question, TODAY)
    found = excluded(claims_said(asked, statement, [told("今年临江县有渡船12艘。")]))
    assert (found and found.slot) == slot


LONG = (
    "上半年，临江县修复防波堤9公里，县里说明，潮位回落后施工队分三批进场，昼夜轮班，先固基后砌石，"
    "渡船靠泊区另行安排，码头添置渡船12艘，但仍有2艘待检，岸上灯塔同时换灯，灯光照得更远，航道也更清楚。"
)


def test_of_a_long_sentence_the_clauses_that_tell_are_quoted_with_what_goes_against_them() -> None:
    sentence = told(LONG)
    assert len(LONG) > WHOLE_SENTENCE
    (claim,) = answering_claims(read_question("码头添置渡船多少艘？", TODAY), sentence)
    assert LONG[claim.start : claim.end] == "12艘"
    shown = excerpt(sentence, [claim])
    assert "码头添置渡船12艘，但仍有2艘待检" in shown
    assert "换灯" not in shown
    assert excerpt(told("渡船12艘，帆船3艘。"), [claim]) == "渡船12艘，帆船3艘。"


_CLAUSES = st.lists(
    st.sampled_from(
        [
            "上半年",
            "全县卸货9万吨",
            "计划架线3公里",
            "目前已架线2公里",
            "其中帆船3艘",
            "同比增长8%",
            "但仍有2艘待检",
            "何立群介绍",
            "岸上灯塔同时换灯而且照得比往年远得多",
            "2019年",
            "各渡口昼夜轮班先固基后砌石再铺设栈道",
        ]
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=120, deadline=None)
@given(clauses=_CLAUSES, number=st.integers(0, 9))
def test_an_excerpt_is_text_of_its_sentence_and_holds_its_figure(clauses: list[str], number: int) -> None:
    sentence = told("，".join(clauses) + "。")
    claims = read(sentence).claims()
    chosen = claims[number % len(claims) :][:1] if claims else ()
    shown = excerpt(sentence, chosen)
    place = 0
    for part in shown.split("，…"):
        place = sentence.text.index(part, place) + len(part)
    assert all(claim.figure is not None and claim.figure.text in shown for claim in chosen)


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("渡船有12艘。", TODAY, "据2021年10月20日报道，渡船有12艘。"),
        ("明年3月添渡船。", TODAY, "据2021年10月20日报道（明年3月即2022年3月），明年3月添渡船。"),
        ("去年渡船载客4万人次。", TODAY, "据2021年10月20日报道（去年即2020年），去年渡船载客4万人次。"),
        ("去年底停航。", TODAY, "据2021年10月20日报道（去年底即2020年底），去年底停航。"),
        (
            "前年修，明年下半年换。",
            TODAY,
            "据2021年10月20日报道（前年即2019年；明年下半年即2022年下半年），前年修，明年下半年换。",
        ),
        ("载客比去年多，去年同期停航。", TODAY, "据2021年10月20日报道，载客比去年多，去年同期停航。"),
        ("今年渡船有12艘。", TODAY, "据2021年10月20日报道，今年渡船有12艘。"),
        ("2019年渡船有12艘。", TODAY, "2019年渡船有12艘。"),
        ("渡船有12艘。", None, "渡船有12艘。"),
        ("渡船[3]有12艘。", None, "渡船有12艘。"),
        ("2022年新造渡船12艘。", TODAY, "据2021年10月20日报道（计划），2022年新造渡船12艘。"),
    ],
)
def test_the_papers_words_follow_its_day_where_they_name_no_year(text: str, day: dt.date | None, words: str) -> None:
    shown = in_the_papers_words(read_question("渡船有几艘？", TODAY), told(text, day))
    assert shown == words
    assert without_day_lead(shown) == text.replace("[3]", "")


@pytest.mark.parametrize(
    ("before", "text", "words"),
    [
        ("一季度，渡口运客3万人次。", "夜航运客4000人次。", "据2021年10月20日报道（一季度），夜航运客4000人次。"),
        ("一季度，渡口运客3万人次。", "目前运客船有12艘。", "据2021年10月20日报道，目前运客船有12艘。"),
        ("一季度，渡口运客3万人次。", "船票为每张2元。", "据2021年10月20日报道，船票为每张2元。"),
        ("去年，渡口运客3万人次。", "夜航运客4000人次。", "据2021年10月20日报道（去年），夜航运客4000人次。"),
        (
            "10月8日，渡口复航，当天运客900人次。去年停航46天。",
            "夜航运客400人次。",
            "据2021年10月20日报道，夜航运客400人次。",
        ),
        (
            "今年渡口运客3万人次。去年渡口运客2万人次。",
            "其中夜航运客4000人次。",
            "据2021年10月20日报道（去年），其中夜航运客4000人次。",
        ),
        (
            "10月8日，市航运局公布年报。2020年渡口运客2万人次。",
            "夜航运客4000人次。",
            "据2021年10月20日报道（2020年），夜航运客4000人次。",
        ),
        ("2003年，渡口建成。", "此次改造新增泊位28个。", "据2021年10月20日报道，此次改造新增泊位28个。"),
    ],
)
def test_the_time_of_a_sentence_before_is_told_of_what_it_measures(before: str, text: str, words: str) -> None:
    article = Article("a", "", before + text, date=TODAY)
    sentence = Sentence(article, len(before), len(before + text), text, 0, 1.0, 1.0)
    assert in_the_papers_words(read_question("渡口情况", TODAY), sentence, read(sentence).claims()) == words


def test_the_day_of_a_paper_is_said_once() -> None:
    said = ["据2021年3月8日报道，竹坪修桥两座[1]。"]
    assert without_lead_said("据2021年3月8日报道，柳湾修桥三座[2]。", said) == "柳湾修桥三座[2]。"
    for other in ("据2021年3月9日报道，修桥。", "据2021年3月8日报道（去年即2020年），修桥。", "柳湾修桥三座。"):
        assert without_lead_said(other, said) == other


def test_where_only_another_year_is_found_that_is_said_first() -> None:
    sentence = told("今年渡船有12艘。", dt.date(2020, 12, 25))
    answers = []
    for question in ("今年渡船有几艘？", "2021年渡船有几艘？"):
        asked = read_question(question, TODAY)
        answers.append(say(asked, claims_said(asked, "12艘", [sentence]), [sentence], CitationList()))
    paper = "据2020年12月25日报道，今年渡船有12艘[1]。"
    assert answers == [f"没有查到2021年的；{paper}", paper]


def test_days_covered_are_those_asked_about() -> None:
    asked = read_question("今年卸货多少吨？", TODAY)
    half, quarter = (claims_said(asked, "9万吨", [told(f"{time}卸货9万吨。")]) for time in ("上半年", "一季度"))
    assert (days_covered(asked, half), days_covered(asked, quarter)) == (181, 90)
    assert days_covered(read_question("卸货多少吨？", TODAY), half) == 0


@pytest.mark.parametrize(
    ("question", "statement", "text", "part"),
    [
        ("2021年盐港地震的震级", "6.1级", "2021年6月1日，盐港发生6.1级地震。", False),  # it was in that year
        ("2021年盐港签约几个项目？", "12个", "2021年6月1日，盐港签约项目12个。", True),
        ("2021年盐港渡船票收入多少元？", "3万元", "2021年一季度，盐港渡船票收入3万元。", True),
    ],
)
def test_what_happened_on_a_day_happened_in_its_year(question: str, statement: str, text: str, part: bool) -> None:
    asked = read_question(question, dt.date(2023, 5, 1))
    sentence = Sentence(Article("a", "", text, date=dt.date(2021, 6, 2)), 0, len(text), text, 0, 1.0, 1.0)
    assert is_of_a_part(asked, claims_said(asked, statement, [sentence])) is part


def test_of_another_year_and_another_place_nothing_is_told() -> None:
    asked = read_question("今年城东区渡船几艘？", dt.date(2021, 5, 1))
    for place, tells in (("城东区", True), ("城西区", False)):
        text = f"2020年{place}有渡船9艘。"
        sentence = Sentence(Article("a", "", text, date=dt.date(2021, 1, 2)), 0, len(text), text, 0, 1.0, 1.0)
        said = claims_said(asked, "9艘", [sentence])
        assert is_of_another_year(asked, said[0].verdicts[0], said) is tells
