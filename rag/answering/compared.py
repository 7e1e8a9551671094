"""Which of two is more: 甲厂和乙厂谁卖得多, 新院床位比老院多吗. Each is asked for its figure; the program compares.

The model never compares: a small one says yes to most of what it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answering.parts import QuestionParts
from rag.answering.totals import answering_figure
from rag.chinese.figures import Figure, find_figures
from rag.chinese.figures.comparison import in_base_unit
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import tagged
from rag.chinese.times.grammar import TIME

_COUNTED = frozenset("人户家车床桌")
_NOUNS = ("n", "j", "s", "l", "i")
_EITHER = re.compile(r"(.)不\1(?=[？?]?$)")
"""大不大 asks what 大吗 asks."""
_HOW = r"(?P<how>[多高快大长重低慢小短轻]|(?<!多)少)(?!少)"
_WHO = re.compile(
    rf"^(?P<first>[^，。？和跟与同]{{2,20}})[和跟与同](?P<second>[^，。？]{{2,20}}?)(?:比[，,]?)?的?"
    rf"(?:谁|哪[个家边座条所])(?:的|家)?(?P<what>[^，。？]{{0,8}}?)[得的更]*{_HOW}(?:一?[些点])?[？?]?$"
)
_THAN = re.compile(
    rf"^(?P<first>[^，。？比]{{2,24}})(?:是不是)?比(?P<second>[^，。？]{{2,20}}?)(?:更|还)?{_HOW}(?:吗|么|不|没有?)?[？?]?$"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two things and a question on the figure of each."""

    parts: QuestionParts


def comparison(question: str) -> Comparison | None:
    """The comparison that a question asks for; None for any other question.

    ``甲厂和乙厂谁卖得多`` asks ``甲厂卖了多少`` and ``乙厂卖了多少``.
    """
    if not is_chinese(question):
        return None
    plain = _EITHER.sub(r"\1吗", question)
    who = _WHO.match(plain)
    if who is not None:
        return _of(who["first"], who["second"], who["what"], who["how"])
    than = _THAN.match(plain)
    if than is None or not _is_a_thing(than["second"]):
        return None
    subject, what = _divided(than["first"])
    return _of(subject, than["second"].removesuffix(what).removesuffix("的"), what, than["how"])


def _is_a_thing(second: str) -> bool:
    """Whether what is compared with is more than a time: 上半年启明公司, not the 去年涨了几 of 比去年涨了几多."""
    time = TIME.match(second)
    return time is None or any(tag[:1] in _NOUNS for _, tag, _ in tagged(second[time.end() :]))


def _divided(text: str) -> tuple[str, str]:
    """新院床位 as 新院 and 床位: what stands after 的, else the last noun; all of it where it is but a name."""
    subject, joint, what = text.rpartition("的")
    if joint:
        return subject, what
    words = tagged(text)
    if len(words) < 2 or words[-1][1][:1] not in ("n", "v") or len(words[-1][0]) < 2:
        return text, ""
    return text[: words[-1][2]], words[-1][0]


def _of(first: str, second: str, what: str, how: str) -> Comparison:
    time = TIME.search(first)
    if time is not None and TIME.search(second) is None:
        second = time.group() + second  # of the same time
    ask = _asked_of(what, how)
    return Comparison(QuestionParts("each", (first, second), (f"{first}{ask}", f"{second}{ask}")))


def _asked_of(what: str, how: str) -> str:
    if not what:
        return "有多少" if how in "多少" else f"有多{how}"
    if what in _COUNTED:
        return f"有多少{what}"
    is_verb = tagged(what)[0][1][:1] == "v" and len(what) == 1
    return f"{what}了多少" if is_verb else f"{what}是多少"


def outcome(found: Comparison, texts: tuple[str, str]) -> str:
    """``甲厂多于乙厂`` by the one figure of each answer; empty where they cannot be compared."""
    ours, theirs = (_candidates(question, text) for question, text in zip(found.parts.questions, texts, strict=True))
    pair = next(((first, second) for first in ours for second in theirs if _may_compare(first, second)), None)
    if pair is None:
        return ""
    first, second = pair
    (_, one, _), (_, other, _) = in_base_unit(first), in_base_unit(second)
    relation = "多于" if one > other else "少于" if one < other else "等于"
    labels = found.parts.labels
    return f"{labels[0]}{relation}{labels[1]}（{first.text}、{second.text}）"


def _candidates(question: str, text: str) -> list[Figure]:
    """The figure that answers, else all that measure, in order: 卖了多少 may be told in 元."""
    figure = answering_figure(question, text)
    return [figure] if figure else [item for item in find_figures(text) if item.kind not in ("date", "time_of_day")]


def _may_compare(first: Figure, second: Figure) -> bool:
    exact = not (first.indefinite or second.indefinite or first.upper or second.upper)
    return exact and in_base_unit(first)[0] == in_base_unit(second)[0] and first.kind == second.kind
