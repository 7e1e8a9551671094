"""A question in another language, in Chinese: for searching, and shown to the reader as what was searched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.official_terms import with_terms_in_chinese
from rag.chinese.question_kind import is_chinese
from rag.chinese.spoken_words import as_printed
from rag.chinese.terms import HAN
from rag.generation.generator import GenerationOptions, Generator, joined_reply
from rag.generation.prompts import translation_messages
from rag.retrieval.latin_names import with_chinese_names, with_names_in_chinese

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
_MONTH_OF_YEAR = re.compile(rf"\b(?P<month>{_MONTH})\b(?:,| of)? (?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_END_OF = re.compile(
    rf"\b(?P<until>(?:by|until|as of) )?(?:at )?(?:the )?end of "
    rf"(?:(?P<month>{_MONTH})\b(?:(?:,| of)? (?P<year>(?:19|20)\d\d)\b)?|(?P<year_alone>(?:19|20)\d\d)\b)",
    re.IGNORECASE,
)
_WRITTEN_DAY = re.compile(r"(?:(?:19|20)\d\d年|[今去]年)?\d{1,2}月\d{1,2}[日号]")
_ORDINALS = {"first": "一", "second": "二", "third": "三", "fourth": "四"}
_COUNTS = "two three four five six seven eight nine ten eleven".split()
_PERIOD = re.compile(
    rf"\b(?:the )?(?:(?P<half>first|second) half|(?P<quarter>{'|'.join(_ORDINALS)}) quarter"
    rf"|first (?P<months>{'|'.join(_COUNTS)}|[2-9]|1[01]) months) of (?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_RELATIVE_YEAR = re.compile(r"今年|本年度?|当年|去年|明年|前年")
_WORD = re.compile(r"[A-Za-z\u00c0-\u04ff]*[a-z\u00df-\u00ff\u0430-\u044f][A-Za-z\u00c0-\u04ff]+")
"""A word to translate; 5G and GDP stand in a Chinese paper as they are."""
_SPACE_IN_CHINESE = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_MAX_TOKENS = 60
_OPTIONS = GenerationOptions(max_tokens=_MAX_TOKENS, stop=("\n",))


def searched_question(question: str, generator: Generator, texts: Sequence[str] = ()) -> str:
    """The question in Chinese; itself where it is Chinese already or the model gives no Chinese.

    ``texts`` are those near the question in meaning: as they write a name in pinyin, so does the translation. Names,
    times and official terms are told to the model in Chinese; what it leaves in pinyin is put right after it.
    """
    if is_chinese(question) or not _WORD.search(question):
        return question
    told = _with_chinese_times(with_names_in_chinese(with_terms_in_chinese(question), texts))
    told = _SPACE_IN_CHINESE.sub("", told)
    reply = joined_reply(generator.stream(translation_messages(told), _OPTIONS)).strip()
    if not is_chinese(reply) or not 2 <= len(reply) <= 4 * len(question):
        return question
    if "签约" in told:
        reply = re.sub("被?签[订署]", "签约", reply)
    timed = _with_end(_with_years(_with_month(_with_day(reply, question), question), question), question)
    return with_chinese_names(as_printed(timed), texts)


def _with_end(reply: str, question: str) -> str:
    """The translation with the end that the question names: what was by the end of September is not of September."""
    found = _END_OF.search(question)
    if found is None or re.search("[底末]", reply):
        return reply
    end = _chinese_end(found)
    return reply.replace(end.removeprefix("截至").removesuffix("底"), end, 1)


def _with_chinese_times(question: str) -> str:
    """The English question with its days, months of a year and parts of a year as a Chinese paper writes them."""
    told = _END_OF.sub(_chinese_end, _PERIOD.sub(_chinese_period, question))
    told = _DAY.sub(_chinese_day, told)
    return _MONTH_OF_YEAR.sub(lambda found: f"{found['year']}年{_month_number(found['month'])}月", told)


def _chinese_period(found: re.Match[str]) -> str:
    year = f"{found['year']}年"
    if found["half"]:
        return f"{year}{'上' if found['half'].lower() == 'first' else '下'}半年"
    if found["quarter"]:
        return f"{year}第{_ORDINALS[found['quarter'].lower()]}季度"
    months = found["months"].lower()
    return f"{year}前{months if months.isdigit() else _COUNTS.index(months) + 2}个月"


def _chinese_end(found: re.Match[str]) -> str:
    year, month = found["year"] or found["year_alone"], found["month"]
    day = (f"{year}年" if year else "") + (f"{_month_number(month)}月" if month else "")
    return f"{'截至' if found['until'] else ''}{day}底"


def _month_number(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


def _chinese_day(found: re.Match[str]) -> str:
    year = found["year"] or found["year_after"]
    month = _month_number(found["month"] or found["month_first"])
    day = int(found["day"] or found["day_after"])
    return f"{year}年{month}月{day}日" if year else f"{month}月{day}日"


def _with_day(reply: str, question: str) -> str:
    """The translation with the question's own day: the program reads 16 September 2020, the model guesses."""
    match = _DAY.search(question)
    if match is None:
        return reply
    written = _chinese_day(match)
    if written.split("年")[-1] in reply:
        return reply
    named, count = _WRITTEN_DAY.subn(written, reply, count=1)
    return named if count else f"{written}{reply}"


def _with_month(reply: str, question: str) -> str:
    """The translation without a day that the question does not name: August 2025 is not 2025年8月25日."""
    months = list(_BARE_MONTH.finditer(question))
    if _DAY.search(question) or len(months) != 1:
        return reply
    if not months[0]["year"] and (months[0]["before"] or "").strip().lower() not in ("in", "during", "since"):
        return reply  # may is a verb, too
    month = f"{_month_number(months[0]['month'])}月"
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
