"""Headline lines of one article → its title and subtitle. Knows neither the page nor the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

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
_COLUMN_NAME = re.compile("^【[^】]*】")
_KICKER = 10.0
"""A line over the title that says nothing whole is not wider, in em."""
_DASH = re.compile("^[—–-]{1,2}")


@dataclass(frozen=True, slots=True)
class Headline:
    """Title and subtitle, each with the way back to its characters."""

    title: MappedText = NOTHING
    subtitle: MappedText = NOTHING


def compose_headline(lines: Sequence[MappedText], source: str) -> Headline:
    """The lines of a headline as title and subtitle.

    A kicker or a broken headline goes on in the title (``示范区：`` + ``为…谱新篇``). A line begins the subtitle if
    it starts with a dash, is much longer than the line before it, or if the lines before make a whole statement and
    it adds a figure or another clause (``11个项目落户示范区`` + ``总投资58亿元``).
    """
    lines = [line for line in lines if line.text]
    if not lines:
        return Headline()
    cut = next((index for index in range(1, len(lines)) if _begins_subtitle(lines, index, source)), len(lines))
    return Headline(join(lines[:cut]), join(lines[cut:]))


def _begins_subtitle(lines: Sequence[MappedText], index: int, source: str) -> bool:
    line, before = lines[index].text, "".join(piece.text for piece in lines[:index])
    if _DASH.match(line):
        return True
    if before.endswith(("：", ":", "，", "、")) or em_width(before) < 8:
        return False
    wider = em_width(line) / max(em_width(piece.text) for piece in lines[:index])
    clauses = _clauses(spaced(lines[index], source)) - _clauses(
        "".join(spaced(piece, source) for piece in lines[:index])
    )
    commas = line.count("，") - before.count("，")
    if before.count("【") > before.count("】"):
        return False
    if wider < 1.5 and not (commas > 0 and wider >= 1.1) and clauses <= 0 and not _FIGURE.search(line):
        return False
    whole = _is_statement(_COLUMN_NAME.sub("", before))
    return whole or (wider >= 1.5 and em_width(before) > _KICKER)


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
