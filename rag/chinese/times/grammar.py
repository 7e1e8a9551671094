"""How Chinese newspapers write time: one regular expression over text folded to half-width digits."""

from __future__ import annotations

import re

from rag.chinese.lexicon import lexicon

_CN = "一二三四五六七八九"
YEAR = rf"(?:1[6-9]\d\d|20\d\d|[一二][零〇○{_CN}]{{3}})"
MONTH = rf"(?:1[0-2]|0?[1-9]|十[一二]?|[{_CN}])"
DAY = rf"(?:3[01]|[12]\d|0?[1-9]|三十一?|二十[{_CN}]?|十[{_CN}]?|[{_CN}])"
_SP = "[ \u3000\xa0]{0,2}"
_TO = rf"{_SP}(?:至|到|—{{1,2}}|–|―|-|~|～){_SP}"
_SLICE = "底|初|末|中旬|上旬|下旬|中下旬|上中旬"
_RELATIVE_YEAR = (
    "今年|去年|前年|大前年|明年|(?<![成产营工完束之以用运达])后年(?![产均处加利销])"
    "|当年|本年度|上年|上一年|同年|次年|翌年"
)
_FEW_MONTHS = rf"(?:1[01]|[2-9]|十一?|[两{_CN[1:]}])(?!\d)"
"""Of 前5个月, which is January to May."""
_FREE = rf"(?<![\d.{_CN}十个第])"

_YEAR_PART = (
    rf"(?:(?P<relative_year>{_RELATIVE_YEAR})|(?<!\d)(?P<year>{YEAR}){_SP}年度?(?!代|级|前(?![一二三四两\d])|历史))"
)
_PART = (
    rf"(?:(?P<quarter_kind>前|第)?(?P<quarter>[一二三四1-4]){_SP}季度|(?P<half>[上下])半年|[前头]{_SP}(?P<first_months>{_FEW_MONTHS}){_SP}个月(?!后|来|内)|(?P<year_slice>年初|年底|年末|年中|岁末)"
    rf"|{_FREE}(?P<month>{MONTH})(?:{_SP}月(?!球|亮|饼|龄|光)份?(?:{_SP}(?P<day>{DAY}){_SP}[日号])?(?P<slice>{_SLICE})?"
    rf"|(?={_TO}{MONTH}{_SP}月)))"
)
_END = (
    rf"(?:(?:上午|下午|晚|凌晨)?{_TO}(?:(?P<end_year>{YEAR}){_SP}年)?"
    rf"(?:(?P<end_month>{MONTH}){_SP}月份?(?:{_SP}(?P<end_day>{DAY}){_SP}[日号])?(?P<end_slice>{_SLICE})?|(?P<end_only_day>{DAY}){_SP}[日号]))"
)
_WORDS = tuple(row[1] for row in lexicon("relative_times"))

_STARTS = "".join(
    sorted(
        {word[0] for word in _WORDS} | {match[0] for match in re.findall("[一-鿿]年|本年度|上一年", _RELATIVE_YEAR)}
    )
)

TIME = re.compile(
    rf"(?=[\d{_CN}十第年岁“截过头{_STARTS}])(?:"
    rf"(?P<plan>“十(?P<plan_number>[一二三四五])五”(?:规划)?(?:期间|时期)?|十(?P<plan_bare>[一二三四五])五(?:规划)?(?:期间|时期))"
    r"|(?<!\d)(?P<iso_year>20\d\d|19\d\d)[-/.](?P<iso_month>1[0-2]|0?[1-9])[-/.](?P<iso_day>3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"|(?<!\d)(?P<span_from>{YEAR})(?:{_SP}年)?{_TO}(?P<span_to>{YEAR}){_SP}年(?!代|级|前)"
    rf"|(?:(?P<as_of>截至|截止到?){_SP})?(?:{_YEAR_PART}(?:{_SP}的?{_PART})?|{_PART.replace('(?P<', '(?P<bare_')})"
    rf"{_END}?(?P<tail>以来|以后|同期|起)?"
    rf"|(?P<recent_years>近|过去|最近)(?P<recent_count>{DAY}){_SP}(?P<recent_unit>年|个月|天|周)(?:来|内|间)?"
    rf"|{_FREE}(?P<only_day>3[01]|[12]\d|0?[1-9]){_SP}日(?!均|内|游|元|以内|龄)(?:{_TO}(?P<only_day_to>{DAY}){_SP}日)?"
    rf"|(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))}))"
)
"""One time expression. Groups of a part without a year carry the prefix ``bare_``."""

WEEKDAY = re.compile(r"(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])")
PLAN_FIRST_YEAR = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026}
"""First year of the five-year plan “十X五”, by X."""
