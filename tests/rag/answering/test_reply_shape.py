"""A statement is not cut where the paper qualifies it."""

import pytest

from rag.answering.reply_shape import leaves_out_a_contrast

PLAN = "县里计划投资5亿元建设第二水厂，但项目尚未获得批准。"
HOUSE = "白鹭馆是一座接待游客的老宅，而不仅仅是常说的私人博物馆。"


@pytest.mark.parametrize(
    ("statement", "text", "left_out"),
    [
        ("县里计划投资5亿元建设第二水厂。", PLAN, True),
        ("县里计划投资5亿元建设第二水厂，但项目尚未获得批准。", PLAN, False),
        ("5亿元", PLAN, False),
        ("白鹭馆是一座接待游客的老宅。", HOUSE, True),
        ("县里计划投资5亿元建设第二水厂。", "县里计划投资5亿元建设第二水厂，明年开工。", False),
    ],
)
def test_what_qualifies_a_statement_is_not_left_out(statement: str, text: str, left_out: bool) -> None:
    assert leaves_out_a_contrast(statement, text) is left_out
