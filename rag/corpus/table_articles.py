"""A table that holds no articles is one: its title, and its rows as lines whose cells are set apart by tabs."""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.normalisation import fold
from rag.corpus.source_content import PageText, SourceContent, body_of
from rag.records import DraftArticle

_TITLE_CHARACTERS = 60


def read_table(rows: Sequence[Sequence[str]], name: str, page: int = 0) -> SourceContent:
    """One table as one article: its title is what stands alone in the first row, else ``name``.

    A first row that notes the unit beside the title stays in the text too, where its table is read with it.
    """
    text = PageText()
    pieces = [text.add_row(row) for row in rows if any(cell.strip() for cell in row)]
    title = name
    if len(pieces) > 1:
        alone = {cell for cell in pieces[0].text.split("\t") if cell}
        # Without merged cells a title fills the first cell alone; its line keeps no tabs.
        if len(alone) == 1 and len(only := alone.pop()) <= _TITLE_CHARACTERS:
            title = only
            pieces = pieces if "单位" in only else pieces[1:]
    body = body_of(pieces, page)
    if not body.text:
        return SourceContent((), (text.build(),))
    return SourceContent((DraftArticle(fold(title), body.text, runs=body.runs),), (text.build(),))
