"""Questions as people type them: what is committed is whole, and a passage is what the reader is given."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from asked_examples import ASKED, Asked, AskedArticle, AskedExamples, is_of_a_year, read_asked

from rag.answering.evidence import Sentence
from rag.answering.verification import read_sentences
from rag.chinese.sentences import split_sentences
from rag.chinese.spoken_words import as_printed
from rag.records import Article

ARTICLES = [
    AskedArticle(
        "盐港修了新渡口",
        dt.date(2021, 5, 2),
        (
            "盐港渡口5月开工，由大川桥工队承建。",
            "渡口投资900万元，能停船12艘。",
            "港长说，比原定晚了两个月，因为河床太软。",
        ),
        (Asked("谁修的渡口", 0, "大川桥工队"), Asked("咋晚了俩月", 2, "河床太软"), Asked("渡口收费不", None, "")),
    ),
    AskedArticle(
        "茶厂招工", dt.date(2021, 5, 3), ("茶厂招工30名，渡口旁报名。",), (Asked("茶厂要几个人", 0, "30名"),)
    ),
]


def test_every_committed_question_has_its_span_and_none_is_in_both_halves() -> None:
    learnt, held = read_asked(ASKED, held_out=False), read_asked(ASKED, held_out=True)
    assert len(learnt) > 300
    assert len(held) > 50
    assert not {article.title for article in learnt} & {article.title for article in held}
    for article in (*learnt, *held):
        for question in article.questions:
            assert question.at is None or question.span in article.sentences[question.at]
            assert question.at is None or question.span
    assert int(hashlib.sha256(held[0].title.encode()).hexdigest(), 16) % 6 == 0


def test_the_passage_is_what_the_reader_is_given() -> None:
    article = ARTICLES[0]
    text = "".join(article.sentences)
    printed = Article("a", article.title, text, date=dt.date(2021, 5, 1))
    given: list[str] = []

    def read(question: str, passages: list[str]) -> list[object]:
        given.extend(passages)
        raise InterruptedError

    spans = split_sentences(text)
    sentences = [Sentence(printed, span.start, span.end, text[span.start : span.end], 0, 1.0, 1.0) for span in spans]
    with pytest.raises(InterruptedError):
        read_sentences(["谁修的渡口"], sentences, read)  # type: ignore[arg-type]
    assert given == [article.passage(at) for at in range(len(article.sentences))]


def test_answers_and_near_misses_are_made() -> None:
    made = list(AskedExamples(ARTICLES, own=2, others=1).make())
    answered = [(item.question, item.passage[item.start : item.end]) for item in made if item.target == 1.0]
    assert {(as_printed(question), answer) for question, answer in answered} == {
        ("谁修的渡口", "大川桥工队"),
        ("怎么晚了俩月", "河床太软"),
        ("茶厂要几个人", "30名"),
    }
    missed = [item for item in made if item.question == "渡口收费不"]
    assert [item.target for item in missed] == [0.0, 0.0, 0.0]
    assert missed[-1].passage.startswith("茶厂招工：")
    told_before = [item for item in made if item.question == "谁修的渡口" and "900万元" in item.passage]
    assert told_before[0].target == 1.0  # what stands before the sentence is read with it


def test_a_question_is_learnt_as_typed_and_as_printed() -> None:
    made = [item.question for seed in range(12) for item in AskedExamples(ARTICLES, seed).make()]
    assert {question for question in made if "晚了" in question} == {"咋晚了俩月", "怎么晚了俩月"}


def test_a_question_of_a_year_is_known() -> None:
    assert is_of_a_year("22年修了几座桥")
    assert is_of_a_year("今年咋样")
    assert not is_of_a_year("桥修了几年了呢")
