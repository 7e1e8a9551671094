"""Question and sentence read together: which sentences hold the answer, and how sure that is.

Terms and vectors say what a sentence is about. The reader (see ``embeddings.reader``) says whether it answers: its
presence lifts a sentence in the ranking, and the best presence of all evidence is one of the signals of a refusal.
Where there is a reader, vectors add nothing to the choice of sentences (measured on RGB and news questions), and
are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from embeddings.reader import Reading
from rag.answering.evidence import Sentence
from rag.chinese.figures import find_figures

READ_SENTENCES = 20
"""How many of the best sentences are read; each costs 10 to 20 ms on two cores."""
READ_TWICE = 8
"""How many of them, the surest by the first wording of a question, are read with its other wordings, too."""
PRESENCE_WEIGHT = 1.6
"""What a sentence that surely answers gains in the ranking over one that surely does not."""
CONTEXT_CHARACTERS = 60
"""How much before a sentence is read with it: the subject of 该镇 is named there."""

TITLE_CHARACTERS = 40
"""How much of the title is read with it."""
ELSEWHERE = 3.0
"""What a sentence loses of its presence where the answer was read in the context before it."""

_SIGNS = " ，。：；、！？“”《》\n"

SentenceReader = Callable[[str, Sequence[str]], Sequence[Reading]]


def read_sentences(
    questions: Sequence[str], sentences: Sequence[Sentence], read: SentenceReader
) -> tuple[Sentence, ...]:
    """The sentences with the reader's presence, best first; those beyond the first ``READ_SENTENCES`` come after.

    ``questions`` are wordings of one question, the first of which all are read with; for each sentence the wording
    that it answers best counts.
    """
    near, rest = sentences[:READ_SENTENCES], sentences[READ_SENTENCES:]
    if not near:
        return ()
    texts = [_in_context(sentence) for sentence in near]
    readings = list(read(questions[0], texts))
    for question in questions[1:]:
        surest = sorted(range(len(texts)), key=lambda place: readings[place].presence, reverse=True)[:READ_TWICE]
        for place, reading in zip(surest, read(question, [texts[place] for place in surest]), strict=True):
            readings[place] = max(readings[place], reading, key=lambda item: item.presence)
    found: dict[tuple[str, int], _Found] = {}
    for sentence, text, reading in zip(near, texts, readings, strict=True):
        answer = text[reading.start : reading.end].strip(_SIGNS)
        holders = _holders(sentence, text, reading, sentences)
        for holder in holders:
            _keep(found, holder, _Found(reading.presence, answer))
        if sentence not in holders:
            _keep(found, sentence, _Found(reading.presence - ELSEWHERE, answer))
    weighed = [
        replace(
            sentence,
            presence=found[_place(sentence)].presence,
            answer=found[_place(sentence)].answer,
            score=sentence.score + PRESENCE_WEIGHT * share(found[_place(sentence)].presence),
        )
        for sentence in sentences
        if _place(sentence) in found
    ]
    weighed.sort(key=lambda sentence: (-sentence.score, sentence.passage_rank, sentence.start))
    return (*weighed, *(sentence for sentence in rest if _place(sentence) not in found))


@dataclass(frozen=True, slots=True)
class _Found:
    presence: float
    answer: str


def _place(sentence: Sentence) -> tuple[str, int]:
    return sentence.article.id, sentence.start


def _keep(found: dict[tuple[str, int], _Found], sentence: Sentence, new: _Found) -> None:
    """Keep what is the surer of two readings of one sentence."""
    known = found.get(_place(sentence))
    if known is None or new.presence > known.presence:
        found[_place(sentence)] = new


def _holders(sentence: Sentence, text: str, reading: Reading, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that hold the answer read: one before may, where it was read as context.

    Read in the title, it is of those that say the same: in most of an article under 30名游客失联 no sentence says how
    many.
    """
    before = len(text) - len(sentence.text) - reading.start  # how far before the sentence the answer begins
    if before <= 0:
        return [sentence]
    own = [other for other in sentences if other.article.id == sentence.article.id]
    if before > _context_length(sentence):
        answer = text[reading.start : reading.end]
        return [other for other in own if _says(other.text, answer)] or [sentence]
    start = sentence.start - before
    return [other for other in own if other.start <= start < other.start + len(other.text)] or [sentence]


def _says(text: str, answer: str) -> bool:
    """Whether ``text`` has the figures of an answer, about or exact, or the answer itself where it has none."""
    figures = {(figure.kind, figure.value) for figure in find_figures(answer) if figure.kind != "date"}
    if not figures:
        return answer.strip(_SIGNS) in text
    return figures <= {(figure.kind, figure.value) for figure in find_figures(text)}


def share(logit: float) -> float:
    """A logit as a share in [0, 1]."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _in_context(sentence: Sentence) -> str:
    """Title, what stands just before, and the sentence, as one text."""
    before = sentence.article.text[sentence.start - _context_length(sentence) : sentence.start]
    # Where the first sentence of a piece without headline is its title, the sentence itself would be cut off.
    title = f"{sentence.article.title[:TITLE_CHARACTERS]}：" if sentence.article.title else ""
    return f"{title}{before}{sentence.text}"


def _context_length(sentence: Sentence) -> int:
    return min(CONTEXT_CHARACTERS, sentence.start)
