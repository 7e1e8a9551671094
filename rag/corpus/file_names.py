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
    r"|(?P<cm>\d{2})(?P<cd>\d{2})(?=\d{2,3}(?!\d)|(?!\d)))"
)
_PAGE = re.compile(
    r"第\s*([A-Za-z]?\d{1,3})\s*版|(?<![0-9A-Za-z])([A-Za-z]?\d{1,3})\s*版|版[面次]?\s*([A-Za-z]?\d{1,3})(?!\d)"
)
_BARE_PAGE = re.compile(r"^[-_\s.]*(?:p|page|P)?([A-Da-d]?\d{1,3})(?!\d)")
_WORDS = re.compile(r"[-_\s.,，、()（）\[\]【】《》]+")
_PAPER = re.compile(r"^[\u3400-\u9fffA-Za-z·]{1,14}(?:报|晨刊|周刊|新闻网|新闻联播|电视台|广播电台|报海外版)$")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,12}")
_NOT_PAPER = re.compile(r"(?:汇|通|海|简|公|年|月|季|周年|情|预|申|举|填|上|警|捷|喜|战|电|呈|播|壁|板|小|回|报)报$")


@dataclass(frozen=True, slots=True)
class FileNameFacts:
    """Date, paper and page as far as a name gives them."""

    date: dt.date | None = None
    source: str = ""
    page: str = ""


def parse_file_name(path: Path) -> FileNameFacts:
    """What ``path`` says: first its own name, then folders named by nothing but a date or a paper.

    An impossible date (``2020-13-45``) is no date.
    """
    facts = _parse_stem(_stem(path))
    for folder in list(path.parts[:-1])[-2:][::-1]:
        outer = _parse_stem(folder)
        if not facts.date and outer.date and _DATE.sub("", folder, count=1).strip("-_ ") == "":
            facts = replace(facts, date=outer.date)
        if not facts.source and outer.source == folder:
            facts = replace(facts, source=outer.source)
    return facts


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
        month = match["m"] or match["ym"] or match["cm"]
        day = match["d"] or match["yd"] or match["cd"]
        try:
            return match, dt.date(int(match["y"]), int(month), int(day))
        except ValueError:
            continue
    return None


def _parse_stem(stem: str) -> FileNameFacts:
    found = _find_date(stem)
    before, after = (stem[: found[0].start()], stem[found[0].end() :]) if found else (stem, "")
    page = ""
    named = _PAGE.search(after) or _PAGE.search(before)
    bare = _BARE_PAGE.match(after)
    if named:
        page = next(group for group in named.groups() if group)
    elif bare:
        page = bare.group(1)
    rest = _PAGE.sub(" ", f"{before} {after}")
    source = next((word for word in _WORDS.split(rest) if _is_paper(word)), "")
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
