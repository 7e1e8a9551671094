import datetime as dt

import pytest

from rag.answering.gate import check_answer, check_names
from rag.chinese.figures import find_figures
from rag.chinese.figures.arithmetic import FiguresDisagreeError, computed_figure

QUOTES = {
    1: "三是招商取得突破，签约引进各类项目102个，总投资350亿元，增长9%。",
    2: "组织企业与17所高校对接，共签订合作项目14个，达成意向约10个。",
}
DAY = dt.date(2020, 12, 25)


def verdicts(answer: str, **options: object) -> list[tuple[str, bool, int | None, str]]:
    result = check_answer(answer, QUOTES, **options)  # type: ignore[arg-type]
    return [(item.figure.text, item.supported, item.marker, item.reason) for item in result.figures]


def test_figures_that_stand_in_their_quotes_pass() -> None:
    answer = "签约引进项目102个，总投资350亿元[1]。签订合作项目14个[2]。"
    assert verdicts(answer) == [
        ("102个", True, 1, "supported"),
        ("350亿元", True, 1, "supported"),
        ("14个", True, 2, "supported"),
    ]
    assert check_answer(answer, QUOTES).passed


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("引进各类项目103个[1]。", "no such figure"),
        ("引进各类项目102家[1]。", "other unit"),
        ("总投资350万元[1]。", "no such figure"),
        ("引进各类项目约102个[1]。", "other bound"),
        ("达成意向10个[2]。", "other bound"),
        ("下降9%[1]。", "other direction"),
        ("增长9个百分点[1]。", "other unit"),
        ("签订合作项目102个[1]。", "other subject"),
        ("引进各类项目102[1]。", "other unit"),
    ],
)
def test_an_altered_figure_is_caught(answer: str, reason: str) -> None:
    assert [(supported, why) for _, supported, _, why in verdicts(answer)] == [(False, reason)]
    assert not check_answer(answer, QUOTES).passed


def test_a_figure_cited_to_the_wrong_quote_is_given_the_right_one() -> None:
    assert verdicts("签订合作项目14个[1]。") == [("14个", True, 2, "supported")]


def test_an_own_marker_function_is_asked_first() -> None:
    quotes = {1: "新增企业3家。", 2: "新增企业3家，增长一倍。"}
    result = check_answer("新增企业3家", quotes, lambda start, end: 2)
    assert [item.marker for item in result.figures] == [2]


def test_a_bare_number_passes_only_with_leave() -> None:
    assert verdicts("102") == [("102", False, None, "other unit")]
    assert verdicts("102", unit_optional=True) == [("102", True, 1, "supported")]


def test_a_digit_copied_to_the_place_of_another_is_caught() -> None:
    quote = {1: "事故死亡人数由2018年的405人降至2019年的226人。"}
    assert check_answer("死亡人数由2018年的405人降至2019年的226人[1]。", quote).passed
    altered = check_answer("死亡人数由2018年的405人降至2018年的226人[1]。", quote)
    assert [(item.figure.text, item.reason) for item in altered.unsupported_figures] == [("2018年", "altered copy")]


def test_a_bound_dropped_beside_the_same_number_is_caught() -> None:
    quote = {1: "自来水普及率达到90%，通网络的村庄占比超过90%。"}
    assert check_answer("通网络的村庄占比超过90%[1]。", quote).passed
    dropped = check_answer("通网络的村庄占比90%[1]。", quote)
    assert [item.reason for item in dropped.unsupported_figures] == ["other subject"]


def test_an_article_is_no_count() -> None:
    assert verdicts("这是一个重要进展[1]。") == []


def test_but_one_instead_of_two_is_caught() -> None:
    result = check_answer("一家单位获批[1]。", {1: "两家单位获批示范基地。"})
    assert [(item.figure.text, item.supported) for item in result.figures] == [("一家", False)]


def test_a_year_is_read_by_the_day_of_publication() -> None:
    quotes = {1: "今年，全镇新建泵站12座。"}
    answer = "2020年全镇新建泵站12座[1]。"
    resolved = check_answer(answer, quotes, published={1: DAY})
    assert [(item.figure.text, item.reason) for item in resolved.figures] == [
        ("2020年", "resolved date"),
        ("12座", "supported"),
    ]
    assert not check_answer(answer, quotes).passed
    assert not check_answer("2019年全镇新建泵站12座[1]。", quotes, published={1: DAY}).passed
    assert check_answer(answer, quotes, question="2020年新建了几座泵站？").passed


def test_names_and_dates_may_stand_in_the_context_but_figures_may_not() -> None:
    quotes = {1: "会上表彰了5家单位。"}
    context = {1: "12月23日，青禾镇召开大会，共300人参加。"}
    assert check_answer("12月23日，青禾镇表彰5家单位[1]。", quotes, context=context).passed
    assert not check_answer("共300人参加[1]。", quotes, context=context).passed


def test_what_the_program_computed_is_accepted() -> None:
    sum_of = computed_figure("sum", find_figures("项目102个。项目14个。"))
    assert sum_of.equation == "102＋14＝116个"
    answer = f"合计{sum_of.equation}。"
    assert check_answer(answer, QUOTES, computed=[sum_of.equation]).passed
    assert not check_answer(answer, QUOTES).passed


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("镇长周明远主持会议", "person"),
        ("出席的有陈立新、周明远、赵大川等", "person"),
        ("获批“星火计划”", "quoted"),
        ("发布《青禾规划》", "book"),
        ("引进C929飞机", "code"),
        ("与Siemens合作", "foreign"),
        ("去年完工", "time"),
        ("电话0391-1234568", "code"),
        ("手机13800001111", "code"),
        ("在广州开工", "place"),
    ],
)
def test_a_name_in_no_source_is_caught(answer: str, kind: str) -> None:
    found = check_names(answer, "镇长周明达主持会议，陈立新、周明达、赵大川等出席。今年，项目在苏州开工。")
    assert kind in [item.kind for item in found if not item.supported]


def test_names_that_stand_in_the_source_pass() -> None:
    source = "镇长周明达主持会议，陈立新、赵大川等出席，发布《青禾纪要》，引进C919，获批“火种计划”。"
    found = check_names("周明达主持会议，陈立新、赵大川出席，发布《青禾纪要》，引进C919，获批“火种计划”", source)
    assert [item.text for item in found if not item.supported] == []
    assert {item.kind for item in found} >= {"person", "book", "code", "quoted"}


def test_one_changed_character_of_a_company_is_caught() -> None:
    found = check_names("青禾新材科公司投产", "昨日，青禾新材料公司投产。")
    assert [(item.kind, item.expected) for item in found if not item.supported] == [("altered", "料")]


def test_difference_and_share() -> None:
    first, second = find_figures("完成投资120亿元，其中民间投资45亿元")
    difference = computed_figure("difference", [first, second])
    assert (difference.equation, difference.value, difference.unit) == ("120－45＝75亿元", 7_500_000_000, "元")
    share = computed_figure("share", [second, first])
    assert (share.equation, share.text) == ("45÷120＝37.5%", "37.5%")


def test_a_sum_over_scales_is_shown_in_the_finest() -> None:
    result = computed_figure("sum", find_figures("投资1亿元，投资2500万元"))
    assert (result.equation, result.value) == ("1亿元＋2500万元＝12500万元", 125_000_000)
    share = computed_figure("share", find_figures("投资6240万元，计划1.2亿元"))
    assert (share.equation, share.text) == ("6240万元÷1.2亿元＝52%", "52%")


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("sum", "3家，5人"),
        ("sum", "3家"),
        ("sum", "近3家，5家"),
        ("difference", "1家，2家，3家"),
        ("share", "3家，0家"),
    ],
)
def test_what_cannot_be_computed_is_refused(operation: str, text: str) -> None:
    with pytest.raises(FiguresDisagreeError, match="found"):
        computed_figure(operation, find_figures(text))  # type: ignore[arg-type]


def test_a_place_without_its_ending_is_no_altered_name() -> None:
    quotes = {1: "记者从成都市科幻协会获悉，成都成功获选为举办城市。"}
    assert check_answer("大会将在成都举办。[1]", quotes).passed
    assert not check_answer("大会将在成都县举办。[1]", {1: "大会将在成都市举办。"}).passed


def test_an_hour_is_an_hour_whatever_follows() -> None:
    quotes = {1: "仪式定于5月6日上午11点举行。"}
    assert check_answer("仪式时间是5月6日上午11点。[1]", quotes).passed
    assert not check_answer("仪式时间是5月6日上午10点。[1]", quotes).passed


def test_a_date_with_its_year_added_is_no_altered_copy() -> None:
    quotes, published = {1: "截至6月底，全区共签约项目53个。"}, {1: dt.date(2020, 7, 16)}
    assert check_answer("截至2020年6月底，共签约项目53个。[1]", quotes, published=published).passed
    assert not check_answer("截至2020年7月底，共签约项目53个。[1]", quotes, published=published).passed


def test_a_figure_that_only_names_the_thing_as_the_question_does_needs_no_quote() -> None:
    quotes = {1: "每个展位9平方米，租金1200元。"}
    asked = "一个标准展位租金多少钱？"
    assert check_answer("一个标准展位租金1200元[1]。", quotes, question=asked).passed
    assert not check_answer("一个标准展位租金1300元[1]。", quotes, question=asked).passed
    # What is asked for is not carried by having been asked.
    assert not check_answer("签约项目102个[1]。", {1: "签约项目98个。"}, question="是不是签约项目102个？").passed
    # Nor is a one that is the very thing asked.
    assert not check_answer("1个项目停工[1]。", {1: "项目全部开工。"}, question="是不是有1个项目停工？").passed


@pytest.mark.parametrize(
    ("answer", "supported"),
    [
        ("9月底投用[1]", False),
        ("9月16日开工[1]", True),
        ("9月开工[1]", True),
        ("8月上旬开工[1]", False),
        ("10月底投用[1]", True),
        ("9月初步完成[1]", True),
    ],
)
def test_a_part_of_a_month_is_checked_like_a_day(answer: str, supported: bool) -> None:
    checked = check_answer(answer, {1: "项目9月16日开工，10 月底投用。"}, question="项目什么时候投用？")
    assert [item.supported for item in checked.figures if item.figure.kind == "date"] == [supported]
