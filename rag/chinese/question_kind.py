"""What kind of answer a question wants, and what such an answer looks like in a text.

The pattern is a signal for ranking, no more: a passage without the wanted form is not thrown away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import rjieba

from rag.chinese.lexicon import alternation, words
from rag.chinese.terms import HAN, fold

AnswerKind = Literal["count", "money", "percentage", "date", "person", "place", "other"]

NUMBER = r"(?:\d[\d,.]*|[零〇一二两三四五六七八九十百千万亿]+)"
_FORMS: dict[AnswerKind, str] = {
    "count": rf"{NUMBER}[余多]?[{HAN}]",
    "money": rf"{NUMBER}[余多]?(?:[百千万亿]+)?(?:元|美元|欧元|港元|日元|英镑|人民币|块钱|万亿|亿)",
    "percentage": r"[\d.]+[%‰]|百分之|[\d.]+个百分点|[一二三四五六七八九\d]成",
    "date": rf"{NUMBER}年|{NUMBER}月|{NUMBER}日|星期|上午|下午|晚上|今天|昨天|日前",
    "person": alternation("question_words", "person_answer"),
    "place": alternation("question_words", "place_answer"),
    "other": "",
}
_MEASURE_WORDS = "".join(words("measure_words", "asked"))
_PEOPLE = alternation("titles_of_office", "people")
# In order: the first that fits decides, so 多少亿元 is money before it is a count.
_AT_END = r"(?:各|分别)?(?:是|为|有|在)?[？?。]?$"
"""A question may be a heading: 高考出分时间, 运动员数量."""
_CUES: tuple[tuple[AnswerKind, str], ...] = (
    ("percentage", alternation("question_words", "percentage")),
    (
        "money",
        rf"{alternation('question_words', 'money')}|(?:{alternation('question_words', 'sum')}){_AT_END}|"
        r"how much|what (?:was|is) the (?:total )?(?:cost|investment|price|value)",
    ),
    (
        "date",
        rf"{alternation('question_words', 'date')}|(?<!多长)(?<!多少)(?:时间|日期){_AT_END}|"
        r"when\b|what year|what date|which year",
    ),
    (
        "person",
        rf"谁|姓名|叫(?:什么|啥)|哪[几两三]?位|哪[几些]人|哪些[^，。？?]{{0,6}}(?:{_PEOPLE})|(?:{_PEOPLE})(?:都?有|是|包括)哪些|何人|什么人|"
        r"who\b|whose\b",
    ),
    ("place", alternation("question_words", "place")),
    (
        "count",
        rf"多少|(?<!哪)几(?:[百千万亿十])*[{_MEASURE_WORDS}公小]|"
        rf"(?:数量|人数|次数|个数|户数|产量|面积|长度|高度|总量|销量|交付量){_AT_END}|"
        r"多大|多高|多长|多深|多远|多重|how many|number of",
    ),
)
_COMPILED: tuple[tuple[AnswerKind, re.Pattern[str]], ...] = tuple((kind, re.compile(cue)) for kind, cue in _CUES)
_LONG_UNITS = alternation("measure_words", "long")
_UNIT = re.compile(rf"(?:多少|几)(?P<unit>(?P<size>[百千万亿]*)(?:(?P<long>{_LONG_UNITS})|[{HAN}]))")
_WHICH_PLACE = re.compile(r"哪[个一]?(?:省|市|县|区|镇|乡|村|街道|社区|国家|城市|地区|地方)(?![一-鿿]{0,2}长)")
_HOW_MANY = re.compile(r"多少|几(?!个[省市县区镇乡村])")
"""哪个区增速最高 asks for a place, whatever is measured."""
_AGE = re.compile(r"多大(?:年龄|岁数|年纪|[了的]?[？?]?$)|高寿|年纪多大|(?:年龄|岁数)(?:是|有)?多[大少]")
_NOUN_TAIL = 4
"""How many characters after 多少 tell whether a measure word stands there or a noun begins: 多少项 and 多少项目."""
_SOME_TIME = re.compile(r"(?:[前后近这那上]|过去|最近)几个?(?:小时|分钟|[天年月日周])")
ASKING = re.compile(r"什么|谁|哪|多少|几|如何|怎|何|吗")
"""A question has one of these words; a heading has none."""
SAME_UNITS = ("人名位口", "家个所座处", "次起", "倍番", "元块")


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """What is asked for: ``unit`` is the measure word right after 多少 or 几 (个, 家, 亿元), empty if none."""

    kind: AnswerKind
    unit: str = ""

    def answer_form(self) -> re.Pattern[str] | None:
        """A pattern for a possible answer in folded text; None where nothing can be said."""
        return _answer_form(self.kind, self.unit)


def _answer_form(kind: AnswerKind, unit: str) -> re.Pattern[str] | None:
    if kind == "other":
        return None
    if kind == "count" and unit:
        same = next((group for group in SAME_UNITS if unit in group), "")
        return re.compile(rf"{NUMBER}[余多]?[百千万亿]*(?:{re.escape(unit)}{'|[' + same + ']' if same else ''})")
    return re.compile(_FORMS[kind])


_RANK = re.compile(r"第几(?=$|[名位\s，,。？?])|名次|位次")


def question_kind(question: str) -> QuestionKind:
    """The kind of answer that ``question`` wants; 有多少家企业 is a count with the unit 家."""
    folded = _asked_for(fold(question))
    if _WHICH_PLACE.search(folded) and not _HOW_MANY.search(folded):
        return QuestionKind("place")
    if _is_of_a_rank(folded):
        return QuestionKind("count")  # 增速排第几 asks for no rate
    kind: AnswerKind = next((kind for kind, cue in _COMPILED if cue.search(folded)), "other")
    return QuestionKind(kind, _unit(folded) if kind in ("count", "money") else "")


def asks_for_a_rank(question: str) -> bool:
    """Whether a place in an order is asked for: 全省排第几, 名次."""
    return _is_of_a_rank(_asked_for(fold(question)))


def _is_of_a_rank(folded: str) -> bool:
    return _RANK.search(folded) is not None and not _HOW_MANY.search(folded.replace("第几", ""))


def _asked_for(question: str) -> str:
    """The question without a time that is only told: of 案发前几小时举行了什么活动 the 什么 asks."""
    rest = _SOME_TIME.sub("", question)
    return rest if ASKING.search(rest) else question


def _unit(question: str) -> str:
    """The measure word after 多少 or 几; none where a noun follows: 多少武装分子, 多少项目."""
    if _AGE.search(question):
        return "岁"
    found = _UNIT.search(question)
    if found is None:
        return ""
    if not found["unit"].strip("百千万亿"):
        return ""  # 超过了多少万 counts in no unit
    if found["long"]:
        return found["unit"]
    start = found.end() - 1
    if question[start] not in _MEASURE_WORDS:
        return ""
    first = next(iter(rjieba.cut(question[start : start + _NOUN_TAIL], False)), "")
    # The dictionary has 架飞机 as one word, too.
    is_measure = len(first) == 1 or (len(first) > 2 and len(rjieba.cut(first[1:], False)) == 1)
    return found["unit"] if is_measure else ""


def is_chinese(question: str) -> bool:
    """Whether a question is Chinese enough for its words to stand in Chinese articles."""
    han = len(re.findall(f"[{HAN}]", question))
    latin = len(re.findall(r"[A-Za-zÀ-ÿ\u0400-\u04ff]+", question))
    return han > 2 * latin or (han > 0 and latin == 0) or (han == 0 and latin == 0)
