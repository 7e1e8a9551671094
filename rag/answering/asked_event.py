"""Whether a quote is of the event asked about: of that meeting, of what did the harm, of what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.attribution import acts
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.support import named_things
from rag.chinese.figures import Figure, find_figures, supports

_EVENT = re.compile(r"(?P<name>[一-鿿]{2,10}?(?P<what>大会|会议|论坛|仪式|博览会|座谈会|推介会|动员会|表彰会))")
_BRACKETS = re.compile(r"[（()）]")
_CAUSE = re.compile(
    r"(?P<what>(?!事[件故]|[此这该本])[一-鿿](?![次起场])[一-鿿])(?:事件|事故)?(?:一共|总共|[已共总])?(?:经?造成|导致|致使?)"
)
_AROUND = 120
"""How many characters around a sentence tell what it is about."""
_PIECE = re.compile(r"[^，。；！？、]+")
_ASKED_HOW_MANY = re.compile(r"(?P<done>[一-鿿]{1,4})(?:多少|几)")
_CAUSED = re.compile(r"(?:造成|导致|致使?)了?$")
"""袭击造成多少人受伤 asks of no act: 68人受伤 need not be called 袭击."""
_PLAIN_ACTS = frozenset("有是为达共到说会能要可进行完")


def is_of_another_event(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
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


def is_of_another_act(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
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
