"""A question, slot by slot."""

import datetime as dt

import pytest

from rag.claims.question import read_question

TODAY = dt.date(2021, 10, 20)


@pytest.mark.parametrize(
    ("text", "period", "said", "own"),
    [
        ("前三季度产盐多少吨？", ("2021-01-01", "2021-09-30"), False, False),
        ("三季度产盐多少吨？", ("2021-07-01", "2021-09-30"), False, False),
        ("上半年产盐多少吨？", ("2021-01-01", "2021-06-30"), False, False),
        ("今年产盐多少吨？", ("2021-01-01", "2021-12-31"), True, True),
        ("去年产盐多少吨？", ("2020-01-01", "2020-12-31"), True, False),
        ("2019年产盐多少吨？", ("2019-01-01", "2019-12-31"), True, False),
        ("How much salt was made this year?", ("2021-01-01", "2021-12-31"), True, True),
        ("产盐多少吨？", None, False, False),
    ],
)
def test_when_a_question_asks_about(text: str, period: tuple[str, str] | None, said: bool, own: bool) -> None:
    read = read_question(text, TODAY)
    found = read.period
    assert (found and (str(found.first), str(found.last))) == period
    assert ((found is not None and found.year_said), read.is_own_year) == (said, own)


def test_an_end_is_marked_and_without_a_day_only_a_year_in_figures_counts() -> None:
    ends = read_question("截至9月底产盐多少吨？", TODAY).period
    undated = [read_question(text, None).period for text in ("今年产盐多少吨？", "2019年产盐多少吨？")]
    assert ends is not None
    assert ends.is_end
    assert [item is not None and item.year_said for item in undated] == [False, True]


@pytest.mark.parametrize(
    ("text", "mood", "about_plans"),
    [
        ("打算铺管几公里？", "plan", True),
        ("明年要铺管几公里？", "fact", True),
        ("明年会铺管几公里？", "fact", True),
        ("力争产盐多少吨？", "plan", True),
        ("第三届运动会有多少人参加？", "fact", False),
        ("主要产盐区有几个？", "fact", False),
        ("将军路有多长？", "fact", False),
        ("会议有多少人参加？", "fact", False),
        ("铺管几公里？", "fact", False),
        ("没有返校的有几人？", "denied", False),
        ("修路款占全年计划几成", "fact", False),
        ("栽树完成年度任务的多少", "fact", False),
        ("今年计划修路几里", "plan", True),
    ],
)
def test_whether_a_plan_is_asked_for(text: str, mood: str, about_plans: bool) -> None:
    read = read_question(text, TODAY)
    assert (read.mood, read.about_plans) == (mood, about_plans)


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("产盐增长了多少？", "rise"),
        ("产盐增速是多少？", "rise"),
        ("盐价涨幅多少？", "rise"),
        ("产盐同比多少？", "rise"),
        ("产盐下降多少？", "fall"),
        ("盐价跌幅多少？", "fall"),
        ("产盐少了多少？", "fall"),
        ("井盐占比多少？", "share"),
        ("井盐占全部的多少？", "share"),
        ("产盐多少吨？", None),
    ],
)
def test_what_is_to_be_measured(text: str, measure: str | None) -> None:
    assert read_question(text, TODAY).measure == measure


def test_places_and_members_of_a_question() -> None:
    read = read_question("咱们县第三届灯会一等奖有几件？", TODAY)
    assert (read.places, read.members) == (("全县",), {("届", "3"), ("prize", "一等")})


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("现在有渡船几艘？", True),
        ("果园还差几亩没摘完", True),
        ("渡口还有几处没修", True),
        ("今年还剩多少船票没卖", True),
        ("井里还缺哪些零件", True),
        ("去年还剩多少船票没卖", False),
        ("8月底还剩几亩没摘", False),
        ("他还是船长吗", False),
        ("灯会还有谁来了", False),
        ("渡口修了几处了", True),
        ("果园摘到哪一片了啊", True),
        ("今年船票卖出多少张了？", True),
        ("去年船票卖了多少张了", False),
        ("船票卖了多少张", False),
        ("几点了解散的", False),
        ("渡口哪天通航了", False),
        ("灯会几号散了", False),
        ("堤修到哪了", True),
    ],
)
def test_what_is_left_is_asked_of_now(text: str, now: bool) -> None:
    assert read_question(text, TODAY).about_now is now


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("盐价怎么跌了", True),
        ("盐价怎么还跌", True),
        ("工期怎么又拖了", True),
        ("怎么涨这么多", True),
        ("盐场怎么不晒盐了", True),
        ("减产是怎么回事", True),
        ("那几家盐场卡在哪", True),
        ("增产靠什么", True),
        ("盐价怎么样了", False),
        ("盐价怎么变化了", False),
        ("盐怎么做", False),
        ("投诉怎么处理了", False),
        ("怎么去盐场", False),
        ("盐价涨了多少", False),
    ],
)
def test_a_reason_is_asked_for_in_many_ways(text: str, why: bool) -> None:
    assert read_question(text, TODAY).is_why is why


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("盐场场长以前是什么官", True),
        ("何盐生原先管什么", True),
        ("何盐生之前担任什么职务", True),
        ("何盐生现在管什么", False),
        ("原来的盐场有多大", False),
    ],
)
def test_what_somebody_was_before_is_told_from_what_he_is(text: str, former: bool) -> None:
    assert read_question(text, TODAY).about_former is former
