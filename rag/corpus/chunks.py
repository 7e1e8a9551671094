"""Article to chunks: pieces that end at Chinese sentence ends, with exact offsets.

The cutting is langchain-text-splitters' own; this module sets it up so that the pieces, laid end to end, are
the article again, which is what makes every offset exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag.chinese.sentences import Span

SENTENCE_ENDS = "。！？!?；;"
"""Where a chunk may end inside a paragraph, besides a line break."""


@lru_cache(maxsize=8)
def _splitter(max_characters: int) -> RecursiveCharacterTextSplitter:
    # The first separator that yields small enough pieces wins; "" cuts anywhere as the last resort.
    return RecursiveCharacterTextSplitter(
        separators=["\n", "[。！？!?]”?", "[；;]", "[，,、]", ""],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=max_characters,
        chunk_overlap=0,
        strip_whitespace=False,
    )


def split_into_spans(text: str, max_characters: int) -> tuple[Span, ...]:
    """The chunks of ``text`` as ascending spans that cover all of it but stretches of white space.

    Each is at most ``max_characters`` long.
    """
    spans = _spans(text, _splitter(max_characters).split_text(text))
    return tuple(span for span in spans if text[span.start : span.end].strip())


def _spans(text: str, pieces: list[str]) -> Iterator[Span]:
    start = 0
    for piece in pieces:
        end = start + len(piece)
        if text[start:end] != piece:
            raise AssertionError("the text splitter changed the text, so offsets would be wrong")
        yield Span(start, end)
        start = end
    if start != len(text):
        raise AssertionError("the text splitter lost the end of the text")
