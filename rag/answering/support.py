"""Does the evidence speak of what is asked? The signals from which a refusal is made.

A similarity score does not tell 南桥镇 from 西桥镇; a name or a year of the question that the article never
mentions does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from rag.answering.evidence import Sentence
from rag.chinese.names import PERSON
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import fold, strip_question_words
from rag.records import Article

NAME_TAGS = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg"})
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|示范区|开发区|街道|[省市县区镇乡村州国])$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|(?!\d))")
_A_YEAR = re.compile(r"(?:19|20)\d{2}")
_PLACE = re.compile(
    r"(?=([一-鿿][一-鿿](?<![镇乡村县]))([镇乡村县]|街道|社区)(?![镇乡村县下亲])(?![一-鿿]*(?:长|委)))"
)
_CODE = re.compile(r"[A-Za-z]{1,8}[-.]?\d+(?:\.\d+)?")
"""PM10 is not PM2.5."""
_PERSON = re.compile(PERSON + "?")
_SHORTENED_FROM = 4
_BODIES = "委办局院厅部会所社司站队校行团"
OWN_COUNTRY = frozenset({"中国", "我国", "全国", "国内"})
_KINDS_OF_PEOPLE = ("生", "员", "者", "户")
"""本科生 and 志愿者 name nobody, though a dictionary calls them names."""
_COMMON_PLACES = ("城市", "城镇", "乡镇", "农村", "乡村", "山村", "渔村", "高峰", "洪峰", "顶峰")
_NOT_IN_NAMES = frozenset("各该某每哪些几个的了我你他这那年月日在咱们本全跟比")
"""Characters that make 各乡镇 or 在某镇 no name."""
_VERBAL = frozenset("得着过")
"""中得 is no name, whatever the dictionary says."""
_LEVELS = frozenset("省市县区镇乡村")
_NOT_BEFORE_NAMES = _NOT_IN_NAMES | _LEVELS | frozenset("和与及对到从由于向给把被将本全有是为里中下上等所")


@dataclass(frozen=True, slots=True)
class Support:
    """How far the evidence is about the question.

    ``coverage`` in [0, 1] is the best sentence's share of the question's terms by weight; ``missing`` are the
    names and years of the question that the article of the best sentence never mentions. ``presence`` is the
    reader's best logit of a sentence's holding the answer, None where nothing was read.
    """

    coverage: float
    missing: tuple[str, ...]
    presence: float | None = None


def judge_support(question: str, evidence: Sequence[Sentence]) -> Support:
    """The signals for this question and its evidence, best sentence first."""
    if not evidence:
        return Support(0.0, ())
    # Names may be spread over the evidence of several articles; each must stand somewhere.
    articles = list({sentence.article.id: sentence.article for sentence in evidence}.values())
    missing = tuple(name for name in named_things(question) if not any(mentions(a, name) for a in articles))
    presences = [sentence.presence for sentence in evidence if sentence.presence is not None]
    return Support(max(sentence.coverage for sentence in evidence), missing, max(presences, default=None))


def named_things(question: str) -> tuple[str, ...]:
    """Years, codes, places and proper names of a question, each once; names only of a Chinese one."""
    years = [match.group(1) for match in _YEAR.finditer(fold(question))]
    years += _CODE.findall(question)
    if not is_chinese(question):
        return tuple(dict.fromkeys(years))
    words = _words(strip_question_words(question))
    body = "".join(word.text for word in words)
    places = _places(body, {word.start for word in words})
    tagged = [
        word.text
        for word in words
        if word.tag in NAME_TAGS
        and len(word.text) > 1
        and word.text[0] not in _NOT_IN_NAMES
        and not word.text.endswith((*_COMMON_PLACES, *_KINDS_OF_PEOPLE))
        and not set(word.text) & _VERBAL
        and not any(word.start < end and start < word.start + len(word.text) for start, end in places)
    ]
    return tuple(dict.fromkeys([*years, *(body[start:end] for start, end in places), *tagged]))


def is_surely_named(name: str) -> bool:
    """Whether a name of a question is one beyond doubt: a year, a code, a place by its ending.

    Others are names by the dictionary's word, which takes 李子 and 托育园 for some; where the reader is sure of a
    sentence, they may be said there otherwise.
    """
    if name.endswith(_COMMON_PLACES):
        return False
    return name.isdigit() or _CODE.fullmatch(name) is not None or _PLACE.match(name) is not None


def is_person(name: str) -> bool:
    """Whether a name has the form of a person's: a surname and one or two characters."""
    return _PERSON.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    tag: str
    start: int


def _words(text: str) -> list[_Word]:
    words, start = [], 0
    for word, tag in rjieba.tag(text):
        words.append(_Word(word, tag, start))
        start += len(word)
    return words


def _places(body: str, word_starts: set[int]) -> list[tuple[int, int]]:
    """Where places such as 南桥镇 stand; a third character before is theirs only if a word begins with it.

    去年在石岭镇 names 石岭镇, not 在石岭镇, which no article would mention.
    """
    found: list[tuple[int, int]] = []
    for match in _PLACE.finditer(body):
        start, end = match.start(), match.end(2)
        if set(match[1]) & _NOT_IN_NAMES or match[1][0] in _LEVELS or (found and start < found[-1][1]):
            continue
        if body[start:end].endswith(_COMMON_PLACES):
            continue
        before = body[start - 1 : start]
        if "一" <= before <= "鿿" and before not in _NOT_BEFORE_NAMES and start - 1 in word_starts:
            start -= 1
        found.append((start, end))
    return found


def mentions(article: Article, name: str) -> bool:
    """Whether an article speaks of ``name``: 河南 does for 河南省, its date does for its year.

    An undated one that names no year at all is not held to be of another.
    """
    if article.date is not None and name == str(article.date.year):
        return True
    text = fold("\n".join((article.title, article.subtitle, article.byline, article.source, article.text)))
    if article.date is None and _A_YEAR.fullmatch(name) and not _YEAR.search(text):
        return True
    folded = fold(name)
    if folded in OWN_COUNTRY and any(word in text for word in ("中国", "我国", "全国", "国内")):
        return True
    stem = _SUFFIX.sub("", folded)
    if folded in text or (len(stem) >= 2 and stem in text):
        return True
    return (stem == folded or len(stem) >= _SHORTENED_FROM) and _is_shortened(stem, text)


def _is_shortened(name: str, text: str) -> bool:
    """Whether a name is the short form of one in the text: 中国男足 of 中国国家男子足球队, 恒指 of 恒生指数."""
    if name.endswith("大学") and len(name) > _SHORTENED_FROM - 1 and f"{name[0]}大" in text:
        return True  # 深大 is 深圳大学
    if len(name) < 2 or not all("一" <= character <= "鿿" for character in name):
        return False
    if len(name) >= _SHORTENED_FROM:
        return re.search("[一-鿿]{0,3}?".join(name), text) is not None
    if len(name) > 2:  # 发改委 of 发展和改革委员会
        if name[-1] not in _BODIES:
            return False
        return re.search("[一-鿿]{1,3}?".join(name), text) is not None
    pairs = re.finditer(rf"({name[0]}[一-鿿])({name[1]}[一-鿿])", text)
    return any(len(rjieba.cut(pair[1], False)) == len(rjieba.cut(pair[2], False)) == 1 for pair in pairs)
