"""What a file name says of date, paper and page: ``焦作日报_20201225_03.pdf``, ``2020-12-25 焦作日报 第3版.txt``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

_SUFFIX_GZIP = ".gz"
_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?:(?P<s>[-_./])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)"
    r"|年(?P<ym>\d{1,2})月(?P<yd>\d{1,2})日?"
    r"|(?P<cm>\d{2})(?P<cd>\d{2})(?=\d{1,3}(?!\d)|(?!\d)))"
)
_PAGE = re.compile(
    r"第\s*([A-Za-z]?\d{1,3})\s*版|(?<![0-9A-Za-z])([A-Za-z]?\d{1,3})\s*版(?![权画本图税块纳式])"
    r"|(?<![出改新再])版[面次]?\s*([A-Za-z]?\d{1,3})(?![\d\u3400-\u9fff])"
)
_BARE_PAGE = re.compile(
    r"^[-_.]{0,2}(?:[pP](?:age)?)?([A-Da-d]?\d{1,2}(?![\d\u3400-\u9fff])|[A-Da-d]\d{1,2}(?!\d)|0\d(?!\d))"
)
"""A number right behind the date, as archives name their pages; in a headline a number counts something."""
_LETTERED_PAGE = re.compile(r"(?<![0-9A-Za-z])([A-D]\d{2})(?![0-9A-Za-z])")
_COPY = re.compile(
    r"\s*(?:[（(]\d{1,2}[)）]|[-_ ]?(?:副本|复件)(?:\s*[（(]\d{1,2}[)）])?|[-_ ](?:copy|Copy)(?: \d)?)$"
)
_WORDS = re.compile(r"[-_\s.,，、()（）\[\]【】《》]+")
_PAPER = re.compile(r"^[\u3400-\u9fffA-Za-z·]{1,14}(?:报|晨刊|周刊|新闻网|新闻联播|电视台|广播电台|报海外版)$")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,12}")
_NOT_PAPER = re.compile(r"(?:汇|通|海|简|公|年|月|季|周年|情|预|申|举|填|上|警|捷|喜|战|电|呈|播|壁|板|小|回|报)报$")
_FOLDER_MONTH = re.compile(r"((?:19|20)\d{2})[-_.年]?(\d{2})月?")
_FOLDER_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_FOLDER_NUMBER = re.compile(r"(\d{1,2})[月日]?")


@dataclass(frozen=True, slots=True)
class FileNameFacts:
    """Date, paper and page as far as a name gives them."""

    date: dt.date | None = None
    source: str = ""
    page: str = ""


def parse_file_name(path: Path) -> FileNameFacts:
    """What ``path`` says: first its own name, then folders named by nothing but a date or a paper.

    An impossible date (``2020-13-45``) is no date, and of two dates none is taken. ``(2)`` at the end counts copies.
    """
    facts = _parse_stem(_COPY.sub("", _stem(path)))
    folders = list(path.parts[:-1])
    if not facts.date and _distinct_dates(_stem(path)) < 2:
        facts = replace(facts, date=_date_of_folders(folders))
    for folder in folders[-4:][::-1]:
        if not facts.source and _parse_stem(folder).source == folder:
            facts = replace(facts, source=folder)
    return facts


def _date_of_folders(folders: list[str]) -> dt.date | None:
    """The day that folders give: ``2021-08-03``, ``2021-08/03`` as in the addresses of papers, ``2021/08/03``."""
    for folder in folders[-2:][::-1]:
        outer = _parse_stem(folder)
        if outer.date and _DATE.sub("", folder, count=1).strip("-_ ") == "":
            return outer.date
    for start in range(max(0, len(folders) - 4), len(folders)):
        month = _FOLDER_MONTH.fullmatch(folders[start])
        numbers = [_FOLDER_NUMBER.fullmatch(folder) for folder in folders[start + 1 : start + 3]]
        year = _FOLDER_YEAR.fullmatch(folders[start])
        if month and numbers and numbers[0]:
            return _day(month[1], month[2], numbers[0][1])
        if year and len(numbers) == 2 and numbers[0] and numbers[1]:
            return _day(year[1], numbers[0][1], numbers[1][1])
    return None


def parse_date(text: str) -> dt.date | None:
    """The first plausible calendar date in ``text`` (``2020-12-25``, ``2020年12月25日``, ``20201225``), if any."""
    match = _find_date(text)
    return match[1] if match else None


def _stem(path: Path) -> str:
    name = path.name
    if name.lower().endswith(_SUFFIX_GZIP):
        name = name[: -len(_SUFFIX_GZIP)]
    return name.rsplit(".", 1)[0] if re.search(r"\.[A-Za-z]{2,8}\d?$", name) else name


def _find_date(text: str) -> tuple[re.Match[str], dt.date] | None:
    for match in _DATE.finditer(text):
        day = _day(match["y"], match["m"] or match["ym"] or match["cm"], match["d"] or match["yd"] or match["cd"])
        if day is not None:
            return match, day
    return None


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _distinct_dates(text: str) -> int:
    days, rest = set(), text
    while found := _find_date(rest):
        days.add(found[1])
        rest = rest[found[0].end() :]
    return len(days)


def _parse_stem(stem: str) -> FileNameFacts:
    found = _find_date(stem) if _distinct_dates(stem) < 2 else None
    before, after = (stem[: found[0].start()], stem[found[0].end() :]) if found else (stem, "")
    page = ""
    named = _PAGE.search(after) or _PAGE.search(before)
    bare = _BARE_PAGE.match(after)
    lettered = _LETTERED_PAGE.search(after) or _LETTERED_PAGE.search(before)
    if named:
        page = next(group for group in named.groups() if group)
    elif bare and not (after[:1].isdigit() and len(bare.group()) == 1):
        # One digit glued to the date may as well count copies, its brackets lost on the way.
        page = bare.group(1)
    elif lettered:
        page = lettered.group(1)
    rest = _PAGE.sub(" ", f"{before} {after}")
    source = next((word for word in _WORDS.split(rest) if _is_paper(word)), "")
    if not source and lettered:
        source = next((word for word in _WORDS.split(_LETTERED_PAGE.sub(" ", rest)) if _is_paper(word)), "")
    # NAME_DATE_PAGE is how archives name their files, whatever the paper calls itself (澄溪新闻_20201014_01).
    if not source and found and page and _NAME.fullmatch(before.strip("-_ ")):
        source = before.strip("-_ ")
    return FileNameFacts(found[1] if found else None, source, normalise_page(page))


def normalise_page(page: str) -> str:
    """``3`` and ``第03版`` as ``03``; ``a3`` as ``A03``."""
    match = re.search(r"([A-Za-z]?)(\d{1,3})", page)
    return f"{match[1].upper()}{int(match[2]):02d}" if match else page.strip()


def _is_paper(word: str) -> bool:
    return bool(_PAPER.match(word)) and not _NOT_PAPER.search(word)
