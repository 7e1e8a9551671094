"""Questions that ask nothing yet: a greeting, question words alone, one bare word. They are asked back, not answered.

The paper nearest to 谁？ is the paper nearest to anything, and whatever it says answers nothing that was asked.
"""

from __future__ import annotations

import re
from typing import Literal

import rjieba

from rag.chinese.lexicon import alternation
from rag.chinese.offices import names_no_body
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import HAN, fold, query_terms, strip_question_words

Unclear = Literal["greeting", "about the program", "no words", "asks of nothing", "one word", "no body"]

_GREETING = re.compile(alternation("greetings", "greeting"))
_PROGRAM = re.compile(alternation("greetings", "program"))
_ADDRESS = re.compile("^(?:报问|baowen)[，, ]*|[，, ]*(?:报问|baowen)$")
_SIGNS = re.compile(rf"[^{HAN}a-zà-öø-ÿ0-9 ]")


def unclear_question(question: str) -> Unclear | None:
    """What keeps ``question``, completed from its conversation, from asking anything; None where it asks."""
    plain = " ".join(_SIGNS.sub(" ", fold(question)).split())
    if not plain:
        return "no words"
    addressed = _ADDRESS.sub("", plain) or plain
    if _GREETING.fullmatch(addressed):
        return "greeting"
    if _PROGRAM.fullmatch(addressed):
        return "about the program"
    if not query_terms(plain):
        return "asks of nothing"
    if names_no_body(plain):
        return "no body"
    asks = strip_question_words(plain) != plain
    return "one word" if not asks and _is_one_word(plain) else None


def _is_one_word(plain: str) -> bool:
    """Whether nothing but one word of the dictionary stands there: 项目, not a name such as 云膜科技 or a number."""
    if any(map(str.isdigit, plain)):
        return False
    return len(plain.split()) == 1 and (not is_chinese(plain) or len(rjieba.cut(plain)) == 1)


def asked_back(question: str, unclear: Unclear) -> tuple[str, str]:
    """The text in place of an answer and the reason, in the language of the question."""
    return _asked_back_zh(question, unclear) if is_chinese(question) else _asked_back_en(question, unclear)


def _asked_back_zh(question: str, unclear: Unclear) -> tuple[str, str]:
    text = {
        "greeting": "您好！请问想查报上的什么事？",
        "about the program": "这里只回答库中报纸写到的事，每个答案都注明出自哪一句。请问想查什么？",
        "no words": "没有看到文字。请问想查报上的什么事？",
        "asks of nothing": "请写明问的是哪件事。",
        "no body": "请写明问的是哪个单位的。",
        "one word": f"只看到“{question.strip()}”一个词。请写明想问它的什么。",
    }[unclear]
    return text, "问题里没有写明要查的事：请写出单位、地点或事情，再加上想知道的内容，如“某某会议有多少人参加？”。"


def _asked_back_en(question: str, unclear: Unclear) -> tuple[str, str]:
    text = {
        "greeting": "Hello! What would you like to know from the paper?",
        "about the program": "This answers from the newspapers in its store alone, and cites the sentence. "
        "What do you want to know?",
        "no words": "There are no words in the question. What would you like to know from the paper?",
        "asks of nothing": "Please say what the question is about.",
        "no body": "Please say of which body or place.",
        "one word": f"“{question.strip()}” alone is no question. Please say what you want to know of it.",
    }[unclear]
    return (
        text,
        "the question names nothing to look for: name the body, place or event and what you want to know of it.",
    )
