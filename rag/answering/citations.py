"""Evidence to citations: the program numbers them, and each quotes its article to the character."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import Sentence
from rag.records import Citation

_MARKER = re.compile(r"\[(\d+)\]")


def cite(sentence: Sentence, marker: int) -> Citation:
    """The citation of a sentence under ``marker``."""
    article = sentence.article
    return Citation(
        marker=marker,
        article_id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        page=article.page,
        quote=article.text[sentence.start : sentence.end],
        start=sentence.start,
        end=sentence.end,
    )


class CitationList:
    """Citations in the order of their first use, the same sentence always under the same marker."""

    def __init__(self) -> None:
        self._sentences: dict[tuple[str, int], Sentence] = {}

    def marker(self, sentence: Sentence) -> int:
        """The marker of a sentence; a new one is given the next number."""
        key = (sentence.article.id, sentence.start)
        self._sentences.setdefault(key, sentence)
        return list(self._sentences).index(key) + 1

    def copy(self) -> CitationList:
        """A list of the same, to be kept by ``become`` or thrown away."""
        made = CitationList()
        made.become(self)
        return made

    def become(self, other: CitationList) -> None:
        """Hold what ``other`` holds, under its markers, and nothing else."""
        self._sentences = dict(other._sentences)

    def renumbered(self, texts: Sequence[str]) -> list[str]:
        """The texts with their markers counted from 1; what none of them cites is cited no more."""
        used = list(dict.fromkeys(int(marker) for text in texts for marker in _MARKER.findall(text)))
        sentences = list(self._sentences.items())
        self._sentences = dict(sentences[marker - 1] for marker in used)
        return [_MARKER.sub(lambda found: f"[{used.index(int(found[1])) + 1}]", text) for text in texts]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The cited sentences, by marker."""
        return tuple(self._sentences.values())

    def citations(self) -> tuple[Citation, ...]:
        """The citations, by marker."""
        return tuple(cite(sentence, marker) for marker, sentence in enumerate(self._sentences.values(), 1))
