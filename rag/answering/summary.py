"""A summary of one matter (总结一下今年的招商引资情况): the sentences that tell figures of it, in the paper's words.

No sentence answers such a question, and a small model that is to write freely takes in what stands beside the matter.
So the sentences on it are quoted, the newest report first, those alone that are of the time asked about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.answering.saying import in_the_papers_words, read, without_day_lead
from rag.chinese.lexicon import alternation, words
from rag.chinese.terms import fold
from rag.chinese.times.grammar import TIME
from rag.claims.comparing import compare_period, compare_place
from rag.claims.question import Question
from rag.claims.record import Claim

MOST = 4
"""So many sentences make a summary."""
_OF_ONE_ARTICLE = 2
"""So many sentences are of one article, unless no other tells of the matter."""
_NAMED = 0.7
"""How much of the matter's name, from its beginning, must stand in a sentence, its title or just before it."""
_BEFORE = re.compile(r"[^。！？!?\n]{0,120}[。！？!?]?[”’]?\s*$")
"""The sentence before one: 会议通报 tells of what that names."""
_HERE = re.compile("(?:我们?|咱们?|本|全)[省市县区镇乡]|[省市县区镇乡]里|[的在]|方面|关于")
_LEAD, _VERB, _KIND, _TAIL = (alternation("summary_words", name) for name in ("lead", "verb", "kind", "tail"))
_ASKED = re.compile(
    rf"^(?:{_LEAD}){{0,3}}(?:{_VERB})(?:一下|下)?(?P<matter>.{{2,40}}?)(?:的?(?:{_KIND})?(?:{_TAIL}))?[。？?！!]?$"
)
_ASKED_LAST = re.compile(
    rf"^(?:把|将)?(?P<matter>(?!谁).{{2,40}}?)(?:的?(?:{_KIND})?(?:{_TAIL})){{0,2}}[，,\s]*(?:{_LEAD}){{0,2}}(?:{_VERB})"
    r"(?:一下|下|几句|成几句话?|一[捋理])[。？?！!]?$"
)
"""春雷行动归纳下, 把赛事成绩归拢几句: the matter first."""
_SHARED = 0.5
"""The share of the matter's words that the article which alone tells of it must have."""


@dataclass(frozen=True, slots=True)
class Summed:
    """One sentence of a summary, in the words in which it is told."""

    sentence: Sentence
    text: str


def asks_for_summary(question: str) -> str:
    """The matter that is to be summed up, with its time; empty for any other question.

    >>> asks_for_summary("梳理下今年的安全生产工作")
    '今年的安全生产'
    >>> asks_for_summary("谁总结了今年的安全生产工作")
    ''
    """
    found = _ASKED.match(question.strip()) or _ASKED_LAST.match(question.strip())
    matter = "" if found is None else str(found["matter"]).strip("的 ")
    return "" if _name(matter) in words("held_events", "kind") else matter  # of 会议 there are as many as of days


def summary(question: Question, sentences: Sequence[Sentence]) -> list[Summed]:
    """The sentences with figures on the matter of ``question``, newest report first; empty where none is."""
    name = _name(question.text)
    told = [
        (sentence, claims)
        for sentence in sentences
        if _is_named(name, sentence) and (claims := _claims(question, sentence))
    ]
    of_each = MOST if len({sentence.article.id for sentence, _ in told}) == 1 else _OF_ONE_ARTICLE
    chosen: dict[str, Summed] = {}
    of_article: dict[str, int] = {}
    for sentence, claims in sorted(told, key=lambda item: item[0].coverage, reverse=True):
        article = sentence.article.id
        text = in_the_papers_words(question, sentence, claims)
        key = fold(without_day_lead(text))
        if key in chosen or of_article.get(article, 0) == of_each:
            continue
        of_article[article] = of_article.get(article, 0) + 1
        chosen[key] = Summed(sentence, text)
        if len(chosen) == MOST:
            break
    return sorted(chosen.values(), key=_newest_first)


def summary_of_one(question: Question, sentences: Sequence[Sentence]) -> list[Summed]:
    """The sentences with figures of the article that tells most of the matter, in its order; empty where none does.

    For a matter that no sentence names as the question does.
    """
    of_article: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        of_article.setdefault(sentence.article.id, []).append(sentence)
    words_asked = [fold(word) for word in question.words if len(word) > 1 and TIME.fullmatch(word) is None]
    best = max(of_article.values(), key=lambda found: _weight(words_asked, found), default=[])
    if not best or not words_asked or _shared(words_asked, best[0]) < _SHARED:
        return []
    told = [(item, claims) for item in best if (claims := _claims(question, item))]
    told.sort(key=lambda pair: pair[0].coverage, reverse=True)
    shown = sorted(told[:MOST], key=lambda pair: pair[0].start)
    return [Summed(item, in_the_papers_words(question, item, claims)) for item, claims in shown]


def _shared(words_asked: Sequence[str], sentence: Sentence) -> float:
    """How much of what is asked about an article names."""
    text = fold(f"{sentence.article.title}\n{sentence.article.text}")
    return sum(word in text for word in words_asked) / max(1, len(words_asked))


def _weight(words_asked: Sequence[str], sentences: Sequence[Sentence]) -> tuple[float, float]:
    return _shared(words_asked, sentences[0]), max(item.coverage for item in sentences)


def _name(matter: str) -> str:
    """The matter without its time and without where the paper is."""
    return fold(_HERE.sub("", TIME.sub("", matter)))


def _newest_first(item: Summed) -> tuple[int, str, int]:
    day = item.sentence.article.date
    return (-day.toordinal() if day else 0, item.sentence.article.id, item.sentence.start)


def _is_named(name: str, sentence: Sentence) -> bool:
    article = sentence.article
    before = _BEFORE.search(article.text[: sentence.start])
    text = fold(f"{article.title}\n{before.group() if before else ''}{sentence.text}")
    return name[: max(2, math.ceil(_NAMED * len(name)))] in text


def _claims(question: Question, sentence: Sentence) -> list[Claim]:
    """The figures of a sentence that are of the time and place asked about and no plans; empty where none is."""
    reading = read(sentence)
    claims = [reading.claim(item.start, item.end, item) for item in reading.figures if item.kind != "date"]
    return [claim for claim in claims if not _differs(question, sentence, claim)]


def _differs(question: Question, sentence: Sentence, claim: Claim) -> bool:
    if claim.period is None and question.period is not None:
        day = sentence.article.date
        if day is None or not question.period.first <= day <= question.period.last:
            return True
    verdicts = (compare_period(question, claim), compare_place(question, claim))
    return claim.mood != "fact" or any(verdict.relation == "different" for verdict in verdicts)
