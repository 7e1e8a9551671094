"""The lexical index: words, bigrams and exact terms by rarity, in the store's own SQLite database.

Terms are written in the transaction that writes their chunks, and nothing is rebuilt when a question comes. The
table is FTS5 over text that is already terms, parted by spaces; only FTS5 shares the store's transaction, bm25s
cannot delete, and tantivy is a second store that a killed process leaves behind or ahead.

A chunk scores the rarity of the question's terms that stand in it, without regard to repeats and length: chunks are
of one size, and on 336 news questions among 54,728 chunks that finds more than SQLite's BM25 (MRR 0.805 against
0.792) in half of the time (10 against 23 ms, busy machine), for it needs only the lists of chunks. See
``benchmarks/retrieval_lexical.py``.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.chinese.terms import index_terms

TITLE_WEIGHT = 0.2
"""What a term adds by standing in the title too; it adds 1 by standing in title or body."""
MAX_POSTINGS = 40_000
"""A search reads at most about this many (term, chunk) pairs, rarest terms first, so that a question full of
common words stays fast; the rarest term is always searched."""

# The ascii tokenizer leaves every character beyond ASCII alone; the signs are those that terms.py may produce.
_TABLES = """
CREATE VIRTUAL TABLE lexical USING fts5 (
  title, body, tokenize = "ascii tokenchars '.%+-_/&'''", columnsize = 1
);
CREATE VIRTUAL TABLE lexical_terms USING fts5vocab (lexical, 'row')
"""


_EQUAL = 1e-6


@dataclass(frozen=True, slots=True)
class LexicalHit:
    """A chunk and the rarity of the terms in it; higher is better, comparable within one search."""

    chunk_id: int
    score: float


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


def select_terms(frequencies: Mapping[str, int], max_postings: int = MAX_POSTINGS) -> dict[str, int]:
    """The terms worth reading, with their counts: such as stand somewhere, rarest first, while the postings fit."""
    chosen: dict[str, int] = {}
    total = 0
    for term, count in sorted(frequencies.items(), key=lambda item: (item[1], item[0])):
        if count == 0:
            continue
        if chosen and total + count > max_postings:
            break
        chosen[term] = count
        total += count
    return chosen


def inverse_frequency(chunk_frequency: int, total: int) -> float:
    """How much a term tells that stands in ``chunk_frequency`` of ``total`` chunks: BM25's, always above 0."""
    return math.log(1 + (total - chunk_frequency + 0.5) / (chunk_frequency + 0.5))


def search_terms(
    connection: sqlite3.Connection,
    frequencies: Mapping[str, int],
    k: int,
    *,
    total: int,
    allowed: NDArray[np.bool_] | None = None,
) -> list[LexicalHit]:
    """The ``k`` chunks that hold most, by rarity, of the terms in ``frequencies``; of equals the newest stored first.

    ``frequencies`` are the terms to read with the number of chunks each stands in, see ``term_frequencies`` and
    ``select_terms``; ``total`` is the number of chunks; with ``allowed``, only ids for which ``allowed[id]`` holds
    are found, and none past its end.
    """
    if k < 1:
        return []
    found, scores = _scores(connection, frequencies, total)
    if allowed is not None:
        kept = found < len(allowed)
        kept[kept] = allowed[found[kept]]
        found, scores = found[kept], scores[kept]
    if found.size > k:
        best = scores >= np.partition(scores, -k)[-k] - _EQUAL
        found, scores = found[best], scores[best]
    order = np.lexsort((-found, -np.round(scores, 6)))[:k]
    return [LexicalHit(int(found[place]), float(scores[place])) for place in order]


def _scores(
    connection: sqlite3.Connection, frequencies: Mapping[str, int], total: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The chunks with any of the terms, ascending, and the score of each: as long as the postings, not the store."""
    chunks, weights = [np.empty(0, np.int64)], [np.empty(0)]
    for term, count in frequencies.items():
        weight = inverse_frequency(count, total)
        for column, worth in (("", 1.0), ("title : ", TITLE_WEIGHT)):
            chunks.append(_chunks_with(connection, term, column))
            weights.append(np.full(chunks[-1].size, worth * weight))
    found, places = np.unique(np.concatenate(chunks), return_inverse=True)
    scores: NDArray[np.float64] = np.bincount(places, np.concatenate(weights), minlength=found.size).astype(float)
    return found, scores


def _chunks_with(connection: sqlite3.Connection, term: str, column: str) -> NDArray[np.int64]:
    """Ids of the chunks with ``term``, ascending; read as one string, which takes a third of the time of rows."""
    match = f'{column}"' + term.replace('"', '""') + '"'
    query = "SELECT group_concat(rowid) FROM lexical WHERE lexical MATCH ?"
    joined = connection.execute(query, (match,)).fetchone()[0]
    return np.fromstring(joined, dtype=np.int64, sep=",") if joined else np.empty(0, np.int64)
