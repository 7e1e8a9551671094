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
from rag.records import Article
from rag.retrieval.question_kind import is_chinese
from rag.retrieval.terms import fold, strip_question_words

NAME_TAGS = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg"})
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|示范区|开发区|街道|[省市县区镇乡村州国])$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|(?!\d))")
_PLACE = re.compile(r"[一-鿿]{2,3}(?:[镇乡村县]|街道|社区)(?![一-鿿]*(?:长|委))")


@dataclass(frozen=True, slots=True)
class Support:
    """How far the evidence is about the question.

    ``coverage`` in [0, 1] is the best sentence's share of the question's terms by weight; ``missing`` are the
    names and years of the question that the article of the best sentence never mentions.
    """

    coverage: float
    missing: tuple[str, ...]


def judge_support(question: str, evidence: Sequence[Sentence]) -> Support:
    """The signals for this question and its evidence, best sentence first."""
    if not evidence:
        return Support(0.0, ())
    # Names may be spread over the evidence of several articles; each must stand somewhere.
    articles = list({sentence.article.id: sentence.article for sentence in evidence}.values())
    missing = tuple(name for name in named_things(question) if not any(mentions(a, name) for a in articles))
    return Support(max(sentence.coverage for sentence in evidence), missing)


def named_things(question: str) -> tuple[str, ...]:
    """Years, places and proper names of a Chinese question, each once; nothing for other languages."""
    years = [match.group(1) for match in _YEAR.finditer(fold(question))]
    if not is_chinese(question):
        return tuple(dict.fromkeys(years))
    body = strip_question_words(question)
    tagged = [word for word, tag in rjieba.tag(body) if tag in NAME_TAGS and len(word) > 1]
    return tuple(dict.fromkeys([*years, *_PLACE.findall(body), *tagged]))


def mentions(article: Article, name: str) -> bool:
    """Whether an article speaks of ``name``: 河南 does for 河南省, its date does for its year."""
    if article.date is not None and name == str(article.date.year):
        return True
    text = fold("\n".join((article.title, article.subtitle, article.byline, article.source, article.text)))
    folded = fold(name)
    stem = _SUFFIX.sub("", folded)
    return folded in text or (len(stem) >= 2 and stem in text)
