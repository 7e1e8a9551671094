"""The lexical index: BM25 over words, bigrams and exact terms, in the store's own SQLite database.

Terms are written in the transaction that writes their chunks, and nothing is rebuilt when a question comes. The
table is FTS5 over text that is already terms, parted by spaces. Chosen over bm25s and tantivy on 336 news questions
among 54,728 chunks: MRR 0.792, 0.782 and 0.684 in 31, 7 and 1 ms (median, busy machine); bm25s cannot delete, and
only FTS5 shares the store's transaction. See ``benchmarks/retrieval_lexical.py``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.retrieval.terms import index_terms

TITLE_WEIGHT = 2.0
"""How much more a term in the title counts than one in the body."""
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


@dataclass(frozen=True, slots=True)
class LexicalHit:
    """A chunk and its BM25 score; higher is better, comparable within one search."""

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


def chunk_count(connection: sqlite3.Connection) -> int:
    """How many chunks are indexed."""
    return int(connection.execute("SELECT count(*) FROM lexical_docsize").fetchone()[0])


def term_frequencies(connection: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """In how many chunks each term stands; a term that stands nowhere is 0."""
    found = {}
    for term in terms:
        row = connection.execute("SELECT doc FROM lexical_terms WHERE term = ?", (term,)).fetchone()
        found[term] = int(row[0]) if row else 0
    return found


def select_terms(frequencies: dict[str, int], max_postings: int = MAX_POSTINGS) -> list[str]:
    """The terms worth reading: those that stand somewhere, rarest first, while their postings fit."""
    chosen: list[str] = []
    total = 0
    for term, count in sorted(frequencies.items(), key=lambda item: (item[1], item[0])):
        if count == 0:
            continue
        if chosen and total + count > max_postings:
            break
        chosen.append(term)
        total += count
    return chosen


def search_terms(
    connection: sqlite3.Connection,
    terms: Sequence[str],
    k: int,
    *,
    condition: str = "",
    values: Sequence[str] = (),
) -> list[LexicalHit]:
    """The ``k`` chunks with the highest BM25 score for any of ``terms``, best first, ties by chunk id.

    ``condition`` is SQL over ``articles`` with ``values`` for its marks (see ``rag.corpus.store_rows``); only
    chunks of articles that meet it are found.
    """
    if not terms or k < 1:
        return []
    match = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
    score = f"bm25(lexical, {TITLE_WEIGHT}, 1.0)"
    where = ""
    if condition:
        where = (
            "AND rowid IN (SELECT chunks.id FROM chunks JOIN articles ON articles.id = chunks.article_id "
            f"WHERE {condition})"
        )
    rows = connection.execute(
        f"SELECT rowid, {score} AS score FROM lexical WHERE lexical MATCH ? {where} ORDER BY score, rowid LIMIT ?",
        [match, *values, k],
    )
    return [LexicalHit(row[0], -row[1]) for row in rows]
