import pytest

from rag.evaluation.matching import all_met, plain, stands_in


@pytest.mark.parametrize(
    ("alias", "text", "expected"),
    [
        ("45", "共45个", True),
        ("45", "共145个", False),
        ("45", "共45.6%", False),
        ("45", "共0.45%", False),
        ("45", "共4,500个", False),
        ("4500", "共4,500个", True),
        ("4,500个", "共4500 个", True),
        ("102", "102万人", False),
        ("102个", "签约102 个[1]。", True),
        ("102个", "签约１０２个", True),
        ("102个", "签约1102个", False),
        ("5个", "提高5个百分点", False),
        ("3.5亿元", "总投资35000万元", True),
        ("3.5亿元", "总投资3.5万元", False),
        ("近190人", "近190人参加", True),
        ("2", "炸死两名士兵", True),
        ("2", "炸死十二名士兵", False),
        ("2", "炸死12名士兵", False),
        ("五家", "共十五家企业", False),
        ("五家", "共五家企业", True),
        ("十", "共十五家", False),
        ("张三", "书记张三出席", True),
        ("张三", "张三百忙之中出席", True),
        ("abc", "the ABC corp", True),
        ("45", "答案见[45]", False),
        ("", "什么都有", False),
        ("350亿元", "约1350亿元", False),
        ("2020年12月25日", "于2020年12月25日召开", True),
        ("5日", "12月25日", False),
    ],
)
def test_an_alias_stands_in_a_text_as_a_whole(alias: str, text: str, expected: bool) -> None:
    assert stands_in(alias, text) is expected


def test_every_group_needs_one_of_its_aliases() -> None:
    groups = [["102个", "102"], ["350亿元"]]
    assert all_met(groups, "签约102个，投资350亿元。")
    assert not all_met(groups, "签约102个。")
    assert not all_met([], "签约102个。")
    assert not all_met([[]], "签约102个。")


def test_plain_text_has_no_markers_and_no_thousands() -> None:
    assert plain(" 签约 １,２００ 个[12]，Ａ级 ") == "签约1200个,a级"
