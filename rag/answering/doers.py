"""Names held to what the paper says their bearers did: who 主演 one film is not who 主演 another, nor who 执导 it.

All names of a list may stand in the quotes and the list still be wrong, where a model took those beside. Each is
looked up in its own clause: one that tells of another part in the matter, or of another 《title》, does not carry it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from rag.chinese.offices import TITLE

_PARTS: tuple[tuple[str, str], ...] = (
    ("主演|出演|饰演|领衔", "执导|导演|编剧|监制|制片|作曲|作词|摄影"),
    ("执导|导演", "主演|出演|饰演|编剧|监制|制片|作曲|作词|摄影"),
    ("编剧", "主演|出演|饰演|执导|监制|制片|作曲|作词"),
    ("作曲", "作词|演唱|编曲"),
    ("作词", "作曲|演唱|编曲"),
    ("演唱", "作词|作曲|编曲"),
    ("主持", "出席|参加|列席|陪同|致辞"),
    ("致辞", "主持|出席|列席|陪同"),
    ("主办", "承办|协办"),
    ("承办", "主办|协办"),
    ("协办", "主办|承办"),
)
"""A part in a matter, and the parts of others that a clause may tell of in its place. Who presides attends, too."""
_CLAUSE = re.compile(r"[^，；。！？\n]+")
_TITLE = re.compile(r"《([^《》]+)》")
_NAME = r"[一-鿿A-Za-z·]{2,12}?"
_LIST = re.compile(rf"(?:.*(?:是|为|有|包括|：))?(?P<names>{_NAME}(?:[、和与及]{_NAME})*)(?:等人?|共同)?")
_ANY_OFFICE = re.compile(rf"副?(?:{TITLE})|国务委员|委员|常委|代表|顾问|发言人")
_OFFICE_HELD = re.compile(
    rf"(?P<office>副?(?:{TITLE})|国务委员|常委)(?:都|分别)?(?:有|是|包括)(?:哪些人?|谁|哪几[位名个]人?)"
)
"""副总理有哪些; an office that one person holds is read in ``office_holders``."""
_BETWEEN = re.compile(r"[、和与及]")


def names_that_did(question: str, statement: str, quotes: Sequence[str]) -> str | None:
    """The statement without the names that the quotes give another part in what is asked; None if none is left.

    A statement that is no list of names, or a question that asks for no such part, leaves everything as it is.
    """
    office = _OFFICE_HELD.search(question)
    if office is not None:
        return _without(statement, lambda name: _holds_another(name, office["office"], quotes))
    part = next(((own, others) for own, others in _PARTS if re.search(own, question)), None)
    if part is not None and re.search(part[1], question):
        return statement  # 谁主持、谁出席了会议
    if part is None:
        return statement
    titles = _TITLE.findall(question)
    # 主演是吴京, and 吴京主演了.
    return _without(statement, lambda name: _is_another_part(name, part, titles, quotes), before=part[0])


def _without(statement: str, is_other: Callable[[str], bool], before: str = "") -> str | None:
    """The list of names without those that ``is_other``, which may stand before an act; None if none is left."""
    body = statement.strip(" 。.！!")
    found = _LIST.fullmatch(body) or (_LIST.fullmatch(re.split(before, body)[0]) if before else None)
    if found is None:
        return statement
    names = _BETWEEN.split(found["names"])
    kept = [name for name in names if not is_other(name)]
    if len(kept) == len(names):
        return statement
    if not kept:
        return None
    return statement.replace(found["names"], "、".join(kept), 1)


def _holds_another(name: str, office: str, quotes: Iterable[str]) -> bool:
    """Whether every quote that has ``name`` in a list after an office has it after another: 副总理 is no 总理."""
    listed = []
    for text in quotes:
        for place in re.finditer(re.escape(name), text):
            offices = list(_ANY_OFFICE.finditer(text[: place.start()]))
            if offices and re.fullmatch(r"[一-鿿·、]*", text[offices[-1].end() : place.start()]):
                listed.append(offices[-1].group())
    return bool(listed) and office not in listed


def _is_another_part(name: str, part: tuple[str, str], titles: Sequence[str], quotes: Iterable[str]) -> bool:
    """Whether each clause of the quotes that names ``name`` tells of another part or another title."""
    clauses = [clause for text in quotes for clause in _CLAUSE.findall(text) if name in clause]
    return bool(clauses) and all(_tells_of_another(clause, part, titles) for clause in clauses)


def _tells_of_another(clause: str, part: tuple[str, str], titles: Sequence[str]) -> bool:
    named = _TITLE.findall(clause)
    if titles and named and not any(title in titles for title in named):
        return True
    return re.search(part[0], clause) is None and re.search(part[1], clause) is not None
