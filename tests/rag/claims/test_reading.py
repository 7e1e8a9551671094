"""A sentence to its claims, slot by slot."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.claims.clauses import split
from rag.claims.reading import SentenceReading, content_words, read_claims
from rag.claims.record import Claim
from rag.records import Article

DAY = dt.date(2021, 10, 20)


def claims(text: str, day: dt.date | None = DAY) -> dict[str, Claim]:
    """The claims of a sentence by their figures."""
    return {claim.figure.text: claim for claim in SentenceReading(text, day).claims() if claim.figure}


@pytest.mark.parametrize(
    ("text", "figure", "first", "last"),
    [
        ("前三季度，外贸额38亿元。", "38亿元", "2021-01-01", "2021-09-30"),
        ("三季度，外贸额12亿元。", "12亿元", "2021-07-01", "2021-09-30"),
        ("上半年外贸额25亿元，三季度13亿元。", "25亿元", "2021-01-01", "2021-06-30"),
        ("上半年外贸额25亿元，三季度13亿元。", "13亿元", "2021-07-01", "2021-09-30"),
        ("去年植树12万株，今年植树15万株。", "12万株", "2020-01-01", "2020-12-31"),
        ("去年植树12万株，今年植树15万株。", "15万株", "2021-01-01", "2021-12-31"),
        ("今年计划植树15万株。", "15万株", "2021-01-01", "2021-12-31"),  # of a plan, not of a goal
        ("2019年，湖边搭棚8座，其中暖棚3座。", "3座", "2019-01-01", "2019-12-31"),
        ("10月18日，县里发布数据，前三季度产盐42万吨。", "42万吨", "2021-01-01", "2021-09-30"),
        ("7月，码头卸货2300吨，同比下降4.5%。", "4.5%", "2021-07-01", "2021-07-31"),
        ("“十四五”期间，将铺管120公里。", "120公里", "2021-01-01", "2025-12-31"),
        ("1至7月，盐田出盐34万吨，去年同期为30万吨，增长13%。", "34万吨", "2021-01-01", "2021-07-31"),
        ("1至7月，盐田出盐34万吨，去年同期为30万吨，增长13%。", "30万吨", "2020-01-01", "2020-07-31"),
        ("1至7月，盐田出盐34万吨，去年同期为30万吨，增长13%。", "13%", "2021-01-01", "2021-07-31"),
        ("6月，驿站收茧80吨（上年同期65吨），均价52元。", "65吨", "2020-06-01", "2020-06-30"),
        ("6月，驿站收茧80吨（上年同期65吨），均价52元。", "52元", "2021-06-01", "2021-06-30"),
        ("一季度，码头开泊位14个，2018年同期是11个。", "11个", "2018-01-01", "2018-03-31"),
        ("去年同期，码头到煤船8艘，到砂船5艘。", "5艘", "2020-01-01", "2020-10-20"),
    ],
)
def test_a_figure_is_of_the_time_before_it(text: str, figure: str, first: str, last: str) -> None:
    period = claims(text)[figure].period
    assert period is not None
    assert (str(period.first), str(period.last), period.year_said) == (first, last, True)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("完成全年400亿元目标的34%。", "34%"),
        ("比去年同期增长8%。", "8%"),
        ("昨日，记者从渡口管理站获悉，渡船有12艘。", "12艘"),
        ("19日，渡口管理站负责人介绍，渡船有12艘。", "12艘"),
        ("10月19日召开的会上获悉，渡船有12艘。", "12艘"),
        ("渡船有12艘。", "12艘"),
    ],
)
def test_a_time_of_a_goal_a_comparison_or_of_the_telling_is_none(text: str, figure: str) -> None:
    assert claims(text)[figure].period is None


def test_the_same_time_as_an_end_is_an_end() -> None:
    found = claims("截至9月底，渡口过车7.3万辆，比去年同期的6.9万辆多；8月过船90艘，去年同期85艘。")
    ends = {figure: claim.period and (str(claim.period.last), claim.period.is_end) for figure, claim in found.items()}
    assert ends == {
        "7.3万辆": ("2021-09-30", True),
        "6.9万辆": ("2020-09-30", True),
        "90艘": ("2021-08-31", False),
        "85艘": ("2020-08-31", False),
    }


def test_what_is_compared_with_is_no_comparison() -> None:
    found = claims("前8个月，渡口过车7.3万辆，比去年同期的6.9万辆增加5.8%。")
    assert ("base", "同比") in found["5.8%"].members
    assert found["6.9万辆"].members == frozenset()


def test_the_same_period_is_that_of_the_sentence_before() -> None:
    text = "一季度，窑场开工12座。出瓦3万片，去年同期2万片。"
    found = {claim.figure.text: claim for claim in read_claims(Article("1", "", text, date=DAY)) if claim.figure}
    periods = [found[figure].period for figure in ("3万片", "2万片")]
    assert [(str(item.first), str(item.last)) for item in periods if item] == [
        ("2021-01-01", "2021-03-31"),
        ("2020-01-01", "2020-03-31"),
    ]


def test_an_end_is_marked_and_a_year_of_an_undated_text_counts_only_if_it_is_said() -> None:
    counted = claims("截至9月底，路灯装了1200盏。")["1200盏"].period
    assert counted is not None
    assert (counted.last, counted.is_end) == (dt.date(2021, 9, 30), True)
    guessed = claims("三季度，盐税5亿元。", None)["5亿元"].period
    said = claims("2018年三季度，盐税5亿元。", None)["5亿元"].period
    assert guessed is not None
    assert said is not None
    assert (guessed.year_said, said.year_said, said.first) == (False, True, dt.date(2018, 7, 1))


@pytest.mark.parametrize(
    ("text", "day", "mood"),
    [
        ("全市今年计划收盐31万吨，前5个月收盐22万吨。", dt.date(2021, 6, 20), "fact"),
        ("全市今年计划收盐31万吨，前8个月收盐22万吨。", dt.date(2021, 6, 20), "plan"),
        ("计划修的90座站房已修成64座，验收58座。", dt.date(2021, 6, 20), "fact"),
        ("计划修站房90座，验收标准58条。", dt.date(2021, 6, 20), "plan"),
    ],
)
def test_a_plan_ends_where_something_is_done_or_its_time_is_over(text: str, day: dt.date, mood: str) -> None:
    assert read_claims(Article(id="1", title="", text=text, date=day))[-1].mood == mood


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("计划铺管5公里，架线3公里，目前已埋杆2根。", ["plan", "plan", "fact"]),
        ("该厂预计耗资8亿元，投产后年产值12亿元，可带动就业600人。", ["forecast"] * 3),
        ("网传有20人落水，实际仅3人擦伤。", ["hearsay", "fact"]),
        ("已铺管5公里，明年将铺管7公里。", ["fact", "plan"]),
        ("力争产盐5万吨，已产盐3万吨，占目标的60%。", ["plan", "fact", "fact"]),
        ("拟聘医师5名、药师3名。", ["plan", "plan"]),
        ("聘医师5名、药师3名。", ["fact", "fact"]),
        ("原订帐篷9顶，因故取消8顶。", ["fact", "cancelled"]),
        ("有望产蜜3吨，产蜡1吨。", ["forecast", "forecast"]),
        ("没有发现漏点9处，修补漏点3处。", ["denied", "fact"]),
        ("产盐增长3%，没有达到预期；新招工540人。", ["fact", "fact"]),
    ],
)
def test_a_mood_goes_on_until_something_is_done(text: str, moods: list[str]) -> None:
    assert [claim.mood for claim in SentenceReading(text, DAY).claims()] == moods


@pytest.mark.parametrize(
    ("text", "figure", "places"),
    [
        ("临江县新增渡船3艘，望江县新增渡船5艘。", "3艘", ("临江县",)),
        ("临江县新增渡船3艘，望江县新增渡船5艘。", "5艘", ("望江县",)),
        ("全市有渡船38艘，其中临江县9艘。", "38艘", ("全市",)),
        ("全市有渡船38艘，其中临江县9艘。", "9艘", ("临江县",)),
        ("石桥镇育苗3亩，产苗9万株。", "9万株", ("石桥镇",)),
        ("育苗3亩。", "3亩", ()),
    ],
)
def test_a_figure_is_of_the_place_nearest_before_it(text: str, figure: str, places: tuple[str, ...]) -> None:
    assert claims(text)[figure].places == places


@pytest.mark.parametrize(
    ("text", "figure", "measure", "part"),
    [
        ("盐税增长6.1%。", "6.1%", "rise", False),
        ("盐税下降6.1%。", "6.1%", "fall", False),
        ("盐税占比为31%。", "31%", "share", False),
        ("盐税5亿元。", "5亿元", "level", False),
        ("渡船12艘，其中帆船3艘。", "3艘", "level", True),
        ("渡船12艘，其中帆船3艘。", "12艘", "level", False),
        ("渡船12艘，包括帆船3艘、快艇2艘。", "2艘", "level", True),
    ],
)
def test_a_figure_has_a_measure_and_may_be_a_part(text: str, figure: str, measure: str, part: bool) -> None:
    claim = claims(text)[figure]
    assert (claim.measure, claim.is_part) == (measure, part)


def test_each_figure_has_its_own_words_and_members() -> None:
    found = claims("金牌3枚、银牌5枚，铜牌9枚。")
    assert [(claim.text, claim.members) for claim in found.values()] == [
        ("金牌3枚", {("medal", "金")}),
        ("银牌5枚", {("medal", "银")}),
        ("铜牌9枚", {("medal", "铜")}),
    ]
    assert content_words("码头的渡船有12艘") == ("码头", "渡船")


_PIECES = st.lists(
    st.sampled_from(
        [
            "前三季度",
            "全市",
            "青禾县",
            "计划",
            "已",
            "产盐",
            "渡船",
            "3艘",
            "5.2亿元",
            "增长8%",
            "，",
            "、",
            "；",
            "：",
            "其中",
            "12:30",
            "近30人",
            "1,200吨",
            "去年",
            "。",
            "（",
            "）",
            "一等奖",
            "abc",
        ]
    ),
    min_size=1,
    max_size=14,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(text=_PIECES, day=st.sampled_from([None, DAY]))
def test_offsets_of_claims_and_clauses_are_those_of_the_text(text: str, day: dt.date | None) -> None:
    spans = split(text).spans
    assert all(first.end <= second.start for first, second in pairwise(spans))
    for claim in SentenceReading(text, day).claims():
        assert claim.figure is not None
        assert text[claim.start : claim.end] == claim.figure.text
        assert text[claim.clause_start : claim.clause_end] == claim.text
        assert claim.clause_start <= claim.start < claim.end <= claim.clause_end


def test_a_period_holds_for_the_sentences_after_it_in_its_paragraph() -> None:
    text = "上半年，码头卸货9万吨。卸煤2万吨。\n渡船有12艘。"
    found = read_claims(Article("a", "", text, date=DAY))
    assert [(text[claim.start : claim.end], claim.period and claim.period.text) for claim in found] == [
        ("9万吨", "上半年"),
        ("2万吨", "上半年"),
        ("12艘", None),
    ]


@pytest.mark.parametrize(
    ("text", "day", "mood"),
    [
        ("2023年，全县改造公厕30座。", dt.date(2023, 1, 9), "plan"),  # most of the year is still to come
        ("会议明确，2023年全县财政收入增长5%。路灯方面，更换灯头900盏。", dt.date(2023, 1, 9), "plan"),
        ("今年，全镇育苗了70万株。", dt.date(2023, 1, 9), "fact"),
        ("2022年，全县改造公厕30座。", dt.date(2023, 1, 9), "fact"),
        ("今年，全县改造公厕30座。", dt.date(2023, 9, 9), "fact"),
        ("明年，全县改造公厕30座。", dt.date(2023, 9, 9), "plan"),
        ("新桥6月底前通车，长900米。", dt.date(2023, 1, 9), "plan"),
        ("新桥5月20日通车，长900米。", dt.date(2023, 6, 9), "fact"),
        ("据日前消息，5月全县改造公厕30座。", dt.date(2023, 3, 9), "fact"),  # 日前 is no deadline
        ("本周，全县改造公厕30座。", dt.date(2023, 9, 11), "fact"),
        ("新增公共座椅80把，2023年全部更换灯头900盏。", dt.date(2023, 1, 9), "plan"),
    ],
)
def test_what_is_told_of_a_time_to_come_is_a_plan(text: str, day: dt.date, mood: str) -> None:
    assert read_claims(Article(id="1", title="", text=text, date=day))[-1].mood == mood


def test_a_whole_year_is_the_one_that_the_sentences_before_speak_of() -> None:
    text = "据介绍，2023年全县财政收入预期增长5%。全年安排路灯项目18个。"
    claim = read_claims(Article(id="1", title="", text=text, date=dt.date(2023, 1, 9)))[-1]
    assert claim.period is not None
    assert claim.period.last == dt.date(2023, 12, 31)


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("因汛期停工，通水时间由原定的2024年7月改为2024年9月。", ["plan", "plan"]),
        ("一号井2020年4月开钻，2024年3月出水。", ["fact", "plan"]),
        ("供水合同2021年3月签订，有效期至2030年12月。", ["fact", "plan"]),
        ("二号井2023年5月12日出水。", ["fact"]),
    ],
)
def test_a_told_day_is_its_own_time_and_ahead_of_the_paper_a_plan(text: str, moods: list[str]) -> None:
    reading = SentenceReading(text, dt.date(2023, 7, 27))
    days = [item for item in reading.figures if item.kind == "date"]
    claims = [reading.claim(item.start, item.end, item) for item in days]
    assert [claim.mood for claim in claims] == moods
    assert all(claim.period and claim.period.text in text for claim in claims)


@pytest.mark.parametrize(
    ("text", "figure", "period"),
    [
        ("报告提出，经初步核算，2019年全县种树9万棵，增长3%；育苗4万株。", "4万株", "2019年"),
        ("3月2日，林场通报去年造林情况：种树9万棵；育苗4万株；补种2万棵。路修了3公里。", "2万棵", "去年"),
        ("3月2日，林场通报去年造林情况：种树9万棵；育苗4万株。路修了3公里。", "3公里", None),
        ("去年种树9万棵，今年前5个月种树4万棵；育苗3万株。", "3万株", "今年前5个月"),
        ("前5个月种树4万棵，比去年的3万棵多1万棵；育苗2万株。", "2万株", "前5个月"),
    ],
)
def test_a_list_goes_on_with_its_period_up_to_the_full_stop(text: str, figure: str, period: str | None) -> None:
    found = {claim.figure.text: claim for claim in read_claims(Article("a", "", text, date=DAY)) if claim.figure}
    told = found[figure].period
    assert (told and told.text) == period


@pytest.mark.parametrize(
    ("text", "figure", "mood"),
    [
        ("今年计划完成绿化2300亩，其中湖边1400亩。", "1400亩", "plan"),
        ("今年力争实现产值8亿元，其中出口3亿元。", "3亿元", "plan"),
        ("县里计划已完成投资8亿元，其中路2亿元。", "2亿元", "fact"),
        ("计划打井120眼已打成73眼，其中深井61眼。", "61眼", "fact"),
    ],
)
def test_what_a_plan_is_to_complete_is_planned_in_its_parts_too(text: str, figure: str, mood: str) -> None:
    assert claims(text)[figure].mood == mood


@pytest.mark.parametrize(
    ("text", "figure", "condition"),
    [
        ("新闸投用后，可浇地2.6万亩。", "2.6万亩", "新闸投用后"),
        ("三座车间全部改造之后，日产豆腐9吨，用工60人；存豆12吨。", "60人", "三座车间全部改造之后"),
        ("三座车间全部改造之后，日产豆腐9吨，用工60人；存豆12吨。", "12吨", ""),
        ("驾龄满10年的，每年检车1次。", "1次", "驾龄满10年的"),
        ("持有本市居住证者，票价15元。", "15元", "持有本市居住证者"),
        ("如果水位再涨，转移村民300人。", "300人", "如果水位再涨"),
        ("浪高超过3米时，渡船停航2班。", "2班", "浪高超过3米时"),
        ("上午10时，坝上来了300人。", "300人", ""),
        ("船长告诉记者，码头有船400条。", "400条", ""),
        ("验船随后，码头有船400条。", "400条", ""),
        ("如皋种桑，亩产叶900公斤。", "900公斤", ""),
        ("若羌收枣，亩产枣400公斤。", "400公斤", ""),
        ("如期完工的坝，长80米。", "80米", ""),
        ("今年以来，码头卸货8万吨。", "8万吨", ""),
        ("与去年同期相比，多种树200棵。", "200棵", ""),
        ("他说，最甜的，是坡上的300亩。", "300亩", ""),
    ],
)
def test_the_clause_that_says_when_or_for_whom_is_known(text: str, figure: str, condition: str) -> None:
    reading = SentenceReading(text, DAY)
    claim = next(claim for claim in reading.claims() if claim.figure and claim.figure.text == figure)
    assert reading.condition(claim.start) == condition
