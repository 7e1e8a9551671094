import datetime as dt

import pytest

from rag.answering.support import mentions
from rag.answering.times import (
    EXCLUDED,
    NAMED_TIME,
    OTHER_TIME,
    SAME_TIME,
    WHOLE_TIME,
    is_of_other_time,
    names_other_years,
    other_time_note,
    read_question_time,
    time_weights,
    without_year,
)
from rag.chinese.times.question_times import QuestionTime, question_interval
from rag.records import Article

TEXT = "石岭镇种植面积达1620亩，比去年增加120亩。"
DATED = Article("a", "种植忙", TEXT, date=dt.date(2020, 9, 3))


def test_an_undated_text_is_of_another_year_only_where_it_says_so() -> None:
    assert names_other_years("2018年种植多少？", "2020年种植1620亩。")
    assert not names_other_years("2018年种植多少？", "2018年至2020年种植1620亩。")


def test_the_country_is_mentioned_by_any_of_its_names() -> None:
    assert mentions(Article("a", "", "我国粮食产量增加。"), "中国")
    assert not mentions(Article("a", "", "石岭镇粮食产量增加。"), "中国")


def test_a_long_name_is_mentioned_by_what_it_is_short_for() -> None:
    assert mentions(Article("a", "", "他出任中国国家男子足球队主教练。"), "中国男足")
    assert not mentions(Article("a", "", "他出任中国国家女子篮球队主教练。"), "中国男足")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("恒指", "恒生指数收报20145.29点。", True),
        ("恒指", "上证指数收报3116点，恒大集团股价下跌。", False),
        ("发改委", "市发展和改革委员会公布了名单。", True),
        ("发改委", "市住房和城乡建设委员会公布了名单。", False),
        ("石岭镇", "山上石头岭上的人家已全部搬迁。", False),
        ("王小明", "王大爷和小孙子明天出发。", False),
    ],
)
def test_a_short_name_stands_for_the_words_that_begin_with_its_characters(
    name: str, text: str, *, expected: bool
) -> None:
    assert mentions(Article("a", "", text), name) is expected
    assert not mentions(Article("a", "", "王小明出席。"), "王明")


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("到2020年底签约多少个项目？", "截至9月底，签约项目85个。", True),
        ("到2020年底签约多少个项目？", "全年签约项目102个。", False),
        ("到2020年底签约多少个项目？", "签约项目102个。", False),
        ("2020年全年签约多少个项目？", "截至9月底，签约项目85个。", True),
        ("2020年全年签约多少个项目？", "全年签约项目102个。", False),
        ("截至2020年9月底签约多少个项目？", "截至9月底，签约项目85个。", False),
        ("2020年7月10日签约多少个项目？", "9月16日，签约11个项目。", True),
        ("2020年签约多少个项目？", "9月16日，签约11个项目。", False),  # a year is too wide to tell
        ("2020年一季度投资增长多少？", "1至9月，投资增长5.1%。", True),  # reaches far beyond
        ("2020年9月底签约多少个项目？", "1至9月，签约85个项目。", False),  # up to the day asked for
        ("2020年12月28日晚哪里停水？", "定于12月28日22时至12月29日6时停水。", False),
    ],
)
def test_a_sentence_of_other_days_does_not_answer_for_a_day(question: str, text: str, other: bool) -> None:
    asked = question_interval(question, dt.date(2021, 6, 30))
    article = Article("a", "", text, date=dt.date(2020, 12, 28))
    assert is_of_other_time(asked, article, text) is other
    assert not is_of_other_time(None, article, text)
    assert not is_of_other_time(asked, Article("a", "", text), text)


def test_the_end_of_a_year_is_its_december() -> None:
    for question, year in (("到2020年底签约多少？", 2020), ("去年年底签约多少？", 2020), ("今年底签约多少？", 2021)):
        asked = question_interval(question, dt.date(2021, 6, 30))
        assert asked is not None
        assert (asked.first, asked.last, asked.label) == (dt.date(year, 12, 1), dt.date(year, 12, 31), f"{year}年底")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2020年全年签约多少个项目？", "全年签约多少个项目？"),
        ("到2020年底全区签约项目多少个？", "全区签约项目多少个？"),
        ("全区今年上半年财政收入多少？", "全区上半年财政收入多少？"),
        ("二〇二〇年签约多少个项目？", "签约多少个项目？"),
        ("昨天谁开了会？", "昨天谁开了会？"),
        ("今年造林多少亩，比去年多多少？", "造林多少亩，比去年多多少？"),
        ("去年和前年的桥各修了几座？", "去年和前年的桥各修了几座？"),
    ],
)
def test_a_question_without_its_year(question: str, expected: str) -> None:
    asked = question_interval(question, dt.date(2021, 6, 30))
    assert asked is not None
    assert without_year(question, asked) == expected


def test_the_whole_of_a_time_is_better_than_a_part_and_a_comparison_is_no_time() -> None:
    article = Article("a", "", "", date=dt.date(2020, 12, 28))
    asked = question_interval("2020年签约多少个项目？", dt.date(2021, 6, 30))
    weights = time_weights("2020年签约多少个项目？", asked, [article])
    whole, part = "全年签约项目102个，比9月底增加17个。", "截至9月底，签约项目85个。"
    assert weights.weight(article, whole) == WHOLE_TIME
    assert weights.weight(article, part) == SAME_TIME
    assert weights.weight(article, "去年签约项目70个。") == OTHER_TIME
    narrow = time_weights("问", question_interval("2020年12月签约多少个项目？", dt.date(2021, 6, 30)), [article])
    assert narrow.weight(article, part) == EXCLUDED
    assert narrow.weight(article, whole) == WHOLE_TIME
    assert not names_other_years("2022年销量多少？", "上半年销售8.5万辆，较2021年提升1.7个百分点。")


REPORT = Article(
    "r",
    "经济运行",
    "会议通报，2020年，全区签约102个。总投资350亿元，财政收入18亿元。\n区长主持会议。",
    date=dt.date(2021, 1, 15),
)


def of_other_time(question: str, article: Article, text: str) -> bool:
    return is_of_other_time(question_interval(question, dt.date(2021, 6, 25)), article, text)


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("2021年一季度总投资多少？", "总投资350亿元，财政收入18亿元。", True),  # the year opened the paragraph
        ("2020年总投资多少？", "总投资350亿元，财政收入18亿元。", False),
        ("2021年1月谁主持会议？", "区长主持会议。", False),  # a meeting is of its day
        ("2021年2月谁主持会议？", "区长主持会议。", True),  # printed before February
        ("今年2月谁主持会议？", "区长主持会议。", True),
        ("今年签约多少个？", "总投资350亿元，财政收入18亿元。", False),
    ],
)
def test_a_sentence_without_time_has_that_of_its_paragraph_and_none_after_its_day(
    question: str, text: str, other: bool
) -> None:
    assert of_other_time(question, REPORT, text) is other


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("2020年上半年投资增长多少？", "1至11月，投资增长6.3%。", True),
        ("2020年上半年投资增长多少？", "上半年，投资增长3.2%。", False),
        ("2020年1至9月投资增长多少？", "上半年，投资增长3.2%。", True),
        ("2020年前三季度投资增长多少？", "1至9月，投资增长5.1%。", False),
        ("2020年投资增长多少？", "1至9月，投资增长5.1%。", False),
    ],
)
def test_one_running_total_is_not_another(question: str, text: str, other: bool) -> None:
    assert of_other_time(question, Article("a", "", text, date=dt.date(2020, 12, 25)), text) is other


def test_what_a_time_is_compared_with_is_not_asked_about() -> None:
    asked = question_interval("2021年1至5月增速比一季度回落多少？", dt.date(2021, 6, 25))
    assert asked is not None
    assert (asked.first, asked.last) == (dt.date(2021, 1, 1), dt.date(2021, 5, 31))


def asked_about(question: str) -> QuestionTime:
    found = question_interval(question, dt.date(2021, 6, 25))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("截至9月底，签约85个。", False),
        ("1至9月，签约85个。", False),  # what was signed since January is what had been signed by then
        ("第三季度签约11个。", True),
        ("12月签约9个。", True),
    ],
)
def test_what_had_happened_by_a_day_is_not_what_happened_in_a_quarter(text: str, other: bool) -> None:
    article = Article("d", "", text, date=dt.date(2020, 10, 13))
    assert is_of_other_time(asked_about("2020年9月底签约了多少个？"), article, text) is other


def test_a_goal_and_a_comparison_are_no_times_of_a_sentence() -> None:
    article = Article("e", "", "", date=dt.date(2020, 7, 16))
    half = asked_about("2020年上半年新增就业多少人？")
    assert not is_of_other_time(half, article, "新增就业2610人，完成全年任务的52.2%。")
    weight = time_weights("", half, [article]).weight
    assert weight(article, "上半年新增就业2610人，完成全年任务的52.2%。") == weight(article, "上半年新增就业2610人。")


def test_the_very_words_of_the_time_asked_for_lift_a_sentence() -> None:
    article = Article("f", "", "", date=dt.date(2020, 10, 13))
    weight = time_weights("", asked_about("2020年9月底签约了多少个？"), [article]).weight
    assert weight(article, "截至9月底，签约85个。") == pytest.approx(
        weight(article, "1至9月，签约85个。") + NAMED_TIME
    )


def test_a_year_in_the_title_of_a_work_is_no_year_of_the_sentence() -> None:
    assert not names_other_years("2022年最佳晚会是哪个？", "《2021年中秋晚会》获得最佳晚会奖。")
    assert names_other_years("2022年最佳晚会是哪个？", "2021 年，《春晚》获得最佳晚会奖。")


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("第三季度收入增长多少？", "今年第三季度，收入增长16.6%。", False),  # of a year that was only guessed
        ("去年第三季度收入增长多少？", "今年第三季度，收入增长16.6%。", True),
        ("第三季度收入增长多少？", "今年第二季度，收入增长16.6%。", True),
        ("2026年第三季度收入增长多少？", "今年第三季度，收入增长16.6%。", True),
    ],
)
def test_a_question_without_a_year_may_be_of_another_than_the_askers(question: str, text: str, other: bool) -> None:
    article = Article("a1", "收入增长", text, date=dt.date(2022, 12, 25))
    assert is_of_other_time(read_question_time(question, dt.date(2026, 11, 1)), article, text) is other


@pytest.mark.parametrize(
    ("question", "date", "text", "warned"),
    [
        ("今年吞吐量多少？", dt.date(2024, 6, 5), "今年1—4月吞吐量739.5万标箱。", "6月5日，没有说是2026年的情况"),
        ("How much this year?", dt.date(2024, 6, 5), "今年1—4月吞吐量739.5万标箱。", "is of 2024-06-05 and does not"),
        ("今年吞吐量多少？", dt.date(2026, 6, 5), "吞吐量739.5万标箱。", ""),
        ("上个月吞吐量多少？", dt.date(2026, 6, 5), "吞吐量739.5万标箱。", "没有说是2026年10月的情况"),
        ("去年吞吐量多少？", dt.date(2026, 2, 5), "去年吞吐量739.5万标箱。", ""),
        ("2026年吞吐量多少？", dt.date(2024, 6, 5), "今年吞吐量739.5万标箱。", ""),  # held to its year elsewhere
        ("今年吞吐量多少？", None, "今年吞吐量739.5万标箱。", ""),
        ("吞吐量多少？", dt.date(2024, 6, 5), "今年吞吐量739.5万标箱。", ""),
    ],
)  # fmt: skip
def test_a_reader_is_warned_where_the_quote_is_of_another_year(
    question: str, date: dt.date | None, text: str, warned: str
) -> None:
    article = Article("a1", "吞吐量", text, date=date)
    notes = other_time_note(question, read_question_time(question, dt.date(2026, 11, 1)), [(article, text)])
    assert len(notes) == bool(warned)
    assert warned in "".join(notes)
