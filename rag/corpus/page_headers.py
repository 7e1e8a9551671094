"""Lines that name a page: its header with paper, day and number, mastheads in Latin letters, the page's editors.

Knows single lines, not pages: whether a line stands at the page's edge is told by the caller.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.corpus.bylines import SURNAMES, line_mark

_DIGIT = "[0-9〇零一二三四五六七八九十]"
_DATE = re.compile(rf"({_DIGIT}{{4}})\s?[年./-]\s?({_DIGIT}{{1,3}})\s?[月./-]\s?({_DIGIT}{{1,3}})(?:日|号|(?![0-9]))")
_WEEKDAY = re.compile("(?:星期|周|礼拜)[一二三四五六日天]")
_STEM, _BRANCH = "[甲乙丙丁戊己庚辛壬癸]", "[子丑寅卯辰巳午未申酉戌亥]"
_LUNAR = re.compile(
    rf"(?:[农夏阴]历\s?(?:{_STEM}{_BRANCH}年)?|{_STEM}{_BRANCH}年)\s?"
    r"(?:闰?(?:十[一二]|[正一二三四五六七八九十冬腊])月)?\s?"
    r"(?:初[一二三四五六七八九十]|[二三]十|[十廿][一二三四五六七八九]?)?"
)
_PAPER = re.compile(
    "([\u3400-\u9fff]{2,8}(?:日报|晚报|早报|晨报|时报|都市报|商报|周报|周刊|新闻报|青年报|广播电视报|快报|导报|(?<![日晚早晨时商周快导])报))"
)
"""No name before 日报 has one character: 岭日报 is the end of 云 岭日报."""
_NEWS_TITLE = re.compile("([\u3400-\u9fff]{2,4}新闻)")
_PAGE = re.compile(r"(?:第\s?)?([A-Z]?\s?[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?版|^([A-Z]?[0-9]{1,2})$")
_EDITOR = re.compile(
    "(?:责任编辑|责编|本版编辑|编辑|版式|美编|校对|组版|值班主任|值班编辑|值班总编|制图|审读|检校|统筹|主编|本版责编|电子邮箱|投稿邮箱|E-?mail|新闻热线|本版电话)",
    re.I,
)
_HAN = "\u3400-\u9fff"
_ROLE = (
    "(?:(?:责任|本版|本期|本报|值班|执行|见习|首席|助理|文字|图片|视觉|美术|版面)*"
    "(?:编辑|责编|编审|(?:版式|版面|美术|视觉)设计|版式|排版|美编|校对|校审|组版|制图|审读|检校|审校|统筹|主编|总编|编委|照排|监制)"
    "|[一二三初复终]审)"
)
_STAFF_NAME = f"(?:[{SURNAMES}][{_HAN}·]{{1,3}}?)"
_STAFF = (
    f"{_ROLE}(?:[/／、\\s]{{0,2}}{_ROLE})*(?:\\s?[:：/／|]\\s?[{_HAN}·]{{2,4}}?|\\s?{_STAFF_NAME})"
    f"(?:[\\s、，,/／]{{0,2}}{_STAFF_NAME})*"
)
_CONTACT = r"(?:新闻热线|本版电话|电话|热线|电子邮箱|投稿邮箱|邮箱|E-?mail|QQ|微信)\s?[:：]?\s?[\w@.—－-]{5,40}"
_EDITORS = re.compile(rf"[□■●▲◎\s（(\[【]*{_STAFF}(?:[\s;；|｜·]{{0,3}}(?:{_STAFF}|{_CONTACT}))*[)）\]】]?", re.I)
_PAGE_MARK = (
    r"(?:第?\s?[A-Z]?\s?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?版|版[次面]?\s?[:：]\s?[A-Z]?[0-9]{1,3})"
)
_BETWEEN = r"[\s·•:：|｜/—-]{0,3}"
_NAMED_PAGE = re.compile(rf"{_PAGE_MARK}{_BETWEEN}([{_HAN}]{{2,6}})?|([{_HAN}]{{2,6}}){_BETWEEN}{_PAGE_MARK}")
_MASTHEAD = re.compile(
    "(?:ri|wan|chen|zao|shi|shang|kuai|dao|zhou|nian|nong|fa ?zhi|du ?shi|xin ?wen)? ?bao$|xin ?wen$"
    "|daily$|news$|times$|post$|weekly$|herald$|journal$",
    re.I,
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z .'’·-]{4,40}")


@dataclass(frozen=True, slots=True)
class PageHeading:
    """What a page's header lines say of it; empty where they say nothing."""

    date: dt.date | None = None
    source: str = ""
    page: str = ""


@functools.cache
def page_sections() -> frozenset[str]:
    """What papers call a page beside its number: ``要闻``, ``民生新闻``."""
    lines = Path(__file__).with_name("page_sections.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def heading_of(lines: Sequence[str]) -> PageHeading:
    """Date, paper and page as the given header lines print them.

    >>> heading_of(["青石日报 2021年3月5日 星期五 第3版"]).page
    '03'
    """
    date: dt.date | None = None
    source = page = ""
    for line in lines:
        date = date or find_date(line)
        paper = _PAPER.search(_without_days(line)) or _news_title(line)
        if paper and not source:
            source = paper.group(1)
        number = _PAGE.search(re.sub("今日[0-9一二三四五六七八九十]+版|共[0-9]+版", "", line))
        if number and not page:
            page = page_name(number.group(1) or number.group(2))
    return PageHeading(date, source, page)


def _without_days(line: str) -> str:
    """A header line without its day in either calendar: 星期三农历五月十四青石日报 names the 青石日报."""
    for pattern in (_DATE, _WEEKDAY, _LUNAR):
        line = pattern.sub(" ", line)
    return line


def _news_title(line: str) -> re.Match[str] | None:
    """The name of a paper that is called 新闻, where the line holds nothing else but the day."""
    name = _NEWS_TITLE.match(line)
    if name is None or name.group(1) in page_sections():
        return None
    rest = line[name.end() :].lstrip()
    return name if not rest or _DATE.match(rest) or re.fullmatch(_PAGE_MARK, rest) else None


def page_name(text: str) -> str:
    """A page's name in one form: ``"3"``, ``"三"`` and ``"03"`` are ``"03"``; ``"A2"`` is ``"A02"``."""
    text = re.sub(r"\s", "", text)
    letter = text[0] if text[:1].isalpha() and text[:1].isascii() else ""
    number = _number(text[len(letter) :])
    return f"{letter}{number:02d}" if number is not None else text


def find_date(text: str) -> dt.date | None:
    """The first full calendar date in a line, Chinese digits too; None if there is none that exists."""
    match = _DATE.search(text)
    if not match:
        return None
    year, month, day = (_number(group) for group in match.groups())
    try:
        return dt.date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    digits = "零一二三四五六七八九"
    text = text.replace("〇", "零")
    if text.isascii():
        return int(text) if text.isdigit() else None
    if "十" in text:
        before, _, after = text.partition("十")
        if any(len(part) > 1 or part not in digits for part in (before, after)):
            return None
        return (digits.index(before) if before else 1) * 10 + (digits.index(after) if after else 0)
    if any(character not in digits for character in text):
        return None
    return int("".join(str(digits.index(character)) for character in text)) if text else None


def is_editors_line(text: str) -> bool:
    """Whether a line names the people who made the page and nothing else.

    >>> is_editors_line("责任编辑王明 版式李芳"), is_editors_line("总编辑走进校园")
    (True, False)
    """
    return len(text) <= 90 and bool(_EDITORS.fullmatch(text))


def is_folio(text: str, *, edge: bool) -> bool:
    """Whether a line is the page's number, a section's name beside it perhaps; inside the page a known one."""
    if edge and re.fullmatch(
        r"[-—·•\s]*(?:第\s?)?(?:[A-Z]?[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?版?(?:页)?[-—·•\s]*", text
    ):
        return True
    named = _NAMED_PAGE.fullmatch(text)
    if named is None:
        return False
    section = named.group(1) or named.group(2) or ""
    # 第三版 田野 names a page whatever its section is called; 地图册第三版 may be a headline.
    return not section or section in page_sections() or (edge and named.group(1) is not None)


def is_masthead(text: str, *, edge: bool) -> bool:
    """Whether a line is a paper's name in Latin letters, ``QINGSHI WANBAO``, spread out perhaps."""
    if not _LATIN.fullmatch(text):
        return False
    words = text.split()
    letters = "".join(words) if all(len(word) == 1 for word in words) else text
    return bool(_MASTHEAD.search(letters)) or (edge and letters.isupper())


def is_page_header(text: str, *, edge: bool) -> bool:
    """Whether a line says of what paper, day or page it is; at the page's edge one of these is enough."""
    marks = sum(
        bool(pattern.search(text))
        for pattern in (_DATE, _WEEKDAY, _PAPER, _EDITOR, re.compile(r"第?\s?[A-Z]?[0-9一二三四五六七八九十]+\s?版"))
    )
    if line_mark(text) != "none":
        return False
    if len(text) <= 60 and (marks >= 3 or (marks == 2 and edge)):
        return not re.search("[，。；]", text)
    if not edge:
        return False
    bare = re.sub(r"[\s·•|｜/:：]|[A-Z]?[0-9]{1,2}|第|版次?", "", text)
    if bare in page_sections():
        return True
    return (marks == 1 or bool(_NEWS_TITLE.fullmatch(text))) and _only_header(text)


def _only_header(text: str) -> bool:
    """Whether a line holds nothing but a paper's name, a date, a weekday or the editors."""
    if re.match(_EDITOR.pattern + r"\s?[:：]", text, re.I):
        return len(text) < 50
    rest = _WEEKDAY.sub("", _DATE.sub("", text))
    if _NEWS_TITLE.fullmatch(rest):
        return True
    rest = _PAPER.sub("", rest, count=1) if len(rest) <= 8 else rest
    return not re.sub(r"[\s·•|｜]", "", rest)
