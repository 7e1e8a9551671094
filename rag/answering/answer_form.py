"""Whether a statement has the form of an answer: a person for 谁, an amount for 多少钱."""

from __future__ import annotations

import re

import rjieba

from rag.answering.support import NAME_TAGS
from rag.chinese.figures import find_figures
from rag.chinese.names import check_names
from rag.chinese.question_kind import ASKING, QuestionKind
from rag.chinese.terms import fold

_PERSON_TAGS = frozenset({"nr", "nrt", "nrfg", "nt"})
_PLACE_END = tuple("区市县镇乡村省国")
_BODY = re.compile(r"[一-鿿]{2,}(?:(?<![带率排列])队|公司|集团|大学|学院|委员会|协会|局|厅|俱乐部)|[一-鿿]·[一-鿿]")
_WHO_IS = re.compile(r"(?P<name>[一-鿿·]{2,8}?)(?:这个?人)?(?:是谁|是什么人|是哪[个位]|是何人|何许人)")
"""谁是局长 and 局长是谁 ask for a name, 顾小满是谁 for what is said of one."""
_BY_HOW_MUCH = re.compile(r"(?:增长|下降|上升|回落|提高|降低|减少|增加|上涨|下跌|压减|压缩|占)了?多少(?![%个])")
"""收入增加了多少 is answered by a share or by an amount."""
_WHICH = re.compile(r"(?:哪|第几)一?(?P<unit>[集届期场轮章版回季幕卷])")
_RANK = re.compile(r"第[几多]|排名?|名次|位[列居次]|[几多][^，。？]{0,3}[届期轮]")
_RANKED = re.compile(r"几[类级等代]")
_RANK_SAID = re.compile(r"[ⅠⅡⅢⅣⅤⅥIV一二三四五六七八九十\d]+[类级等代]")
"""Ⅲ类 to 几类."""
_PHONE_ASKED = re.compile(r"电话|号码|热线|[哪几]个号|打多少")
_PHONE = re.compile(
    r"(?<!\d)(?:\d{3,4}-?)?\d{7,8}(?!\d)|(?<!\d)1\d{10}(?!\d)|(?:[拨打]|电话|热线|号码)[^\d，。]{0,6}\d{3,6}(?!\d)"
)
"""7 digits and more, or a short number after its word: 120名 is none."""
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
_FESTIVAL = re.compile(
    r"(?:春节|元旦|清明|五一|端午|中秋|国庆|元宵|除夕|汛期|[暑寒]假|开学)(?:节|假期)?(?:之?[前后]|期间|起|$)"
)
"""A time by the calendar's feasts: 明年春节前."""
_HOW_LONG = re.compile(r"多久|多长(?:的)?时间|多少时间")
_HOW_OFTEN = re.compile(r"(?:[次趟班回轮遍茬]|[一每]车)[^，。？]{0,2}$")
"""多久一趟车, 隔多久发一班: a day is no answer."""
_SPAN = re.compile(
    r"[当即][场天日时办]|立等|随[到时]|[每逐隔][年月周日天季]|天天|半[年月天]|长[期年]|永久|全[天年]|昼夜|通宵"
)
"""Times that no figure tells: 当场办结, 每月一次."""
_FIGURE_KINDS = {"money": {"money"}, "percentage": {"share", "change"}, "date": {"date", "time_span", "time_of_day"}}


def has_answer_form(kind: QuestionKind, text: str, question: str) -> bool:
    """Whether ``text`` holds something that could answer a question of this kind.

    What the question itself names does not count: 谁出席了王明主持的会议 is not answered by 王明; nor does 这一集 for
    在哪一集.
    """
    if _only_points(text, question):
        return False
    if _PHONE_ASKED.search(question) and _PHONE.search(text):
        return True
    if _HOW_LONG.search(question) and not ASKING.search(_HOW_LONG.sub("", question)):
        return _tells_how_long(text, question)
    if kind.kind == "person":
        return _tells_who(text, question)
    if kind.kind == "count":
        return _counts(kind, text, question)
    if kind.kind in _FIGURE_KINDS:
        wanted = _FIGURE_KINDS[kind.kind]
        if kind.kind == "percentage" and _BY_HOW_MUCH.search(question):
            return any(figure.kind not in ("date", "time_of_day") for figure in find_figures(text))
        # 2023中关村论坛在北京开幕 holds no day that the question does not name itself.
        named = {figure.text for figure in find_figures(question)} if kind.kind == "date" else set()
        by_feast = kind.kind == "date" and _FESTIVAL.search(text) is not None and not _FESTIVAL.search(question)
        return by_feast or any(figure.kind in wanted and figure.text not in named for figure in find_figures(text))
    if kind.kind == "place":
        asked = fold(question)
        return any((tag in NAME_TAGS or tag == "n") and word not in asked for word, tag in rjieba.tag(fold(text)))
    return True


def _only_points(text: str, question: str) -> bool:
    """Whether one of a series is asked for (哪一集), and the text only says this one (这一集)."""
    asked = _WHICH.search(question)
    said = re.findall(rf"(.?)(?:一)?{asked['unit']}", text) if asked else []
    return bool(said) and all(before in ("这", "该", "此", "那", "本") for before in said)


def _counts(kind: QuestionKind, text: str, question: str) -> bool:
    if kind.unit == "岁":
        return any(figure.unit in ("岁", "周岁") for figure in find_figures(text))
    if _RANKED.search(question) and _RANK_SAID.search(text):
        return True
    untold = ("date", "time_of_day") if _RANK.search(question) else ("date", "time_of_day", "ordinal")
    return any(figure.kind not in untold and not figure.indefinite for figure in find_figures(text))


def _tells_how_long(text: str, question: str) -> bool:
    wanted = ("time_span",) if _HOW_OFTEN.search(question.rstrip("？?了呢啊")) else ("time_span", "date")
    told = [item for item in find_figures(text) if item.kind in wanted and item.text not in question]
    return bool(told) or _SPAN.search(text) is not None


def _tells_who(text: str, question: str) -> bool:
    who = _WHO_IS.match(question)
    if who and who["name"] in _people(question):
        return who["name"] in text
    return bool(_people(text) - _people(question)) or bool(_BODY.search(text)) or _latin_name(text)


def _people(text: str) -> set[str]:
    folded = fold(text)
    tagged = {word for word, tag in rjieba.tag(folded) if tag in _PERSON_TAGS and len(word) > 1}
    named = {name.text for name in check_names(folded, folded) if name.kind in ("person", "foreign")}
    return {name for name in tagged | named if not name.endswith(_PLACE_END)}


def _latin_name(text: str) -> bool:
    return any(word[:1].isupper() and word[:3].lower() not in _MONTHS for word in text.split())
