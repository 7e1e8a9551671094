"""From labels to articles: every order of headline, body and caption that a page may have."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.article_cuts import ArticleCut, cut_articles
from rag.corpus.line_model import STATES, LineLabel, LineState

SHORT: dict[str, LineLabel] = {
    "a": "above",
    "s": "start",
    "S": "start",
    "t": "text",
    "b": "below",
    "i": "inset",
    "h": "subhead",
    "C": "caption start",
    "c": "caption",
    "o": "other",
}


def states_of(letters: str) -> list[LineState]:
    """``S`` is the first line under a headline, ``s`` one without."""
    return [LineState(SHORT[letter], letter not in "sto") for letter in letters]


def cuts_of(letters: str) -> list[tuple[list[int], list[int], list[list[int]]]]:
    found, _ = cut_articles(states_of(letters))
    return [(cut.headline, cut.body, cut.captions) for cut in found]


def test_two_headlines_together_belong_to_two_articles() -> None:
    assert cuts_of("sttbbaaStt") == [([3, 4], [0, 1, 2], []), ([5, 6], [7, 8, 9], [])]


def test_an_article_without_headline_begins_anew() -> None:
    assert cuts_of("aSttst") == [([0], [1, 2, 3], []), ([], [4, 5], [])]


def test_a_headline_inside_and_a_caption_inside_leave_the_article_whole() -> None:
    assert cuts_of("stitCct") == [([2], [0, 1, 3, 6], [[4, 5]])]


def test_a_caption_under_a_headline_stands_before_its_article() -> None:
    assert cuts_of("aCcSt") == [([0], [3, 4], [[1, 2]])]


def test_a_picture_with_a_headline_of_its_own() -> None:
    assert cuts_of("stbaCcst") == [([2], [0, 1], []), ([3], [], [[4, 5]]), ([], [6, 7], [])]


def test_subheads_are_told_apart_from_the_body_they_stand_in() -> None:
    (cut,), others = cut_articles(states_of("aSthtoo"))
    assert cut == ArticleCut([0], [1, 2, 3, 4], {3}, [])
    assert others == [5, 6]


def test_a_headline_of_nothing_is_no_article() -> None:
    assert cut_articles(states_of("aa")) == ([], [0, 1])


@given(st.lists(st.sampled_from(STATES), max_size=25))
def test_every_line_is_in_one_article_or_in_none(states: list[LineState]) -> None:
    cuts, others = cut_articles(states)
    assert sorted([place for cut in cuts for place in cut.lines] + others) == list(range(len(states)))
    assert all(cut.body or cut.captions for cut in cuts)
