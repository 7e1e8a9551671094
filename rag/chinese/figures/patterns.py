"""The regular expressions of the grammar of figures, over text folded to half width.

``ELEMENT`` is one alternation tried from left to right: first what holds digits but is no figure (citation
markers, telephone numbers, model names, slogans in quotation marks, idioms), then dates and times of day, ordinals,
fractions, and at last numbers with a unit.
"""

from __future__ import annotations

import re

from rag.chinese.figures.units import ANY_UNIT, CHINESE_UNIT
from rag.chinese.lexicon import alternation, words
from rag.chinese.numerals import ARABIC, CHINESE, DIGIT_CLASS, FORMAL, SCALE

SPACE = "[ \u3000\xa0\u2009\u202f]{0,2}"
RANGE = rf"{SPACE}(?:至|到|—{{1,2}}|–|―|-|~|～|〜){SPACE}"
MORE = "多|余|来|几"
_PER = rf"(?:/(?:{alternation('figure_words', 'per')}))?"
ARABIC_UNIT = f"(?:{ANY_UNIT}){_PER}"
_THIN = "[ \xa0\u2009\u202f]"
_IN_GROUPS = rf"(?<!\d{_THIN})[1-9]\d{{0,2}}(?:{_THIN}\d{{3}})+(?:\.\d+)?(?={SPACE}(?:{SCALE}|{MORE}|{ANY_UNIT}))"
"""4 120吨 is one number where a unit follows; of columns of numbers each is its own."""
_ARABIC_NUMBER = rf"(?:{_IN_GROUPS}|{ARABIC})(?:{SPACE}{SCALE}(?:{ARABIC}{SCALE})*)?"
_NUMERAL = f"[{DIGIT_CLASS}十百千万亿]"

_IDIOMS = words("figure_words", "idiom")

_BEFORE_FIGURES = "RMB|USD|CNY|GDP|CPI|PPI|PMI|GNP|FDI"
"""Words of three letters that a figure may follow at once: GDP43214.85亿元 is a figure, A15 is none."""
_SKIPPED = (
    r"https?://[\w./?=&%-]+|[\w.]+@[\w.]+"
    r"|〔\d+〕(?:第?\d+号)?|\[\d+\]|【\d+】|[（(]\d{1,2}[）)]|(?m:^)\d{1,2}[.、)）](?=\s*[^\d\s])"
    r"|(?<!\d)(?:\d{3,4}-\d{7,8}|\d{3,4}-\d{3,4}-\d{3,4})(?!\d)"
    rf"|(?<!\d)1[3-9]\d{{9}}(?!\d|\.\d|{SPACE}(?:{ANY_UNIT}))"
    rf"|(?<![\d.])\d{{9,}}(?!\d|\.\d|{SPACE}(?:{ANY_UNIT}))"
    rf"|(?<![A-Za-z])(?!(?:{_BEFORE_FIGURES}|US|HK)[\d ])[A-Za-z][A-Za-z]*[-.]?\d[\dA-Za-z.-]*"
    r"|\d+(?:st|nd|rd|th|G|K|D|C|A|P|R)(?![A-Za-z])|\d+[A-Z]+\d+[A-Z\d]*"
    rf"|{'|'.join(sorted(_IDIOMS, key=len, reverse=True))}"
)
_SLOGAN = rf"[“「『](?P<slogan_text>[\d{DIGIT_CLASS}十百千万亿][^“”「」『』]{{0,11}})[”」』]"

_YEAR = r"(?:1[6-9]\d\d|20\d\d|[一二][零〇○一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_NOT_INSIDE = rf"(?<![\d.个{DIGIT_CLASS}十百])"
_DATE = (
    rf"(?<!\d)(?P<y1>{_YEAR}){SPACE}年(?!代|级|历史)(?:{SPACE}(?P<m1>{_MONTH}){SPACE}月(?:{SPACE}(?P<d1>{_DAY}){SPACE}[日号])?)?"
    rf"|(?<!\d)(?P<y2>{_YEAR})(?={RANGE}{_YEAR}{SPACE}年)"
    rf"|(?<!\d)(?P<y3>20\d\d|19\d\d)[-/.](?P<m3>1[0-2]|0?[1-9])[-/.](?P<d3>3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"|{_NOT_INSIDE}(?P<m5>1[0-2]|0?[1-9])(?={RANGE}{_MONTH}{SPACE}月)"
    rf"|{_NOT_INSIDE}(?P<m4>{_MONTH}){SPACE}月(?!球|亮|饼|龄)(?:{SPACE}(?P<d4>{_DAY}){SPACE}[日号])?"
    rf"|{_NOT_INSIDE}(?P<d5>3[01]|[12]\d|0?[1-9]){SPACE}日(?!均|内|游|元|以内|龄)"
    rf"|(?P<quarters>前|第)?(?P<quarter>[1-4一二三四]){SPACE}季度|(?P<half>[上下])半年"
)
_CLOCK = (
    rf"{_NOT_INSIDE}(?P<h1>2[0-4]|1\d|0?\d){SPACE}(?:时(?!间|代|候|期|速|长|段)|点(?={SPACE}(?:\d|半|整|许|钟|多|左右|前|后|起|到|至|开始|举行|召开|在|，|[。、）\[]|$)))"
    rf"(?:{SPACE}(?:(?P<n1>[0-5]?\d){SPACE}分(?!钟)|(?P<n2>半|一刻|三刻)))?"
    rf"|{_NOT_INSIDE}(?P<h2>十[一二]?|[一二两三四五六七八九])(?:时(?=许|整|半)|点(?=钟|半|整|许))(?P<n3>半)?"
    r"|(?<![\d:.])(?P<h3>2[0-4]|1\d|0?\d):(?P<n4>[0-5]\d)(?![\d:])"
)
_SCORE = r"(?<![\d:.])(?P<s1>\d{1,3})[:比](?P<s2>\d{1,3})(?![\d:])"
_ORDINAL = rf"第{SPACE}(?P<ordinal_number>{ARABIC}|{_NUMERAL}+){SPACE}(?P<ordinal_unit>大|{CHINESE_UNIT}|{ANY_UNIT})?"
_FRACTION = (
    rf"(?P<whole>{ARABIC}|百|千|万|{_NUMERAL}{{1,4}}?)分之(?P<part>{ARABIC}|{CHINESE})(?P<part_more>{MORE})?(?!决赛)"
    rf"(?:{RANGE}(?:百分之)?(?P<part2>{ARABIC}|{CHINESE}))?"
    rf"|(?<![\d/])(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,3}})(?={SPACE}(?:以上|以下|左右|的|多|强))"
)
_DOUBLING = r"翻(?:了)?(?P<doublings>[一两二三四五六七八九十]|\d+)?番"
_HALF = (
    rf"(?P<half_share>{alternation('figure_words', 'half_share')})"
    r"|(?<![上下前后一大小多个年月天点时过强另])"
    rf"半(?P<half_unit>{alternation('figure_words', 'half_unit')})(?!级|来|报)"
)


def _number_with_unit(prefix: str, number: str, unit: str, scale: str) -> str:
    def one(place: int) -> str:
        more = rf"(?:(?P<{prefix}m{place}>{MORE})(?P<{prefix}s{place}>{scale})?)?"
        return rf"(?P<{prefix}n{place}>{number}){more}{SPACE}(?P<{prefix}u{place}>{unit})?"

    return f"{one(1)}(?:{RANGE}{one(2)})?"


_ARABIC_FIGURE = (
    rf"(?:(?<![A-Za-z\d])|(?<={_BEFORE_FIGURES}))(?P<sign>[$¥￥€£])?"
    + SPACE
    + _number_with_unit("a", _ARABIC_NUMBER, ARABIC_UNIT, SCALE)
)
_CHINESE_FIGURE = _number_with_unit(
    "c", rf"(?:{CHINESE}|{FORMAL}|(?<![人总次户件个基参系指倍岁])[数几上](?!百分)[十百千万亿]+)", CHINESE_UNIT, SCALE
)

ELEMENT = re.compile(
    rf"(?=[\d{DIGIT_CLASS}十百千万亿半第翻前上下数几壹贰叁肆伍柒捌玖陆“「『〔\[【（(A-Za-z$¥￥€£独头每同任过最])"
    rf"(?:(?P<skipped>{_SKIPPED})|(?P<slogan>{_SLOGAN})|(?P<date>{_DATE})|(?P<clock>{_CLOCK})|(?P<score>{_SCORE})"
    rf"|(?P<ordinal>{_ORDINAL})|(?P<fraction>{_FRACTION})|(?P<doubling>{_DOUBLING})|(?P<half_figure>{_HALF})"
    rf"|(?P<arabic>{_ARABIC_FIGURE})|(?P<chinese>{_CHINESE_FIGURE}))"
)

_BOUNDS_BEFORE = ("over", "under", "near", "about", "at_least", "at_most")
BOUND_BEFORE = re.compile(
    "(?:"
    + "|".join(
        f"(?P<{bound}>{alternation('figure_words', bound, longest_first=True)})" for bound in reversed(_BOUNDS_BEFORE)
    )
    + rf")了?{SPACE}$"
)
BOUND_AFTER = re.compile(
    rf"{SPACE}(?:(?P<at_least>及?以上)|(?P<at_most>及?以下|以内|之内)|(?P<about>左右|上下)|(?P<over>有余|多|余|开外))"
)
"""多 and 余 after a unit count only for measured units: 五年多, but 600次余震."""
