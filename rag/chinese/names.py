"""Names in an answer that no quote holds: people, organisations, places, titles, quoted phrases, codes, time words.

Two checks work together. A name the answer *presents* as one (after a title, in a list, in 《》 or “”) must stand in
the sources. And a name of the *sources* that the answer repeats with one character changed is an altered copy. What
this module does not do: recognise every name; an ordinary noun phrase may be rephrased freely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import rjieba

from rag.chinese.lexicon import alternation, words
from rag.chinese.numerals import fold_width
from rag.chinese.times.grammar import TIME

NameKind = Literal["person", "place", "book", "quoted", "foreign", "code", "time", "altered"]

_SURNAMES = "".join(words("surnames", "frequent", "common"))
_DOUBLE_SURNAMES = alternation("surnames", "double")
PERSON = rf"(?:(?:{_DOUBLE_SURNAMES})[一-鿿]{{1,2}}|[{_SURNAMES}][一-鿿]{{1,2}}?)"
ACTS = words("name_contexts", "act")
END_OF_NAME = rf"(?=[，。、；：！？（）()《》“”\s…]|$|{'|'.join(ACTS)})"
_ROLE_GROUP = alternation("titles_of_office", "role", longest_first=True)
_PERSON_AFTER_ROLE = re.compile(rf"(?:{_ROLE_GROUP})[：:]?[ \u3000]?(?P<name>{PERSON}){END_OF_NAME}")
_PERSON_BEFORE_ACT = re.compile(
    rf"(?:(?<=[，。；！？、\s“])|^)(?P<name>{PERSON})(?:{alternation('name_contexts', 'said')})"
)
_LIST = re.compile(r"(?:[一-鿿]{2,4}、)+[一-鿿]{2,4}(?:[等，。；出分参获]|$)")
_LIST_ITEM = re.compile(
    rf"^(?:.*(?:{_ROLE_GROUP}))?(?P<name>(?:{_DOUBLE_SURNAMES})[一-鿿]{{1,2}}|[{_SURNAMES}][一-鿿]{{1,2}})$"
)
_BOOK = re.compile(r"《(?P<name>[^《》]{1,40})》")
_QUOTED = re.compile(r"[“「『](?P<name>[^“”「」『』]{2,60})[”」』]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z&.'’-]*(?: [A-Z][A-Za-z&.'’-]*)*")
_CODE = re.compile(
    r"https?://[\w./?=&%-]+|〔\d+〕\s?(?:第?\d+号)?|(?<![\d.])(?:\d{3,4}-\d{3,8}(?:-\d{3,4})?|\d{9,})(?![\d.])"
    r"|\d*[A-Za-z]+[-.]?\d[\dA-Za-z.-]*|\d+[A-Za-z]{1,3}(?![A-Za-z])|(?<=[“「])\d{2,}(?=[”」一-鿿])"
)
_ORGANISATION = re.compile(rf"[一-鿿（）]{{2,16}}?(?:{alternation('name_contexts', 'body')})")
_HAN = re.compile(r"[一-鿿]")
_FUNCTION = frozenset(words("name_contexts", "function"))
_NAME_TAGS = frozenset("nr nrt ns nt nz".split())
_COMMON_PLACES = frozenset("中国 我国 全国 国家 中华 中方 中国共产党".split())


@dataclass(frozen=True, slots=True)
class CheckedName:
    """A name at ``[start, end)`` of an answer, and whether the sources hold it.

    For an ``altered`` name, ``expected`` is the character that stands in the source at that place.
    """

    text: str
    start: int
    end: int
    kind: NameKind
    supported: bool
    expected: str = ""


def check_names(text: str, sources: str) -> tuple[CheckedName, ...]:
    """Every name found in ``text``, each with whether ``sources`` (quotes and what stands around them) hold it."""
    known = _compact(sources)
    checked = {}
    for name, start, kind in _candidates(text):
        checked[start, name] = CheckedName(name, start, start + len(name), kind, _stands(name, kind, known))
    taken = {position for item in checked.values() if not item.supported for position in range(item.start, item.end)}
    for altered in _altered(text, sources):
        if altered.start not in taken:
            checked[altered.start, altered.text] = altered
    return tuple(sorted(checked.values(), key=lambda item: item.start))


def _compact(text: str) -> str:
    return re.sub(r"\s", "", fold_width(text)).casefold()


def _stands(name: str, kind: NameKind, known: str) -> bool:
    wanted = _compact(name).strip("，。！？；、,.!?")
    if kind == "time":
        return wanted in known or wanted.removesuffix("以来") in known
    return wanted in known


def _candidates(text: str) -> Iterator[tuple[str, int, NameKind]]:
    for pattern, kind in _PRESENTED:
        for match in pattern.finditer(text):
            yield match["name"], match.start("name"), kind
    for match in _LIST.finditer(text):
        yield from _listed_people(match)
    for match in _CODE.finditer(fold_width(text)):
        yield text[match.start() : match.end()], match.start(), "code"
    for match in TIME.finditer(text):
        word = match["relative_year"] or match["word"]
        if word and word not in {"当年", "同年", "次年", "目前", "当日", "当天"}:
            yield word, match.start() + match.group().index(word), "time"
    if len(_HAN.findall(text)) * 4 > len(text):
        yield from _foreign(text)
        yield from _places(text)


_PRESENTED: tuple[tuple[re.Pattern[str], NameKind], ...] = (
    (_PERSON_AFTER_ROLE, "person"),
    (_PERSON_BEFORE_ACT, "person"),
    (_BOOK, "book"),
    (_QUOTED, "quoted"),
)


def _foreign(text: str) -> Iterator[tuple[str, int, NameKind]]:
    for match in _LATIN.finditer(text):
        if len(match.group()) > 1:
            yield match.group(), match.start(), "foreign"


def _places(text: str) -> Iterator[tuple[str, int, NameKind]]:
    position = 0
    for word, tag in rjieba.tag(text):
        start = text.find(word, position)
        position = start + len(word) if start >= 0 else position
        if tag == "ns" and len(word) > 1 and word not in _COMMON_PLACES:
            yield word, start, "place"


def _listed_people(match: re.Match[str]) -> Iterator[tuple[str, int, NameKind]]:
    """The items of ``刘某、王某某、张某`` when most of them look like names of people."""
    pieces = match.group().split("、")
    last = pieces[-1]
    pieces[-1] = last[:-1] if last[-1] in "等，。；出分参获" else last
    names = [_LIST_ITEM.match(piece) for piece in pieces]
    if sum(name is not None for name in names) * 3 < len(pieces) * 2:
        return
    position = match.start()
    for piece, name in zip(pieces, names, strict=True):
        if name is not None:
            yield name["name"], position + name.start("name"), "person"
        position += len(piece) + 1


# -- altered copies ----------------------------------------------------------------------------------------------

_Key = tuple[str, str]
_EDGE = "|"


def _altered(text: str, sources: str) -> Iterator[CheckedName]:
    """Characters of ``text`` that stand where a name of the sources has another one."""
    neighbours = _name_contexts(sources)
    for position, character in enumerate(text):
        if not _HAN.match(character):
            continue
        for key in _keys_around(text, position, ordinary=character not in _FUNCTION):
            expected = neighbours.get(key)
            shown = f"{key[0]}{character}{key[1]}".strip(_EDGE)
            if (
                expected
                and character not in expected
                and shown not in sources
                and _is_telling(key, expected, sources)
            ):
                start = position - len(key[0].strip(_EDGE))
                yield CheckedName(shown, start, start + len(shown), "altered", False, min(expected))
                break


def _is_telling(key: _Key, expected: set[str], sources: str) -> bool:
    """Whether a place known by what comes before it alone is always followed by the name's character.

    成都市 and 成都举办 may stand in one article: the character after 成都 tells nothing then.
    """
    if key[1] or key[0].startswith(_EDGE):
        return True
    followers = (sources[at.end() : at.end() + 1] for at in re.finditer(re.escape(key[0]), sources))
    return all(follower in expected for follower in followers)


def _keys_around(text: str, position: int, *, ordinary: bool) -> Iterator[_Key]:
    left, right = text[max(0, position - 2) : position], text[position + 1 : position + 3]
    yield left, right[:1]
    yield left[-1:], right
    yield left, ""
    yield "", right
    yield left[-1:], right[:1]
    if ordinary:
        yield from _edge_keys(left, right)


def _edge_keys(left: str, right: str) -> Iterator[_Key]:
    """Places known by a neighbour on one side only, at the edge of a run of Chinese characters."""
    open_left, open_right = not _HAN.match(left[-1:]), not _HAN.match(right[:1])
    if open_left:
        yield _EDGE, right if _HAN.match(right[1:]) else right[:1] + _EDGE
    if open_right:
        yield left if _HAN.match(left[:1]) and len(left) > 1 else _EDGE + left[-1:], _EDGE


def _name_contexts(sources: str) -> dict[_Key, set[str]]:
    """For each character of a name in the sources: what stands around it, enough to know the place again."""
    contexts: dict[_Key, set[str]] = {}
    for start, end, kind in _source_names(sources):
        for position in range(start, end):
            if not _HAN.match(sources[position]):
                continue
            for key in _keys_of(sources, position, start, end, kind):
                joined = "".join(key)
                if len(_HAN.findall(joined)) >= 2 or (joined.count(_EDGE) == 2 and _HAN.search(joined)):
                    contexts.setdefault(key, set()).add(sources[position])
    return contexts


def _keys_of(sources: str, position: int, start: int, end: int, kind: str) -> Iterator[_Key]:
    left, right = sources[max(0, position - 2) : position], sources[position + 1 : position + 3]
    yield left, right[:1]
    yield left[-1:], right
    if kind == "person" and end - start >= 3:
        yield sources[start:position], sources[position + 1 : end]
    if kind in {"person", "place"} and position == end - 1:
        yield left, ""
    yield from _edge_keys(left, right)


def _source_names(sources: str) -> Iterator[tuple[int, int, str]]:
    """Spans of names in the sources, each with its kind."""
    for pattern, kind in _PRESENTED:
        for match in pattern.finditer(sources):
            yield match.start("name"), match.end("name"), kind
    for match in _LIST.finditer(sources):
        for name, start, _ in _listed_people(match):
            yield start, start + len(name), "person"
    for match in _ORGANISATION.finditer(sources):
        yield max(match.start(), match.end() - 14), match.end(), "organisation"
    position = 0
    for word, tag in rjieba.tag(sources):
        start = sources.find(word, position)
        position = start + len(word) if start >= 0 else position
        if tag in _NAME_TAGS and len(word) > 1:
            person = tag == "nr" and word[0] in _SURNAMES
            yield start, start + len(word), "person" if person else "place" if tag == "ns" else "name"
