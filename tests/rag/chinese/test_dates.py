import datetime as dt

import pytest

from rag.chinese.times.dates import find_times, publication_date_from_text
from rag.chinese.times.question_times import question_interval

PUBLISHED = dt.date(2020, 12, 25)


def spans(text: str) -> list[tuple[str, str, str]]:
    found = find_times(text, PUBLISHED)
    assert all(text[mention.start : mention.end] == mention.text for mention in found)
    return [(mention.text, mention.first.isoformat(), mention.last.isoformat()) for mention in found]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("今年", "2020-01-01", "2020-12-31"),
        ("去年", "2019-01-01", "2019-12-31"),
        ("今年前两个月", "2020-01-01", "2020-02-29"),
        ("前 5 个月", "2020-01-01", "2020-05-31"),
        ("2019年前11个月", "2019-01-01", "2019-11-30"),
        ("今年头三个月", "2020-01-01", "2020-03-31"),
        ("前年", "2018-01-01", "2018-12-31"),
        ("明年", "2021-01-01", "2021-12-31"),
        ("截至目前", "2020-12-25", "2020-12-25"),
        ("截至11月底", "2020-11-30", "2020-11-30"),
        ("近日", "2020-12-11", "2020-12-25"),
        ("上月", "2020-11-01", "2020-11-30"),
        ("本月", "2020-12-01", "2020-12-31"),
        ("昨日", "2020-12-24", "2020-12-24"),
        ("前三季度", "2020-01-01", "2020-09-30"),
        ("第三季度", "2020-07-01", "2020-09-30"),
        ("上半年", "2020-01-01", "2020-06-30"),
        ("去年下半年", "2019-07-01", "2019-12-31"),
        ("1月至11月份", "2020-01-01", "2020-11-30"),
        ("今年1—9月", "2020-01-01", "2020-09-30"),
        ("3—5月", "2020-03-01", "2020-05-31"),
        ("“十三五”期间", "2016-01-01", "2020-12-31"),
        ("今年年初以来", "2020-01-01", "2020-12-25"),
        ("今年以来", "2020-01-01", "2020-12-25"),
        ("10月份以来", "2020-10-01", "2020-12-25"),
        ("2020年2月", "2020-02-01", "2020-02-29"),
        ("二〇二〇年", "2020-01-01", "2020-12-31"),
        ("２０２０年１２月５日", "2020-12-05", "2020-12-05"),
        ("12月下旬", "2020-12-21", "2020-12-31"),
        ("2019—2020年", "2019-01-01", "2020-12-31"),
        ("2020-12-05", "2020-12-05", "2020-12-05"),
        ("去年10月", "2019-10-01", "2019-10-31"),
        ("3日至5日", "2020-12-03", "2020-12-05"),
        ("近三年", "2017-12-25", "2020-12-25"),
    ],
)
def test_time_words(text: str, first: str, last: str) -> None:
    assert spans(text) == [(text, first, last)]


def test_a_day_without_month_belongs_to_the_one_before() -> None:
    assert spans("11月29日上午、30日下午开会")[1] == ("30日", "2020-11-30", "2020-11-30")
    assert spans("11月29日开会，2日闭幕")[1] == ("2日", "2020-12-02", "2020-12-02")


def test_a_month_without_year_is_the_latest_begun() -> None:
    assert spans("12月30日开工")[0][1] == "2019-12-30"
    assert spans("12月26日开工")[0][1] == "2020-12-26"  # printed the evening before
    assert spans("计划1月5日开工")[0][1] == "2021-01-05"


def test_only_a_word_of_its_own_clause_puts_a_day_ahead() -> None:
    assert spans("3月5日动土，明年通水")[0][1] == "2020-03-05"
    assert spans("3月5日动土，预计秋天通水")[0][1] == "2020-03-05"
    assert spans("预计3月5日动土")[0][1] == "2021-03-05"
    assert spans("3月5日将动土，今年已备料")[0][1] == "2021-03-05"


def test_a_year_named_in_the_sentence_holds_to_its_end() -> None:
    assert [first for _, first, _ in spans("2017年3月开工，5月完工。6月验收")] == [
        "2017-03-01",
        "2017-05-01",
        "2020-06-01",
    ]


def test_the_same_period_of_last_year() -> None:
    assert spans("今年前三季度增长，去年同期下降")[1] == ("去年同期", "2019-01-01", "2019-09-30")
    assert spans("上半年产茶9吨，2016年同期为7吨")[1] == ("2016年同期", "2016-01-01", "2016-06-30")


def test_a_day_that_does_not_exist_is_left_out() -> None:
    assert spans("2月30日") == []


def test_kinds_and_certainty() -> None:
    day, year, word = find_times("2020年12月5日，2019年，近日", PUBLISHED)
    assert (day.kind, year.kind, word.kind) == ("point", "interval", "relative")
    assert day.certainty > word.certainty


def test_publication_date_from_a_page_header() -> None:
    found = publication_date_from_text("2020年12月25日　星期五　第03版\n2019年3月1日开工")
    assert found is not None
    assert (found.date, found.evidence) == (PUBLISHED, "2020年12月25日　星期五")
    assert found.certainty > 0.9


def test_a_weekday_that_does_not_fit_is_weak_evidence() -> None:
    found = publication_date_from_text("2020年12月25日 星期一")
    assert found is not None
    assert found.certainty < 0.5


def test_publication_date_from_a_dateline() -> None:
    found = publication_date_from_text("本报青禾1月8日讯 项目2020年11月2日开工。")
    assert found is not None
    assert (found.date, found.certainty) == (dt.date(2021, 1, 8), 0.7)


def test_no_evidence_of_publication() -> None:
    assert publication_date_from_text("近日，项目开工。") is None


@pytest.mark.parametrize(
    ("question", "first", "last", "label"),
    [
        ("2020年签约多少项目？", "2020-01-01", "2020-12-31", "2020年"),
        ("去年签约多少？", "2019-01-01", "2019-12-31", "2019年（去年）"),
        ("上个月开了什么会？", "2020-11-01", "2020-11-30", "2020年11月（上个月）"),
        ("12月下旬谁来视察？", "2020-12-21", "2020-12-31", "2020年12月21日至12月31日"),
        ("最近有什么新闻？", "2020-09-26", "2020-12-25", "2020年9月26日至12月25日（最近）"),
        ("今年前三季度排名如何？", "2020-01-01", "2020-09-30", "2020年1月至9月（今年前三季度）"),
        ("What happened last year?", "2019-01-01", "2019-12-31", "2019年（last year）"),
        ("How many in December 2020?", "2020-12-01", "2020-12-31", "2020年12月（December 2020）"),
        ("investment this year", "2020-01-01", "2020-12-31", "2020年（this year）"),
        ("projects in 2018", "2018-01-01", "2018-12-31", "2018年（in 2018）"),
        ("meetings last quarter", "2020-07-01", "2020-09-30", "2020年7月至9月（last quarter）"),
        ("on May 4, 2019", "2019-05-04", "2019-05-04", "2019年5月4日（May 4, 2019）"),
    ],
)
def test_the_time_of_a_question(question: str, first: str, last: str, label: str) -> None:
    found = question_interval(question, PUBLISHED)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat(), found.label) == (first, last, label)
    assert question[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "question", ["签约项目多少个？", "目前有多少？", "How many may we expect?", "on February 30, 2020"]
)
def test_a_question_without_time(question: str) -> None:
    assert question_interval(question, PUBLISHED) is None


@pytest.mark.parametrize(
    ("text", "published", "year"),
    [
        ("全年签约项目102个。", dt.date(2020, 12, 26), 2020),
        ("全年签约项目102个。", dt.date(2021, 1, 15), 2020),  # a report of January is on the year that ended
        ("全年将新开工项目60个。", dt.date(2021, 1, 15), 2021),
        ("2019年财政增收，全年完成18亿元。", dt.date(2021, 6, 1), 2019),
        ("全年级的学生都来了。", dt.date(2021, 6, 1), None),
    ],
)
def test_the_whole_year_is_the_one_that_is_spoken_of(text: str, published: dt.date, year: int | None) -> None:
    found = [mention for mention in find_times(text, published) if mention.text == "全年"]
    expected = [] if year is None else [(dt.date(year, 1, 1), dt.date(year, 12, 31))]
    assert [(mention.first, mention.last) for mention in found] == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("比上年同期增长21.4%；1至9月投资增长5.1%", 2020),
        ("产值比去年增长8%，3月份更快", 2020),
        ("2019年全线下降，3月份最低", 2019),
    ],
)
def test_a_year_compared_with_is_not_that_of_what_follows(text: str, year: int) -> None:
    assert find_times(text, dt.date(2020, 10, 13))[-1].first.year == year
