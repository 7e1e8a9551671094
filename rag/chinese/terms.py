"""Text to search terms: Chinese words, character bigrams, and numbers and codes kept whole.

Words (rjieba) say what a passage is about; bigrams find names no dictionary knows, whatever the segmentation
(王家鹏 is 王家 and 家鹏 on both sides). Folding of case, width and traditional characters is for search only and
keeps every position: ``len(fold(text)) == len(text)``. Nothing here changes what is stored or quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import opencc
import rjieba
from numpy.typing import NDArray

from rag.chinese.lexicon import alternation, words
from rag.chinese.numerals import DIGIT_CLASS, read_number

HAN = "〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_HAN_RUN = re.compile(f"[{HAN}]+")
_DOCUMENT_NUMBER = r"[〔\[(【]\d{4}[〕\])】] ?第?\d+(?=号)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?![a-z])"
_CODE = r"[a-zà-öø-ÿ0-9]+(?:[-_./+&'][a-zà-öø-ÿ0-9]+)*\+*"
_EXACT = re.compile(rf"(?P<document>{_DOCUMENT_NUMBER})|(?P<number>(?<![a-z0-9.]){_NUMBER})|(?P<code>{_CODE})")
# Without 万 and 亿, which stay with the unit as they do after digits: 三千万元 is 3000万元.
_NUMERAL = re.compile(f"[{DIGIT_CLASS}十百千]+(?:点[{DIGIT_CLASS}]+)?")
_UNIT = re.compile(f"[百千万亿]*[{HAN}%‰℃]")

# Wide enough for any sentence, and what is in half of all sentences tells passages apart in no question.
INDEX_STOP_WORDS = frozenset(words("stop_words", "index"))
_QUESTION_PHRASES = re.compile(alternation("question_words", "phrase"))
_QUESTION_STOP_WORDS = INDEX_STOP_WORDS | frozenset(words("stop_words", "asking"))
_MONTHS = "january february march april may june july august september october november december"
MONTHS = {name: number for number, name in enumerate(_MONTHS.split(), 1)}
_ENGLISH_DATE = re.compile(
    rf"(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)? )?\b(?P<month>{'|'.join(MONTHS)})\b"
    r"(?: (?P<after>\d{1,2})\b)?"
)
ENGLISH_STOP_WORDS = frozenset(words("stop_words", "english"))


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text by kind, each in reading order with repeats.

    ``words`` are Chinese words of two characters or more; ``bigrams`` pairs of neighbouring Chinese characters;
    ``exacts`` numbers (``102``), numbers with their unit (``102个``, ``43.44亿元``), codes (``〔2020〕12号``,
    ``covid-19``) and words in Latin letters.
    """

    words: tuple[str, ...]
    bigrams: tuple[str, ...]
    exacts: tuple[str, ...]

    def all(self) -> list[str]:
        """Every term, each once: words and exact terms, then the remaining bigrams."""
        return list(dict.fromkeys([*self.words, *self.exacts, *self.bigrams]))


_FOLDED_CODES = 0x20000
"""Characters from here on have no other spelling to fold to."""
_LONG_TEXT = 500


@lru_cache(maxsize=1)
def _folding() -> dict[int, int]:
    """Characters that fold to another: traditional to simplified, full-width to ASCII, capital to small."""
    characters = [chr(code) for first, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(first, end)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    spelling = {ord(old): new for old, new in zip(characters, simplified, strict=True)}
    spelling |= {
        0xFEE0 + code: chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum() or chr(code) in "%.+-/#&()[]"
    }
    spelling |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # halves of characters, which no index can store
    spelling |= {0x3000: " ", 0x00A0: " ", ord("○"): "〇", ord("﹝"): "〔", ord("﹞"): "〕"}
    small = ((code, spelling.get(code, chr(code)).lower()) for code in range(_FOLDED_CODES))
    return {code: ord(new) for code, new in small if len(new) == 1 and ord(new) != code}


@lru_cache(maxsize=1)
def _folding_table() -> NDArray[np.uint32]:
    table = np.arange(_FOLDED_CODES, dtype=np.uint32)
    table[list(_folding())] = list(_folding().values())
    return table


def fold(text: str) -> str:
    """``text`` in one spelling for comparing: simplified, half-width, lower case; of the same length."""
    if len(text) < _LONG_TEXT:
        return text.translate(_folding())
    # Twenty times faster, once the text is long enough for the array's own cost.
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = _folding_table()[np.minimum(codes, _FOLDED_CODES - 1)]
    return np.where(codes < _FOLDED_CODES, folded, codes).astype("<u4").tobytes().decode("utf-32-le")


@lru_cache(maxsize=4096)
def tagged(text: str) -> tuple[tuple[str, str, int], ...]:
    """The words of ``text`` with part of speech and place, in one spelling; kept for the texts of a question."""
    found, place = [], 0
    for word, tag in rjieba.tag(fold(text)):
        found.append((word, tag, place))
        place += len(word)
    return tuple(found)


def add_local_words(words: Iterable[str]) -> int:
    """Teach the segmentation local names, one word each, and say how many it took.

    Articles stored before keep the words they were cut into; bigrams find those names all the same.
    """
    count = 0
    for word in (fold(line.strip()) for line in words):
        if len(word) > 1 and not word.startswith("#"):
            rjieba.add_word(word, 100_000, None)
            count += 1
    return count


def extract_terms(text: str) -> Terms:
    """All terms of ``text``."""
    folded = fold(text)
    words = [word for word in rjieba.cut_for_search(folded) if len(word) > 1 and _HAN_RUN.fullmatch(word)]
    bigrams: list[str] = []
    for run in _HAN_RUN.finditer(folded):
        part = run.group()
        bigrams.extend(part[i : i + 2] for i in range(len(part) - 1))
    return Terms(tuple(words), tuple(bigrams), (*_exact_terms(folded), *_numeral_terms(folded)))


def _exact_terms(folded: str) -> Iterator[str]:
    for match in _EXACT.finditer(folded):
        if match.lastgroup == "document":
            year, number = re.findall(r"\d+", match.group())
            yield f"〔{year}〕{number}号"
        elif match.lastgroup == "number":
            number = match.group().replace(",", "")
            yield number
            unit = _UNIT.match(folded, match.end())
            if unit:
                yield number + unit.group()
        else:
            yield from _code_terms(match.group())


def _code_terms(code: str) -> Iterator[str]:
    yield code
    parts = re.split(r"[-_./+&']", code)
    if len(parts) > 1:
        yield from (part for part in parts if len(part) > 1)


def _numeral_terms(folded: str) -> Iterator[str]:
    """Chinese numerals as digits: 一百零二个 gives 102 and 102个; a lone 一, 百 or 千 is seldom one."""
    for match in _NUMERAL.finditer(folded):
        if match.group() in "一百千":
            continue
        try:
            value = format(read_number(match.group()), "f")
        except (ValueError, KeyError):
            continue
        if len(match.group()) > 1:
            yield value
        unit = _UNIT.match(folded, match.end())
        if unit:
            yield value + unit.group()


def index_terms(text: str) -> list[str]:
    """The terms to store for ``text``, with repeats; a bigram that is also a word counts once."""
    terms = extract_terms(text)
    words = [word for word in terms.words if word not in INDEX_STOP_WORDS]
    known = set(words) | INDEX_STOP_WORDS
    return [*words, *terms.exacts, *(bigram for bigram in terms.bigrams if bigram not in known)]


def strip_question_words(question: str) -> str:
    """What the question is about: question phrases (多少, 哪些, 是什么) become white space; August 9 is 8月9日."""
    return _ENGLISH_DATE.sub(_chinese_date, _QUESTION_PHRASES.sub(" ", fold(question)))


def _chinese_date(match: re.Match[str]) -> str:
    day = match["before"] or match["after"]
    if match["month"] == "may" and not day:
        return match.group()
    return f"{MONTHS[match['month']]}月" + (f"{day}日" if day else "")


def question_terms(question: str) -> Terms:
    """The terms of a question by kind, without question words and stop words, each once."""
    terms = extract_terms(strip_question_words(question))
    stop = _QUESTION_STOP_WORDS
    return Terms(
        tuple(dict.fromkeys(word for word in terms.words if word not in stop)),
        tuple(dict.fromkeys(bigram for bigram in terms.bigrams if bigram not in stop)),
        tuple(dict.fromkeys(term for term in terms.exacts if term not in ENGLISH_STOP_WORDS)),
    )


def query_terms(question: str) -> list[str]:
    """The terms to search ``question`` by, each once: words and exact terms, then the remaining bigrams."""
    return question_terms(question).all()
