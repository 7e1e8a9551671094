"""Saying no: when, and in words that help.

A refusal tells what was searched, what came nearest and what to try; it holds no figure and no citation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.evidence import Sentence
from rag.answering.support import Support, is_person, is_surely_named
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import fold
from rag.generation.prompts import REFUSAL_EN, REFUSAL_ZH
from rag.records import Passage

MIN_COVERAGE = 0.2
"""Below this share of the question's terms, by weight, no sentence speaks of what is asked."""

REFUSE_PRESENCE = -4.0
"""Below this logit of the best sentence's holding the answer, nobody is asked: the paper does not say."""
QUOTE_PRESENCE = 2.5
"""From this on a sentence is told beside an answer by itself."""
NEAR_PRESENCE = -2.5
"""From this presence on a sentence is worth showing to whom nothing can be answered."""
_NEAR_BY = 1.5
"""A second sentence is shown that is read so nearly as well as the first."""
_SHOWN = 110
"""Up to so many characters of a sentence are shown in a reason."""
SURE_PRESENCE_WITHOUT_NAME = 1.5
"""From this presence on a word of the question that only the dictionary calls a name need not be said."""

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
    if any(is_surely_named(name) or (not sure_reader and is_person(name)) for name in support.missing):
        return Refusal("missing name")
    if support.missing and support.presence is None:
        return Refusal("missing name")
    if support.presence is not None:
        return Refusal("off topic") if support.presence < REFUSE_PRESENCE else None
    if is_chinese(question) and support.coverage < MIN_COVERAGE:
        return Refusal("off topic")
    return None


def refusal_answer(
    question: str,
    refusal: Refusal,
    support: Support,
    passages: Sequence[Passage],
    sentences: Sequence[Sentence] = (),
    *,
    of_time: bool = False,
) -> tuple[str, str]:
    """The text of the answer and the reason, in the language of the question; ``of_time``: it names a time.

    The reason shows what of ``sentences`` comes nearest, for the reader to judge, else the nearest titles.
    """
    titles = [f"《{title}》" for title in dict.fromkeys(item.title for item in passages if item.title)][:2]
    near = nearest_sentences(sentences) or titles
    missing = support.missing
    if refusal.cause == "missing name":
        found = fold("\n".join(f"{passage.title}\n{passage.text}" for passage in passages))
        missing = tuple(name for name in missing if fold(name) not in found)
        if not missing:  # what mentions it is not of the time, or its sentences do not speak of the matter
            refusal = Refusal("other time" if of_time else "model")
    if is_chinese(question):
        return REFUSAL_ZH, _reason_zh(refusal, missing, near, len(passages))
    return REFUSAL_EN, _reason_en(refusal, missing, titles, len(passages))


def nearest_sentences(sentences: Sequence[Sentence]) -> list[str]:
    """``“…”（《title》）`` of the one or two sentences that the reader finds nearest to an answer; often none."""
    read = [item for item in sentences if item.presence is not None and item.presence >= NEAR_PRESENCE]
    best = sorted(read, key=lambda item: item.presence or 0.0, reverse=True)
    shown = [item for item in best[:2] if (best[0].presence or 0.0) - (item.presence or 0.0) <= _NEAR_BY]
    titles = {item.article.id: f"（《{item.article.title}》）" if item.article.title else "" for item in shown}
    return [f"“{_shortened(item)}”{titles[item.article.id]}" for item in shown]


def _shortened(sentence: Sentence) -> str:
    """The sentence, or as much of a long one as stands around what the reader would answer."""
    text = sentence.text.strip().rstrip("。")
    if len(text) <= _SHOWN:
        return text
    place = max(0, text.find(sentence.answer))
    begin = min(max(0, place - _SHOWN // 2), len(text) - _SHOWN)
    cut = text[begin : begin + _SHOWN]
    return f"{'…' if begin else ''}{cut}{'…' if begin + _SHOWN < len(text) else ''}"


def _reason_zh(refusal: Refusal, missing: Sequence[str], nearest: Sequence[str], count: int) -> str:
    if refusal.cause == "other slot":
        slot = _SLOTS[refusal.about][0]
        return f"没有查到所问{slot}的说法，报道中只有：“{refusal.nearest}”。可以换个时间、地点或说法再问。"
    if refusal.cause == "nothing found":
        return "库中没有符合条件的报道：请放宽日期或报纸的筛选，或先导入相关版面。"
    what = "原句" if nearest and nearest[0].startswith("“") else "报道"
    near = f"；最接近的{what}：" + "、".join(nearest) if nearest else ""
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
    near = "; nearest: " + ", ".join(titles) if titles else ""
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
