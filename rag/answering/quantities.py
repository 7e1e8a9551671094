"""The quantity that is asked for by its name, 全国棉花产量, and what the paper calls its figures.

A sentence on 播种面积 holds many figures and no 产量.
"""

from __future__ import annotations

import re

import rjieba

from rag.answering.totals import answering_figure
from rag.chinese.figures import Figure, find_figures

_QUANTITY = re.compile(
    r"(?P<name>[一-鿿]{2,8}?)(?:一共|总共|共计|共)?(?:是|为|有|达到?)多少"
    r"|^[^多几]*?(?P<heading>(?:(?![多几])[一-鿿]){2,8})[？?]?$"
)
"""利润是多少, or as a heading 全国棉花产量."""
_MEASURED = re.compile(r"产量|面积|收入|支出|利润|销量|产值|产能|人口|长度|高度|成本|税收|客流|票房|库存|储量")
"""What a clause may call the figure after it; in two characters."""
_AMOUNTS = frozenset("总量 总额 总值 总数 数量 总规模 规模 数额 水平".split())
_NEAR = 8
"""Up to so many characters may stand between a quantity's name and its figure."""
_CLAUSE = re.compile(r"[^，。；！？]+")


def quantity_name(question: str) -> str:
    """The nouns that end the name of the quantity asked for: 人口出生率 of 我国2021年人口出生率; else empty."""
    asked = _QUANTITY.search(question)
    name = ""
    for word, tag in reversed(rjieba.tag(asked["name"] or asked["heading"])) if asked else ():
        if not tag.startswith(("n", "vn")):
            break
        name = word + name
    return name


def has_quantity(question: str, text: str) -> bool:
    """Whether the quantity asked for by its name stands in ``text``, by its last word, and with its figure.

    In full for the short form, too: 营业收入 is 营收.
    """
    name = _last_word(question)
    if not name:
        return True
    return re.search("[一-鿿]{0,3}".join(name), text) is not None and not calls_it_otherwise(question, text)


def calls_it_otherwise(question: str, text: str) -> bool:
    """Whether ``text`` calls the figure that would answer another quantity: 播种面积4500.4万亩 is no 产量.

    Not where it calls some figure what is asked for.
    """
    name = _last_word(question)
    figure = answering_figure(question, text) if _MEASURED.fullmatch(name) else None
    if figure is None:
        return False
    called = {_called(text, other) for other in find_figures(text) if other.kind != "date" and other.unit}
    return name not in called and _called(text, figure) != ""


def _called(text: str, figure: Figure) -> str:
    """What the clause before a figure calls it; empty for none of the names that are known."""
    before = _CLAUSE.findall(text[: figure.start])
    named = list(_MEASURED.finditer(before[-1])) if before else []
    return named[-1].group() if named and len(before[-1]) - named[-1].end() <= _NEAR else ""


def _last_word(question: str) -> str:
    """The last two characters of the quantity's name; empty where none is asked for.

    总量 and the like say nothing of what is measured, where something else does.
    """
    asked = _QUANTITY.search(question)
    words = rjieba.tag(asked["name"] or asked["heading"]) if asked else []
    while len(words) > 1 and words[-1][0] in _AMOUNTS:
        words = words[:-1]
    if not words or not words[-1][1].startswith(("n", "vn")) or len(words[-1][0]) < 2:
        return ""
    return words[-1][0][-2:]
