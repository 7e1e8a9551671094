"""Statement to quotes: which sentences of the paper carry what the model wrote, and whether they carry all of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from rag.answering.evidence import Sentence
from rag.answering.gate import GateResult, check_answer
from rag.chinese.figures import find_figures, supports
from rag.chinese.lexicon import lexicon
from rag.chinese.names import check_names
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import fold, tagged

MAX_QUOTES = 3
"""How many quotes one statement may cite."""
MIN_OVERLAP = 0.5
"""The share of a statement's character pairs that must stand in its quotes or the question."""
MIN_QUOTED = 0.35
"""The share that must stand in its quotes and their articles alone: a question cannot carry its own answer."""
CONTEXT_CHARACTERS = 200

_SIGNS = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A statement, the evidence that carries it (positions, best first) and what the gate said.

    ``overlap`` is the share in [0, 1] of the statement's character pairs found in quotes, titles or question;
    1.0 for a statement in another language than its quotes, which overlap cannot judge.
    """

    statement: str
    quotes: tuple[int, ...]
    gate: GateResult
    overlap: float
    quoted: float
    """The same without the question."""
    is_new_act: bool = False
    """Whether the statement tells an act that its quotes do not: 建设 or 通车 where the paper says 通水 or 合龙."""

    @property
    def carried(self) -> bool:
        """Whether the paper says all that the statement says."""
        checked = bool(self.quotes) and self.gate.passed
        return checked and self.overlap >= MIN_OVERLAP and self.quoted >= MIN_QUOTED and not self.is_new_act


def attribute(statement: str, evidence: Sequence[Sentence], question: str) -> Attribution:
    """Find the smallest set of evidence sentences that carries ``statement``, and check it against them."""
    quotes = _choose(statement, evidence, question)
    texts = {position: evidence[position].text for position in quotes}
    contexts = {position: _context(evidence[position]) for position in quotes}
    published: dict[int, dt.date | None] = {position: evidence[position].article.date for position in quotes}
    gate = check_answer(
        statement,
        texts,
        lambda _start, _end: quotes[0] if quotes else None,
        context=contexts,
        published=published,
        question=question,
    )
    sources = [*texts.values(), *contexts.values()]
    titles = [evidence[position].article.title for position in quotes]
    is_bare = _is_bare_figure(statement)
    return Attribution(
        statement,
        quotes,
        gate,
        1.0 if is_bare else _overlap(statement, [*sources, question]),
        1.0 if is_bare else _overlap(statement, sources),
        is_chinese(statement) and _tells_a_new_act(statement, [*texts.values(), *titles]),
    )


def _tells_a_new_act(statement: str, sources: Sequence[str]) -> bool:
    """Whether a verb of the statement, by its first character, is a word of none of the sources."""
    return share_of_acts(statement, sources) < 1.0


def share_of_acts(text: str, sources: Sequence[str]) -> float:
    """How many of the verbs of ``text``, light ones apart, begin a word of the sources; 1.0 where it has none.

    By their first characters, so that 签订 is 签约.
    """
    light = {word for _, word in lexicon("light_words")}
    told = {word[0] for source in sources for word, _, _ in tagged(fold(source))}
    verbs = [
        word for word, tag, _ in tagged(fold(text)) if tag in ("v", "vn") and len(word) > 1 and word not in light
    ]
    return sum(word[0] in told for word in verbs) / len(verbs) if verbs else 1.0


def acts(text: str, shortest: int = 2) -> frozenset[str]:
    """The first characters of its verbs: 签约, 签订 and 签下 are one act, and 投资 as a noun is none.

    ``shortest`` is the least length of a verb in characters.
    """
    tagged = rjieba.tag(fold(text))
    done = {word for (word, _), (after, _) in pairwise(tagged) if after == "了"}  # 填平 is a noun in the dictionary
    return frozenset(
        word[0]
        for word, tag in tagged
        # The dictionary has 签了 as one word.
        if ((tag == "v" or word in done) and len(word) >= shortest) or (tag == "ul" and len(word) > 1)
    )


def _choose(statement: str, evidence: Sequence[Sentence], question: str) -> tuple[int, ...]:
    """Greedy cover: first the sentence with most of the figures, names and words, then those that add one or much.

    Dates and names of the question are no gain: every sentence may have them.
    """
    wanted = _grams(statement)
    figures = [figure for figure in find_figures(statement) if figure.kind != "date" or figure.text not in question]
    names = [name.text for name in check_names(statement, statement) if name.text not in question]
    carried = []
    for sentence in evidence:
        found = find_figures(sentence.text)
        supported = {
            index for index, figure in enumerate(figures) if any(supports(other, figure) for other in found)
        } | {len(figures) + index for index, name in enumerate(names) if name in sentence.text}
        carried.append((frozenset(supported), wanted & _grams(sentence.text)))
    chosen: list[int] = []
    have_figures: frozenset[int] = frozenset()
    have_words: frozenset[str] = frozenset()
    while len(chosen) < MAX_QUOTES and len(chosen) < len(evidence):
        free = [position for position in range(len(evidence)) if position not in chosen]
        best = max(free, key=lambda p: _gain(carried[p], have_figures, have_words, len(wanted)) - 0.001 * p)
        gain = _gain(carried[best], have_figures, have_words, len(wanted))
        if chosen and gain < 0.25:
            break
        chosen.append(best)
        have_figures |= carried[best][0]
        have_words |= carried[best][1]
    return tuple(chosen)


def _gain(
    carried: tuple[frozenset[int], frozenset[str]], figures: frozenset[int], words: frozenset[str], total: int
) -> float:
    """What a sentence adds: each new figure counts as much as all the words together."""
    return len(carried[0] - figures) + len(carried[1] - words) / max(1, total)


def _context(sentence: Sentence) -> str:
    article = sentence.article
    around = article.text[max(0, sentence.start - CONTEXT_CHARACTERS) : sentence.end + CONTEXT_CHARACTERS]
    return "\n".join(
        part for part in (article.title, article.subtitle, article.byline, article.source, around) if part
    )


def _grams(text: str) -> frozenset[str]:
    plain = _SIGNS.sub("", fold(text))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset(plain)


def _is_bare_figure(statement: str) -> bool:
    """Whether the statement is one figure with its unit, which the gate checks whole."""
    figures = find_figures(statement)
    return len(figures) == 1 and bool(figures[0].unit) and figures[0].text == statement.strip(" 。.")


def _overlap(statement: str, sources: Sequence[str]) -> float:
    if not is_chinese(statement):
        return 1.0
    wanted = _grams(statement)
    known = frozenset[str]().union(*(_grams(source) for source in sources))
    if len(_SIGNS.sub("", fold(statement))) == 1:  # 3%: no pair to look for
        return float(any(gram in fold(source) for gram in wanted for source in sources))
    return len(wanted & known) / max(1, len(wanted))
