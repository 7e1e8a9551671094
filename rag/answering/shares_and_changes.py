"""Amounts, changes and shares: 增长多少 is not answered by a share, nor 多少个 by what was added.

Told by the words before a figure in the clause that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.chinese.figures import Figure, find_figures, supports

_CHANGED = re.compile(r"[增减升降涨跌扩缩]|多了|少了")
_AGAINST = re.compile(r"[比较][^，。；]{2,12}$")
_SHARE_OF = re.compile(r"占(?P<whole>[一-鿿]{2,8}?)的?(?:比例|比重|份额|百分比|百分之)")
_GROWTH = re.compile("(?:增长|下降|上升|上涨|下跌|减少|增加|回落)了?(?:多少|几)")
_SHARE = re.compile("占|比重|比例|贡献率")


def gives_a_change(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a change is given as the amount itself: 到9月底17个 of 102个，比9月底增加17个."""
    if _CHANGED.search(asked.searched) or _CHANGED.search(statement):
        return False
    said = [figure for figure in find_figures(statement) if figure.kind in ("count", "money")]
    return any(
        found.direction and _AGAINST.search(sentence.text[: found.start])
        for sentence in quoted
        for found in find_figures(sentence.text)
        if any(supports(found, figure) for figure in said)
    )


def gives_a_share(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a growth is asked for, and the statement's figure is, wherever quoted, a share of a whole."""
    figures = [figure for figure in find_figures(statement) if figure.kind in ("share", "change")]
    printed = [
        (other, sentence.text)
        for sentence in quoted
        for other in find_figures(sentence.text)
        if any(supports(other, figure) for figure in figures)
    ]
    return bool(printed) and all(is_a_share(asked, other, text) for other, text in printed)


def is_a_share(asked: Asked, figure: Figure, text: str) -> bool:
    """Whether a growth is asked for (增长多少) and a figure is a share: 占零售总额的比重提升至39.2%."""
    if not _GROWTH.search(asked.searched) or figure.kind not in ("share", "change"):
        return False
    clause = re.split("[，。；！？]", text[: figure.start])[-1]
    return _SHARE.search(clause) is not None


def is_share_of_another_whole(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a share of something named is asked for, and no quote with it names that: 占全球 is no 占全美."""
    whole = _SHARE_OF.search(asked.searched)
    figures = [figure for figure in find_figures(statement) if figure.kind in ("share", "change")]
    if whole is None or not figures:
        return False
    name = whole["whole"][-2:]
    return not any(
        name in f"{sentence.article.title}\n{sentence.text}" or (name == "全球" and "世界" in sentence.text)
        for sentence in quoted
        if any(supports(printed, figure) for printed in find_figures(sentence.text) for figure in figures)
    )


def change_of_another_report(figures: Sequence[Figure], quoted: Sequence[Sentence]) -> bool:
    """Whether a change follows an amount, and no article has both: 收入1860万元，增长6.1%."""
    articles = {sentence.article.id: find_figures(sentence.article.text) for sentence in quoted}
    return len(articles) > 1 and any(
        second.direction
        and not any(
            all(any(supports(printed, figure) for printed in found) for figure in (first, second))
            for found in articles.values()
        )
        for first, second in pairwise(figures)
    )
