"""The closed slots of a piece of text: mood, place, members of classes, part and whole, by small grammars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.chinese.lexicon import alternation, lexicon
from rag.chinese.numerals import read_number
from rag.chinese.offices import TITLE
from rag.chinese.terms import tagged
from rag.claims.record import Mood

_DONE = re.compile(r"已经?|完成|实现|截[至止]|目前|实际|(?<!公)共(?![建享同产青和])|累计|[签建投开竣落获达]了")
"""Words by which a clause tells a fact, whatever the clause before was planning."""
_NEVER_PLANNED = re.compile(alternation("moods", "told"))
"""Where such a word says nothing of the mood: 公共预算收入, 占计划的, 未成年."""
_LEVELS = "国省市县区镇乡村"
_SCOPE = re.compile(
    rf"(?:全|本|我|咱们?|整个)(?P<level>[{_LEVELS}])(?![一-鿿]?长)|(?P<country>全国|国内|我国|中国)|(?<![一-鿿])(?P<bare>[区县市镇乡村])里"
)
_COMPARED_WITH = re.compile(
    r"(?<![同环对])比(?![例重])[^，。；？比]{1,8}?(?=平均|[高低快慢多少大小增降差贵])"
    r"|[和跟与同较][^，。；？比]{1,8}?(?:相?比|平均|[差慢快高低](?=[多几0-9一二两]))|[高低快慢]于[^，。；？]{1,8}?(?=平均|[0-9]|$)"
)
_UNITS = ("街道", "社区", "新区", "开发区", "高新区", "示范区", "自治区", "自治州", *"省市县区镇乡村")
_NOT_NAMES = re.compile(rf"(?:{alternation('place_words', 'no_name')})[省市县区镇乡村]?")
_ENDS_AS_NO_NAME = re.compile(rf"(?:{alternation('place_words', 'no_name')})$")
_NAME_TAGS = ("n", "f", "s", "x", "b", "j", "z", "a", "t")
_IN_A_ROW = r"(?:[一二三四五六七八九十百]+|(?<![\d.])\d{1,3})"
_SERIES = re.compile(
    rf"(?<![上下本这那每历另])(?P<numbers>第?{_IN_A_ROW}(?:[、和与及]第?{_IN_A_ROW})*)"
    rf"(?P<kind>{alternation('series', 'of_a_row')})"
)
"""一期, 第三、四批, 2号线; 上一届 tells no number."""
_EACH_A_NUMBER = re.compile("[一二三四五六七八九]{2,}")
"""一二期 is both."""
_OFFICE = re.compile(rf"(?P<before>副|代理?|原(?:来的)?|前任?|候任)?(?P<title>{TITLE})")
_PART = re.compile(r"^[^，。；]{0,2}其中|^(?:包括|包含|含)")


@lru_cache(maxsize=1)
def _mood_words() -> tuple[tuple[re.Pattern[str], Mood], ...]:
    moods: tuple[Mood, ...] = ("cancelled", "hearsay", "denied", "forecast", "plan")
    return tuple(
        (re.compile("|".join(sorted((w for m, w in lexicon("moods") if m == mood), key=len, reverse=True))), mood)
        for mood in moods
    )


def mood_of(text: str) -> tuple[Mood, str]:
    """The mood of a piece and the word that says it; ``("fact", "")`` where nothing does."""
    plain = _NEVER_PLANNED.sub(lambda match: "　" * len(match.group()), text)
    for pattern, mood in _mood_words():
        found = pattern.search(plain)
        if found is not None:
            return mood, found.group()
    return "fact", ""


def tells_a_fact(text: str) -> bool:
    """Whether a piece says of itself that it happened: 已完成2亿元 after 计划投资5亿元."""
    return _DONE.search(text) is not None


def places_in(text: str) -> tuple[str, ...]:
    """The places that a piece names or points at, in order: 全市, 城东区, 石门镇; 咱们区 is 全区.

    That with which something is compared is none: 比全市平均水平高1.5个百分点.
    """
    text = _COMPARED_WITH.sub(lambda match: "　" * len(match.group()), text)
    found: list[tuple[int, str]] = []
    for match in _SCOPE.finditer(text):
        level = "国" if match["country"] else match["level"] or match["bare"]
        found.append((match.start(), f"全{level}"))
    taken = [match.span() for match in _SCOPE.finditer(text)]
    for start, name in _named(text):
        if not any(begin < start + len(name) and start < end for begin, end in taken):
            found.append((start, name))
    return tuple(name for _, name in sorted(found))


def _named(text: str) -> list[tuple[int, str]]:
    """Names of places with the level they end in: a word that ends in it (城东区), or the word before (柳河 镇)."""
    words = tagged(text)
    found: list[tuple[int, str]] = []
    for position, (word, tag, start) in enumerate(words):
        if _is_cut_within(words, position):
            found.append((words[position - 1][2], words[position - 1][0] + word[0]))
            continue
        unit = next((unit for unit in _UNITS if word.endswith(unit)), "")
        if not unit or tag[:1] == "v":
            continue
        name, begin = word, start
        if word == unit:
            before = words[position - 1] if position else ("", "", 0)
            says_when = before[1] == "t" and _TIME_WORD.search(before[0]) is not None  # 今年 示范区
            if says_when or before[1][:1] not in _NAME_TAGS or not _IS_NAME.fullmatch(before[0]):
                continue
            name, begin = before[0] + word, before[2]
            if len(before[0]) == 1 and position > 1 and words[position - 2][1][:1] in _NAME_TAGS:
                name, begin = words[position - 2][0] + name, words[position - 2][2]
        if len(name) >= len(unit) + 2 - (tag == "ns") and not _NOT_NAMES.fullmatch(name):
            found.append((begin, name))
    known = [(begin, begin + len(name)) for begin, name in found]
    for match in _OPENS.finditer(text):  # 汀岸区, which no dictionary knows, is cut into 汀 and 岸区
        begin, end = match.span("name")
        if not any(start < end and begin < stop for start, stop in known) and _may_be_place(match["name"]):
            found.append((begin, match["name"]))
    return found


_OPENS = re.compile(
    r"(?:^|[、，；：。“”\s]|(?<=[年月度日]))(?P<name>[一-鿿]{2,3}?[区县镇乡])(?![域别间分亲音土愁]|[区县镇乡])"
)
"""Where a clause opens with it a run of two or three characters before a level is a name."""
_NO_NAME_CHARACTERS = frozenset(
    "的了在是有和与等各每全本该这那某为对将我你他其从到由于及个第一二三四五六七八九十两分"
)


def _may_be_place(name: str) -> bool:
    """Whether a run is no word of another kind: neither 工业园区 nor 建设新区."""
    if set(name[:-1]) & _NO_NAME_CHARACTERS or name[-2] in _LEVELS:
        return False
    if _ENDS_AS_NO_NAME.search(name) and not name.endswith("山区"):  # 南山区 is one
        return False
    first = tagged(name[:-1])
    return all(tag[:1] in ("n", "j", "a", "g", "x", "z", "q", "f", "b", "k", "m", "o") for _, tag, _ in first)


_IS_NAME = re.compile("[一-鿿]{1,4}")
_TIME_WORD = re.compile("[年月日天季期今昨底初末晨晚]")
_NO_LEVEL = re.compile("市[场值价况]|区[域间别分]|乡[愁音土]")


def _is_cut_within(words: Sequence[tuple[str, str, int]], position: int) -> bool:
    """Whether a name's level was cut off with the character after it: 江北 县有, 云湖 镇种."""
    word = words[position][0]
    named = position > 0 and words[position - 1][1] == "ns" and words[position - 1][0][-1:] not in _LEVELS
    return named and len(word) == 2 and word[0] in _LEVELS[1:] and _NO_LEVEL.fullmatch(word) is None


def level_of(place: str) -> str:
    """国, 省, 市, 县, 区, 镇, 乡 or 村: the level of a place; 街道 counts as 镇, 社区 as 村."""
    for ending, level in (("街道", "镇"), ("社区", "村"), ("自治区", "省"), ("自治州", "市")):
        if place.endswith(ending):
            return level
    return place[-1]


@lru_cache(maxsize=1)
def _member_words() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    known = {word: (kind, member) for kind, word, member in lexicon("alternatives")}
    return re.compile("|".join(sorted(known, key=len, reverse=True))), known


def members_in(text: str) -> frozenset[tuple[str, str]]:
    """The members of classes of alternatives that a piece names: (prize, 一等), (届, 三)."""
    pattern, known = _member_words()
    found = {known[match.group()] for match in pattern.finditer(text)}
    series = {(match["kind"], number) for match in _SERIES.finditer(text) for number in _numbers(match["numbers"])}
    return frozenset(found | series | {_office(match) for match in _OFFICE.finditer(text)})


def row_before(text: str, end: int) -> frozenset[tuple[str, str]]:
    """What is numbered in a row before ``end`` of a text: of 3路首班6时，7路首班7时 (路, 3) before the first 首班."""
    return frozenset(
        (match["kind"], number)
        for match in _SERIES.finditer(text)
        if match.start() < end
        for number in _numbers(match["numbers"])
    )


def _office(match: re.Match[str]) -> tuple[str, str]:
    """An office with what stands before it: 副市长 is (市长, 副), and 原来的市长 (市长, 原)."""
    return match["title"], match["before"][:1] if match["before"] else ""


def _numbers(text: str) -> list[str]:
    """``["1", "2"]`` of 一二 and of 一、二."""
    listed = re.split("[、和与及]", text.replace("第", ""))
    return [_number(each) for one in listed for each in (one if _EACH_A_NUMBER.fullmatch(one) else [one])]


def _number(text: str) -> str:
    try:
        return str(read_number(text))
    except (ValueError, KeyError):
        return text


def is_part(text: str) -> bool:
    """Whether a clause tells of a part of what the clause before told: 其中城东区88个."""
    return _PART.search(text) is not None
