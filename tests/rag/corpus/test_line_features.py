"""What the numbers of a line say: which lines share its words, which words go on, what stands open."""

from __future__ import annotations

import numpy as np

from rag.corpus.line_features import CHUNK, GROUPS, NEAR, line_features
from rag.corpus.line_shapes import line_marks, mark_lines
from rag.corpus.lines import split_lines

TWO = """渡口木船作坊招学徒
船工说，渡口木船作坊今年招了七名学徒。
学徒白天刨板，晚上识图。
他们年底出师。

茶农说，山上的紫芽茶开采了。
紫芽茶头茬价高，采茶人从早忙到晚。
云岭紫芽茶开采
"""


def features_of(text: str) -> np.ndarray:
    lines = split_lines(text)
    return line_features(mark_lines(lines, line_marks(lines, text)))


def test_a_headline_shares_its_words_with_its_own_article() -> None:
    likeness = features_of(TWO)[:, GROUPS["likeness"]]
    over, under = likeness[:, 0], likeness[:, 1]
    assert under[0] > 0.5 > over[0] == 0
    assert over[6] > 0.5 > under[6] == 0
    difference = likeness[:, 2]
    assert np.allclose(difference, over - under)


def test_lines_of_two_subjects_are_unlike() -> None:
    likeness = features_of(TWO)[:, GROUPS["likeness"]]
    cohesion = likeness[:, 3 * len(NEAR)]
    assert cohesion[1] > 5 * cohesion[4]


def test_a_word_that_something_set_between_breaks() -> None:
    text = "作坊从三家增加到十一家，订单排到明年春\n\n渡口木船作坊重现生机\n\n何影摄\n\n天。镇里腾出旧粮站。\n"
    continuity = features_of(text)[:, GROUPS["continuity"]]
    assert continuity[:, 3].tolist() == [0, 0, 0, 1]
    assert continuity[:, 4].tolist() == [1, 0, 0, 0]


def test_open_quotation_marks_are_counted_until_they_close() -> None:
    continuity = features_of("他说：“船要\n一块板一块板\n地拼。”然后回屋。\n门关上了。\n")[:, GROUPS["continuity"]]
    assert continuity[:, 0].tolist() == [0, 1, 1, 0]
    assert continuity[:, 1].tolist() == [1, 1, 0, 0]


def test_a_long_page_is_compared_in_pieces() -> None:
    text = "".join(f"第{number}户人家种茶，第{number}户人家卖茶。\n" for number in range(CHUNK * 2 + 5))
    assert features_of(text).shape[0] == CHUNK * 2 + 5
