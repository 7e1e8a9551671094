"""Saying no: when, and in words that help.

A refusal tells what was searched, what came nearest and what to try; it holds no figure and no citation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.evidence import Sentence
from rag.answering.support import Support, is_surely_named
from rag.chinese.figures import find_figures, supports
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import fold
from rag.generation.prompts import REFUSAL_EN, REFUSAL_ZH
from rag.records import Passage

MIN_COVERAGE = 0.2
"""Below this share of the question's terms, by weight, no sentence speaks of what is asked."""

REFUSE_PRESENCE = -4.0
"""Below this logit of the best sentence's holding the answer, nobody is asked: the paper does not say."""
WITHHOLD_PRESENCE = -1.0
"""What the model wrote is not shown where the sentences it stands on are below this."""
HOPELESS, CLEAR = -1.0, 1.2
"""Below the one confidence nothing is shown; above the other the model need not be asked again."""
QUOTE_PRESENCE = 2.5
"""From this on a sentence is shown as the answer by itself, even where the model found none."""
SURE_PRESENCE_WITHOUT_NAME = 1.5
"""From this presence on a word of the question that only the dictionary calls a name need not be said."""

CHECKED_PRESENCE, CHECKED_QUOTE = 0.0, 1.5
"""From this presence on a sentence is shown as the answer where the model, asked of it alone, is as sure as that."""
_SURER_READER = 0.25
"""How much less sure the model may be for each logit of presence above the first."""

_CORROBORATED, _MANY = 1.3, 2
"""What each further article that says the same adds to the log-odds, and how many of them count."""
_MOSTLY = 0.8
"""The share of what is new in a statement that such an article must hold."""
_NO_DOUBT = -9.0
"""In the place of the model's doubt where it tells none."""
_NO_OPINION = 0.4
"""How far a reader that answers something else than was asked agrees with the model."""
_SIGNS = re.compile(r"[^\w]|_")

_SLOTS = {
    "period": ("时间", "time"),
    "place": ("地区", "place"),
    "mood": ("情况", "state"),
    "measure": ("指标", "measure"),
    "member": ("类别", "kind"),
    "whole": ("范围", "scope"),
    "thing": ("事物", "thing"),
    "act": ("事情", "act"),
    "event": ("事件", "event"),
}
"""What a slot is called in a refusal."""

Cause = Literal[
    "nothing found",
    "off topic",
    "missing name",
    "other time",
    "other slot",
    "missing part",
    "no total",
    "other number",
    "model",
    "unsupported",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer; ``about`` names the part of the question that it is about, if one is."""

    cause: Cause
    about: str = ""
    nearest: str = ""
    """What the paper does say, in its own words, where it is of another time, place, kind or mood than asked."""


def should_refuse(question: str, evidence: Sequence[Sentence], support: Support) -> Refusal | None:
    """Whether to refuse before the model writes; None to go on."""
    if not evidence:
        return Refusal("nothing found")
    sure_reader = support.presence is not None and support.presence >= SURE_PRESENCE_WITHOUT_NAME
    if support.missing and not (sure_reader and not any(map(is_surely_named, support.missing))):
        return Refusal("missing name")
    if support.presence is not None:
        return Refusal("off topic") if support.presence < REFUSE_PRESENCE else None
    if is_chinese(question) and support.coverage < MIN_COVERAGE:
        return Refusal("off topic")
    return None


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a statement's being the answer.

    ``best`` and ``quoted`` are the reader's presence: the best of all evidence and that of the sentences the
    statement stands on. ``doubt`` is the model's log-odds of beginning its reply with the refusal. ``agreement`` in
    [0, 1] is how much of what the reader would answer stands in what the model wrote: two that read apart from each
    other and say the same are seldom both wrong. ``others`` are further articles that say the same: of statements
    that were wrong one in twelve had any, of those that were right three in five.
    """

    best: float
    quoted: float
    doubt: float
    agreement: float
    others: int = 0

    @property
    def confidence(self) -> float:
        """Log-odds of the answer's being in the evidence: 0.0 is even odds.

        This and the next fitted by logistic regression on RGB's refine questions with and without their answer among
        the passages (``benchmarks/refusal_signals.py``).
        """
        read = 0.127 * self.best + 0.245 * self.quoted + _CORROBORATED * min(self.others, _MANY)
        return -2.6 + read - 0.336 * self.doubt + 0.654 * self.agreement

    def confidence_checked(self, checked: float) -> float:
        """The same once the model was asked of the quoted sentences alone; ``checked`` is its log-odds of a yes."""
        read = 0.26 * self.best + 0.05 * self.quoted + _CORROBORATED * min(self.others, _MANY)
        return -2.75 + read - 0.116 * self.doubt + 0.70 * self.agreement + 2.16 * checked


def is_too_doubtful(support: Support, doubt: float | None) -> bool:
    """Whether no statement could be shown, whatever the model writes: reader and model both see no answer."""
    if doubt is None or support.presence is None:
        return False
    return Signals(support.presence, support.presence, doubt, 1.0).confidence < HOPELESS


def should_withhold(
    question: str,
    statement: str,
    quoted: Sequence[Sentence],
    evidence: Sequence[Sentence],
    doubt: float | None,
    check: Callable[[Sequence[Sentence]], float | None],
    *,
    expected: float = 0.0,
) -> bool:
    """Whether a carried statement is no answer: the evidence, read with the question, seems to hold none.

    ``check`` asks the model whether sentences answer (see ``self_check``); it costs time and is called in doubt only.
    ``expected`` are the log-odds by which an answer is likelier than for any question.
    """
    read = [sentence.presence for sentence in quoted if sentence.presence is not None]
    if not read:
        return False
    if doubt is None and max(read) < WITHHOLD_PRESENCE:
        return True
    best = max(sentence.presence for sentence in evidence if sentence.presence is not None)
    agreed = max(agreement(sentence.answer, statement) for sentence in [evidence[0], *quoted])
    others = corroboration(question, statement, evidence)
    signals = Signals(best, max(read), _NO_DOUBT if doubt is None else doubt, agreed, others)
    if doubt is not None and signals.confidence > CLEAR:
        return False
    checked = check(quoted)
    if checked is None:
        return doubt is not None and signals.confidence + expected < 0
    return signals.confidence_checked(checked) + expected < 0


def corroboration(question: str, statement: str, evidence: Sequence[Sentence]) -> int:
    """In how many articles but one stands what the statement says and the question does not."""
    saying = {sentence.article.id for sentence in evidence if says_as_much(question, statement, sentence.text)}
    return max(0, len(saying) - 1)


def says_as_much(question: str, statement: str, text: str) -> bool:
    """Whether ``text`` holds what the statement says and the question does not.

    That is all its figures and days, or of a statement without any most of its pairs of characters.
    """
    figures = [figure for figure in find_figures(statement) if figure.text not in question]
    if figures:
        printed = find_figures(text)
        return all(any(supports(other, figure) for other in printed) for figure in figures)
    new = _pairs(statement) - _pairs(question)
    return bool(new) and len(new & _pairs(text)) >= _MOSTLY * len(new)


def agreement(answer: str, statement: str) -> float:
    """How much of what the reader would answer stands in ``statement``, by pairs of characters.

    All of it where a figure of the one is the other's: 6架 says what 6架农用机、2架货机 says.
    """
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if any(supports(other, figure) for other in find_figures(answer) for figure in figures):
        return 1.0
    if _is_of_another_form(answer, statement):
        return _NO_OPINION
    said_whole = statement.strip(" 。.")
    if said_whole in answer and any(character.isdigit() for character in said_whole):
        return 1.0  # 21日至22日 of 12月21日至22日
    wanted, said = _pairs(answer), _pairs(statement)
    return len(wanted & said) / max(1, len(wanted))


def _is_of_another_form(answer: str, statement: str) -> bool:
    """Whether the reader answers something else than is asked for: 5000名 where the model gives a day."""
    said, read = ({figure.kind == "date" for figure in find_figures(text)} for text in (statement, answer))
    return bool(said) and not said & read


def _pairs(text: str) -> frozenset[str]:
    plain = _SIGNS.sub("", fold(text))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset(plain)


def log_odds(probability: float) -> float:
    """Log-odds within ±9.2: a small model's certainty beyond that says nothing."""
    return math.log((probability + 1e-4) / (1 - probability + 1e-4))


def enough_to_quote(sentence: Sentence, checked: float | None, *, others: int = 0, expected: float = 0.0) -> bool:
    """Whether reader and model, asked of this sentence alone, are sure enough together to show it as the answer.

    ``others`` are further articles from which the reader answers the same, ``expected`` the log-odds by which an
    answer is likelier than for any question.
    """
    presence = sentence.presence or 0.0
    if checked is None or presence < CHECKED_PRESENCE:
        return False
    less = _SURER_READER * max(0.0, presence - 1.0) + _CORROBORATED * min(others, _MANY)
    return checked >= max(0.0, CHECKED_QUOTE - less - expected)


def refusal_answer(
    question: str, refusal: Refusal, support: Support, passages: Sequence[Passage], *, of_time: bool = False
) -> tuple[str, str]:
    """The text of the answer and the reason, in the language of the question; ``of_time``: it names a time."""
    titles = list(dict.fromkeys(passage.title for passage in passages if passage.title))[:2]
    missing = support.missing
    if refusal.cause == "missing name":
        found = fold("\n".join(f"{passage.title}\n{passage.text}" for passage in passages))
        missing = tuple(name for name in missing if fold(name) not in found)
        if not missing:  # what mentions it is not of the time, or its sentences do not speak of the matter
            refusal = Refusal("other time" if of_time else "model")
    if is_chinese(question):
        return REFUSAL_ZH, _reason_zh(refusal, missing, titles, len(passages))
    return REFUSAL_EN, _reason_en(refusal, missing, titles, len(passages))


def _reason_zh(refusal: Refusal, missing: Sequence[str], titles: Sequence[str], count: int) -> str:
    if refusal.cause == "other slot":
        slot = _SLOTS[refusal.about][0]
        return f"没有查到所问{slot}的说法，报道中只有：“{refusal.nearest}”。可以换个时间、地点或说法再问。"
    if refusal.cause == "nothing found":
        return "库中没有符合条件的报道：请放宽日期或报纸的筛选，或先导入相关版面。"
    near = "；最接近的报道：" + "、".join(f"《{title}》" for title in titles) if titles else ""
    why = {
        "missing name": f"最接近的报道都没有提到“{'、'.join(missing)}”",
        "other time": "相关报道没有写明所问时间的情况",
        "off topic": "没有一句报道谈到所问的内容",
        "missing part": f"关于“{refusal.about}”没有查到，不能合计或分别作答",
        "no total": "各项数字的单位或口径不同，或不是确数，不能合计",
        "other number": f"所问的各次只查到{refusal.about}次的数字，不能合计",
        "model": "相关报道没有写明所问的内容",
        "unsupported": "没有一句报道能支持答案，为避免出错不予作答",
    }[refusal.cause]
    return f"查找了最相关的{count}段报道：{why}{near}。可以换个说法，写明单位、地点或时间再问。"


def _reason_en(refusal: Refusal, missing: Sequence[str], titles: Sequence[str], count: int) -> str:
    if refusal.cause == "other slot":
        return f"Nothing of the {_SLOTS[refusal.about][1]} asked for; the papers only say: “{refusal.nearest}”."
    if refusal.cause == "nothing found":
        return "No article passes the filter: widen the dates or the paper, or ingest the pages first."
    near = "; nearest: " + ", ".join(f"《{title}》" for title in titles) if titles else ""
    why = {
        "missing name": f"the nearest articles never mention {', '.join(missing)}",
        "other time": "they do not state what is asked for the time that is asked about",
        "off topic": "no sentence speaks of what is asked",
        "missing part": f"nothing was found on “{refusal.about}”, so there is no total and no comparison",
        "no total": "the figures differ in unit or are not exact, so they are not added up",
        "other number": f"figures of {refusal.about} of the events were found, so there is no total",
        "model": "they do not state what is asked",
        "unsupported": "no sentence supports an answer, so none is given",
    }[refusal.cause]
    return f"Read the {count} most relevant passages: {why}{near}. Try naming the body, place or time."
