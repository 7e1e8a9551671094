import pytest

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.answering.writing import _begins_in_english, _is_copied_name, _is_echo
from rag.records import Article, SearchFilter

TEXT = "来自云南的沧源佤族少年王发斩获男单冠军，教练李青山陪同。"


@pytest.mark.parametrize(
    ("question", "reply", "copied"),
    [
        ("男单冠军是谁？", "沧源佤族少年王发", True),
        ("男单冠军是谁？", "王发。", True),
        ("男单冠军是谁？", "王法", False),  # not the paper's words
        ("男单冠军是谁？", "斩获男单冠军，教练", False),  # no name runs over a comma
        ("男单冠军是谁？", "男单冠军", False),  # the question's own words
        ("男单冠军来自哪里？", "王发", False),  # no person is asked for
        ("男单冠军是谁？", "来自云南的沧源佤族少年王发斩获男单冠军", False),  # a statement, to be judged as one
    ],
)
def test_a_reply_of_the_papers_own_few_words_answers_who(question: str, reply: str, copied: bool) -> None:
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    sentence = Sentence(Article("a", "", TEXT), 0, len(TEXT), TEXT, 0, 1.0, 1.0)
    assert _is_copied_name(asked, reply, [sentence]) is copied


@pytest.mark.parametrize(
    ("question", "reply", "echo"),
    [
        ("《山路》是什么电影？", "山路。", True),
        ("《山路》是什么电影？", "《山路》是喜剧。", False),
        ("签约项目是85个还是102个？", "102个", False),  # a choice is an answer
        ("What film is Shanlu?", "Shanlu", False),
    ],
)
def test_a_reply_that_only_repeats_the_question_answers_nothing(question: str, reply: str, echo: bool) -> None:
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    assert _is_echo(asked, reply) is echo


@pytest.mark.parametrize(
    ("statement", "english"),
    [
        ("The county signed 102个 projects", True),
        ("The police局附近每年有上百万游客", True),
        ("签约102个项目", False),
        ("NBA总冠军", False),
    ],
)
def test_a_chinese_question_is_not_begun_to_be_answered_in_english(statement: str, english: bool) -> None:
    assert _begins_in_english(statement, "县里签约了多少个项目？") is english
    assert not _begins_in_english(statement, "How many projects were signed?")
