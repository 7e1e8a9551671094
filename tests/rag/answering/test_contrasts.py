import pytest

from rag.answering.contrasts import (
    is_mixed,
    is_of_another_group,
    is_of_another_level,
    is_of_another_member,
    is_of_the_other_sex,
)

PRIZES = "获得一等奖的是实验小学教师柳青青和东河中学教师钟平；获得二等奖的是物理教师庄凡、地理教师路知远。"
PHASES = "该项目一期投资20亿元，已经投产，二期投资10亿元，计划明年开工。"
RAISED = "上半年完成投资38亿元，下半年计划完成41亿元。"
BEFORE = "柳青青获得一等奖，庄凡获得二等奖。"


@pytest.mark.parametrize(
    ("question", "statement", "quote"),
    [
        ("哪些教师获得二等奖？", "柳青青和钟平", PRIZES),
        ("二期投资多少？", "该项目二期投资20亿元。", PHASES),
        ("下半年计划完成投资多少？", "38亿元", RAISED),
        ("谁获得一等奖？", "庄凡", BEFORE),
    ],
)
def test_what_is_said_of_another_member_is_no_answer(question: str, statement: str, quote: str) -> None:
    assert is_of_another_member(question, statement, quote)


@pytest.mark.parametrize(
    ("question", "statement", "quote"),
    [
        ("哪些教师获得二等奖？", "庄凡、路知远", PRIZES),
        ("二期投资多少？", "该项目二期投资10亿元。", PHASES),
        ("一期和二期各投资多少？", "一期投资20亿元，二期投资10亿元。", PHASES),
        ("上半年完成投资多少？", "38亿元", RAISED),
        ("谁获得二等奖？", "庄凡", BEFORE),
        ("该项目投资多少？", "20亿元", PHASES),
    ],
)
def test_what_is_said_of_the_asked_one_is(question: str, statement: str, quote: str) -> None:
    assert not is_of_another_member(question, statement, quote)


def test_figures_of_two_things_are_not_one_statement() -> None:
    exam = "全区中考设4个考点、96个考场。"
    other = "高考在本区设2个考点。"
    assert is_mixed("2个考点、96个考场", [exam, other])
    assert not is_mixed("4个考点、96个考场", [exam, other])
    assert not is_mixed("签约102个，出口额3800万元", ["全区签约102个。", "出口额3800万元。"])


def test_an_honour_of_another_level_is_none() -> None:
    assert is_of_another_level("谁获得全国劳动模范称号？", "4人被评为省劳动模范。")
    assert not is_of_another_level("谁获得省劳动模范称号？", "4人被评为全省劳动模范。")
    assert not is_of_another_level("谁获得全国劳动模范称号？", "一人被评为全国劳动模范，三人为省劳动模范。")
    assert not is_of_another_level("谁获得劳动模范称号？", "4人被评为省劳动模范。")


def test_the_only_member_named_is_another() -> None:
    assert is_of_another_member("谁获得特等奖？", "柳青青", "获得一等奖的是柳青青。")


@pytest.mark.parametrize(
    ("question", "quote", "other"),
    [
        ("最佳女主角是谁？", "李明赢得最佳男主角奖。", True),
        ("女子500米冠军是谁？", "李明获男子500米金牌。", True),
        ("男单冠军是谁？", "张华夺得女单冠军。", True),
        ("女子500米冠军是谁？", "男子、女子500米金牌分别由李明、张华获得。", False),
        ("男女单打冠军是谁？", "张华夺得女单冠军。", False),
        ("女子500米冠军是谁？", "张华获得冠军。", False),
        ("男女主角是谁？", "李明出演男主角。", False),
    ],
)
def test_the_mens_prize_is_not_the_womens(question: str, quote: str, other: bool) -> None:
    assert is_of_the_other_sex(question, quote) is other


@pytest.mark.parametrize(
    ("question", "quote", "other"),
    [
        ("上半年居民人均可支配收入多少？", "上半年，农村居民人均可支配收入12699元。", True),
        ("上半年居民人均可支配收入多少？", "上半年，居民人均可支配收入21000元，其中农村居民12699元。", False),
        ("上半年居民人均可支配收入多少？", "城镇居民人均收入30000元，农村居民12699元。", False),
        ("上半年城镇居民人均可支配收入多少？", "上半年，农村居民人均可支配收入12699元。", True),
        ("上半年农村居民人均可支配收入多少？", "上半年，农村居民人均可支配收入12699元。", False),
    ],
)
def test_town_and_country_are_not_all(question: str, quote: str, other: bool) -> None:
    assert is_of_another_group(question, quote) is other
