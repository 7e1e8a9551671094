"""Names in a question in another language, as Chinese articles write them.

Countries and the larger cities of the world are in the Unicode CLDR: Saudi Arabia is 沙特阿拉伯, Tehran 德黑兰.
Chinese names come in pinyin, which says the sound and not the characters: Shanyang is 山阳 because the passages that
are near the question in meaning write that, and seldom other characters of that sound.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain

import rjieba
from babel import Locale

from rag.chinese.lexicon import lexicon
from rag.chinese.pinyin import readings
from rag.chinese.terms import ENGLISH_STOP_WORDS, HAN, MONTHS, Terms, extract_terms, fold

_CAPITALISED = re.compile(r"[A-Z][a-z]+(?:'[a-z]+)?(?:[ -][A-Z][a-z]+(?:'[a-z]+)?)*")
_PHRASE_WORDS = 4
_STEM_LETTERS = 4
_LONGEST_SYLLABLE = 6
_FEWEST_SYLLABLES = 2
_FREQUENT = 3
# Provinces and their capitals, which many articles on them do not name in full; CLDR has only some cities.
_PLACES = {english: chinese for kind, english, chinese in lexicon("english_places") if kind == "city"}
_IN_ALL_ARTICLES = {"中国", "世界"}
"""What is said of these is said in all articles, which often do not even name them (我国, 全国)."""
# What neither begins like the country's name nor is one.
_OTHER_WORDS = {english: code for kind, english, code in lexicon("english_places") if kind == "country"}


@lru_cache(maxsize=1)
def _known_names() -> dict[str, str]:
    """Names of countries, provinces and cities in English, in small letters, with their Chinese ones."""
    english, chinese = Locale("en"), Locale("zh")
    names = {}
    for zone, parts in chinese.time_zones.items():
        if "city" in parts:
            names[zone.split("/")[-1].replace("_", " ").lower()] = str(parts["city"])
    short = {code: re.sub("^中国(?=.)|特别行政区$", "", str(name)) for code, name in chinese.territories.items()}
    names |= {
        str(english.territories[code]).lower(): name for code, name in short.items() if code in english.territories
    }
    return names | {word: short[code] for word, code in _OTHER_WORDS.items()} | _PLACES


@lru_cache(maxsize=1)
def _characters_by_syllable() -> dict[str, str]:
    """Every syllable of pinyin, without tone, with the characters that are read so."""
    found: dict[str, set[str]] = {}
    for character in map(chr, range(0x4E00, 0xA000)):
        for reading in readings(character):
            found.setdefault(reading.replace("ü", "v"), set()).add(character)
    # Sounds such as m and ng are no syllable of a name.
    return {
        syllable: "".join(sorted(characters))
        for syllable, characters in found.items()
        if set(syllable) & set("aeiouv")
    }


def known_names(question: str) -> tuple[str, ...]:
    """The countries and cities that ``question`` names, in Chinese: Iranian and Moscow give ('伊朗', '莫斯科')."""
    return tuple(dict.fromkeys(name for _, _, name in _known(question) if name not in _IN_ALL_ARTICLES))


def _known(question: str) -> list[tuple[int, int, str]]:
    """Where countries and cities are named, with their Chinese names: start, end, name."""
    words = list(re.finditer(r"[A-Za-z]+(?:'[a-z]{2,})?", question))
    found: list[tuple[int, int, str]] = []
    begin = 0
    while begin < len(words):
        for length in range(min(_PHRASE_WORDS, len(words) - begin), 0, -1):
            phrase = [word.group() for word in words[begin : begin + length]]
            name = _known_names().get(" ".join(phrase).lower()) if phrase[0][0].isupper() else None
            if name:
                break
        else:
            name = next(iter(_people_of(words[begin].group())), None)
        if name:
            found.append((words[begin].start(), words[begin + length - 1].end(), name))
        begin += length
    return found


def _people_of(word: str) -> list[str]:
    """The country that a word like Iranian or Sudanese begins with; none for other words."""
    if not word[:1].isupper() or word.lower() in ENGLISH_STOP_WORDS:
        return []
    for cut in range(len(word) - 1, max(_STEM_LETTERS, len(word) - 4) - 1, -1):
        stem = word[:cut].lower()
        found = [
            name
            for known, name in _known_names().items()
            if known.startswith(stem) and len(known) <= cut + 2 and known not in _PLACES  # Chengxi is not in Chengdu
        ]
        if found:
            return found[:1]
    return []


def spelled_names(question: str) -> tuple[tuple[str, ...], ...]:
    """The names in pinyin, as syllables: (('shan', 'yang'),); a name of one syllable says too little."""
    return tuple(dict.fromkeys(name for _, _, name in _spelled(question)))


def _spelled(question: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Where names are spelled in pinyin, and their syllables: start, end, syllables."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for run in _CAPITALISED.finditer(question):
        name: list[str] = []
        begin = end = run.start()
        for word in [*re.finditer("[^ -]+", run.group()), None]:
            syllables = _syllables_of(word.group()) if word else []
            if word and syllables:
                begin = begin if name else run.start() + word.start()
                end = run.start() + word.end()
                name.extend(syllables)
                continue
            if len(name) >= _FEWEST_SYLLABLES:
                found.append((begin, end, tuple(name)))
            name = []
    return found


def _syllables_of(word: str) -> list[str]:
    return [] if _is_other_word(word) else _cut(word.lower().removesuffix("'s").split("'"))


def _is_other_word(word: str) -> bool:
    small = word.lower()
    return small in ENGLISH_STOP_WORDS or small in MONTHS or small in _known_names() or bool(_people_of(word))


def _cut(parts: list[str]) -> list[str]:
    """The syllables of a word, parted where an apostrophe parts them (xi'an); none where a part is no pinyin."""
    cut = [_syllables(part) for part in parts]
    return [syllable for syllables in cut for syllable in syllables] if all(cut) else []


def _syllables(word: str) -> list[str]:
    """``word`` cut into syllables of pinyin, the longest first; none where it is no pinyin."""
    if not word:
        return []
    for length in range(min(_LONGEST_SYLLABLE, len(word)), 0, -1):
        head = word[:length]
        if head in _characters_by_syllable():
            if length == len(word):
                return [head]
            rest = _syllables(word[length:])
            if rest:
                return [head, *rest]
    return []


def read_names(question: str, texts: Iterable[str]) -> tuple[str, ...]:
    """How ``texts`` write the names that ``question`` spells in pinyin: for each name the most frequent writing."""
    names = spelled_names(question)
    whole = fold("\n".join(texts)) if names else ""
    return tuple(writing for name in names if (writing := _writing(name, whole)))


def _writing(name: Sequence[str], text: str) -> str:
    """The most frequent run of characters of ``text`` that sounds like the syllables of ``name``; else empty.

    One that begins or ends inside a word (被警 of 被警方 for Beijing) must be frequent to be a name.
    """
    pattern = re.compile("".join(f"[{_characters_by_syllable()[syllable]}]" for syllable in name))
    found = list(pattern.finditer(text))
    edges = {edge for _, *both in rjieba.tokenize(text, "default") for edge in both} if found else set()
    whole = Counter(match.group() for match in found if edges.issuperset(match.span()))
    anywhere = Counter(match.group() for match in found)
    for writing, count in (*whole.most_common(1), *anywhere.most_common(1)):
        if writing in whole or count >= _FREQUENT:
            return writing
    return ""


def with_chinese_names(question: str, texts: Iterable[str]) -> str:
    """``question`` with the names that it spells in pinyin as ``texts`` write them: Chengxi示范区 is 澄溪示范区."""
    whole = fold("\n".join(texts))

    def chinese(run: re.Match[str]) -> str:
        names = spelled_names(run.group())
        return (_writing(names[0], whole) if len(names) == 1 else "") or run.group()

    named = _CAPITALISED.sub(chinese, question)
    return re.sub(f"(?<=[{HAN}，。？]) (?=[{HAN}])", "", named) if named != question else question


def with_names_in_chinese(question: str, texts: Iterable[str]) -> str:
    """``question``, in English, with the names of countries, cities and people in Chinese.

    What a small model translates, it then need not know: whom from Bhutan did Han Zheng meet is 'whom from 不丹 did
    韩正 meet'. Names in pinyin are written as in ``texts``; those in none stay.
    """
    whole = fold("\n".join(texts))
    places = _known(question)
    for start, end, syllables in _spelled(question):
        writing = _writing(syllables, whole)
        if writing and all(end <= known[0] or known[1] <= start for known in places):
            places.append((start, end, writing))
    named = question
    for start, end, name in sorted(places, reverse=True):
        named = named[:start] + name + named[end:]
    return re.sub(f"(?<=[{HAN}])'s\\b", "", named)


def with_names(terms: Terms, names: Iterable[str]) -> Terms:
    """``terms`` with Chinese ``names`` as words and bigrams."""
    known = tuple(names)
    bigrams = chain.from_iterable(extract_terms(name).bigrams for name in known)
    return replace(
        terms,
        words=tuple(dict.fromkeys((*terms.words, *known))),
        bigrams=tuple(dict.fromkeys((*terms.bigrams, *bigrams))),
    )
