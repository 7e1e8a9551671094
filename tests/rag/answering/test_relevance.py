"""Of what is asked, or of something else."""

import pytest

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.answering.refusal import agreement
from rag.answering.relevance import is_half_an_answer
from rag.records import Article, SearchFilter


@pytest.mark.parametrize(
    ("question", "statement", "text", "half"),
    [
        ("造成多少伤亡？", "154人[1]", "爆炸造成154人死亡、约5000人受伤。", True),
        ("造成多少伤亡？", "154人死亡、约5000人受伤", "爆炸造成154人死亡、约5000人受伤。", False),
        ("造成多少伤亡？", "38人伤亡", "袭击造成38人伤亡，其中20人受伤。", False),
        ("造成多少伤亡？", "38人死亡", "袭击造成38人死亡。", False),
        ("造成多少人死亡？", "154人", "爆炸造成154人死亡、约5000人受伤。", False),
    ],
)
def test_casualties_are_the_dead_and_the_hurt(question: str, statement: str, text: str, half: bool) -> None:
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    sentence = Sentence(Article("a", "", text), 0, len(text), text, 0, 1.0, 1.0)
    assert is_half_an_answer(asked, statement, [sentence]) is half


@pytest.mark.parametrize(
    ("answer", "statement", "agreed"),
    [
        ("8架直升机、1架战斗机", "8架", 1.0),
        ("15名", "至少15名警察受伤", 1.0),
        ("48岁", "有2个女儿", 0.0),
        ("李明", "李明主持会议", 1.0),
        ("2020年", "8架", 0.0),
    ],
)
def test_reader_and_model_agree_where_they_name_one_figure(answer: str, statement: str, agreed: float) -> None:
    assert agreement(answer, statement) == agreed
