"""The lexical index: words, bigrams and exact terms by rarity, in the store's own SQLite database.

Terms are written in the transaction that writes their chunks, and nothing is rebuilt when a question comes. The
table is FTS5 over text that is already terms, parted by spaces; only FTS5 shares the store's transaction, bm25s
cannot delete, and tantivy is a second store that a killed process leaves behind or ahead.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.chinese.terms import index_terms
from rag.corpus.postings import Postings, best_hits, inverse_frequency, score_postings
from rag.corpus.store_reading import TermHit

# The ascii tokenizer leaves every character beyond ASCII alone; the signs are those that terms.py may produce.
_TABLES = """
CREATE VIRTUAL TABLE lexical USING fts5 (
  title, body, tokenize = "ascii tokenchars '.%+-_/&'''", columnsize = 1
);
CREATE VIRTUAL TABLE lexical_terms USING fts5vocab (lexical, 'row')
"""


def create_lexical_tables(connection: sqlite3.Connection) -> None:
    """Lay out the empty index, inside the caller's transaction."""
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)


def add_chunk_terms(connection: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Index chunks given as ``(chunk_id, title, text)``, inside the caller's transaction.

    Raises:
        sqlite3.IntegrityError: a chunk is indexed already.
    """
    titles: dict[str, str] = {}
    for chunk_id, title, text in rows:
        if title not in titles:
            titles[title] = " ".join(index_terms(title))
        connection.execute(
            "INSERT INTO lexical (rowid, title, body) VALUES (?, ?, ?)",
            (chunk_id, titles[title], " ".join(index_terms(text))),
        )


def remove_chunk_terms(connection: sqlite3.Connection, chunk_ids: Sequence[int]) -> None:
    """Take chunks out of the index, inside the caller's transaction; unknown ids are passed over."""
    connection.executemany("DELETE FROM lexical WHERE rowid = ?", [(chunk_id,) for chunk_id in chunk_ids])


def term_frequencies(connection: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """In how many chunks each term stands; a term that stands nowhere is 0."""
    found = {}
    for term in terms:
        row = connection.execute("SELECT doc FROM lexical_terms WHERE term = ?", (term,)).fetchone()
        found[term] = int(row[0]) if row else 0
    return found


def search_terms(
    connection: sqlite3.Connection,
    frequencies: Mapping[str, int],
    k: int,
    *,
    total: int,
    allowed: NDArray[np.bool_] | None = None,
) -> list[TermHit]:
    """The ``k`` chunks that hold most, by rarity, of the terms in ``frequencies``; of equals the newest stored first.

    ``frequencies`` are the terms to read with the number of chunks each stands in, see ``term_frequencies`` and
    ``select_terms``; ``total`` is the number of chunks; with ``allowed``, only ids for which ``allowed[id]`` holds
    are found, and none past its end.
    """
    if k < 1:
        return []
    terms = ((_postings(connection, term), inverse_frequency(count, total)) for term, count in frequencies.items())
    found, scores = score_postings(list(terms))
    if allowed is not None:
        kept = found < len(allowed)
        kept[kept] = allowed[found[kept]]
        found, scores = found[kept], scores[kept]
    return best_hits(found, scores, k)


def _postings(connection: sqlite3.Connection, term: str) -> Postings:
    return Postings(_chunks_with(connection, term, ""), _chunks_with(connection, term, "title : "))


def _chunks_with(connection: sqlite3.Connection, term: str, column: str) -> NDArray[np.int64]:
    """Ids of the chunks with ``term``, ascending; read as one string, which takes a third of the time of rows."""
    match = f'{column}"' + term.replace('"', '""') + '"'
    query = "SELECT group_concat(rowid) FROM lexical WHERE lexical MATCH ?"
    joined = connection.execute(query, (match,)).fetchone()[0]
    return np.fromstring(joined, dtype=np.int64, sep=",") if joined else np.empty(0, np.int64)
