"""Is a statement, or a sentence, of what is asked? Its time, thing, place and level, and whether it is but a plan.

That the paper carries a statement is for ``attribution``; here a statement that it does carry may still be of
another year, another prize or a county where the city was asked for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import rjieba

from rag.answering.answer_form import has_answer_form
from rag.answering.asked_event import is_of_another_act, is_of_another_event
from rag.answering.contrasts import (
    is_mixed,
    is_of_another_group,
    is_of_another_level,
    is_of_another_member,
    is_of_the_other_sex,
)
from rag.answering.counted_things import (
    counts_others,
    is_of_a_sort,
    is_of_one_kind,
    is_of_some_of_them,
    lacks_qualifier,
)
from rag.answering.countries import is_of_another_country
from rag.answering.evidence import Sentence
from rag.answering.figure_spans import covers_a_part, is_of_many_years, is_of_one_day
from rag.answering.harms import is_of_another_harm
from rag.answering.indicators import is_of_another_indicator, is_per_head
from rag.answering.inquiry import Asked, Findings
from rag.answering.office_holders import is_of_another_office
from rag.answering.orders import gives_orders
from rag.answering.plans import ACTUAL, is_not_actual, is_only_planned
from rag.answering.quantities import has_quantity, quantity_name
from rag.answering.saying import claims_said, excluded
from rag.answering.shares_and_changes import (
    change_of_another_report,
    gives_a_change,
    gives_a_share,
    is_a_share,
    is_share_of_another_whole,
)
from rag.answering.statement_times import (
    figures_are_of_other_time,
    is_printed_before,
    leaves_out_its_period,
    says_another_time,
)
from rag.answering.support import OWN_COUNTRY, judge_support, mentions
from rag.answering.times import (
    is_figure_of_other_time,
    is_of_other_time,
    is_of_other_year,
    is_told_of,
    is_up_to,
    names_a_time,
    names_other_years,
)
from rag.answering.totals import answering_figure, speaks_of
from rag.chinese.figures import find_figures, supports
from rag.chinese.terms import fold
from rag.chinese.times.grammar import TIME

_LEAD = re.compile(rf"^(?:{TIME.pattern})?的?")
_CLAUSE = re.compile(r"[^，。；！？]+")
_LISTING = re.compile(r"[、，,；;和与及]")
_WORLD = re.compile(r"全球|全世界|世界各")
_WHOLE_COUNTRY = re.compile(r"全国|国内(?!生产总值)|我国")
_COUNTRY = re.compile(r"全国|国内|我国|中国|在华")
_PROVINCE = re.compile(
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古"
    "|广西|西藏|宁夏|新疆|北京市|上海市|天津市|重庆市|[全该我]省|全市|全区|全县"
)
_PART_END = re.compile("[。；！？]")
_SURE_NAME = 3
"""From so many characters on a word tagged as a name is one; 汇报 is none."""
_THIS_YEAR = re.compile("今年|本年")
_STATE = re.compile("截[至止]目?前|目前|如今|总数")
"""Words for how things stand on the day of the paper."""
_HARM = re.compile("死|伤|遇难|遇害|丧生|失踪|被困|感染|病例|确诊")
_MUCH_NEWER = dt.timedelta(days=120)
_AS_SURE, _LOOKED_THROUGH = 2.0, 24
"""From which presence on a sentence of this year answers as well, and how many are looked through."""


def is_of_something_else(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a statement that the paper carries is of another time, thing, place or level than is asked for."""
    texts = [sentence.text for sentence in quoted]
    if excluded(found.question, claims_said(found.question, statement, quoted)) is not None:
        return True
    return (
        any(_is_of_other_time(asked, found, sentence) for sentence in quoted)
        or figures_are_of_other_time(asked, found, statement, quoted)
        or any(says_another_time(statement, sentence) for sentence in quoted)
        or leaves_out_its_period(asked, found, statement, quoted)
        or _is_no_running_total(asked, found, quoted)
        or any(is_of_another_member(asked.searched, statement, text) for text in texts)
        or all(_is_of_another_level(asked, sentence) for sentence in quoted)
        or is_of_another_office(asked, found, quoted)
        or any(is_of_another_country(asked.searched, text) for text in texts)
        or all(is_per_head(asked.searched, text) for text in texts)
        or all(is_of_another_group(asked.searched, text) for text in texts)
        or is_mixed(statement, texts)
        or is_only_planned(asked, statement, quoted)
        or is_printed_before(asked, found, quoted)
        or names_another(asked, found, statement, quoted)
        or _is_of_the_one_beside(asked, quoted)
        or is_of_another_event(asked, found, quoted)
        or all(is_of_another_indicator(asked.searched, sentence.article) for sentence in quoted)
        or _shares_out_one_thing(statement)
        or gives_a_change(asked, statement, quoted)
        or gives_a_share(asked, statement, quoted)
        or is_of_another_act(asked, found, statement, quoted)
        or _is_of_a_part(asked, statement, quoted)
        or is_of_another_harm(asked, statement, quoted)
        or is_share_of_another_whole(asked, statement, quoted)
        or _is_put_together(asked, statement, quoted)
        or is_of_some_of_them(asked, statement, quoted)
        or any(counts_others(asked, statement, text) for text in texts)
        or all(is_of_a_sort(asked.searched, text) for text in texts)
        or _is_superseded(asked, found, quoted)
        or any(lacks_qualifier(asked, statement, text) for text in texts)
        or any(is_of_one_kind(asked, statement, text) for text in texts)
    )


def fits(asked: Asked, found: Findings, sentence: Sentence, *, agreed: bool = False) -> bool:
    """Whether a sentence has the form of an answer and is not of another time.

    Where reader and model ``agreed`` on its figure, its words need not be those of the question (退回来, 退还).
    """
    undated = sentence.article.date is None
    if (undated or asked.kind.kind != "date") and names_other_years(asked.searched, sentence.text):
        return False
    if _is_of_other_time(asked, found, sentence) or is_printed_before(asked, found, [sentence]):
        return False
    if is_of_the_other_sex(asked.searched, sentence.text) or sentence.text.rstrip(" ”").endswith(("？", "?")):
        return False
    if gives_orders(sentence.text) or _is_of_another_level(asked, sentence):
        return False
    if is_of_another_office(asked, found, [sentence]) or is_of_another_group(asked.searched, sentence.text):
        return False
    if is_of_another_indicator(asked.searched, sentence.article) or is_per_head(asked.searched, sentence.text):
        return False
    if _is_no_running_total(asked, found, [sentence]) or is_of_another_event(asked, found, [sentence]):
        return False
    if asked.kind.kind in ("count", "money", "percentage"):
        return _has_fitting_figure(asked, found, sentence, agreed=agreed)
    return has_answer_form(asked.kind, sentence.text, asked.searched)


def _has_fitting_figure(asked: Asked, found: Findings, sentence: Sentence, *, agreed: bool) -> bool:
    question, text = asked.searched, sentence.text
    figure = answering_figure(question, text) or answering_figure(question, text, indefinite=True)
    if figure is None or (ACTUAL.search(question) and is_not_actual([figure], text)):
        return False
    if is_of_one_kind(asked, figure.text, text) or is_of_a_sort(question, text) or is_a_share(asked, figure, text):
        return False
    if is_figure_of_other_time(found.time_asked, sentence.article, text, figure.start, figure.end):
        return False
    if _is_of_a_part(asked, figure.text, [sentence]):
        return False
    before = text[: figure.start]
    if covers_a_part(found.time_asked, sentence.article, before) or is_of_one_day(found.time_asked, question, before):
        return False
    if is_of_many_years(found.time_asked, question, before):
        return False
    return has_quantity(question, text) and (agreed or speaks_of(question, figure))


def gives_it_by_name(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a quote calls the statement's figure by the whole name of the quantity that is asked for.

    人口出生率进一步降至7.52‰ does for 我国2021年人口出生率: no other figure of the paper goes by that name.
    """
    if asked.kind.kind not in ("count", "money", "percentage"):
        return False
    name = quantity_name(asked.searched)
    said = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if len(name) < _SURE_NAME or not said:
        return False
    for sentence in quoted:
        for clause in _CLAUSE.findall(sentence.text):
            _, called, rest = clause.partition(name)
            first = next((figure for figure in find_figures(rest) if figure.kind != "date"), None) if called else None
            if first is not None and any(supports(first, figure) for figure in said):
                return True
    return False


def _is_of_other_time(asked: Asked, found: Findings, sentence: Sentence) -> bool:
    article, text = sentence.article, sentence.text
    return (
        is_of_other_year(asked.searched, article, text)
        or is_of_other_time(found.time_asked, article, text)
        or _is_outdated(asked, found, sentence)
    )


def _is_outdated(asked: Asked, found: Findings, sentence: Sentence) -> bool:
    """Whether this year is asked about, a sentence is of another, and one of this year answers as well.

    今年 in a question may be that of the paper that the asker has before him; where the asker's own year has an
    answer, it is meant.
    """
    time = found.time_asked
    if time is None or not _THIS_YEAR.match(time.text) or is_told_of(time, sentence.article, sentence.text):
        return False
    return any(
        (other.presence or 0.0) >= _AS_SURE
        and is_told_of(time, other.article, other.text)
        and fits(asked, found, other)
        for other in found.sentences[:_LOOKED_THROUGH]
    )


def _is_superseded(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether the state of a thing is asked for, no time named, and a much newer report tells it as surely.

    我国5G基站总数 of two years ago is not what there are. The dead of one event are not those of a later one.
    """
    if found.given or found.time_asked is not None or asked.kind.kind != "count" or _HARM.search(asked.searched):
        return False
    dates = [sentence.article.date for sentence in quoted]
    if not dates or None in dates or not all(_STATE.search(sentence.text) for sentence in quoted):
        return False
    newest = max(day for day in dates if day is not None)
    figure = answering_figure(asked.searched, quoted[0].text)
    for other in found.sentences[:_LOOKED_THROUGH]:
        day, sure = other.article.date, (other.presence or 0.0) >= _AS_SURE
        if day is None or not sure or day - newest < _MUCH_NEWER or not _STATE.search(other.text):
            continue
        theirs = answering_figure(asked.searched, other.text)
        if figure is not None and theirs is not None and theirs.unit == figure.unit and fits(asked, found, other):
            return True
    return False


def names_another(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a figure is from articles that never name whom the question is about.

    Short words may be no names; a country or town that other articles of the evidence do mention is one: 美国 in
    the report that gives its figure, and not in the one quoted.
    """
    if not find_figures(statement):
        return False
    missing = judge_support(asked.complete, quoted).missing
    if any(len(name) >= _SURE_NAME for name in missing):
        return True
    # A paper of the country seldom says that it speaks of it.
    places = {word for word, tag in rjieba.tag(fold(asked.complete)) if tag == "ns"} - OWN_COUNTRY
    return any(name in places and any(mentions(item.article, name) for item in found.evidence) for name in missing)


def _is_of_the_one_beside(asked: Asked, quoted: Sequence[Sentence]) -> bool:
    """Whether one of several named things is asked about, and the quotes' articles name another of them only.

    英伟达 is in no dictionary; beside 英特尔, with which the question begins too, it is a name.
    """
    if not asked.label or not _LEAD.sub("", asked.searched).startswith(asked.label):
        return False
    return bool(quoted) and all(
        not mentions(item.article, asked.label) and any(mentions(item.article, other) for other in asked.beside)
        for item in quoted
    )


def _is_of_a_part(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the country or the world is asked about, and the quotes give a figure of a province or a country."""
    if asked.kind.kind not in ("count", "money", "percentage"):
        return False
    figures = find_figures(statement)
    # What stands before the figure: of 西藏人均收入33600元；电力覆盖全国… the country is not its subject.
    carrying = [
        _PART_END.split(item.text[: printed.start])[-1]
        for item in quoted
        for printed in find_figures(item.text)
        if any(supports(printed, figure) for figure in figures)
    ]
    question, said = asked.searched, "\n".join(carrying)
    if _WORLD.search(question) and not _WORLD.search(said):
        return _COUNTRY.search(said) is not None and _COUNTRY.search(question) is None
    if _WHOLE_COUNTRY.search(question) and not _COUNTRY.search(said):
        return _PROVINCE.search(said) is not None and _PROVINCE.search(question) is None
    return False


def _is_put_together(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a figure that the question tells is of one article, and what is said of it of another that has none.

    这6名嫌疑人最小的多少岁 is not answered by one report of the 6名 and by the 21岁 of another.
    """
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if change_of_another_report(figures, quoted):
        return True
    told = [figure for figure in figures if figure.text in asked.searched]
    new = [figure for figure in figures if figure.text not in asked.searched]
    if not told or not new or len({sentence.article.id for sentence in quoted}) < 2:
        return False
    return not any(
        all(any(supports(printed, figure) for printed in find_figures(sentence.article.text)) for figure in told)
        for sentence in quoted
        if any(supports(printed, figure) for printed in find_figures(sentence.text) for figure in new)
    )


def _shares_out_one_thing(statement: str) -> bool:
    """Whether 分别 is said of one thing only: 两人访问时间分别为6月18日至19日 answers for one of them."""
    _, said, rest = statement.rpartition("分别")
    return bool(said) and bool(find_figures(rest)) and _LISTING.search(rest.rstrip("。")) is None


def _is_of_another_level(asked: Asked, sentence: Sentence) -> bool:
    return is_of_another_level(asked.searched, f"{sentence.article.title}\n{sentence.text}")


def _is_no_running_total(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether an end is asked about, and what is quoted says not when, where another sentence counts up to it.

    What one meeting signed (现场签下14个) is not what had been signed 截至9月底. In the article that counts up to
    it, the end may hold for the sentences after it as well.
    """
    if any(names_a_time(sentence.article, sentence.text) for sentence in quoted):
        return False
    totals = [item for item in found.evidence if is_up_to(found.time_asked, item.article, item.text)]
    own = {sentence.article.id for sentence in quoted}
    return any(fits(asked, found, item) for item in totals) and not own & {item.article.id for item in totals}
