"""One sentence on several of a series: 一等奖 and 二等奖, 一期 and 二期. An answer must be of the one asked for.

Figures and names of all of them stand in the same quote, so neither gate nor overlap tells them apart; the clause
they stand in does.
"""

from __future__ import annotations

import re
from itertools import permutations

from rag.chinese.figures import Figure, find_figures, supports

_SERIES = re.compile(
    r"第?(?P<number>[一二三四五六七八九十特]|(?<!\d)\d{1,2})"
    r"(?P<kind>等奖|期(?![间满末初货])|季度|标段|号线|号楼|批(?![准复示发评])|届|轮|产业|水厂)|(?P<half>[上下])(?P<year>半年)"
)
_SEX = re.compile(r"(?P<sex>[男女])(?=、?[男女]?(?:子|单|双|团|篮|足|排|主角|配角|演员|选手|队|组))")
_SIDE = {"农村": "农", "乡村": "农", "城镇": "城", "城市": "城"}
_PEOPLE = re.compile("居民|人口")
_GROUP = re.compile("(农村|乡村|城镇|城市)(?=(?:常住)?(?:居民|人口))")
_GROUPED = re.compile("(?:农村|乡村|城镇|城市)(?:常住)?(?:居民|人口)")
_CLAUSE = re.compile(r"[^，。；！？,;]+")
_LISTED = re.compile(r"[^，。；！？,;、]+")
_PIECE = re.compile(r"[一-鿿·]+")
_JOINT = re.compile(r"[和与及、]|以及|分别")
_DIGITS = str.maketrans("123456789", "一二三四五六七八九")
_LEVELS = {
    "世界": "世界", "全国": "国", "国家级": "国", "国家": "国", "全省": "省", "省级": "省", "省": "省",
    "全市": "市", "市级": "市", "市": "市", "全县": "县", "县级": "县", "全区": "区", "区级": "区",
}  # fmt: skip
_LEVEL = re.compile(
    rf"(?P<level>{'|'.join(_LEVELS)})(?:的)?"
    r"(?P<what>劳动模范|劳模|先进|文明|荣誉|优秀|示范|重点|卫生|三好|最美|道德模范|工匠|科技进步|[一二三特]等奖|五一)"
)


def _members(text: str) -> list[tuple[str, str]]:
    """Kind and number of each member of a series named: 二等奖 is (等奖, 二)."""
    return [
        (match["kind"] or match["year"], (match["number"] or match["half"]).translate(_DIGITS))
        for match in _SERIES.finditer(text)
    ]


def is_of_another_member(question: str, statement: str, quote: str) -> bool:
    """Whether all that the statement adds to the question is said in the quote of another member of the series.

    To 谁获二等奖, ``柳如眉`` is no answer by ``一等奖的是柳如眉；二等奖的是庄一凡``.
    """
    if is_of_the_other_sex(question, quote):
        return True
    asked = dict(_members(question))
    if len(asked) != len(set(_members(question))):
        return False  # asked of two of them
    said = _members(quote)
    for kind, number in asked.items():
        if all(series != kind for series, _ in said):
            continue
        owners = {owner for piece in added_pieces(question, statement) for owner in _owners(piece, quote, kind)}
        if owners and number not in owners:
            return True
    return False


def is_of_the_other_sex(question: str, quote: str) -> bool:
    """Whether 女子 or 女主角 is asked for and the quote has only the men's, or the other way round."""
    asked = {match["sex"] for match in _SEX.finditer(question)}
    said = {match["sex"] for match in _SEX.finditer(quote)}
    return len(asked) == 1 and bool(said) and not asked & said


def is_of_another_group(question: str, quote: str) -> bool:
    """Whether all residents are asked about and the quote has those of town or country only, or the other's."""
    if not _PEOPLE.search(question):
        return False
    asked, said = set(_GROUP.findall(question)), set(_GROUP.findall(quote))
    if asked:
        return len(asked) == 1 and bool(said) and not {_SIDE[group] for group in asked} & {_SIDE[g] for g in said}
    return len({_SIDE[group] for group in said}) == 1 and _PEOPLE.search(_GROUPED.sub("", quote)) is None


def is_of_another_level(question: str, source: str) -> bool:
    """Whether the paper names an honour of another level only: 省劳动模范 to a question on 全国劳动模范.

    ``source`` is the quote with its title.
    """
    for match in _LEVEL.finditer(question):
        asked, what = _LEVELS[match["level"]], match["what"]
        said = {_LEVELS[other["level"]] for other in _LEVEL.finditer(source) if other["what"] == what}
        if said and asked not in said:
            return True
    return False


def added_pieces(question: str, statement: str) -> list[str]:
    """The figures of a statement that the question does not say; without one, its words."""
    figures = [figure.text for figure in find_figures(statement) if figure.kind != "date"]
    added = [figure for figure in figures if figure not in question and not _SERIES.search(figure)]
    if added:
        return added
    words = [word for run in _PIECE.findall(statement) for word in _JOINT.split(run)]
    return [word for word in words if len(word) > 1 and word not in question]


def _owners(piece: str, quote: str, kind: str) -> set[str]:
    """The members of whose clauses the piece stands in; a clause without one goes with the one before it."""
    owners: set[str] = set()
    current = ""
    for clause in _CLAUSE.findall(quote):
        parts = _LISTED.findall(clause) if len({n for k, n in _members(clause) if k == kind}) > 1 else [clause]
        for part in parts:
            named = [number for series, number in _members(part) if series == kind]
            current = named[-1] if named else current
            if piece in part and current:
                owners.add(current)
    return owners


def is_mixed(statement: str, quotes: list[str]) -> bool:
    """Whether a statement puts together figures that two sentences give of two things.

    ``2个考点、96个考场`` is mixed of ``设4个考点、96个考场`` and ``高考设2个考点``: the sentence that carries the one
    figure has its own of what the other counts.
    """
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    printed = [find_figures(quote) for quote in quotes]
    carried = [[any(supports(found, figure) for found in there) for there in printed] for figure in figures]
    for one, two in permutations(range(len(figures)), 2):
        for place, there in enumerate(printed):
            if not carried[one][place] or carried[two][place]:
                continue
            wanted = _thing(statement, figures[two])
            if any(found.unit == figures[two].unit and _thing(quotes[place], found) & wanted for found in there):
                return True
    return False


def _thing(text: str, figure: Figure) -> frozenset[str]:
    """The pairs of characters just before and just after a figure."""
    return frozenset((text[max(0, figure.start - 2) : figure.start], text[figure.end : figure.end + 2])) - {"", "，"}
