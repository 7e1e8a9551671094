"""The longest run of characters that a line shares with the lines above and below it."""

from __future__ import annotations

import numpy as np
import pytest

from rag.corpus.shared_runs import REACHES, shared_runs


def test_a_headline_shares_a_whole_name_with_its_own_article() -> None:
    bodies = "渡船换上了电动机。", "外省客商等苹果装箱。"
    runs = shared_runs([bodies[0], "电动机很轻。", "渡船换上电动机", "苹果装箱发往外省", bodies[1]])
    above, below, difference = runs[2, :3]
    assert (above, below, difference) == (1.0, 0.0, 1.0)  # 渡船换上
    assert tuple(runs[3, :3]) == (0.0, 1.0, -1.0)  # 苹果装箱


def test_a_name_broken_by_the_end_of_a_line_counts_and_signs_do_not() -> None:
    runs = shared_runs(["孩子们等着流动书", "车进村。", "“流动·书车”添两辆"])
    assert runs[2, 0] == pytest.approx(1.0)  # 流动书车


def test_two_characters_are_no_evidence() -> None:
    assert not shared_runs(["书车进村", "书车很新"]).any()


def test_runs_are_looked_for_near_and_far() -> None:
    near, far = REACHES
    between = [f"第{number}户。" for number in range(near + 5)]
    runs = shared_runs(["石桥镇修塘。", *between, "石桥镇修塘记"])
    assert runs[-1].tolist() == [0.0, 0.0, 0.0, 1.25, 0.0, 1.25]
    beyond = shared_runs(["石桥镇修塘。", *(f"第{number}户。" for number in range(far + 1)), "石桥镇修塘记"])
    assert beyond[-1].tolist() == [0.0] * 6


def test_what_a_page_says_everywhere_tells_nothing() -> None:
    runs = shared_runs(["农业农村局"] * 40)
    assert not runs.any()


def test_a_line_without_words_shares_nothing() -> None:
    runs = shared_runs(["——", "", "。。"])
    assert runs.shape == (3, 6)
    assert runs.dtype == np.float32
    assert not runs.any()
