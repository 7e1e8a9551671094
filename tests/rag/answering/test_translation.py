from collections.abc import Sequence

import pytest

from rag.answering.translation import searched_question
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream


class Saying:
    """A model that says one thing."""

    name = runtime = "test"

    def __init__(self, reply: str) -> None:
        self.reply = reply

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
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
        ("What may they sign?", "他们可能签什么？", "他们可能签什么？"),
        ("What was signed?", "签约了什么？", "签约了什么？"),
    ],
)  # fmt: skip
def test_days_and_years_of_a_translation_are_the_questions_own(question: str, reply: str, searched: str) -> None:
    assert searched_question(question, Saying(reply)) == searched  # type: ignore[arg-type]
