"""The model asked again, of one sentence alone: does it answer the question? See ``SelfCheck``.

While it writes, a model is drawn to the passage that looks like the question. Shown the one sentence it wrote from,
and asked only whether that answers, it tells an answer from a near miss better than anything measured while writing
(``benchmarks/fit_confidence.py``). Where a runtime tells what a model
holds, that is read first (``second_reading``), and this is asked only where it may still decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.answering.confidence import log_odds
from rag.answering.evidence import Sentence
from rag.errors import GenerationError
from rag.generation.generator import Generator
from rag.generation.prompts import EvidenceLine, check_messages

_SENTENCES = 2
_POINTS_BACK = re.compile(r"[\s“]*(?:[这该此其他她它而但]|上述|两[人者]|双方|仍有|随后|最后|最终)")
_SENTENCE_BEFORE = re.compile(r"[^。！？!?\n]{1,80}[。！？!?]”?\s*$")
_WORDINGS = ((1 / 3, 1.7), (2 / 3, 0.0))
"""What the Chinese and the English wording are worth, and the log-odds by which each is answered yes to anything."""
_EITHER = 0.05
"""Below this probability of a yes or a no the model did not take the question for one."""


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """One question put to one model about the sentences that an answer stands on; nothing is asked twice."""

    generator: Generator
    question: str
    _told: dict[tuple[EvidenceLine, ...], float | None] = field(default_factory=dict)

    def log_odds(self, sentences: Sequence[Sentence]) -> float | None:
        """Weighted log-odds of yes against no over two wordings, 0.0 is even; None where the model tells none."""
        lines = tuple(EvidenceLine(item.article.title, understood(item)) for item in sentences[:_SENTENCES])
        if lines not in self._told:
            self._told[lines] = self._ask(lines)
        return self._told[lines]

    def _ask(self, lines: Sequence[EvidenceLine]) -> float | None:
        values = []
        for (message, yes, no), (weight, leaning) in zip(
            check_messages(self.question, lines), _WORDINGS, strict=True
        ):
            try:
                found = self.generator.candidate_probabilities((message,), [yes, no])
            except GenerationError:
                return None
            either = found[yes] + found[no]
            if either < _EITHER:
                return None
            values.append(weight * (log_odds(found[yes] / either) - leaning))
        return sum(values)


def understood(sentence: Sentence) -> str:
    """The sentence, after the one before it where it points back at that: 这些人员的总数达到2700人 says not who."""
    before = None
    if _POINTS_BACK.match(sentence.text):
        before = _SENTENCE_BEFORE.search(sentence.article.text[: sentence.start])
    return sentence.text if before is None else before.group() + sentence.text
