"""What the model may well write, so that a runtime can check a whole reply at once instead of word by word.

A guess saves time where it is right and changes nothing where it is wrong (see ``GenerationOptions.guesses``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import Sentence
from rag.generation.prompts import REFUSAL_ZH

_ANSWERS = 3
_ASKS = re.compile(
    r"(?P<link>[是为]|达到?)?(?:多少|几|什么|哪|何[时地]|多[久长高大重]|谁(?P<rest>.*))[^，。？?]{0,4}$"
)
_END = re.compile(r"[\s。？?！!]+$")


def likely_replies(question: str, evidence: Sequence[Sentence]) -> tuple[str, ...]:
    """What the reader would answer, the surest first, alone and in the question's words; and the refusal."""
    surest = sorted(evidence, key=lambda item: item.presence or 0.0, reverse=True)
    answers = list(dict.fromkeys(item.answer for item in surest if item.answer))[:_ANSWERS]
    return (*answers, *(restated(question, answer) for answer in answers[:1]), REFUSAL_ZH)


def restated(question: str, answer: str) -> str:
    """A sentence of the question's words with the answer in the place of what asks.

    >>> restated("2021年江城影院总票房是多少？", "472.58亿元")
    '2021年江城影院总票房为472.58亿元。'
    >>> restated("东河县2021年产值增长多少", "5.7%")
    '东河县2021年产值增长5.7%。'
    """
    plain = _END.sub("", question)
    asks = _ASKS.search(plain)
    if asks is None:
        return f"{plain}为{answer}。"
    link = "为" if asks["link"] in ("是", "为") else asks["link"] or ""
    return f"{plain[: asks.start()]}{link}{answer}{asks['rest'] or ''}。"
