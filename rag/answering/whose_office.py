"""Whether somebody holds an office, as in 何田现在还是主任吗: told by the latest office that a report gives him."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.chinese.offices import TITLE
from rag.chinese.sentences import split_sentences
from rag.claims.office_claims import office_namings
from rag.records import Article

_NOW = "(?:现在|目前|如今|今年)?"
_ASKED = re.compile(
    rf"^(?P<name>[一-鿿·]{{2,5}}?)(?:同志)?{_NOW}还?(?:是不是|是否是|是|当|担任|任)(?P<office>[一-鿿]{{0,20}}?[副代]?(?:{TITLE}))"
    r"(?:吗|吧|么|不|没有?)?$"
)


_UNIT = "(?:单位|部门|地方|岗位|职务|[局委办镇乡])"
_HELD = r"(?:是|[担]?任|当)?个?(?:什么(?:职务|职位|官|领导)|哪个单位的?|(?P<work>[做干]什么(?:的|工作)?))"
_MOVED = (
    rf"被?(?:调|升|提拔|转)[任走]?[到去]?了?(?:哪里|哪个?{_UNIT}?|什么{_UNIT})(?:任职|工作|去|当)?(?:什么)?"
    "|(?<=后来)[去到]了?哪里?"
)
_WHERE = rf"在(?:哪里|哪个?{_UNIT}|什么{_UNIT})(?:任职|当(?:领导|官|干部)|工作|上班)"
_ASKED_WHICH = re.compile(
    rf"^(?P<name>[一-鿿·]{{2,5}}?)(?:同志)?(?P<now>现在|目前|如今|后来)?(?:{_HELD}|{_MOVED}|{_WHERE})[了呢啊]?$"
)


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """The office in which a sentence names somebody."""

    name: str
    office: str
    sentence: Sentence


def asked_of_somebody(question: str) -> tuple[str, str] | None:
    """Name and office of a question whether the one holds the other; None for any other question.

    The office is empty where it is asked for: 何田现在是什么职务.
    """
    plain = question.strip(" 。？?！!")
    which = _ASKED_WHICH.match(plain)
    if which is not None and (which["now"] or not which["work"]):  # 做什么, without 现在, may ask what he did
        return which["name"], ""
    found = _ASKED.match(plain)
    return (found["name"], found["office"]) if found else None


def latest_office(name: str, articles: Iterable[Article]) -> HeldOffice | None:
    """The office of ``name`` in the newest report that gives one."""
    for article in sorted(articles, key=lambda item: item.date or dt.date.min, reverse=True):
        for span in split_sentences(article.text):
            text = article.text[span.start : span.end]
            held = (
                [item.body + item.title for item in office_namings(text) if item.name == name] if name in text else []
            )
            if held:
                return HeldOffice(name, "、".join(held), Sentence(article, span.start, span.end, text, 0, 1.0, 1.0))
    return None


def office_statement(held: HeldOffice, marker: int) -> str:
    """``最近一次报道（2021年6月25日）中，何田是区水务局局长[1]``."""
    day = held.sentence.article.date
    when = f"（{day.year}年{day.month}月{day.day}日）" if day else ""
    return f"最近一次报道{when}中，{held.name}是{held.office}[{marker}]。"
