"""A refusal shows what comes nearest, for its reader to judge."""

from __future__ import annotations

from dataclasses import replace

from rag.answering.evidence import Sentence
from rag.answering.refusal import Refusal, nearest_sentences, refusal_answer
from rag.answering.support import Support
from rag.generation.prompts import REFUSAL_ZH
from rag.records import Article, Passage

TOLD = "岬角灯塔由航标处看护，每月检修一次。"
SUPPORT = Support(0.5, (), None)


def sentence(text: str, presence: float | None, answer: str = "") -> Sentence:
    return Sentence(Article(text, "灯塔来信", text), 0, len(text), text, 0, 1.0, 1.0, presence, answer)


def test_the_one_or_two_sentences_that_are_read_best_are_shown() -> None:
    first, second, far = sentence(TOLD, 0.4), sentence("灯塔高21米。", -0.3), sentence("灯塔建于1962年。", -2.0)
    assert nearest_sentences([far, second, first]) == [
        "“岬角灯塔由航标处看护，每月检修一次”（《灯塔来信》）",
        "“灯塔高21米”（《灯塔来信》）",
    ]
    assert nearest_sentences([replace(first, presence=None), replace(second, presence=-3.0)]) == []


def test_of_a_long_sentence_what_stands_around_the_answer_is_shown() -> None:
    text = "灯" * 150 + "看护人是何渡生" + "塔" * 60 + "。"
    shown = nearest_sentences([sentence(text, 1.0, "何渡生")])[0]
    assert "看护人是何渡生" in shown
    assert shown.startswith("“…")
    assert len(shown) <= 130


def test_the_reason_holds_them_and_the_answer_does_not() -> None:
    passages = [Passage("1", "灯塔来信", TOLD, 0, len(TOLD), 1.0)]
    text, reason = refusal_answer("灯塔谁管", Refusal("model"), SUPPORT, passages, [sentence(TOLD, 0.4)])
    assert text == REFUSAL_ZH
    assert "最接近的原句：“岬角灯塔由航标处看护，每月检修一次”（《灯塔来信》）" in reason
    _, without = refusal_answer("灯塔谁管", Refusal("model"), SUPPORT, passages, [sentence(TOLD, -4.0)])
    assert "最接近的报道：《灯塔来信》" in without
