"""One sentence on several of a series: 一等奖 and 二等奖, 一期 and 二期. An answer must be of the one asked for.

Figures and names of all of them stand in the same quote, so neither gate nor overlap tells them apart; the clause
they stand in does.
"""

from __future__ import annotations

import re

from rag.answering.figures import find_figures

_SERIES = re.compile(
    r"第?(?P<number>[一二三四五六七八九十特]|(?<!\d)\d{1,2})"
    r"(?P<kind>等奖|期(?![间满末初货])|季度|标段|号线|号楼|批(?![准复示发评])|届|轮|产业|水厂)|(?P<half>[上下])(?P<year>半年)"
)
_CLAUSE = re.compile(r"[^，。；！？,;]+")
_LISTED = re.compile(r"[^，。；！？,;、]+")
_PIECE = re.compile(r"[一-鿿·]+")
_JOINT = re.compile(r"[和与及、]|以及|分别")
_DIGITS = str.maketrans("123456789", "一二三四五六七八九")


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
    asked = dict(_members(question))
    if len(asked) != len(set(_members(question))):
        return False  # asked of two of them
    said = _members(quote)
    for kind, number in asked.items():
        numbers = {other for series, other in said if series == kind}
        if number not in numbers or len(numbers) < 2:
            continue
        owners = {owner for piece in _pieces(question, statement) for owner in _owners(piece, quote, kind)}
        if owners and number not in owners:
            return True
    return False


def _pieces(question: str, statement: str) -> list[str]:
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
