"""What a model's reply is by its shape: in the wrong language, an echo of the question, or a bare name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.retrieval.question_kind import is_chinese
from rag.retrieval.terms import fold

_ENGLISH_OPENING = re.compile(r"(?:The|In|At|On|There|It|A|An|According)\s+[a-z]")
_SIGNS = re.compile(r"[^\w]|_")
_CHOICE = re.compile(r"还是|是否|有没有|是不是|能否|吗|(?<!什)(?<!怎)么")
_NAME_CHARACTERS = 14
_NAME = re.compile(r"[一-鿿·、和与]+")


def is_in_another_language(statement: str, question: str) -> bool:
    """Whether a Chinese question got an English sentence; a name or a figure has no language."""
    return is_chinese(question) and not is_chinese(statement) and len(re.findall(r"[A-Za-z]+", statement)) >= 4


def begins_in_english(statement: str, question: str) -> bool:
    """Whether a Chinese question is being answered in English, or in a mixture of both."""
    begun = is_chinese(question) and _ENGLISH_OPENING.match(statement) is not None
    return begun or is_in_another_language(statement, question)


def is_echo(asked: Asked, statement: str) -> bool:
    """Whether a reply only repeats words of the question: 人生路不熟 to 人生路不熟是什么电影."""
    said = _SIGNS.sub("", fold(statement))
    if not is_chinese(asked.question) or _CHOICE.search(asked.complete):
        return False
    return said in _SIGNS.sub("", fold(asked.complete + asked.searched))


def is_copied_name(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the whole reply to 谁 is a few of the paper's own words: no dictionary knows every name."""
    reply = statement.strip(" 。.！!")
    if asked.kind.kind != "person" or not 2 <= len(reply) <= _NAME_CHARACTERS or reply in asked.searched:
        return False
    return _NAME.fullmatch(reply) is not None and any(reply in sentence.text for sentence in quoted)
