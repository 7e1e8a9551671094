"""What a model's reply is by its shape: in the wrong language, an echo of the question, a bare name, half a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.answering.support import NAME_TAGS
from rag.chinese.question_kind import ASKING, is_chinese
from rag.chinese.terms import fold

_ENGLISH_OPENING = re.compile(r"(?:The|In|At|On|There|It|A|An|According)\s+[a-z]")
_SIGNS = re.compile(r"[^\w]|_")
_CHOICE = re.compile(r"还是|是否|有没有|是不是|能否|吗|(?<!什)(?<!怎)么")
_NAME_CHARACTERS = 14
_NAME = re.compile(r"[一-鿿·、和与]+")
_LIST_REST = re.compile(r"(?:、[一-鿿A-Za-z·]{2,12}?(?=、|等|[^一-鿿A-Za-z·]|$))+")
_KIND = 2
"""A noun's length, at the end of a question: 冠军, 市长."""
_IS_WHO = re.compile(r"(?:分别|都)?(?:是|为|有)?(?:谁|哪一?[位个些]人?)?[？?。]*$")
_LIST = re.compile(r"[一-鿿A-Za-z·]+(?:、[一-鿿A-Za-z·]{2,12})+")
_GOES_ON = re.compile(r"、|[一-鿿]{2,6}[：:](?=[一-鿿])")
_ASKS_WHAT = re.compile(r"什么(?:样|类型|性质)?的?")
_WHO_DID = re.compile(r"谁(?P<did>[一-鿿]{2})")


def is_in_another_language(statement: str, question: str) -> bool:
    """Whether a Chinese question got an English sentence; a name or a figure has no language."""
    return is_chinese(question) and not is_chinese(statement) and len(re.findall(r"[A-Za-z]+", statement)) >= 4


def begins_in_english(statement: str, question: str) -> bool:
    """Whether a Chinese question is being answered in English, or in a mixture of both."""
    begun = is_chinese(question) and _ENGLISH_OPENING.match(statement) is not None
    return begun or is_in_another_language(statement, question)


def is_echo(asked: Asked, statement: str) -> bool:
    """Whether a reply only repeats words of the question: 渡口, or 是电影, to 渡口是什么电影."""
    said = _SIGNS.sub("", fold(statement))
    if not is_chinese(asked.question) or _CHOICE.search(asked.complete):
        return False
    whole = fold(asked.complete + asked.searched)
    return said in _SIGNS.sub("", whole) or said in _SIGNS.sub("", _ASKS_WHAT.sub("", whole))


def is_only_its_kind(asked: Asked, statement: str) -> bool:
    """Whether a reply to 谁, or to a heading, says only what kind of thing is asked for: 卫冕冠军 to 中超冠军."""
    heading = _IS_WHO.sub("", asked.searched)
    said = statement.strip(" 。.！!")
    if ASKING.search(heading) or not is_chinese(asked.question) or len(heading) < _KIND:
        return False
    if re.fullmatch(rf"[一-鿿]{{0,4}}{re.escape(heading[-_KIND:])}", said) is None:
        return False
    # The dictionary has 卫冕冠军 for a name.
    return not any(tag in NAME_TAGS and not word.endswith(heading[-_KIND:]) for word, tag in rjieba.tag(said))


def is_copied_name(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the reply to 谁, or what it says did it, is a few of the paper's own words.

    No dictionary knows every name: 舒畅创立了公司 answers 公司是谁创立的.
    """
    reply = statement.strip(" 。.！!")
    did = _WHO_DID.search(asked.searched)
    if did is not None:
        reply = reply.partition(did["did"])[0]
    if asked.kind.kind != "person" or not 2 <= len(reply) <= _NAME_CHARACTERS or reply in asked.searched:
        return False
    return _NAME.fullmatch(reply) is not None and any(reply in sentence.text for sentence in quoted)


def is_cut_list(statement: str, text: str) -> bool:
    """Whether the statement gives the first names of a list that goes on in the paper's sentence.

    王强、李红特别演出：林望舒 goes on after 李红, too; nor may one in its middle be missing.
    """
    if _leaves_out_names(statement, text):
        return True
    rests = [rest for rest in _LIST_REST.findall(statement) if rest in text]
    return any(_GOES_ON.match(text, text.index(rest) + len(rest)) for rest in rests)


def _leaves_out_names(statement: str, text: str) -> bool:
    """Whether the statement lists most names of a list of the paper's, and leaves out some between them."""
    if "、" not in statement:
        return False
    for listed in _LIST.findall(text):
        names = listed.split("、")[1:-1]  # the first may have words before it, the last words after it
        held = [name in statement for name in names]
        if len(names) > 2 and not all(held) and 2 * sum(held) > len(names):
            return True
    return False
