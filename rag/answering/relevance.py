"""Is a statement, or a sentence, of what is asked? Its time, thing, place and level, and whether it is but a plan.

That the paper carries a statement is for ``attribution``; here a statement that it does carry may still be of
another year, another prize or a county where the city was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import rjieba

from rag.answering.answer_form import has_answer_form
from rag.answering.attribution import acts
from rag.answering.contrasts import is_mixed, is_of_another_level, is_of_another_member, is_of_the_other_sex
from rag.answering.counted_things import counts_others, is_of_one_kind, is_of_some_of_them, lacks_qualifier
from rag.answering.evidence import Sentence
from rag.answering.figures import Figure, find_figures, supports
from rag.answering.indicators import is_of_another_indicator
from rag.answering.inquiry import Asked, Findings
from rag.answering.orders import gives_orders
from rag.answering.quantities import has_quantity, quantity_name
from rag.answering.support import OWN_COUNTRY, judge_support, mentions, named_things
from rag.answering.times import (
    hides_its_period,
    is_figure_of_other_time,
    is_of_other_time,
    is_of_other_year,
    is_up_to,
    names_a_time,
    names_other_years,
    read_question_time,
)
from rag.answering.totals import answering_figure, speaks_of
from rag.corpus.time_grammar import TIME
from rag.retrieval.question_kind import is_chinese
from rag.retrieval.terms import fold

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d年")
_EVENT = re.compile(r"(?P<name>[一-鿿]{2,10}?(?P<what>大会|会议|论坛|仪式|博览会|座谈会|推介会|动员会|表彰会))")
_BRACKETS = re.compile(r"[（()）]")
_CAUSE = re.compile(
    r"(?P<what>(?!事[件故]|[此这该本])[一-鿿](?![次起场])[一-鿿])(?:事件|事故)?(?:一共|总共|[已共总])?(?:经?造成|导致|致使?)"
)
_LEAD = re.compile(rf"^(?:{TIME.pattern})?的?")
_CLAUSE = re.compile(r"[^，。；！？]+")
_AROUND = 120
"""How many characters around a sentence tell what it is about."""
_PIECE = re.compile(r"[^，。；！？、]+")
_ASKS_CASUALTIES = re.compile(r"伤亡|死伤")
_DEAD = re.compile(r"死|亡|遇难|丧生|罹难")
_HURT = re.compile(r"伤")
_HARMS = (
    ("dead", re.compile(r"死|身亡|遇难|丧生|罹难|遇害|牺牲")),
    ("hurt", re.compile(r"伤(?!亡)")),
    ("missing", re.compile(r"失踪|下落不明")),
)
"""What may befall people, each by its words; 伤亡 is both of the first."""
_LISTING = re.compile(r"[、，,；;和与及]")
_WORLD = re.compile(r"全球|全世界|世界各")
_WHOLE_COUNTRY = re.compile(r"全国|国内|我国")
_COUNTRY = re.compile(r"全国|国内|我国|中国|在华")
_PROVINCE = re.compile(
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古"
    "|广西|西藏|宁夏|新疆|北京市|上海市|天津市|重庆市|[全该我]省|全市|全区|全县"
)
_SHARE_OF = re.compile(r"占(?P<whole>[一-鿿]{2,8}?)的?(?:比例|比重|份额|百分比|百分之)")
_ASKED_HOW_MANY = re.compile(r"(?P<done>[一-鿿]{1,4})(?:多少|几)")
_CAUSED = re.compile(r"(?:造成|导致|致使?)了?$")
"""袭击造成多少人受伤 asks of no act: 68人受伤 need not be called 袭击."""
_PLAIN_ACTS = frozenset("有是为达共到说会能要可进行完")
_PLANNED = re.compile(r"计划|目标|预期|预计|力争|拟|将|任务|规划|谋划|确保|要|争取|打算|安排")
_FORECAST = re.compile(r"预计|预期(?!目标)|有望|预测|预估")
_A_PERIOD = 28
"""Days from which on a time is one that figures are gathered of."""
_CHANGED = re.compile(r"[增减升降涨跌扩缩]|多了|少了")
_AGAINST = re.compile(r"[比较][^，。；]{2,12}$")
_AIMS = re.compile(r"预期目标|目标(?:为|是|定为)")
_ACTUAL = re.compile(r"实际")
_NOT_ACTUAL = re.compile(r"能力|设计|计划|预计|预期|目标|力争|拟")
_SURE_NAME = 3
"""From so many characters on a word tagged as a name is one; 汇报 is none."""


def is_of_something_else(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a statement that the paper carries is of another time, thing, place or level than is asked for."""
    texts = [sentence.text for sentence in quoted]
    return (
        any(_is_of_other_time(asked, found, sentence) for sentence in quoted)
        or _figures_are_of_other_time(found, statement, quoted)
        or any(_says_another_time(statement, sentence) for sentence in quoted)
        or _hides_its_period(asked, found, statement, quoted)
        or _is_no_running_total(asked, found, quoted)
        or any(is_of_another_member(asked.searched, statement, text) for text in texts)
        or all(_is_of_another_level(asked, sentence) for sentence in quoted)
        or is_mixed(statement, texts)
        or _is_only_planned(asked, statement, quoted)
        or _is_printed_before(asked, found, quoted)
        or names_another(asked, found, statement, quoted)
        or _is_of_the_one_beside(asked, quoted)
        or _is_of_another_event(asked, found, quoted)
        or all(is_of_another_indicator(asked.searched, sentence.article) for sentence in quoted)
        or _shares_out_one_thing(statement)
        or _gives_a_change(asked, statement, quoted)
        or _is_of_another_act(asked, found, statement, quoted)
        or _is_of_a_part(asked, statement, quoted)
        or _is_of_another_harm(asked, statement, quoted)
        or _is_share_of_another_whole(asked, statement, quoted)
        or _is_put_together(asked, statement, quoted)
        or is_of_some_of_them(asked, statement, quoted)
        or any(counts_others(asked, statement, text) for text in texts)
        or any(lacks_qualifier(asked, statement, text) for text in texts)
        or any(is_of_one_kind(asked, statement, text) for text in texts)
    )


def is_half_an_answer(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether 伤亡 is asked for, and of dead and hurt in one sentence a statement gives only the ones."""
    if not _ASKS_CASUALTIES.search(asked.searched):
        return False

    if "伤亡" in statement and any("伤亡" in sentence.text for sentence in quoted):
        return False  # 38人伤亡 of 造成38人伤亡

    def has_both(text: str) -> bool:
        counted = sum(figure.kind != "date" for figure in find_figures(text))
        return counted > 1 and _DEAD.search(text) is not None and _HURT.search(text) is not None

    return not has_both(statement) and any(has_both(sentence.text) for sentence in quoted)


def fits(asked: Asked, found: Findings, sentence: Sentence, *, agreed: bool = False) -> bool:
    """Whether a sentence has the form of an answer and is not of another time.

    Where reader and model ``agreed`` on its figure, its words need not be those of the question (退回来, 退还).
    """
    undated = sentence.article.date is None
    if (undated or asked.kind.kind != "date") and names_other_years(asked.searched, sentence.text):
        return False
    if _is_of_other_time(asked, found, sentence) or _is_printed_before(asked, found, [sentence]):
        return False
    if is_of_the_other_sex(asked.searched, sentence.text) or sentence.text.rstrip(" ”").endswith(("？", "?")):
        return False
    if gives_orders(sentence.text) or _is_of_another_level(asked, sentence):
        return False
    if is_of_another_indicator(asked.searched, sentence.article):
        return False
    if _is_no_running_total(asked, found, [sentence]) or _is_of_another_event(asked, found, [sentence]):
        return False
    if asked.kind.kind in ("count", "money", "percentage"):
        question, text = asked.searched, sentence.text
        figure = answering_figure(question, text) or answering_figure(question, text, indefinite=True)
        if figure is None or (_ACTUAL.search(asked.searched) and _is_not_actual([figure], sentence.text)):
            return False
        if is_of_one_kind(asked, figure.text, sentence.text):
            return False
        return has_quantity(asked.searched, sentence.text) and (agreed or speaks_of(asked.searched, figure))
    return has_answer_form(asked.kind, sentence.text, asked.searched)


def _figures_are_of_other_time(found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether some figure of the statement is, wherever the quotes have it, one of another time."""
    for figure in find_figures(statement):
        if figure.kind == "date":
            continue
        others = [
            is_figure_of_other_time(found.time_asked, sentence.article, sentence.text, printed.start, printed.end)
            for sentence in quoted
            for printed in find_figures(sentence.text)
            if printed.kind != "date" and supports(printed, figure)
        ]
        if others and all(others):
            return True
    return False


def _is_printed_before(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether a figure of a time is asked for, and the paper was printed before it began: it can only be a plan."""
    if found.time_asked is None or asked.kind.kind not in ("count", "money", "percentage"):
        return False
    if not any(character.isdigit() for character in found.time_asked.text) or _PLANNED.search(asked.searched):
        return False
    if (found.time_asked.last - found.time_asked.first).days < _A_PERIOD:
        return False  # of 12月28日晚的停水 the notice before it tells
    dates = [sentence.article.date for sentence in quoted]
    return bool(dates) and all(date is not None and date < found.time_asked.first for date in dates)


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
    return is_of_other_year(asked.searched, article, text) or is_of_other_time(found.time_asked, article, text)


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


def _is_of_another_event(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether an event is named that other articles of the evidence name, too, and those of the quotes never.

    Who attended a signing is no answer to 谁出席了科技创新大会.
    """
    event = _EVENT.search(_BRACKETS.sub("", asked.searched))
    if event is None or not quoted:
        return _is_of_another_cause(asked, found, quoted)

    def text_of(sentence: Sentence) -> str:  # 党工委（扩大）会议 is 党工委扩大会议
        return _BRACKETS.sub("", f"{sentence.article.title}\n{sentence.article.text}")

    texts = {sentence.article.id: text_of(sentence) for sentence in found.evidence}
    least = len(event["what"]) + 2
    names = (event["name"][-length:] for length in range(len(event["name"]), least - 1, -1))
    name = next((name for name in names if any(name in text for text in texts.values())), None)
    return name is not None and not any(name in text_of(item) for item in quoted)


def _is_of_another_cause(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether harm by one thing is asked of, and near the quotes nothing names that: a 大火 is no 交火.

    A column of short news holds both; where the question names a place or a year, that tells them apart.
    """
    cause = _CAUSE.search(asked.searched)
    if cause is None or not quoted:
        return False
    is_named = bool(named_things(asked.searched))

    def names(item: Sentence) -> bool:
        text = item.article.text
        if not is_named:
            text = text[max(0, item.start - _AROUND) : item.end + _AROUND]
        return cause["what"] in f"{item.article.title}\n{text}"

    return any(map(names, found.evidence)) and not any(map(names, quoted))


def _is_of_a_part(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the country or the world is asked about, and the quotes give a figure of a province or a country."""
    if asked.kind.kind not in ("count", "money", "percentage"):
        return False
    figures = find_figures(statement)
    carrying = [s.text for s in quoted if any(supports(a, b) for a in find_figures(s.text) for b in figures)]
    question, said = asked.searched, "\n".join(carrying)
    if _WORLD.search(question) and not _WORLD.search(said):
        return _COUNTRY.search(said) is not None and _COUNTRY.search(question) is None
    if _WHOLE_COUNTRY.search(question) and not _COUNTRY.search(said):
        return _PROVINCE.search(said) is not None and _PROVINCE.search(question) is None
    return False


def _is_of_another_harm(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the hurt are asked for, and the figure is of the dead: the 24人 of 24人死亡，另有68人受伤."""
    wanted = {name for name, words in _HARMS if words.search(asked.searched)}
    figures = [figure for figure in find_figures(statement) if figure.kind == "count"]
    if len(wanted) != 1 or not figures or any(words.search(statement) for _, words in _HARMS):
        return False
    after = [
        _CLAUSE.match(sentence.text[printed.end :])
        for sentence in quoted
        for printed in find_figures(sentence.text)
        if any(supports(printed, figure) for figure in figures)
    ]
    told = [{name for name, words in _HARMS if words.search(clause.group())} for clause in after if clause]
    return bool(told) and all(harms and not harms & wanted for harms in told)


def _is_share_of_another_whole(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a share of something named is asked for, and no quote with it names that: 占全球 is no 占全美."""
    whole = _SHARE_OF.search(asked.searched)
    figures = [figure for figure in find_figures(statement) if figure.kind in ("share", "change")]
    if whole is None or not figures:
        return False
    name = whole["whole"][-2:]
    return not any(
        name in f"{sentence.article.title}\n{sentence.text}" or (name == "全球" and "世界" in sentence.text)
        for sentence in quoted
        if any(supports(printed, figure) for printed in find_figures(sentence.text) for figure in figures)
    )


def _is_put_together(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a figure that the question tells is of one article, and what is said of it of another that has none.

    这6名嫌疑人最小的多少岁 is not answered by one report of the 6名 and by the 21岁 of another.
    """
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if _change_of_another_report(figures, quoted):
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


def _change_of_another_report(figures: Sequence[Figure], quoted: Sequence[Sentence]) -> bool:
    """Whether a change follows an amount, and no article has both: 收入1860万元，增长6.1%."""
    articles = {sentence.article.id: find_figures(sentence.article.text) for sentence in quoted}
    return len(articles) > 1 and any(
        second.direction
        and not any(
            all(any(supports(printed, figure) for printed in found) for figure in (first, second))
            for found in articles.values()
        )
        for first, second in pairwise(figures)
    )


def _is_of_another_act(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a bare count is of things that something else was done to than is asked.

    To 签了多少个项目, the 723个 of 办理了手续的项目 is no answer where another sentence tells of 签约 with its count.
    """
    before = _ASKED_HOW_MANY.search(asked.searched)
    is_act = before is not None and _CAUSED.search(before["done"]) is None
    done = acts(before["done"], 1) - _PLAIN_ACTS if before and is_act else frozenset()
    said = [figure for figure in find_figures(statement) if figure.kind == "count"]
    if asked.kind.kind != "count" or not done or not said or acts(statement, 1) & done:
        return False
    if any(_is_in_another_piece(sentence.text, said, done) for sentence in quoted):
        return True
    if any(acts(sentence.text, 1) & done for sentence in quoted):
        return False
    return any(
        acts(sentence.text, 1) & done and _counts_in(sentence.text, said[0].unit)
        for sentence in found.sentences
        if sentence not in quoted
    )


def _is_in_another_piece(text: str, said: Sequence[Figure], done: frozenset[str]) -> bool:
    """Whether one piece of a sentence tells of what was ``done``, with its count, and another of the figures.

    封停了12座旧矿、填平了3座旧矿.
    """
    pieces = _PIECE.findall(text)
    mine = [piece for piece in pieces if any(supports(a, b) for a in find_figures(piece) for b in said)]
    theirs = [piece for piece in pieces if piece not in mine and _counts_in(piece, said[0].unit)]
    return (
        bool(mine)
        and all(acts(piece, 1) - _PLAIN_ACTS and not acts(piece, 1) & done for piece in mine)
        and any(acts(piece, 1) & done for piece in theirs)
    )


def _counts_in(text: str, unit: str) -> bool:
    return any(figure.kind == "count" and figure.unit == unit for figure in find_figures(text))


def _gives_a_change(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a change is given as the amount itself: 到9月底17个 of 102个，比9月底增加17个."""
    if _CHANGED.search(asked.searched) or _CHANGED.search(statement):
        return False
    said = [figure for figure in find_figures(statement) if figure.kind in ("count", "money")]
    return any(
        found.direction and _AGAINST.search(sentence.text[: found.start])
        for sentence in quoted
        for found in find_figures(sentence.text)
        if any(supports(found, figure) for figure in said)
    )


def _shares_out_one_thing(statement: str) -> bool:
    """Whether 分别 is said of one thing only: 两人访问时间分别为6月18日至19日 answers for one of them."""
    _, said, rest = statement.rpartition("分别")
    return bool(said) and bool(find_figures(rest)) and _LISTING.search(rest.rstrip("。")) is None


def _is_of_another_level(asked: Asked, sentence: Sentence) -> bool:
    return is_of_another_level(asked.searched, f"{sentence.article.title}\n{sentence.text}")


def _is_only_planned(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a plan is given as a fact: 固定资产投资增长8% of 预期目标为…, and 实际 asked of a capacity."""
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if not figures or _PLANNED.search(asked.searched) or not is_chinese(statement):
        return False
    if _ACTUAL.search(asked.searched):
        return _is_not_actual(figures, "。".join(sentence.text for sentence in quoted))
    if _PLANNED.search(statement):
        return False
    carrying = [s for s in quoted if any(supports(a, b) for a in find_figures(s.text) for b in figures)]
    years = set(_YEAR.findall(asked.searched))
    unnamed = bool(years) and not any(year in sentence.text for sentence in carrying for year in years)
    return all(_AIMS.search(sentence.text) for sentence in quoted) or (
        unnamed and hides_forecast(asked, statement, quoted)
    )


def hides_forecast(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a forecast is given as a fact: 增长5.7% of 县里预期下半年形势好转，全年可有5.7%的增长."""
    if _PLANNED.search(asked.searched) or _PLANNED.search(statement) or _FORECAST.search(statement):
        return False
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    places = []
    for sentence in quoted:
        clauses = _CLAUSE.findall(sentence.text)
        for place, clause in enumerate(clauses):
            if any(supports(a, b) for a in find_figures(clause) for b in figures):
                places.append("，".join(clauses[max(0, place - 1) : place + 1]))
    return bool(places) and all(_FORECAST.search(place) for place in places)


def _is_not_actual(figures: Sequence[Figure], text: str) -> bool:
    """Whether every clause that holds one of these figures speaks of a capacity or a plan."""
    clauses = _clauses_of(figures, text)
    return bool(clauses) and all(_NOT_ACTUAL.search(clause) for clause in clauses)


def _clauses_of(figures: Sequence[Figure], text: str) -> list[str]:
    """The clauses of ``text`` that hold one of these figures as the paper has it."""
    return [
        clause
        for clause in _CLAUSE.findall(text)
        if any(supports(a, b) for a in find_figures(clause) for b in figures)
    ]


def _hides_its_period(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    if asked.kind.kind not in ("count", "money", "percentage") or not is_chinese(statement):
        return False
    return any(hides_its_period(found.time_asked, item.article, item.text, statement) for item in quoted)


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


def _says_another_time(statement: str, sentence: Sentence) -> bool:
    """Whether a statement dates a figure otherwise than its quote: 6月底：17个 of 全年102个，比9月底增17个."""
    if sentence.article.date is None or not _YEAR.search(statement) or not find_figures(_YEAR.sub("", statement)):
        return False
    said = read_question_time(statement, sentence.article.date)
    if said is None or said.text in sentence.text:
        return False
    return is_of_other_time(said, sentence.article, sentence.text)
