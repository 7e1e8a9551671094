"""What the paper says of a matter that a question asks yes or no about: 大桥通车了吧, 获了金奖？, 免费不.

The sentence that names everything the question names is what an official wants to read, whatever it says: that the
bridge was opened, will be, or was not; that it was silver. Reader and model, made to tell whether a sentence holds an
answer, say little of it; so such a sentence is quoted as it stands, with its own time and mood, where they leave the
question without an answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.answering.saying import read
from rag.chinese.lexicon import lexicon, words
from rag.chinese.terms import fold, tagged
from rag.chinese.times.grammar import TIME
from rag.claims.comparing import compare_period, compare_place, other_members
from rag.claims.question import Question
from rag.claims.record import Claim, Period

_LEAST_WORDS = 2
_REPORTED_WITHIN = dt.timedelta(days=60)
"""So long after a time is over papers still report on it."""
_NAMES, _ACTS = ("n", "j", "i", "l", "s", "z"), ("v", "a")
_COMPLEMENT = re.compile("(?<=[一-鿿])[完好成掉上到起出下过]$")
"""封完 asks whether 封 is over, and the paper may print 封停."""
_EITHER = re.compile(
    r"(?:到底|究竟)?[是为有]?([^，。？?是为有\s]{1,8})还是(?![没不很要会])([^，。？?\s]{1,8}?)(?=[啊呢的]?[？?]?$)"
)
_SETTLED = ("fact", "denied", "cancelled")
_LIGHT = frozenset(words("light_words", "asking"))


@dataclass(frozen=True, slots=True)
class _Named:
    """A word of the question; ``stem`` must stand in the sentence, or, unless ``is_told``, in its title."""

    stem: str
    is_act: bool
    is_told: bool


def told_of_the_matter(question: Question, sentences: Sequence[Sentence]) -> Sentence | None:
    """The sentence that tells of all that the question names, at its time and place; None where none does.

    Of several: the one that names most itself (names may stand in its title), what is settled before a plan, the
    newest.
    """
    either = _EITHER.search(question.text)
    asked = _words_of(question.text if either is None else question.text[: either.start()])
    if len(asked) < _LEAST_WORDS:
        return None
    told = [item for item in sentences if either is None or any(word in item.text for word in either.groups())]
    found = [(rank, item) for item in told if (rank := _rank(question, asked, item)) is not None]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def asks_either(question: str) -> bool:
    """Whether a question names two and asks which of them: 是23.8还是28.3, 省级还是国家级."""
    return _EITHER.search(question) is not None


def _words_of(question: str) -> tuple[_Named, ...]:
    """What the question names, its times and the words of asking apart."""
    named = []
    for word, tag, _ in tagged(TIME.sub("，", question)):
        is_act = tag[:1] in _ACTS
        if word in _LIGHT or tag[:1] not in _NAMES + _ACTS or (is_act and len(word) < 2):
            continue
        stem = fold(_COMPLEMENT.sub("", word) if is_act else word)
        named.append(_Named(stem, is_act, is_act or tag.startswith("nr")))  # a title names whom others met
    return (*named[:-1], _Named(named[-1].stem, True, True)) if named else ()  # 通车 is tagged as a name, too


def _rank(question: Question, asked: Sequence[_Named], sentence: Sentence) -> tuple[int, bool, str, float] | None:
    """How well a sentence tells of the matter; None where it does not name all of it, or is of another."""
    text, title = fold(sentence.text), fold(sentence.article.title)
    other = _other_members(question, sentence.text)
    own = [word for word in asked if word.stem in text or (word is asked[-1] and word.stem in other)]
    if any(word not in own and (word.is_told or word.stem not in title) for word in asked):
        return None
    acts = [word.stem for word in asked if word.is_act] or list(other)
    claims = [claim for claim in _claims_at(sentence, acts) if _is_the_matter(question, sentence, claim)]
    if not claims:
        return None
    day = sentence.article.date.isoformat() if sentence.article.date else ""
    return len(own), any(claim.mood in _SETTLED for claim in claims), day, sentence.presence or 0.0


def _other_members(question: Question, text: str) -> dict[str, str]:
    """The question's words of closed classes in whose place the sentence has another of the class: 金牌, 银牌.

    Only what is asked, the last word, may be another: 进口 of 进口增长了吗 is what it is asked of.
    """
    classes = {word: (kind, member) for kind, word, member in lexicon("alternatives")}
    asked = {word: classes[word] for word in classes if word in question.text}
    there = {classes[word][0] for word in classes if word in text}
    return {fold(word): kind for word, (kind, _) in asked.items() if word not in text and kind in there}


def _claims_at(sentence: Sentence, stems: Sequence[str]) -> Iterator[Claim]:
    """What the sentence tells where one of these words, or one of their class, stands; else of itself."""
    reading, text = read(sentence), sentence.text
    places = [match.span() for stem in stems for match in re.finditer(re.escape(stem), text)]
    for start, end in places or [(0, len(text))]:
        yield reading.claim(start, end)


def _is_the_matter(question: Question, sentence: Sentence, claim: Claim) -> bool:
    """Whether a claim is of the time, place and number in a series (二期) that are asked about.

    Without a time of its own it is of its paper's.
    """
    if claim.period is None and not _is_printed_within(question.period, sentence):
        return False
    if any(compare(question, claim).relation == "different" for compare in (compare_period, compare_place)):
        return False
    return not other_members(_of_series(question.members), _of_series(claim.members))


def _is_printed_within(asked: Period | None, sentence: Sentence) -> bool:
    day = sentence.article.date
    return asked is None or day is None or asked.first <= day <= asked.last + _REPORTED_WITHIN


def _of_series(members: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    classes = {kind for kind, _, _ in lexicon("alternatives")}
    return frozenset(item for item in members if item[0] not in classes)
