"""What kind of answer a question wants, and what such an answer looks like in a text.

The pattern is a signal for ranking, no more: a passage without the wanted form is not thrown away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import rjieba

from rag.chinese.terms import HAN, fold

AnswerKind = Literal["count", "money", "percentage", "date", "person", "place", "other"]

NUMBER = r"(?:\d[\d,.]*|[零〇一二两三四五六七八九十百千万亿]+)"
_FORMS: dict[AnswerKind, str] = {
    "count": rf"{NUMBER}[余多]?[{HAN}]",
    "money": rf"{NUMBER}[余多]?(?:[百千万亿]+)?(?:元|美元|欧元|港元|日元|英镑|人民币|块钱|万亿|亿)",
    "percentage": r"[\d.]+[%‰]|百分之|[\d.]+个百分点|[一二三四五六七八九\d]成",
    "date": rf"{NUMBER}年|{NUMBER}月|{NUMBER}日|星期|上午|下午|晚上|今天|昨天|日前",
    "person": "书记|主任|主席|[市县局部院校]长|总理|总统|教授|先生|女士|记者|专家|代表|同志|说|表示|指出",
    "place": r"省|市|县|区|镇|村|路|街|国|州|位于|坐落|在",
    "other": "",
}
_MEASURE_WORDS = (
    "个家名人位项次天年月日时分秒周座条种户场批届层岁处亩吨米斤克升里只头辆架艘台套部份分度口起宗件张本册支根块片篇"
    "首幅枚粒颗株棵匹盒箱袋瓶杯桶车船轮期班组队站所间栋幢排列成倍番元角号款类样声笔单例门课节级档代辈眼盏顶把扇面"
    "万亿枪步章趟回遍发双对栏尊顿井团环段岛县市区镇村乡省国州"
)
_PEOPLE = "人员|教师|老师|领导|干部|同志|嘉宾|代表|专家|选手|医生|民警|员工|职工|工人|学生|志愿者|委员"
# In order: the first that fits decides, so 多少亿元 is money before it is a count.
_AT_END = r"(?:各|分别)?(?:是|为|有|在)?[？?。]?$"
"""A question may be a heading: 高考出分时间, 运动员数量."""
_CUES: tuple[tuple[AnswerKind, str], ...] = (
    (
        "percentage",
        r"(?:收入|产值|利润|总数|总额|总量|面积|人口|资金|产量)的多少|的多少(?=[，,。？?；;]|$)|"
        r"(?<![汇频功效速心辨])率(?:是|为|有|达到?)?(?:多少|几|多高)?[？?。]?$|百分之几|百分之多少|多少个?百分点|多少%|百分比|占比|比例|增幅|增速|增长率|同比增长多少|"
        r"(?:增长?|下?降|上?升|回落|提高|降低|减少|增加|上?涨|下?跌|压减|压缩|占)了?多少(?=[，,。？?；;]|$)|"
        r"几个(?:百分)?点|"
        r"percent|proportion|what share|growth rate|how fast",
    ),
    (
        "money",
        r"(?:多少|几)(?:[百千万亿])*(?:元|美元|欧元|钱|块|资金|人民币)|(?:投资|资金|[金总款资贷约交易售业税余口费订润贴]额|产值|收入|造价|价格|费用|"
        r"营收|利润|成本|贷款|市值|罚款|生产总值|gdp)[^，,。？?]{0,8}(?:多少|几)|多少(?:投资|资金|钱)|"
        rf"(?:投资额?|营收|收入|产值|总额|金额|[造售票]价|价格|票房|市值|生产总值|gdp){_AT_END}|"
        r"how much|what (?:was|is) the (?:total )?(?:cost|investment|price|value)",
    ),
    (
        "date",
        r"何时|什么时候|哪[几些]?年|哪一年|哪[几些]?[天日]|哪一天|几月|几号|几点(?![一-鿿]*(?:建议|意见|要求))|几时|几日|日期|多少年(?![轻级纪])|哪个月|"
        rf"(?<!多长)(?<!多少)(?:时间|日期){_AT_END}|"
        r"when\b|what year|what date|which year",
    ),
    (
        "person",
        rf"谁|姓名|叫(?:什么|啥)|哪[几两三]?位|哪[几些]人|哪些[^，。？?]{{0,6}}(?:{_PEOPLE})|(?:{_PEOPLE})(?:都?有|是|包括)哪些|何人|什么人|"
        r"who\b|whose\b",
    ),
    (
        "place",
        r"哪里|哪儿|何地|何处|什么地方|"
        # 在哪份文件 asks for a paper.
        r"(?:在|往|到|去|从)哪(?![个些位种类天年月几一次届场份家方条项件所座本篇张期段层支批级]|部(?!署))|"
        r"哪个(?:省|市|县|区|镇|村|国家|城市|地区|地方)|哪座城市|"
        r"where\b|which (?:city|country|province)",
    ),
    (
        "count",
        rf"多少|(?<!哪)几(?:[百千万亿十])*[{_MEASURE_WORDS}公小]|"
        rf"(?:数量|人数|次数|个数|户数|产量|面积|长度|高度|总量|销量|交付量){_AT_END}|"
        r"多大|多高|多长|多深|多远|多重|how many|number of",
    ),
)
_COMPILED: tuple[tuple[AnswerKind, re.Pattern[str]], ...] = tuple((kind, re.compile(cue)) for kind, cue in _CUES)
_LONG_UNITS = (
    "公里 千米 平方米 平方公里 立方米 公顷 公斤 千克 小时 分钟 千瓦时 千瓦 人次 美元 欧元 港元 日元 英镑 架次 班次"
)
_UNIT = re.compile(
    rf"(?:多少|几)(?P<unit>(?P<size>[百千万亿]*)(?:(?P<long>{'|'.join(_LONG_UNITS.split())})|[{HAN}]))"
)
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


def question_kind(question: str) -> QuestionKind:
    """The kind of answer that ``question`` wants; 有多少家企业 is a count with the unit 家."""
    folded = _asked_for(fold(question))
    kind: AnswerKind = next((kind for kind, cue in _COMPILED if cue.search(folded)), "other")
    return QuestionKind(kind, _unit(folded) if kind in ("count", "money") else "")


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
