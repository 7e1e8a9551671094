"""Where articles name the holder of an office: 市委副书记、市长何某, or 何某当选市长.

Left out are former holders (原市长, 时任市长), those of other countries (韩国副总理兼教育部长 for 教育部部长),
offices that only run into the next word (水利部长江委员会), and what is told of a year before that of the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from rag.answering.evidence import Sentence
from rag.answering.orders import gives_orders
from rag.answering.support import OWN_COUNTRY
from rag.chinese.countries import names_foreign_country
from rag.chinese.names import PERSON
from rag.chinese.offices import TITLE, Office
from rag.chinese.running_names import DOTTED, FUNCTION_TAGS, without_lead
from rag.chinese.sentences import split_sentences
from rag.records import Article

_UNIT = "[省市州盟区县旗镇乡村部局厅委院校]"
_SIDE_OFFICE = rf"(?:[一-鿿（）]{{0,14}}?(?:{TITLE}|委员|常委|成员|组长))"
_OFFICE_BEFORE = rf"{_SIDE_OFFICE}(?:[、兼]|[一-鿿]{{2,3}}[、和及])"
"""Another office of the same holder, or another holder of the same body: 省委书记何某和省长林某."""
_APPOINTED = "当选|就任|出任|接任|继任|被任命|改任|(?<=同志)任"
"""担任, and 任 alone where nobody decides it, tell of a whole life, too: an obituary names no one's successor."""
_BARE_ACTS = ("任", "为")
_DECIDED = re.compile("决定|任命|选举")
_GONE = re.compile(r"(?:不再|曾|曾经|卸|辞去|免去|历|时|免)$")
_FORMER = re.compile(r"前$|[时曾历]任$|(?<![太中平草高])原(?![则因来])[^，。；：！？]{0,20}$")
_WHILE = re.compile(r"时|期间|的")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_CLAUSE_ENDS = re.compile(r"[，。；：！？]")
_TOLD_BEFORE = 3
"""In how many sentences before an office the words may stand that it is printed without."""
_OF_THE_STATE = ("国家", "全国", "中央", "国务院", "最高人民")
_OWN_BODIES = "部委局厅署办院交防政商教育"
WINDOW = 16
"""How many characters after an office are looked through for the name."""


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """An office as a paper may print it: ``body`` without the words ``told`` a little earlier."""

    office: Office
    body: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """An office with what follows it, or a whole ``name`` that was appointed to it."""

    sentence: Sentence
    acting: bool
    window: str = ""
    name: str = ""


def shorter(office: Office) -> Iterator[OfficeForm]:
    """The office without the first words of its body: 管委会主任 in a report on 澄溪示范区."""
    words = rjieba.cut(office.body)
    for start in range(1, len(words)):
        rest = "".join(words[start:])
        if len(rest) > 1:
            yield OfficeForm(office, rest, tuple(word for word in words[:start] if len(word) > 1))
    if office.is_part and len(office.body) > 1:
        yield OfficeForm(office, "", (office.body,))


def namings_in(form: OfficeForm, article: Article, *, words: int = WINDOW) -> Iterator[Naming]:
    """Every naming of a present holder in one article, in its order, with ``words`` characters after it."""
    office = form.office
    if office.title not in article.text:
        return
    before, after = _patterns(form)
    spans = split_sentences(article.text)
    for place, span in enumerate(spans):
        text = article.text[span.start : span.end]
        if office.title not in text or gives_orders(text) or _is_of_the_past(article, text):
            continue
        around = (
            article.title + article.text[spans[max(0, place - _TOLD_BEFORE)].start : span.end] if form.body else text
        )
        if not all(word in around for word in form.told):
            continue
        sentence = Sentence(article, span.start, span.end, text, 0, 1.0, 1.0)
        edges = _word_edges(text)
        for match in before.finditer(text):
            lead, end = text[: match.start()], match.end()
            # Of 水利部长江 the 部 belongs to the office's body or to its title, not to both.
            whole = match.start() in edges and (end in edges or match["unit"] or not _is_cut(form.body))
            whole = whole and (bool(form.body) or not office.is_part or _stands_alone(lead))
            if whole and not _FORMER.search(lead) and not _is_abroad(office, lead):
                yield Naming(sentence, bool(match["acting"]), window=text[end : end + words])
        for match in after.finditer(text):
            told = match["act"] not in _BARE_ACTS or _DECIDED.search(text) is not None
            if told and not _GONE.search(text[: match.start("act")]) and not _WHILE.match(text[match.end() :]):
                yield Naming(sentence, bool(match["acting"]), name=without_lead(match["name"]))


def _stands_alone(lead: str) -> bool:
    """Whether nothing before a part says of whom it is another's: 除了创始人何某, not 某某集团创始人何某."""
    if lead.endswith(("联合", "共同", "名誉")):
        return False
    word, tag = next(reversed(rjieba.tag(lead)), ("", ""))
    return not re.search(r"[一-鿿》”]$", word) or tag in FUNCTION_TAGS


def _is_cut(body: str) -> bool:
    """Whether a body is looked for without its last character, as in 教育部长 for 教育部部长."""
    return len(body) > 2 and re.fullmatch(_UNIT, body[-1]) is not None


def _is_of_the_past(article: Article, text: str) -> bool:
    """Whether the sentence tells of a year before that of its paper."""
    return article.date is not None and any(int(year) < article.date.year for year in _YEAR.findall(text))


def _word_edges(text: str) -> set[int]:
    """Where words begin and end: 水利部长江委员会 names no 水利部长, 白俄罗斯总统 none of 俄罗斯."""
    edges, position = {0}, 0
    for word in rjieba.cut(text, False):
        position += len(word)
        edges.add(position)
    return edges


def _is_abroad(office: Office, lead: str) -> bool:
    """Whether the office of no named country is another country's: 教育部部长 in 韩国副总理兼教育部长."""
    clause = _CLAUSE_ENDS.split(lead)[-1]
    return is_own(office) and bool(_places(clause) - OWN_COUNTRY)


def is_held_abroad(office: Office, text: str) -> bool:
    """Whether a text names the office of other countries only, where one of the paper's own is asked about."""
    if not is_own(office):
        return False
    leads = [text[: match.start()] for match in re.finditer(office.title, text)]
    return bool(leads) and all(names_foreign_country(_CLAUSE_ENDS.split(lead)[-1]) for lead in leads)


def is_own(office: Office) -> bool:
    """Whether the office is of the paper's own country without saying so: 教育部部长."""
    if _places(office.body) or names_foreign_country(office.body):
        return False
    return not office.body or office.body[-1] in _OWN_BODIES or office.body.startswith(_OF_THE_STATE)


def _places(text: str) -> set[str]:
    return {word for word, tag in rjieba.tag(text) if tag == "ns"}


def _patterns(form: OfficeForm) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The office before a name (市委副书记、市长何某), and a name appointed to it (何某当选市长)."""
    own = rf"(?<![一-鿿])(?:{_OFFICE_BEFORE}){{0,3}}[该本全]?[省市州区县镇乡]?"
    if form.office.is_part:
        own = ""
    lead = own if form.told or not form.body else ""
    stem = form.body[:-1] if _is_cut(form.body) else form.body
    body = rf"{lead}{re.escape(stem)}(?P<unit>{_UNIT})?(?:联邦|国家|政府|人民政府|共和国|王国)?"
    post = rf"{body}(?:{_OFFICE_BEFORE}){{0,4}}的?(?:最佳)?(?P<acting>代)?{form.office.title}(?![会长])"
    before = re.compile(rf"{post}(?:[、兼]{_SIDE_OFFICE}){{0,4}}[是为：]?[ 　]?")
    after = re.compile(
        rf"(?P<name>{DOTTED}|(?:(?<![一-鿿])|(?<=任命)){PERSON})(?:同志|，祝贺[他她])?(?P<act>(?:{_APPOINTED})为?|为)"
        rf"(?:新任|新一任|新一届)?(?:我?[省市州县区旗])?{post}"
    )
    return before, after
