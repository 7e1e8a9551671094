"""Evidence to scores."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.chinese.terms import query_terms, question_terms
from rag.retrieval.candidates import Candidate, CandidateSet
from rag.retrieval.evidence import FEATURES, features
from rag.retrieval.ranking import rank

QUESTION = "青河区签约引进项目多少个？"


def candidate(
    chunk_id: int, text: str, *, title: str = "", date: dt.date | None = None, cosine: float = 0.8
) -> Candidate:
    return Candidate(chunk_id, f"a{chunk_id}", 0, len(text), text, title, date, "报", "", cosine, 1.0)


def found(question: str, *candidates: Candidate) -> CandidateSet:
    return CandidateSet(candidates, dict.fromkeys(query_terms(question), 3), 1000)


def order(question: str, *candidates: Candidate, time: tuple[dt.date, dt.date] | None = None) -> list[int]:
    ranked = rank(question, question_terms(question), found(question, *candidates), question_time=time)
    return [item.candidate.chunk_id for item in ranked]


def test_a_passage_with_more_of_the_question_comes_first() -> None:
    assert order(QUESTION, candidate(1, "青河区开会。"), candidate(2, "青河区签约引进项目102个。")) == [2, 1]


def test_a_passage_with_the_wanted_kind_of_figure_comes_first() -> None:
    with_money = candidate(1, "青河区签约引进项目，总投资很大，领导十分重视。")
    with_count = candidate(2, "青河区签约引进项目102个，总投资很大，领导重视。")
    assert order(QUESTION, with_money, with_count) == [2, 1]


def test_terms_close_together_beat_terms_far_apart() -> None:
    filler = "天气晴好，群众安居乐业，生活一天比一天好。" * 5
    near = candidate(1, f"{filler}青河区签约引进项目102个。")
    far = candidate(2, f"青河区签约3个。{filler}引进项目7个。")
    assert order(QUESTION, far, near) == [1, 2]


def test_a_number_counts_only_whole() -> None:
    question = "861路公交到哪里？"
    names = [FEATURES.index("exact")]
    table = features(
        question, question_terms(question), found(question, candidate(1, "1861路"), candidate(2, "乘861路"))
    )
    assert table[:, names].tolist() == [[0.0], [1.0]]


@pytest.mark.parametrize(
    ("text", "share"), [("共3.5亿", 1.0), ("共13.5亿", 0.0), ("共3.52亿", 0.0), ("到3.5。", 0.5)]
)
def test_decimals_count_only_whole(text: str, share: float) -> None:
    question = "3.5亿"
    table = features(question, question_terms(question), found(question, candidate(1, text)))
    assert table[0, FEATURES.index("exact")] == share


def test_an_english_question_follows_the_vectors() -> None:
    question = "How many projects did the zone sign?"
    assert order(question, candidate(1, "项目102个", cosine=0.80), candidate(2, "签约102个", cosine=0.86)) == [2, 1]


def test_the_newer_of_equals_comes_first() -> None:
    text = "青河区签约引进项目102个。"
    assert order(
        QUESTION, candidate(1, text, date=dt.date(2020, 1, 1)), candidate(2, text, date=dt.date(2021, 1, 1))
    ) == [2, 1]


def test_the_time_of_the_question_lifts_articles_of_that_time() -> None:
    text = "青河区签约引进项目102个。"
    old, new = candidate(1, text, date=dt.date(2020, 6, 1)), candidate(2, text, date=dt.date(2021, 6, 1))
    assert order(QUESTION, old, new, time=(dt.date(2020, 1, 1), dt.date(2020, 12, 31))) == [1, 2]


def test_a_question_about_a_year_lifts_the_passage_that_speaks_of_all_of_it() -> None:
    year = (dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    quarter = candidate(1, "三季度，青河区签约引进项目9个。", date=dt.date(2020, 12, 28))
    whole = candidate(2, "全年，青河区签约引进项目102个。", date=dt.date(2020, 12, 25))
    assert order(QUESTION, quarter, whole) == [1, 2]
    assert order(QUESTION, quarter, whole, time=year) == [2, 1]
    assert order(QUESTION, quarter, whole, time=(dt.date(2020, 7, 1), dt.date(2020, 9, 30))) == [1, 2]


def test_signals_are_named() -> None:
    ranked = rank(QUESTION, question_terms(QUESTION), found(QUESTION, candidate(1, "青河区")))
    assert set(ranked[0].signals) == set(FEATURES)


def test_no_candidates_give_no_ranking() -> None:
    assert rank(QUESTION, question_terms(QUESTION), found(QUESTION)) == []


def test_a_paper_of_the_year_need_not_name_it() -> None:
    question = "2020年签约项目多少个？"
    printed = candidate(1, "全年共签约项目102个。", date=dt.date(2020, 12, 26))
    other = candidate(2, "全年共签约项目102个。", date=dt.date(2021, 12, 26))
    named = candidate(3, "2020年共签约项目102个。", date=dt.date(2021, 1, 5))
    table = features(question, question_terms(question), found(question, printed, other, named))
    assert table[:, FEATURES.index("exact")].tolist() == [1.0, 0.0, 1.0]


def test_a_question_about_a_month_lifts_articles_of_that_month_and_those_that_report_on_it() -> None:
    december = candidate(1, "青河区签约项目102个。", date=dt.date(2020, 12, 26))
    october = candidate(2, "青河区签约项目85个。", date=dt.date(2020, 10, 13))
    assert order("青河区签约项目多少个？", december, october) == [1, 2]  # of equals the newer first
    for month in (10, 9):  # September's figures are printed in October
        span = (dt.date(2020, month, 1), dt.date(2020, month, 30))
        assert order("青河区签约项目多少个？", december, october, time=span) == [2, 1]


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("2起爆炸", "发生两起爆炸", 0.5),  # 2 by itself is not written there
        ("2起爆炸", "发生二十二起爆炸", 0.0),
        ("12人被捕", "十二人被捕", 0.5),
        ("20日开会", "二十日开会", 0.5),
        ("102人", "一百零二人", 0.0),
    ],
)
def test_small_numbers_count_in_chinese_characters_too(question: str, text: str, share: float) -> None:
    table = features(question, question_terms(question), found(question, candidate(1, text)))
    assert table[0, FEATURES.index("exact")] == share


def test_the_best_are_the_same_where_only_those_are_wanted() -> None:
    year = (dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    texts = [
        "全年，青河区签约引进项目{}个。",
        "三季度，青河区引进项目{}个。",
        "青河区开会，{}人参加。",
        "天气转冷，降温{}度。",
    ]
    many = [
        candidate(
            number,
            texts[number % 4].format(number),
            date=dt.date(2020, 12, 1 + number % 28),
            cosine=0.7 + number / 200,
        )
        for number in range(1, 41)
    ]
    table = found(QUESTION, *many)
    whole = rank(QUESTION, question_terms(QUESTION), table, question_time=year)
    for best in (1, 5, 12, 40, 99):
        some = rank(QUESTION, question_terms(QUESTION), table, question_time=year, best=best)
        assert [(item.candidate.chunk_id, item.score) for item in some[:best]] == [
            (item.candidate.chunk_id, item.score) for item in whole[:best]
        ]
        assert len(some) == len(whole)
