"""Where in the candidates the answer may stand, and what of the question stands around it.

A passage may hold every word of a question and not its answer: 江门中微子实验装置在地下多深 wants metres, and in
the right sentence. So each thing of the wanted form (see ``answer_pattern``) is looked at with the sentence around
it, and the best of them counts for its passage.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from rag.chinese.lexicon import alternation
from rag.chinese.question_kind import NUMBER, SAME_UNITS, question_kind
from rag.chinese.terms import HAN, fold
from rag.retrieval.occurrences import Floats, Integers, Occurrences, Texts

NEAR_CHARACTERS = 25
"""How far around a possible answer the question's terms count as near; never beyond its sentence."""
SLOT_CHARACTERS = 12
_PATTERN_SIZE = 256

# 同一天, 另一些, 第三位 and 每一户 count nothing.
_COUNTED = rf"(?<![同另每这那第其某统单唯]){NUMBER}[余多]?[百千万亿]*[余多]?"
_EXTENT_UNITS = {extent: alternation("extents", extent) for extent in "长高深重远大"}
_EXTENT = re.compile(f"多(?P<of>[{''.join(_EXTENT_UNITS)}])")
_OF_PEOPLE = re.compile(
    rf"(?:多少|几)[^，。？]{{0,8}}(?:{alternation('question_words', 'of_people')})[？?。]*$|"
    r"伤亡|多少.{0,3}[死伤]"
)
_UNITS_OF_MONEY = "元|美元|欧元|港元|日元|英镑|人民币|块钱|卢布|韩元"
_ASKING = re.compile(r"多少|几(?!乎)")
_CLAUSE_SIGN = re.compile(r"[，。,？?！!；;：:]")
_BEFORE_ASKING = re.compile(r"(?:一共|总共|共有|共计|共|大约|约|达到|达|有|了|是|为)$")
_SLOT_TERMS = 8
_SLOT_DECAY = 0.3


def answer_places(
    question: str, texts: Texts, words: Occurrences, bigrams: Occurrences, exacts: Occurrences
) -> dict[str, Floats]:
    """For each candidate the best of its possible answers, shares of ``(n_candidates,)``.

    ``answer sentence``: the question's words in its sentence; ``answer near``: bigrams and exact terms close by;
    ``slot``: what stands next to 多少 in the question stands next to it. All 0.0 where the form is not known.
    """
    starts, candidate = _possible_answers(question, texts)
    begins, ends = texts.sentence_around(starts)
    near = np.maximum(begins, starts - NEAR_CHARACTERS), np.minimum(ends, starts + NEAR_CHARACTERS)
    shares = {
        "answer sentence": words.within(begins, ends),
        "answer near": _both(bigrams, exacts, near),
        "slot": _slots(question, texts, starts, (begins, ends)),
    }
    best = {name: np.zeros(len(texts.starts)) for name in shares}
    for name, values in shares.items():
        np.maximum.at(best[name], candidate, values)
    return best


def _possible_answers(question: str, texts: Texts) -> tuple[Integers, Integers]:
    """Where in bodies something of the wanted form starts, and in which candidate."""
    pattern = answer_pattern(fold(question))
    found = [] if pattern is None else [match.start() for match in pattern.finditer(texts.text)]
    starts = np.array(found, dtype=np.int64)
    candidate = np.maximum(np.searchsorted(texts.starts, starts, side="right") - 1, 0)
    in_body = starts < texts.body_ends[candidate]
    return starts[in_body], candidate[in_body]


def _both(first: Occurrences, second: Occurrences, ranges: tuple[Integers, Integers]) -> Floats:
    """The share in each range of the terms of both kinds together."""
    weights = float(first.weights.sum()), float(second.weights.sum())
    shares = first.within(*ranges) * weights[0] + second.within(*ranges) * weights[1]
    return shares / max(sum(weights), 1e-9)


def _slots(question: str, texts: Texts, starts: Integers, sentence: tuple[Integers, Integers]) -> Floats:
    """How much of the characters left and right of 多少 or 几 stands left and right of each place."""
    left, right = _around_slot(fold(question))
    before = _close_pairs(left[::-1], texts, turned=True)
    after = _close_pairs(right, texts, turned=False)
    begins, ends = (
        np.maximum(sentence[0], starts - SLOT_CHARACTERS),
        np.minimum(sentence[1], starts + SLOT_CHARACTERS),
    )
    return (before.within(begins, starts - 1) + after.within(starts, ends)) / 2


def _around_slot(question: str) -> tuple[str, str]:
    """What stands left and right of 多少 or 几 in its clause: (签约引进项目, 个)."""
    asking = _ASKING.search(question)
    if asking is None:
        return "", ""
    left = re.sub(r"\W", "", _CLAUSE_SIGN.split(question[: asking.start()])[-1])
    right = re.sub(r"\W", "", _CLAUSE_SIGN.split(question[asking.end() :])[0])
    return _BEFORE_ASKING.sub("", left[-_SLOT_TERMS:]), right[:_SLOT_TERMS]


def _close_pairs(characters: str, texts: Texts, *, turned: bool) -> Occurrences:
    """Pairs of neighbouring characters, those at the start of ``characters`` the heaviest."""
    weights: dict[str, float] = {}
    for place in range(len(characters) - 1):
        pair = characters[place : place + 2]
        weights.setdefault(pair[::-1] if turned else pair, 1 / (1 + _SLOT_DECAY * place))
    return texts.find(list(weights), np.array(list(weights.values()), dtype=np.float64))


@lru_cache(maxsize=_PATTERN_SIZE)
def answer_pattern(question: str) -> re.Pattern[str] | None:
    """What may be the answer to a folded question, closer than its ``answer_form``; None where nothing can be said.

    多长 wants a length, 多少平民 people, and 多少家 companies counted with 家 or what is said for it.
    """
    asked = question_kind(question)
    if asked.kind == "money":
        return re.compile(rf"{_COUNTED}(?:{_UNITS_OF_MONEY})|{NUMBER}[万亿]")
    if asked.kind != "count":
        return asked.answer_form()
    if asked.unit:
        same = next((group for group in SAME_UNITS if asked.unit in group), "")
        return re.compile(rf"{_COUNTED}(?:{re.escape(asked.unit)}{'|[' + same + ']' if same else ''})")
    extent = _EXTENT.search(question)
    if extent:
        return re.compile(rf"{_COUNTED}(?:{_EXTENT_UNITS[extent['of']]})")
    if _OF_PEOPLE.search(question):
        return re.compile(rf"{_COUNTED}[人名位个死伤例]")
    if "面积" in question:
        return re.compile(rf"{_COUNTED}(?:平方|平米|亩|公顷)")
    return re.compile(rf"{_COUNTED}[{HAN}]")
