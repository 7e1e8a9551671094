import pytest

from rag.answering.wording import words_in_common
from rag.chinese.figures import find_figures

TEXT = "此次示威活动在江城造成了5人死亡，在周边的山县造成2人死亡。"


@pytest.mark.parametrize(
    ("question", "number", "common"),
    [
        ("此次示威活动在江城造成多少人死亡？", 0, (11, 2)),
        ("此次示威活动在江城造成多少人死亡？", 1, (2, 2)),
        ("在山县造成了至少几人受伤？", 1, (4, 0)),
        ("示威活动何时结束？", 0, (0, 0)),
    ],
)
def test_the_words_around_a_figure_and_those_around_how_many(
    question: str, number: int, common: tuple[int, int]
) -> None:
    assert words_in_common(question, TEXT, find_figures(TEXT)[number]) == common


def test_words_that_only_sum_up_keep_nothing_apart() -> None:
    text = "山县同样发生一起袭击事件，共造成14人受伤。江城再次发生一起袭击事件，造成19人伤亡。"
    first, second = (
        words_in_common("山县同样发生一起袭击事件造成多少伤亡？", text, figure)
        for figure in find_figures(text)
        if figure.unit == "人"
    )
    assert first[0] > second[0]
