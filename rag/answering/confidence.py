"""How sure an answer is: what reader, model and wording say of a draft, weighed together.

The weights are fitted, not set: ``confidence.json`` beside this file holds them with the command that fitted them.
Four sets are there: for a draft whose sentences were read a second time, by the model's state; where that is not
told, for a draft of which the model has been asked again and for one of which it has not (most are sure enough, or
hopeless, without that); and for a sentence of the paper where the model is to be asked nothing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files

from rag.answering.evidence import Sentence
from rag.chinese.figures import find_figures, supports
from rag.chinese.terms import fold

_MANY = 2
"""So many further articles that say the same count."""
_MOSTLY = 0.8
"""The share of what is new in a statement that another article must hold to say the same."""
_AGREED = 0.5
_NO_DOUBT = -9.0
"""In the place of the model's doubt where it tells none."""
_FAR = 4.0
_NO_OPINION = 0.4
"""How far a reader that answers something else than was asked agrees with the model."""
ALONE = ("quoted", "lead", "first", "agreement", "others", "choice", "unnamed")
"""The signals that need no model."""
AGAIN = ("quoted", "lead", "reader", "doubt", "agreement", "others", "choice", "models", "unnamed")
"""The signals that count where the sentences were read a second time."""
_SIGNS = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a draft's being the answer.

    ``quoted`` is the reader's logit of the best sentence that the draft stands on, and ``lead`` how far that is above
    the best that says otherwise; ``first`` is 1 where no sentence is above it. ``doubt`` is the model's log-odds of
    beginning its reply with the refusal; ``agreement`` in [0, 1] how much of what the reader would answer stands in
    the draft: two that read apart and say the same are seldom both wrong. ``others`` are further articles that say
    the same. ``choice``, ``models`` and ``unnamed`` are 1 where yes or no is asked, where the words are the model's,
    and where no kind of answer can be told from the question. ``reader`` is the reader's own logit where ``quoted``
    is the second reading's. (How many of the question's words the sentence has
    told nothing beside these.)
    """

    quoted: float
    lead: float
    first: float
    doubt: float
    agreement: float
    others: float
    choice: float
    models: float
    unnamed: float
    reader: float = 0.0

    def confidence(self, checked: float | None = None) -> float:
        """Log-odds of the draft's being the answer, 0.0 is even odds; ``checked`` is the model's of a yes."""
        return self._weighed("unchecked" if checked is None else "checked", checked)

    def confidence_read_again(self) -> float:
        """The same where ``quoted`` and ``lead`` are of the second reading."""
        return self._weighed("read again")

    def _weighed(self, name: str, checked: float | None = None) -> float:
        weights = _weights(name)
        values = {field.name: float(getattr(self, field.name)) for field in fields(self)}
        if checked is not None:
            values["checked"] = _within(checked, _FAR)
        return weights["bias"] + sum(weights[name] * value for name, value in values.items() if name in weights)

    def confidence_alone(self) -> float:
        """The same of a sentence of the paper's own, by the reader alone: the model is not there to be asked."""
        weights = _weights("alone")
        return weights["bias"] + sum(weights[name] * float(getattr(self, name)) for name in ALONE)


def signals(
    question: str,
    told: str,
    quoted: Sequence[Sentence],
    evidence: Sequence[Sentence],
    doubt: float | None,
    *,
    is_choice: bool,
    is_models: bool,
    has_kind: bool,
) -> Signals | None:
    """The signals of what is ``told`` by ``quoted``; None where no reader has read the sentences."""
    read = [item.presence for item in quoted if item.presence is not None]
    if not read:
        return None
    all_read = [item.presence for item in evidence if item.presence is not None]
    against = [
        item.presence
        for item in evidence
        if item.presence is not None
        and item not in quoted
        and not says_as_much(question, told, item.text)
        and agreement(item.answer, told) < _AGREED
    ]
    best, own = max(all_read, default=max(read)), max(read)
    return Signals(
        quoted=own,
        lead=_within(own - max(against), _FAR) if against else _FAR,
        first=float(own >= best),
        doubt=max(_NO_DOUBT, min(3.0, _NO_DOUBT if doubt is None else doubt)),
        agreement=max(agreement(item.answer, told) for item in [evidence[0], *quoted]),
        others=min(corroboration(question, told, evidence), _MANY),
        choice=float(is_choice),
        models=float(is_models),
        unnamed=float(not has_kind),
        reader=max(item.presence or 0.0 if item.first_presence is None else item.first_presence for item in quoted),
    )


def hopeless() -> float:
    """Below this confidence the model is not asked again."""
    return _weights("limits")["hopeless"]


def clear() -> float:
    """Above this confidence the model need not be asked again."""
    return _weights("limits")["clear"]


def plain() -> float:
    """From this confidence on, by the reader alone, a sentence of the paper is the answer."""
    return _weights("limits")["plain"]


def accepted(*, is_models: bool, read_again: bool = False) -> float:
    """From this confidence on, the model having been asked or its state read again, a draft is the answer.

    A sentence of the paper that the model has not answered from is tried only where it failed, and needs more.
    """
    limits = _weights("limits, read again" if read_again else "limits")
    return limits["accepted of the model" if is_models else "accepted of the paper"]


def is_too_doubtful(presence: float | None, doubt: float | None, *, read_again: bool = False) -> bool:
    """Whether nothing need be written: the best ``presence`` and the model's log-odds of a refusal see no answer."""
    if doubt is None or presence is None:
        return False
    weights = _weights("before writing, read again" if read_again else "before writing")
    return weights["bias"] + weights["best"] * presence + weights["doubt"] * doubt < 0.0


@lru_cache(maxsize=4)
def _weights(name: str) -> dict[str, float]:
    text = files(__package__).joinpath("confidence.json").read_text(encoding="utf-8")
    return {key: float(value) for key, value in json.loads(text)[name].items()}


def _within(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))


def corroboration(question: str, statement: str, evidence: Sequence[Sentence]) -> int:
    """In how many articles but one stands what the statement says and the question does not."""
    saying = {sentence.article.id for sentence in evidence if says_as_much(question, statement, sentence.text)}
    return max(0, len(saying) - 1)


def says_as_much(question: str, statement: str, text: str) -> bool:
    """Whether ``text`` holds what the statement says and the question does not.

    That is all its figures and days, or of a statement without any most of its pairs of characters.
    """
    figures = [figure for figure in find_figures(statement) if figure.text not in question]
    if figures:
        printed = find_figures(text)
        return all(any(supports(other, figure) for other in printed) for figure in figures)
    new = _pairs(statement) - _pairs(question)
    return bool(new) and len(new & _pairs(text)) >= _MOSTLY * len(new)


def agreement(answer: str, statement: str) -> float:
    """How much of what the reader would answer stands in ``statement``, by pairs of characters.

    All of it where a figure of the one is the other's: 6架 says what 6架农用机、2架货机 says.
    """
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if any(supports(other, figure) for other in find_figures(answer) for figure in figures):
        return 1.0
    if _is_of_another_form(answer, statement):
        return _NO_OPINION
    said_whole = statement.strip(" 。.")
    if said_whole in answer and any(character.isdigit() for character in said_whole):
        return 1.0  # 21日至22日 of 12月21日至22日
    wanted, said = _pairs(answer), _pairs(statement)
    return len(wanted & said) / max(1, len(wanted))


def _is_of_another_form(answer: str, statement: str) -> bool:
    """Whether the reader answers something else than is asked for: 5000名 where the model gives a day."""
    said, read = ({figure.kind == "date" for figure in find_figures(text)} for text in (statement, answer))
    return bool(said) and not said & read


def _pairs(text: str) -> frozenset[str]:
    plain = _SIGNS.sub("", fold(text))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset(plain)


def log_odds(probability: float) -> float:
    """Log-odds within ±9.2: a small model's certainty beyond that says nothing."""
    return math.log((probability + 1e-4) / (1 - probability + 1e-4))
