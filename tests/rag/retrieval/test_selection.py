"""From a ranking to the passages shown."""

from __future__ import annotations

import datetime as dt

from rag.retrieval.candidates import Candidate
from rag.retrieval.ranking import Scored
from rag.retrieval.selection import select

TEXT = "柳湾镇今年新建文化广场三处，添置健身器材，方便群众就近锻炼，受到附近居民的普遍欢迎。"


def scored(chunk_id: int, article_id: str, text: str, date: dt.date | None = None) -> Scored:
    candidate = Candidate(chunk_id, article_id, 0, len(text), text, "题", date, "报", "", 0.5, 1.0)
    return Scored(candidate, 10.0 - chunk_id, {})


def ids(items: list[Scored]) -> list[int]:
    return [item.candidate.chunk_id for item in items]


def different(number: int) -> str:
    return "".join(chr(0x4E00 + 40 * number + i) for i in range(30))


def test_no_article_takes_more_than_two_places_while_others_wait() -> None:
    ranked = [scored(i, "a", different(i)) for i in range(4)] + [
        scored(4, "b", different(4)),
        scored(5, "c", different(5)),
    ]
    assert ids(select(ranked, 4)) == [0, 1, 4, 5]


def test_a_lone_article_fills_all_places() -> None:
    assert ids(select([scored(i, "a", different(i)) for i in range(5)], 4)) == [0, 1, 2, 3]


def test_of_reprints_the_newest_stays_at_the_place_of_the_best() -> None:
    ranked = [
        scored(0, "old", TEXT, dt.date(2020, 1, 1)),
        scored(1, "other", different(1)),
        scored(2, "new", TEXT + "（完）", dt.date(2020, 1, 3)),
    ]
    chosen = select(ranked, 3)
    assert ids(chosen) == [2, 1]
    assert chosen[0].score == ranked[0].score


def test_texts_with_different_numbers_are_no_reprints() -> None:
    ranked = [scored(0, "a", TEXT + "共投资12万元。"), scored(1, "b", TEXT + "共投资15万元。")]
    assert ids(select(ranked, 2)) == [0, 1]


def test_nothing_gives_nothing() -> None:
    assert select([], 5) == []
