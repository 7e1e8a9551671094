"""Question against claim, slot by slot."""

import datetime as dt

import pytest

from rag.claims.comparing import compare, difference
from rag.claims.question import read_question
from rag.claims.reading import SentenceReading

TODAY = dt.date(2021, 10, 20)


def relation(slot: str, question: str, text: str, number: int = 0, day: dt.date | None = TODAY) -> str:
    """What one comparer says of the ``number``-th figure of ``text``."""
    claim = SentenceReading(text, day).claims()[number]
    return next(item.relation for item in compare(read_question(question, day), claim) if item.slot == slot)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("前三季度盐税多少？", "前三季度盐税5亿元。", "same"),
        ("前三季度盐税多少？", "1至9月盐税5亿元。", "same"),
        ("前三季度盐税多少？", "三季度盐税5亿元。", "different"),
        ("三季度盐税多少？", "前三季度盐税5亿元。", "different"),
        ("今年盐税多少？", "上半年盐税5亿元。", "narrower"),
        ("上半年盐税多少？", "全年盐税5亿元。", "different"),
        ("今年盐税多少？", "去年盐税5亿元。", "different"),
        ("截至9月底盐税多少？", "前三季度盐税5亿元。", "same"),
        ("截至9月底盐税多少？", "9月盐税5亿元。", "different"),
        ("5月1日渡客多少人？", "5月渡客300人。", "wider"),
        ("盐税多少？", "5月盐税3万元。", "unsaid"),
        ("5月盐税多少？", "盐税3万元。", "unsaid"),
    ],
)
def test_days_are_compared_with_days(question: str, text: str, expected: str) -> None:
    assert relation("period", question, text) == expected


def test_where_a_year_is_a_guess_month_and_day_count() -> None:
    assert relation("period", "2020年三季度盐税多少？", "三季度盐税5亿元。", day=None) == "same"
    assert relation("period", "2020年三季度盐税多少？", "2019年三季度盐税5亿元。", day=None) == "different"
    assert relation("period", "2020年三季度盐税多少？", "二季度盐税5亿元。", day=None) == "different"


def test_the_reason_for_this_year_may_lie_in_the_last() -> None:
    told = "去年10月大堤决口3处，盐田淹了600亩。"
    assert relation("period", f"{TODAY.year}年盐价为什么涨了？", told) == "unsaid"
    assert relation("period", f"{TODAY.year}年淹了多少亩盐田？", told) == "different"
    assert relation("period", f"{TODAY.year + 2}年盐价为什么涨了？", told) == "different"
    assert relation("period", f"{TODAY.year}年盐价为什么涨了？", f"{TODAY.year - 1}年决口3处。") == "different"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("全市有渡船多少艘？", "城东区有渡船12艘。", "different"),
        ("城东区有渡船多少艘？", "全市有渡船12艘。", "different"),
        ("江北县有渡船多少艘？", "江南县有渡船12艘。", "different"),
        ("江北县有渡船多少艘？", "江北县有渡船12艘。", "same"),
        ("咱们县有渡船多少艘？", "全县有渡船12艘。", "same"),
        ("石门镇有渡船多少艘？", "全镇有渡船12艘。", "same"),
        ("咱们县有渡船多少艘？", "石门镇有渡船3艘。", "different"),
        ("渡船有多少艘？", "石门镇有渡船3艘。", "unsaid"),
        ("石门镇渡船有多少艘？", "渡船有3艘。", "unsaid"),
        ("云岭示范区渡船有多少艘？", "今年示范区有渡船3艘。", "unsaid"),
        ("全县一共有几处省级码头", "临江市第二批省级码头名单公布，共14处。", "different"),
        ("咱们镇一共有几处省级码头", "江北县第二批省级码头名单公布，共14处。", "different"),
        ("江北县一共有几处省级码头", "临江市第二批省级码头名单公布，共14处。", "wider"),
    ],
)
def test_a_place_is_compared_with_one_of_its_level(question: str, text: str, expected: str) -> None:
    assert relation("place", question, text) == expected


@pytest.mark.parametrize(
    ("slot", "question", "text", "number", "expected"),
    [
        ("mood", "今年架线几公里？", "今年拟架线3公里。", 0, "narrower"),
        ("mood", "打算架线几公里？", "今年拟架线3公里。", 0, "same"),
        ("mood", "运动会上架线几公里？", "今年拟架线3公里。", 0, "narrower"),
        ("mood", "有几人落水？", "网传3人落水。", 0, "narrower"),
        ("mood", "今年架设了多少公里电线？", "今年拟架线3公里。", 0, "different"),
        ("mood", "渡口实际停靠几艘船", "渡口计划停靠船只12艘。", 0, "different"),
        ("mood", "凉亭修好几座", "年内将修凉亭4座。", 0, "different"),
        ("mood", "今年计划修了多少座凉亭", "年内将修凉亭4座。", 0, "same"),
        ("mood", "今年架设了多少公里电线？", "今年架线3公里。", 0, "same"),
        ("measure", "盐税多少元？", "盐税增长8%。", 0, "different"),
        ("measure", "盐税增长多少？", "盐税占比8%。", 0, "different"),
        ("measure", "盐税增长多少？", "盐税增长8%。", 0, "same"),
        ("measure", "盐税占比多少？", "盐税增长8%。", 0, "different"),
        ("member", "金牌多少枚？", "金牌3枚、银牌5枚。", 1, "different"),
        ("member", "金牌多少枚？", "金牌3枚、银牌5枚。", 0, "same"),
        ("member", "苇塘镇的GDP有多少？", "苇塘镇完成规模以上工业总产值61亿元。", 0, "different"),
        ("member", "苇塘镇生产总值多少", "苇塘镇GDP达到38亿元。", 0, "same"),
        ("member", "存款多少", "各银行贷款余额412亿元。", 0, "different"),
        ("member", "贷款余额有多少？", "存款余额530亿元，贷款余额412亿元。", 1, "same"),
        ("member", "贷款余额有多少？", "存款余额530亿元，贷款余额412亿元。", 0, "different"),
        ("member", "财政支出花了多少", "一般公共预算收入完成27亿元。", 0, "different"),
        ("member", "财政收入多少", "一般公共预算收入完成27亿元。", 0, "same"),
        ("member", "香菇产值多少？", "香菇产量3200吨。", 0, "different"),
        ("member", "香菇种了多少？", "香菇产量3200吨。", 0, "same"),
        ("member", "工业增加值涨了多少", "固定资产投资增长9%。", 0, "different"),
        ("member", "企业营收多少", "全年实现利润1.2亿元。", 0, "different"),
        ("member", "奖牌多少枚？", "金牌3枚。", 0, "narrower"),
        ("whole", "渡船多少艘？", "渡船12艘，其中帆船3艘。", 1, "narrower"),
        ("whole", "其中帆船多少艘？", "渡船12艘，其中帆船3艘。", 1, "same"),
    ],
)
def test_mood_measure_member_and_whole(slot: str, question: str, text: str, number: int, expected: str) -> None:
    assert relation(slot, question, text, number) == expected


def test_the_first_slot_that_differs_is_told() -> None:
    question = read_question("去年临江县渡船多少艘？", TODAY)
    claim = SentenceReading("今年望江县渡船12艘。", TODAY).claims()[0]
    found = difference(question, claim)
    assert found is not None
    assert (found.slot, found.said) == ("period", "今年")
    assert difference(question, SentenceReading("去年临江县渡船9艘。", TODAY).claims()[0]) is None
