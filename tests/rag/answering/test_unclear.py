"""Questions that ask of nothing are told from those that ask."""

import pytest

from rag.answering.unclear import asked_back, unclear_question


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("你好", "greeting"), ("报问，您好！", "greeting"), ("谢谢你", "greeting"), ("Thanks!", "greeting"),
        ("好的", "greeting"),
        ("你是谁？", "about the program"), ("你能做什么", "about the program"), ("Help", "about the program"),
        ("？？", "no words"), ("🙂", "no words"),
        ("谁", "asks of nothing"), ("多少钱？", "asks of nothing"), ("什么时候呢", "asks of nothing"),
        ("How many?", "asks of nothing"),
        ("实际", "one word"), ("项目？", "one word"), ("hello world", None), ("GDP", "one word"),
        ("校长是谁？", "no body"), ("会议主席是谁", "no body"), ("县长是谁", None), ("梅山中学校长是谁", None),
    ],
)  # fmt: skip
def test_what_asks_of_nothing(question: str, why: str | None) -> None:
    assert unclear_question(question) == why


@pytest.mark.parametrize(
    "question",
    [
        "签约了多少个项目？", "总投资多少", "谁主持", "谁出席了会议", "GDP是多少", "你好，签约了多少个项目？",
        "云膜科技", "签约项目", "102个", "Who presided?", "你能告诉我签约了多少个项目吗", "帮助了多少名学生？",
        "感谢信是谁写的",
    ],
)  # fmt: skip
def test_what_asks_goes_on(question: str) -> None:
    assert unclear_question(question) is None


def test_it_is_asked_back_in_the_language_of_the_question() -> None:
    assert asked_back("校长是谁", "no body")[0] == "请写明问的是哪个单位的。"
    assert asked_back("项目", "one word")[0] == "只看到“项目”一个词。请写明想问它的什么。"
    assert "name the body" in asked_back("hello", "greeting")[1]
