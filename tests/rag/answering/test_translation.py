from collections.abc import Sequence

import pytest

from rag.answering.translation import searched_question
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream


class Saying:
    """A model that says one thing."""

    name = runtime = "test"

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.asked = ""

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        self.asked = messages[-1].content
        yield self.reply


@pytest.mark.parametrize(
    ("question", "reply", "searched"),
    [
        ("How much did it grow in early 2020?", "今年年初增长了多少？", "2020年年初增长了多少？"),
        ("How much did it grow in 2020?", "增长了多少？", "2020年增长了多少？"),
        ("How much did it grow in 2020?", "2020年增长了多少？", "2020年增长了多少？"),
        ("What was signed on 16 September 2020?", "2020年16月16日签约了什么？", "2020年9月16日签约了什么？"),
        ("What was signed on September 16, 2020?", "9月16日签约了什么？", "2020年9月16日签约了什么？"),
        ("What was signed in August 2020?", "2020年8月25日签约了什么？", "2020年8月签约了什么？"),
        ("What was signed in August 2020?", "签约了什么？", "2020年8月签约了什么？"),
        ("What was signed in August?", "今年8月8日签约了什么？", "8月签约了什么？"),
        ("What was signed between May and July 2020?", "2020年5月至7月签约了什么？", "2020年5月至7月签约了什么？"),
        ("What was signed by the end of May 2020?", "2020年5月签约了什么？", "截至2020年5月底签约了什么？"),
        ("What was signed by the end of 2020?", "2020年底签约了什么？", "2020年底签约了什么？"),
        ("What was signed by end of May?", "5月签约了什么？", "截至5月底签约了什么？"),
        ("What was owed at the end of 2020?", "2020年欠了多少？", "2020年底欠了多少？"),
        ("What may they sign?", "他们可能签什么？", "他们可能签什么？"),
        ("What was signed?", "签约了什么？", "签约了什么？"),
    ],
)  # fmt: skip
def test_days_and_years_of_a_translation_are_the_questions_own(question: str, reply: str, searched: str) -> None:
    assert searched_question(question, Saying(reply)) == searched  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What was signed on 16 September 2020?", "What was signed on 2020年9月16日?"),
        ("What was signed on May 6?", "What was signed on 5月6日?"),
        ("What grew in August, 2020?", "What grew in 2020年8月?"),
        ("What grew in the first half of 2024?", "What grew in 2024年上半年?"),
        ("What grew in the second half of 2024?", "What grew in 2024年下半年?"),
        ("What grew in the third quarter of 2024?", "What grew in 2024年第三季度?"),
        ("What grew in the first nine months of 2024?", "What grew in 2024年前9个月?"),
        ("What was signed by the end of September 2024?", "What was signed 截至2024年9月底?"),
        ("What was owed at the end of 2024?", "What was owed 2024年底?"),
        ("What may they sign in 2024?", "What may they sign in 2024?"),
    ],
)  # fmt: skip
def test_the_model_is_given_times_in_chinese(question: str, asked: str) -> None:
    model = Saying("签约了什么？")
    searched_question(question, model)  # type: ignore[arg-type]
    assert model.asked == asked


def test_the_model_is_given_names_in_chinese_where_they_are_known() -> None:
    model = Saying("韩正会见了谁？")
    question = "Whom did Han Zheng meet in May 2023?"
    assert searched_question(question, model, ["韩正会见外宾"]) == "2023年5月韩正会见了谁？"  # type: ignore[arg-type]
    assert model.asked == "Whom did 韩正 meet in 2023年5月?"


def test_the_model_is_given_official_terms_in_chinese_and_held_to_what_a_paper_writes_of_projects() -> None:
    model = Saying("今年高新区有多少个项目被签订？")
    searched = searched_question("How many projects were signed in the high-tech zone?", model)  # type: ignore[arg-type]
    assert searched == "今年高新区有多少个项目签约？"
    assert model.asked == "How many projects were 签约 in the 高新区?"
    model = Saying("谁成为贵州省委书记？")
    searched_question("Who became the Party secretary of Guizhou province?", model, ["贵州省委召开会议"])  # type: ignore[arg-type]
    assert model.asked == "Who became the 贵州省委书记?"


@pytest.mark.parametrize("question", ["5G", "GDP", "A380"])
def test_what_has_no_word_is_not_translated(question: str) -> None:
    model = Saying("不该说的话")
    assert searched_question(question, model) == question  # type: ignore[arg-type]
    assert model.asked == ""
