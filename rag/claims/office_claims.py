"""Who holds which office by the words of a text: 区水务局局长何某介绍, 何某任区水务局局长.

Only the form of the words is read: an office (whose last word is one that one person holds), then a name, or a name
appointed to it. Offices printed before a name in one row (甲委书记、乙会主任何某) are all his.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.chinese.names import PERSON
from rag.chinese.offices import TITLE
from rag.chinese.running_names import leading_name
from rag.chinese.terms import tagged

_OFFICE_END = re.compile(rf"(?P<rank>[副代]?)(?P<title>{TITLE})")
_APPOINTED = re.compile(
    rf"(?P<name>(?<![一-鿿]){PERSON})(?:同志)?(?P<act>任|担任|出任|当选为?|就任|被任命为)(?P<rest>[一-鿿]{{2,30}})"
)
_NAMED_TO = re.compile(
    rf"(?:任命|选举|推选|补选|聘任)(?P<name>{PERSON})(?:同志)?(?P<act>为|担任|任)(?P<rest>[一-鿿]{{2,30}})"
)
"""任命何某为区水务局局长, as assemblies decide it."""
_FORMER = re.compile(r"(?:原|前|时任|历任|曾任)[一-鿿（）]{0,20}$")
_WINDOW = 16
_LONGEST_BODY = 24
_BODY_TAGS = ("n", "j", "b", "f", "s", "x", "l", "m", "z", "a", "q")
_NO_BODY = ("由", "的")
_SIDE_BY_SIDE = "、兼"


@dataclass(frozen=True, slots=True)
class OfficeNaming:
    """``name`` at ``[start, end)`` holds the office ``body`` + ``title``, which begins at ``office_start``."""

    name: str
    start: int
    end: int
    body: str
    title: str
    office_start: int


def office_namings(text: str) -> tuple[OfficeNaming, ...]:
    """Every office of ``text`` with its present holder, in order of the names."""
    found = list(_named_after(text))
    found += _appointed(text)
    return tuple(sorted(found, key=lambda item: (item.start, item.office_start)))


def has_office(text: str) -> bool:
    """Whether a text speaks of any office, a quick look before it is read."""
    return _OFFICE_END.search(text) is not None


def _named_after(text: str) -> Iterator[OfficeNaming]:
    row: list[tuple[str, str, int]] = []
    row_end = -1
    for match in _OFFICE_END.finditer(text):
        body_start = _body_start(text, match.start())
        if row and not (text[row_end : row_end + 1] in _SIDE_BY_SIDE and body_start == row_end + 1):
            row = []
        row.append((text[body_start : match.start()], match.group(), body_start))
        row_end = match.end()
        window = text[match.end() : match.end() + _WINDOW].lstrip(" 　")
        name = leading_name(window, [window]) if window[:1] not in (*_SIDE_BY_SIDE, "") else ""
        if not name:
            continue
        start = text.index(name, match.end())
        for body, title, office_start in row:
            if not _FORMER.search(text[max(0, office_start - 4) : office_start + len(body)]):
                yield OfficeNaming(name, start, start + len(name), body, title, office_start)
        row = []


def _appointed(text: str) -> Iterator[OfficeNaming]:
    for match in (*_APPOINTED.finditer(text), *_NAMED_TO.finditer(text)):
        office = _OFFICE_END.search(match["rest"])
        if office is None:
            continue
        name = re.sub(r"(?:同志)$", "", match["name"])
        start = match.start("rest")
        body = match["rest"][: office.start()]
        begin = match.start("name")
        yield OfficeNaming(name, begin, begin + len(name), body, office.group(), start)


def _body_start(text: str, end: int) -> int:
    """Where the words begin that say whose office it is: back over nouns to the first word of another kind."""
    begin = max(0, end - _LONGEST_BODY)
    run = re.search(r"[一-鿿（）“”]*$", text[begin:end])
    begin += run.start() if run else 0
    start = end
    for word, tag, position in reversed(tagged(text[begin:end])):
        named = tag[:1] in _BODY_TAGS or tag == "vn"
        # Of 科技创新局 the dictionary knows only the words: the verb belongs to the bare 局 after it.
        named = named or (tag == "v" and len(word) > 1 and end - start == 1)
        if not named or word in _NO_BODY:
            break
        start = begin + position
    return start


def same_office(first: OfficeNaming, body: str, title: str) -> bool:
    """Whether another office may be the same: equal title, and one body ends the other (区教育局, 教育局)."""
    return first.title == title and is_same_body(first.body, body)


def is_same_body(first: str, second: str) -> bool:
    """Whether one body may be printed for the other: the end of it, or nothing."""
    return first.endswith(second) or second.endswith(first)
