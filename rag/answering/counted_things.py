"""What a figure counts: all that is asked of or some of them, these or others, the actual number or the planned one.

The figure stands in a sentence that speaks of what is asked, and beside another that is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.chinese.figures import Figure, find_figures, supports
from rag.chinese.terms import fold

_AMONG = re.compile(r"(?P<all>[一-鿿]{2,12})中[，,]?(?:已|共|约|还)?有?$")
_AMONG_ASKED = re.compile(r"其中|中有|之中")
_QUALIFIER = re.compile(r"实际|累计|新增|[人户日月年]均|平均|最[高低大小多少]")
_SORT = re.compile("(?:新能源|电动|二手|跨境|网上|线上)(?:商品)?$")
_SORT_ASKED = re.compile("新能源|电动|二手|跨境|网上|线上")
_PIECE = re.compile(r"[^，、。；！？]+")
_KIND = "(?:[0-9]*[a-z][0-9a-z]*[级类代型]?|[0-9]+[级类代型])"
_THING_BEFORE = re.compile(
    r"(?:[全我本][国省市县区]的?)?(?P<thing>[一-鿿]{2,6}?)(?:的?(?:总数|数量|总量|数))?(?:一共|总共|共|目前|已)?"
    r"[有是为达]?到?(?:多少|几)"
)
_COUNTED_THING = re.compile(r"(?:多少|几)[一-鿿](?P<thing>[一-鿿]{2,8})")


def is_of_some_of_them(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the figure is of some of what is asked for: 签约项目中，有3个来自杭州 is not how many were signed."""
    if asked.kind.kind != "count" or _AMONG_ASKED.search(asked.searched):
        return False
    said = [figure for figure in find_figures(statement) if figure.kind == "count"]
    carrying = [
        (item.text, figure) for item in quoted for figure in find_figures(item.text) if figure.kind == "count"
    ]
    among = [
        _AMONG.search(text[: figure.start]) for text, figure in carrying if any(supports(figure, a) for a in said)
    ]
    return bool(among) and all(match and _is_counted(match["all"], asked.searched) for match in among)


def counts_others(asked: Asked, statement: str, text: str) -> bool:
    """Whether the figure counts others than are asked of, which the same sentence counts, too.

    7436名本科生、5010名硕士生 has one answer to 多少名本科生.
    """
    thing = _COUNTED_THING.search(asked.searched)
    if asked.kind.kind != "count" or not asked.kind.unit or thing is None:
        return False
    wanted = thing["thing"][:2]
    said = [figure for figure in find_figures(statement) if figure.kind == "count"]
    printed = [figure for figure in find_figures(text) if figure.kind == "count" and figure.unit == asked.kind.unit]
    mine = [figure for figure in printed if any(supports(figure, other) for other in said)]
    return (
        bool(mine)
        and not any(text.startswith(wanted, figure.end) for figure in mine)
        and all(_is_noun_next(text, figure) for figure in mine)
        and any(text.startswith(wanted, figure.end) for figure in printed)
    )


def is_of_one_kind(asked: Asked, statement: str, text: str) -> bool:
    """Whether the figure is of one kind of what is asked for, told by a letter or number: 5G用户 of 用户."""
    thing = _THING_BEFORE.search(fold(asked.searched))
    if thing is None:
        return False
    folded = fold(text)
    said = [figure for figure in find_figures(fold(statement)) if figure.kind != "date"]
    mine = [figure for figure in find_figures(folded) if any(supports(figure, other) for other in said)]
    clauses = [
        clause.group()
        for clause in _PIECE.finditer(folded)
        if any(clause.start() <= figure.start < clause.end() for figure in mine)
    ]
    named = [match for clause in clauses for match in re.finditer(f"(?P<kind>{_KIND})?{thing['thing']}", clause)]
    # SE3起售价 is of what SE 3的起售价 asks about.
    asked_of = re.sub(r"\s", "", fold(asked.searched))
    return bool(named) and all(match["kind"] and match["kind"] not in asked_of for match in named)


def is_of_a_sort(question: str, text: str) -> bool:
    """Whether a thing is asked about, and ``text`` has only a sort of it: 新能源汽车 for 汽车."""
    if _SORT_ASKED.search(question):
        return False
    said = fold(text)
    for word, tag in rjieba.tag(fold(question)):
        if len(word) < 2 or tag[0] != "n":
            continue
        places = [found.start() for found in re.finditer(re.escape(word), said)]
        if places and all(_SORT.search(said[max(0, place - 5) : place]) for place in places):
            return True
    return False


def lacks_qualifier(asked: Asked, statement: str, text: str) -> bool:
    """Whether 实际 or 人均 is asked for, and the figure stands before another of its kind that is qualified so.

    共194.8万考生报名、152.5万人实际参加考试: what stands after 实际 may be meant by it, too, nothing before is.
    """
    qualifier = _QUALIFIER.search(asked.searched)
    if qualifier is None or qualifier.group() in statement:
        return False
    said = [figure for figure in find_figures(statement) if figure.kind != "date"]
    first = text.find(qualifier.group())
    clauses = [match for match in _PIECE.finditer(text) if qualifier.group() in match.group()]
    if not said or not clauses:
        return False
    printed = find_figures(text)
    mine = [figure for figure in printed if any(supports(figure, other) for other in said)]
    qualified = [
        figure for figure in printed if any(clause.start() <= figure.start < clause.end() for clause in clauses)
    ]
    return (
        bool(mine)
        and all(figure.end <= first and figure not in qualified for figure in mine)
        and any(figure.kind == mine[0].kind or not mine[0].unit for figure in qualified)
    )


def _is_noun_next(text: str, figure: Figure) -> bool:
    first = next(iter(rjieba.tag(fold(text[figure.end : figure.end + 8]))), ("", ""))
    return len(first[0]) > 1 and first[1].startswith("n")


def _is_counted(things: str, question: str) -> bool:
    """Whether the question counts these things: 签约项目 where 多少个项目 is asked; not 事故中，有3人."""
    return re.search(rf"(?:多少|几).?{things[-2:]}", question) is not None
