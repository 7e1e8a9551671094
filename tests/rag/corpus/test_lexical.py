"""The lexical index inside SQLite."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator

import numpy as np
import pytest

from rag.chinese.terms import query_terms
from rag.corpus.embedded.lexical import (
    add_chunk_terms,
    create_common_terms,
    create_lexical_tables,
    remove_chunk_terms,
    search_terms,
    term_frequencies,
)
from rag.corpus.postings import inverse_frequency, select_terms

ROWS = [
    (1, "青河镇签约忙", "青河镇今年签约引进项目102个，总投资35亿元。"),
    (2, "柳湾村修路", "柳湾村修通861路公交，惠及1024户居民。"),
    (3, "会议召开", "会议传达了〔2020〕12号文件，王小鹏主持。"),
    (4, "青河镇简讯", "天气晴好。"),
]


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(":memory:", isolation_level=None)
    create_lexical_tables(found)
    create_common_terms(found)
    add_chunk_terms(found, ROWS)
    yield found
    found.close()


def found(connection: sqlite3.Connection, question: str) -> list[int]:
    frequencies = select_terms(term_frequencies(connection, query_terms(question)))
    return [hit.chunk_id for hit in search_terms(connection, frequencies, 10, total=4)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("青河镇签约项目多少个", 1),
        ("861路", 2),
        ("豫政〔2020〕12号", 3),
        ("王小鹏是谁", 3),
        ("102", 1),
        ("一百零二个", 1),
    ],
)
def test_the_right_chunk_comes_first(connection: sqlite3.Connection, question: str, first: int) -> None:
    assert found(connection, question)[0] == first


def test_a_number_is_not_found_inside_another(connection: sqlite3.Connection) -> None:
    assert found(connection, "02") == []
    assert found(connection, "1024户") == [2]


def test_a_title_finds_its_chunk_and_scores_fall(connection: sqlite3.Connection) -> None:
    hits = search_terms(connection, term_frequencies(connection, ["青河", "签约"]), 10, total=4)
    assert [hit.chunk_id for hit in hits] == [1, 4]
    assert hits[0].score > hits[1].score > 0


def test_a_score_is_the_rarity_of_its_terms_and_a_fifth_for_those_of_the_title(
    connection: sqlite3.Connection,
) -> None:
    frequencies = term_frequencies(connection, ["青河", "签约", "修通"])
    assert frequencies == {"青河": 2, "签约": 1, "修通": 1}
    common, rare = inverse_frequency(2, 4), inverse_frequency(1, 4)
    assert (common, rare) == (pytest.approx(math.log(2)), pytest.approx(math.log(1 + 3.5 / 1.5)))
    scores = {hit.chunk_id: hit.score for hit in search_terms(connection, frequencies, 10, total=4)}
    assert scores == {1: pytest.approx(1.2 * (common + rare)), 2: pytest.approx(rare), 4: pytest.approx(1.2 * common)}


def test_only_the_best_come_back_and_of_equals_the_newest(connection: sqlite3.Connection) -> None:
    add_chunk_terms(connection, [(number, "", "石岭镇开会") for number in (20, 30, 10)])
    hits = search_terms(connection, term_frequencies(connection, ["石岭"]), 2, total=7)
    assert [hit.chunk_id for hit in hits] == [30, 20]


def test_only_allowed_chunks_are_found(connection: sqlite3.Connection) -> None:
    frequencies = term_frequencies(connection, ["青河", "修通"])
    for allowed, expected in (([0, 0, 1, 0, 1, 1], [2, 4]), ([0, 1, 0], [1]), ([], [])):
        hits = search_terms(connection, frequencies, 10, total=4, allowed=np.array(allowed, dtype=bool))
        assert [hit.chunk_id for hit in hits] == expected


def test_removed_terms_are_found_no_more(connection: sqlite3.Connection) -> None:
    remove_chunk_terms(connection, [1, 99])
    assert found(connection, "青河镇签约项目") == [4]
    assert connection.execute("SELECT count(*) FROM lexical_docsize").fetchone() == (3,)
    assert term_frequencies(connection, ["青河", "102"]) == {"青河": 1, "102": 0}


def test_terms_follow_their_transaction(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    remove_chunk_terms(connection, [2])
    add_chunk_terms(connection, [(9, "", "新通车的862路")])
    connection.execute("ROLLBACK")
    assert found(connection, "861路 862路") == [2]


@pytest.mark.parametrize("term", ['"', "a AND b", "title:x", "(", "*", "'", ""])
def test_no_term_is_read_as_query_syntax(connection: sqlite3.Connection, term: str) -> None:
    assert search_terms(connection, {term: 1}, 10, total=4) == []


def test_nothing_to_search_finds_nothing(connection: sqlite3.Connection) -> None:
    assert search_terms(connection, {}, 10, total=4) == []
    assert search_terms(connection, {"青河": 2}, 0, total=4) == []


def test_common_terms_are_left_out_once_the_postings_are_spent() -> None:
    frequencies = {"罕见": 3, "常见": 90, "到处": 50_000, "没有": 0}
    assert select_terms(frequencies, 100) == {"罕见": 3, "常见": 90}
    assert select_terms({"到处": 50_000}, 100) == {"到处": 50_000}
