"""A question in another language, in Chinese: for searching, and shown to the reader as what was searched."""

from __future__ import annotations

import re

from rag.generation.generator import GenerationOptions, Generator, joined_reply
from rag.generation.prompts import translation_messages
from rag.retrieval.question_kind import is_chinese

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(_MONTHS)
_DAY = re.compile(
    rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b(?:,? (?P<year>(?:19|20)\d\d))?"
    rf"|\b(?P<month_first>{_MONTH}) (?P<day_after>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,? (?P<year_after>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(
    rf"(?P<before>\S+ )?\b(?P<month>{_MONTH})\b(?! \d{{1,2}}(?!\d))(?:,? (?P<year>(?:19|20)\d\d))?", re.IGNORECASE
)
_WRITTEN_DAY = re.compile(r"(?:(?:19|20)\d\d年|[今去]年)?\d{1,2}月\d{1,2}[日号]")
_RELATIVE_YEAR = re.compile(r"今年|本年度?|当年|去年|明年|前年")
_MAX_TOKENS = 60
_OPTIONS = GenerationOptions(max_tokens=_MAX_TOKENS, stop=("\n",))


def searched_question(question: str, generator: Generator) -> str:
    """The question in Chinese; itself where it is Chinese already or the model gives no Chinese."""
    if is_chinese(question):
        return question
    reply = joined_reply(generator.stream(translation_messages(question), _OPTIONS)).strip()
    if not is_chinese(reply) or not 2 <= len(reply) <= 4 * len(question):
        return question
    return _with_years(_with_month(_with_day(reply, question), question), question)


def _with_day(reply: str, question: str) -> str:
    """The translation with the question's own day: the program reads 16 September 2020, the model guesses."""
    match = _DAY.search(question)
    if match is None:
        return reply
    month = _MONTHS.index((match["month"] or match["month_first"]).lower()) + 1
    year = match["year"] or match["year_after"]
    day = f"{month}月{int(match['day'] or match['day_after'])}日"
    if day in reply:
        return reply
    written = f"{year}年{day}" if year else day
    named, count = _WRITTEN_DAY.subn(written, reply, count=1)
    return named if count else f"{written}{reply}"


def _with_month(reply: str, question: str) -> str:
    """The translation without a day that the question does not name: August 2025 is not 2025年8月25日."""
    months = list(_BARE_MONTH.finditer(question))
    if _DAY.search(question) or len(months) != 1:
        return reply
    if not months[0]["year"] and (months[0]["before"] or "").strip().lower() not in ("in", "during", "since"):
        return reply  # may is a verb, too
    month = f"{_MONTHS.index(months[0]['month'].lower()) + 1}月"
    year = f"{months[0]['year']}年" if months[0]["year"] else ""
    invented = re.compile(rf"(?:(?:19|20)\d\d年|[今去]年)?(?<!\d){month}\d{{1,2}}[日号]")
    named = invented.sub(f"{year}{month}", reply)
    return named if re.search(rf"(?<!\d){month}", named) else f"{year}{month}{named}"


def _with_years(reply: str, question: str) -> str:
    """The translation with the question's own years: a small model writes 今年 for 2020."""
    missing = [year for year in dict.fromkeys(_YEAR.findall(question)) if year not in reply]
    if len(missing) != 1:
        return reply
    named, count = _RELATIVE_YEAR.subn(f"{missing[0]}年", reply, count=1)
    return named if count or _YEAR.search(reply) else f"{missing[0]}年{reply}"
