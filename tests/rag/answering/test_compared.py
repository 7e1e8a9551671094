import pytest

from rag.answering.compared import comparison, outcome


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("云帆公司上半年和启明公司谁卖得多", ("云帆公司上半年卖了多少", "上半年启明公司卖了多少")),
        ("市二院床位比市一院多吗", ("市二院床位是多少", "市一院床位是多少")),
        ("清溪镇和石岭镇哪个收粮多？", ("清溪镇收粮是多少", "石岭镇收粮是多少")),
        ("东水厂的日供水量比西水厂大不大", ("东水厂日供水量是多少", "西水厂日供水量是多少")),
        ("东岭村和西岭村谁家收入高", ("东岭村收入是多少", "西岭村收入是多少")),
        ("南桥比北桥长吗", ("南桥有多长", "北桥有多长")),
    ],
)
def test_each_of_two_compared_is_asked_for_its_figure(question: str, asked: tuple[str, str]) -> None:
    found = comparison(question)
    assert found is not None
    assert found.parts.questions == asked


@pytest.mark.parametrize(
    "question",
    [
        "今年签约额比去年多吗",
        "签约额比去年增长多少",
        "谁出席了会议",
        "水库有多大",
        "Is A longer than B?",
        "城东菜价比上月涨了几多",
        "渔港进港船只比前年少了几多",
        "环卫工人的工资比去年高出几多",
    ],
)
def test_a_time_before_or_no_second_thing_is_no_comparison(question: str) -> None:
    assert comparison(question) is None


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("市二院设床位620张", "市一院有床位900张"), "市二院少于市一院（620张、900张）"),
        (("市二院设床位1200张", "市一院有床位900张"), "市二院多于市一院（1200张、900张）"),
        (("市二院设床位900张", "市一院有床位900张"), "市二院等于市一院（900张、900张）"),
        (("市二院设床位620张", "市一院投资9亿元"), ""),
        (("市二院正在建设", "市一院有床位900张"), ""),
    ],
)
def test_the_program_says_which_is_more(texts: tuple[str, str], said: str) -> None:
    found = comparison("市二院床位比市一院多吗")
    assert found is not None
    assert outcome(found, texts) == said
