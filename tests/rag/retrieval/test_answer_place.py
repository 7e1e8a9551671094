"""What of a question stands around its possible answers."""

from __future__ import annotations

import numpy as np
import pytest

from rag.chinese.terms import question_terms
from rag.retrieval.answer_place import answer_pattern, answer_places
from rag.retrieval.candidates import Candidate
from rag.retrieval.occurrences import Texts


def places(question: str, *texts: str, title: str = "") -> dict[str, list[float]]:
    """The shares for candidates of these texts, every term as heavy as the others."""
    laid = Texts([Candidate(i, f"a{i}", 0, len(t), t, title, None, "", "", 0.8, 1.0) for i, t in enumerate(texts)])
    terms = question_terms(question)
    kinds = (laid.find(kind, np.ones(len(kind))).body() for kind in (terms.words, terms.bigrams, terms.exacts))
    return {name: np.round(values, 3).tolist() for name, values in answer_places(question, laid, *kinds).items()}


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("在地下多深", "在地下700米深处", "700米"),
        ("在地下多深", "地下有3台机器", None),
        ("全长多长", "全长289.9公里", "289.9公里"),
        ("过火面积有多少", "10万平方公里过火", "10万平方"),
        ("造成多少平民死亡", "两起爆炸后5名平民死亡", "5名"),
        ("造成多少伤亡", "8架无人机炸死12人", "12人"),
        ("部署了多少天", "同一天部署，已有260多天", "260多天"),
        ("共有几家企业", "另一家说，共有3个企业", "3个"),
        ("花了多少钱", "支出近5000亿元", "5000亿元"),
        ("会议传达了什么精神", "5000亿元", None),
    ],
)
def test_the_pattern_of_an_answer(question: str, text: str, found: str | None) -> None:
    pattern = answer_pattern(question)
    match = pattern.search(text) if pattern else None
    assert (match.group() if match else None) == found


def test_words_count_in_the_sentence_of_a_possible_answer() -> None:
    question = "秦岭站主楼高多少米"
    found = places(question, "秦岭站主楼高12米。", "秦岭站主楼建成。码头长80米。", "秦岭站主楼建成。")
    assert found["answer sentence"] == [1.0, 0.0, 0.0]


def test_what_is_near_ends_with_the_sentence_and_25_characters() -> None:
    question = "公园面积多少亩"
    far = "公园" + "很" * 30 + "大，共80亩。"
    found = places(question, "公园共80亩。", f"我们爱公园。{far}", "公园。共80亩。")
    assert found["answer near"] == [round(1 / 3, 3), 0.0, 0.0]  # 公园, 园面 and 面积


def test_the_slot_is_what_stands_beside_the_asking_word() -> None:
    question = "释放多少名人质"
    found = places(question, "甲方释放5名人质。", "甲方释放人质，另有5名民兵。", "5名民兵")
    # 释放 on the left; 名人 and 人质 on the right, the second at 1 / 1.3 of the weight of the first.
    assert found["slot"][0] == 1.0
    assert found["slot"] == sorted(found["slot"], reverse=True)
    assert found["slot"][2] == 0.0


def test_titles_hold_no_possible_answers() -> None:
    assert places("伤者多少人", "伤者不明", title="伤者5人")["answer sentence"] == [0.0]
