"""Headline lines of one article → its title and subtitle. Knows neither the page nor the body."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from rag.corpus.line_shapes import REPORT_START, split_cost, word_pairs
from rag.corpus.lines import em_width
from rag.corpus.normalisation import NOTHING, MappedText, join, spaced

_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[%万亿元个人名家户件项吨亩次]|百分点)")
_CLAUSE_SPACE = re.compile("(?<=[\u3400-\u9fff”]{2}) (?=[\u3400-\u9fff“])")
_NEEDS_NO_OBJECT = (
    *("召开", "启用", "举行", "开幕", "闭幕", "开工", "揭牌", "启动", "竣工", "投产", "封顶", "公布", "发布", "开跑"),
    *("通车", "开通", "上线", "落成", "运行", "揭晓", "出炉", "收官", "增长", "下降"),
)
_ALSO_VERBS = frozenset({"落户", "落地", "签约", "惠及", "领跑", "亮相", "获评", "入选", "入围", "跻身"})
"""Verbs of headlines that the dictionary tags as nouns."""
_OBJECT = re.compile("[nmqrlijs]")
"""Tags of words that can be an object: nouns, numbers, measures, pronouns, set phrases, places."""
_COLUMN_NAME = re.compile("【[^】]*】")
_DASH = re.compile("^[—–-]{1,2}")
_TOLD = re.compile(
    "今[天日]（|[0-9]日(?:[上下]午|晚|凌晨|清晨)?(?!以来|起|前|后|[0-9—至])[\u3400-\u9fff]|[0-9]日(?:是|至[0-9]+日在)"
)
"""The day on which it happened, which the title leaves to the subtitle and the text."""
_TITLE_OF = re.compile("《[^》]*》")
_SENTENCE = re.compile("是|[了着]|正在|其中|占")
"""Words of a sentence told in full; titles do without."""
_GOES_ON = re.compile(
    "(?:强调|指出|要求|表示|认为|呼吁|[的和与及暨在对为将从向把被由称致超近约第共至或]|同比增长|同比下降)$"
)
"""Ends after which a sentence must go on; a speaker's words stand in the line below him."""
_GOES_ON_TAGS = re.compile("[pcdumq]")
"""Tags of last words after which a sentence must go on: prepositions, conjunctions, adverbs, numbers, measures."""
_COUNTED = re.compile("[0-9][万亿]?(?:[%元个人名家户件项吨亩次]|人次|百分点)$")
"""A number with its measure, which needs no noun after it."""
_REST_OF_COUNT = re.compile("[0-9][^，]{0,8}$")
_REMNANT = 4
"""A clause is not shorter, in characters; a shorter piece ends the clause of the line before."""
_KICKER = 10.0
"""A line over the title that says nothing whole is not wider, in em."""
_ACCEPTED = 2.0
_SURER = 1.0
"""How much surer a later line must be to begin the subtitle in place of an earlier one."""
_DASHED = 6.0
_DOUBT = 0.05
"""A probability of the model counts as no nearer to 0 or 1, so that what a line says can still outweigh it."""


@dataclass(frozen=True, slots=True)
class Headline:
    """Title and subtitle, each with the way back to its characters."""

    title: MappedText = NOTHING
    subtitle: MappedText = NOTHING


def compose_headline(lines: Sequence[MappedText], told: Sequence[float], source: str) -> Headline:
    """The lines of a headline as title and subtitle; ``told`` is how probably each is subtitle, by the line model.

    A kicker or a broken headline goes on in the title (``示范区：`` + ``为…谱新篇``). A line begins the subtitle if
    it starts with a dash, is much longer than the line before it, says the title again or on which day it was, or
    if the lines before make a whole statement and it adds a figure or another clause (``11个项目落户示范区`` +
    ``总投资58亿元``). Beside that counts the mean of the model's log-odds for it and the lines after it, though
    never against a line that ends in a counted thing: few pages to learn from had such subtitles.
    """
    if not lines:
        return Headline()
    cut, accepted = len(lines), _ACCEPTED
    odds = [_log_odds(probability) for probability in told]
    for index in range(1, len(lines)):
        page = sum(odds[index:]) / len(odds[index:])
        if _COUNTED.search(lines[index].text):
            page = max(0.0, page)
        evidence = _subtitle_evidence(lines, index, source) + page
        if evidence >= accepted:
            cut, accepted = index, evidence + _SURER
    return Headline(join(lines[:cut]), join(lines[cut:]))


def _log_odds(probability: float) -> float:
    """Of a probability no nearer to 0 or 1 than ``_DOUBT``."""
    sure = min(max(float(probability), _DOUBT), 1 - _DOUBT)
    return math.log(sure / (1 - sure))


def _subtitle_evidence(lines: Sequence[MappedText], index: int, source: str) -> float:
    """How much the subtitle looks to begin with line ``index``; 0.0 where it cannot."""
    line, before = lines[index].text, "".join(piece.text for piece in lines[:index])
    if _DASH.match(line):
        return _DASHED
    name = _COLUMN_NAME.sub("", before)
    if (
        before.endswith(("：", ":", "，", "、"))
        or em_width(name) < 6
        or _is_open(before)
        or _REST_OF_COUNT.match(line)
        or split_cost(lines[index - 1].text, line) > 0
    ):
        return 0.0
    pieces = [spaced(piece, source) for piece in lines[:index]]
    clauses = _CLAUSE_SPACE.split(spaced(lines[index], source))
    last = _CLAUSE_SPACE.split(pieces[-1])[-1]
    if len(clauses) > 1 and len(clauses[0]) <= _REMNANT:
        return 0.0
    wider = em_width(line) / max(em_width(_COLUMN_NAME.sub("", piece.text)) or 1.0 for piece in lines[:index])
    gained = line.count("，") > before.count("，") and wider >= 1.1
    more = _clauses(" ".join(clauses)) > _clauses("".join(pieces))
    told = bool(REPORT_START.match(line) or _TOLD.search(line)) and em_width(line) >= 10
    again = _says_again(name, line)
    evidence = 1.5 * (wider >= 1.5) + 1.5 * gained + 1.0 * (more or bool(_FIGURE.search(line)))
    evidence += 2.5 * told + 2.5 * again + 1.0 * bool(_SENTENCE.search(_TITLE_OF.sub("", line)))
    if evidence < (1.0 if em_width(name) >= 8 else 2.5):
        return 0.0
    evidence += 1.0 if _is_statement(name) else 0.5 if em_width(before) > _KICKER else -1.0
    if not again and _goes_on(last):
        return evidence - 3.0
    if index == 1 and not (again or told or _is_statement(name) or em_width(name) > _KICKER):
        return 0.0
    return evidence - (1.0 if _begins_with_verb(line) and not gained and not _COUNTED.search(line) else 0.0)


def _is_open(text: str) -> bool:
    """Whether a bracket or quotation mark opened in a text is not closed there."""
    return any(text.count(pair[0]) > text.count(pair[1]) for pair in ("【】", "《》", "“”", "（）"))


def _says_again(before: str, line: str) -> bool:
    """Whether a line repeats half of the words of the lines before, which no title does."""
    said, again = word_pairs(before), word_pairs(line)
    return len(said & again) >= max(5, 0.5 * len(said))


def _goes_on(text: str) -> bool:
    """Whether a sentence must go on after a line that ends so."""
    if _GOES_ON.search(text):
        return True
    tagged = rjieba.tag(text)
    return bool(tagged) and bool(_GOES_ON_TAGS.match(tagged[-1][1])) and not _COUNTED.search(text)


def _begins_with_verb(text: str) -> bool:
    tagged = rjieba.tag(text)
    return bool(tagged) and tagged[0][1] == "v"


def _clauses(text: str) -> int:
    return text.count("，") + len(_CLAUSE_SPACE.findall(text))


def _is_statement(text: str) -> bool:
    """Whether a headline says who does what: a verb with its object after it, unless it needs none."""
    tagged = [(word, tag) for word, tag in rjieba.tag(text) if tag[:1] != "w"]
    for place, (word, tag) in enumerate(tagged):
        if (
            place
            and (tag.startswith("v") or word in _ALSO_VERBS)
            and any(_OBJECT.match(later) for _, later in tagged[place + 1 :])
        ):
            return True
    return text.endswith((*_NEEDS_NO_OBJECT, "”"))
