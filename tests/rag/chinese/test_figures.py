from decimal import Decimal
from itertools import pairwise

import pytest

from rag.chinese.figures import Figure, find_figures, same_figure, supports


def only(text: str) -> Figure:
    figures = find_figures(text)
    assert len(figures) == 1, [figure.text for figure in figures]
    return figures[0]


def amounts(text: str) -> list[tuple[str, str, str, str]]:
    return [(f.text, str(f.value.normalize().__format__("f")), f.unit, f.bound) for f in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "shown", "value", "unit", "kind", "bound"),
    [
        ("新建泵站102个", "102个", "102", "个", "count", "exact"),
        ("总投资 350 亿元", "350 亿元", "35000000000", "元", "money", "exact"),
        ("惠及1.2亿人", "1.2亿人", "120000000", "人", "count", "exact"),
        ("收购早稻4 120吨", "4 120吨", "4120", "吨", "weight", "exact"),
        ("共发放12 345.6万元", "12 345.6万元", "123456000", "元", "money", "exact"),
        ("惠及3 400多户", "3 400多户", "3400", "户", "count", "over"),
        ("占三成", "三成", "3", "成", "share", "exact"),
        ("下降百分之五", "百分之五", "5", "%", "share", "exact"),
        ("完成162.7%", "162.7%", "162.7", "%", "share", "exact"),
        ("完成１６２.７％", "１６２.７％", "162.7", "%", "share", "exact"),
        ("提高5.9个百分点", "5.9个百分点", "5.9", "百分点", "share", "exact"),
        ("将近一百零二人", "将近一百零二人", "102", "人", "count", "near"),
        ("近百人到场", "近百人", "100", "人", "count", "near"),
        ("教师190余人", "190余人", "190", "人", "count", "over"),
        ("半数以上村庄", "半数以上", "50", "%", "share", "at_least"),
        ("产量翻一番", "翻一番", "1", "番", "change", "exact"),
        ("这是第5次获奖", "第5次", "5", "次", "ordinal", "exact"),
        ("收入1,234.5万元", "1,234.5万元", "12345000", "元", "money", "exact"),
        ("两千多户", "两千多户", "2000", "户", "count", "over"),
        ("十几人", "十几人", "10", "人", "count", "over"),
        ("上千人", "上千人", "1000", "人", "count", "at_least"),
        ("数百家企业", "数百家", "100", "家", "count", "several"),
        ("膜4200万平方米", "4200万平方米", "42000000", "平方米", "area", "exact"),
        ("每节45分钟", "45分钟", "45", "分钟", "time_span", "exact"),
        ("耗资3亿5000万元", "3亿5000万元", "350000000", "元", "money", "exact"),
        ("历时一个半小时", "一个半小时", "1.5", "小时", "time_span", "exact"),
        ("历时3个多月", "3个多月", "3", "个月", "time_span", "over"),
        ("用了两年半", "两年半", "2.5", "年", "time_span", "exact"),
        ("五年多以来", "五年多", "5", "年", "time_span", "over"),
        ("不超过100名", "不超过100名", "100", "名", "count", "at_most"),
        ("至少45人受伤", "至少45人", "45", "人", "count", "at_least"),
        ("大约25,000张", "大约25,000张", "25000", "张", "count", "about"),
        ("其中约131人", "约131人", "131", "人", "count", "about"),
        ("发生近600次余震", "近600次", "600", "次", "count", "near"),
        ("每平方米5.5元/平方米", "5.5元/平方米", "5.5", "元/平方米", "other", "exact"),
        ("投入叁佰万元", "叁佰万元", "3000000", "元", "money", "exact"),
        ("三分之一", "三分之一", "33.33333333333333333333333333", "%", "share", "exact"),
        ("“102个”", "102个", "102", "个", "count", "exact"),
        ("近5年来", "5年", "5", "年", "time_span", "exact"),
        ("留下“600名士兵”", "600名", "600", "名", "count", "exact"),
        ("保持两位数增长", "两位数", "2", "位数", "count", "exact"),
    ],
)
def test_value_unit_and_bound(text: str, shown: str, value: str, unit: str, kind: str, bound: str) -> None:
    figure = only(text)
    assert (figure.text, figure.value, figure.unit, figure.kind, figure.bound) == (
        shown,
        Decimal(value),
        unit,
        kind,
        bound,
    )
    assert text[figure.start : figure.end] == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("85 120 640", ["85", "120", "640"]),
        ("2021 120人", ["2021", "120人"]),
        ("12 345 678元，9 21人", ["12 345 678元", "9", "21人"]),
        ("蓄水3\u2009108\u2009400立方米，放鱼7\xa0050尾", ["3\u2009108\u2009400立方米", "7\xa0050尾"]),
    ],
)
def test_spaces_group_the_digits_of_one_number_only_before_a_unit(text: str, shown: list[str]) -> None:
    assert [figure.text for figure in find_figures(text)] == shown


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("18 至 20 家", "18", "20", "家"),
        ("18—20家", "18", "20", "家"),
        ("5万至10万元", "50000", "100000", "元"),
        ("5至10万元", "50000", "100000", "元"),
        ("20-30%", "20", "30", "%"),
        ("三四十人", "30", "40", "人"),
        ("两三个", "2", "3", "个"),
        ("七八百万元", "7000000", "8000000", "元"),
    ],
)
def test_ranges_have_two_ends(text: str, low: str, high: str, unit: str) -> None:
    figure = only(text)
    assert (figure.value, figure.upper, figure.unit) == (Decimal(low), Decimal(high), unit)


def test_a_change_from_one_level_to_another_is_no_range() -> None:
    assert amounts("由5家到10家") == [("5家", "5", "家", "exact"), ("10家", "10", "家", "exact")]


@pytest.mark.parametrize(
    "text",
    [
        "一些 一定 一致 万一 十分 千方百计 四面八方 一方面 进一步 三农 一路 两委 一体 千家万户",
        "“十四五”规划和“三区一极”",
        "“861金融暖春”行动和“1125”工作思路",
        "文号〔2020〕12号，电话0391-1234567，手机13800001111",
        "引进C919和5G，治理PM2.5，防控COVID-19",
        "答案见[1]和[12]。",
        "万元GDP能耗",
        "成千上万的人",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert find_figures(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("二〇二〇年", 20200000, "年", "date"),
        ("2020年12月25日", 20201225, "年月日", "date"),
        ("12月23日上午", 1223, "月日", "date"),
        ("第三季度", 3, "季度", "date"),
        ("前三季度", 3, "前季度", "date"),
        ("上半年", 1, "半年", "date"),
        ("8时30分许", 830, "时", "time_of_day"),
        ("下午2:05", 205, "时", "time_of_day"),
    ],
)
def test_dates_and_times_of_day(text: str, value: int, unit: str, kind: str) -> None:
    figure = only(text)
    assert (figure.value, figure.unit, figure.kind) == (Decimal(value), unit, kind)


def test_four_digits_with_a_measure_word_are_a_count() -> None:
    assert only("发放2020份").kind == "count"
    assert only("2020 科技行动").kind == "date"


def test_the_subject_stands_before_or_after_the_number() -> None:
    before = find_figures("签约引进各类项目102个，总投资350亿元")
    assert [figure.subject for figure in before] == ["签约引进各类项目", "总投资"]
    after = only("全区共有5家单位获批科普基地")
    assert after.subject == "单位获批科普基地"


def test_a_relative_figure_keeps_the_subject_it_belongs_to() -> None:
    figures = find_figures("谋划项目282个，增幅达23.7%；计划投资300亿元，增幅达3.1%")
    assert [figure.subject for figure in figures if figure.unit == "%"] == ["谋划项目增幅", "计划投资增幅"]


def test_period_is_the_time_of_the_sentence() -> None:
    figures = find_figures("截至11月底，完成投资43亿元。去年完成30亿元。共20个")
    assert [(f.text, f.period) for f in figures if f.kind != "date"] == [
        ("43亿元", "截至11月底"),
        ("30亿元", "去年"),
        ("20个", ""),
    ]


def test_what_a_figure_is_compared_with_is_not_its_period() -> None:
    figures = find_figures("截至11月底，谋划项目282个，较2020年增加54个")
    assert [f.period for f in figures if f.kind == "count"] == ["截至11月底", "截至11月底"]


def test_numbers_of_a_list_are_no_figures_but_a_short_answer_is() -> None:
    assert [figure.text for figure in find_figures("1. 新建泵站3座\n2、修路5公里\n（3）其他")] == ["3座", "5公里"]
    assert [figure.text for figure in find_figures("14.")] == ["14"]


def test_years_and_months_in_a_row() -> None:
    assert [figure.text for figure in find_figures("判处3年零4个月")] == ["3年", "4个月"]


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("码头改造提升工程投资1700万元", ""),
        ("渔港提升项目占用8个泊位", ""),
        ("亮化提升行动走进9个村", ""),
        ("降耗项目节电40万千瓦时", ""),
        ("增收计划带动70户", ""),
        ("升级改造管网6公里", ""),
        ("扩面专项新设3个站点", ""),
        ("码头吞吐量提升1700万吨", "up"),
        ("就业岗位增加70个", "up"),
        ("能耗降低40吨", "down"),
    ],
)
def test_the_name_of_a_work_tells_no_direction(text: str, direction: str) -> None:
    assert find_figures(text)[-1].direction == direction


def test_direction() -> None:
    rise, fall, level = find_figures("收入增长9%，能耗下降2.5%，人数增加到10人")
    assert (rise.direction, fall.direction, level.direction) == ("up", "down", "up_to")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("3.5亿元", "35000万元"),
        ("3.5亿元", "350,000,000元"),
        ("三成", "30%"),
        ("五分之一", "20%"),
        ("百分之五", "5%"),
        ("2公里", "2000米"),
        ("1.2万人", "12000人"),
        ("10名", "10人"),
        ("一百零二个", "102个"),
        ("超过100人", "100多人"),
        ("１０２个", "102个"),
        ("2小时", "120分钟"),
        ("2吨", "2000公斤"),
    ],
)
def test_the_same_figure_written_otherwise(first: str, second: str) -> None:
    assert same_figure(only(first), only(second))
    assert supports(only(first), only(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("102个", "103个"),
        ("102个", "102家"),
        ("350亿元", "350万元"),
        ("近190人", "190余人"),
        ("约100人", "100人"),
        ("10.5%", "10.5个百分点"),
        ("增长9%", "下降9%"),
        ("增加5人", "增加到5人"),
        ("第5次", "5次"),
        ("100亩", "100公顷"),
        ("18至20家", "18至21家"),
        ("5美元", "5元"),
        ("5年", "5个月"),
        ("12月23日", "12月24日"),
    ],
)
def test_other_figures(first: str, second: str) -> None:
    assert not same_figure(only(first), only(second))
    assert not supports(only(first), only(second))


def test_an_answer_may_say_less_of_a_date_but_not_more() -> None:
    assert supports(only("2020年12月23日"), only("12月23日"))
    assert not supports(only("12月23日"), only("2020年12月23日"))


def test_a_bare_number_needs_leave() -> None:
    assert not supports(only("102个"), only("102"))
    assert supports(only("102个"), only("102"), unit_optional=True)
    assert supports(only("350亿元"), only("350"), unit_optional=True)
    assert not supports(only("102个"), only("103"), unit_optional=True)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("102 projects", "102个"),
        ("35 billion yuan", "350亿元"),
        ("¥3.5 billion", "35亿元"),
        ("162.7 percent", "162.7%"),
        ("1.2 million people", "120万人"),
        ("five companies", "5家"),
        ("thirty-five billion yuan", "350亿元"),
        ("nearly 190 people", "近190人"),
        ("more than 100 companies", "100多家"),
        ("9 percentage points", "9个百分点"),
    ],
)
def test_english_agrees_with_chinese(english: str, chinese: str) -> None:
    assert same_figure(only(english), only(chinese))


def test_an_english_sentence() -> None:
    found = amounts("In 2020 the city signed 102 projects worth 35 billion yuan, up 9 percent.")
    assert found == [
        ("2020", "20200000", "年", "exact"),
        ("102 projects", "102", "*", "exact"),
        ("35 billion yuan", "35000000000", "元", "exact"),
        ("9 percent", "9", "%", "exact"),
    ]


def test_figures_come_in_order_without_overlap() -> None:
    figures = find_figures("今年新增企业3家、社区1家，增长54%，占全市的23%，12月25日前到位资金3500万元左右。")
    assert all(left.end <= right.start for left, right in pairwise(figures))
    assert [figure.text for figure in figures] == ["3家", "1家", "54%", "23%", "12月25日", "3500万元左右"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("实现GDP43214.85亿元，增长8.1%。", ["43214.85亿元", "8.1%"]),
        ("CPI2.1%", ["2.1%"]),
        ("RMB5200万元", ["5200万元"]),
        ("MU5735航班、A15芯片、XGDP300系统", []),
    ],
)
def test_a_figure_may_follow_an_indicator_at_once_but_not_any_letters(text: str, shown: list[str]) -> None:
    assert [figure.text for figure in find_figures(text)] == shown
