"""The lexical index: words, bigrams and exact terms by rarity, in the store's own SQLite database.

Terms are written in the transaction that writes their chunks, and nothing is rebuilt when a question comes. The
table is FTS5 over text that is already terms, parted by spaces; only FTS5 shares the store's transaction, bm25s
cannot delete, and tantivy is a second store that a killed process leaves behind or ahead.

FTS5 counts the chunks of a term by passing over all of them, so the numbers of common terms are kept beside it.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

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

COMMON_CHUNKS = 2_000
"""A term that stands in so many chunks has its number kept; FTS5 counts fewer in a twentieth of a millisecond."""
_TURNS = 16
"""A new generation looks whether one in so many of its terms has become common."""


def create_lexical_tables(connection: sqlite3.Connection) -> None:
    """Lay out the empty index, inside the caller's transaction."""
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)


def create_common_terms(connection: sqlite3.Connection) -> None:
    """Keep the numbers of terms that are common now, inside the caller's transaction."""
    connection.execute("CREATE TABLE common_terms (term TEXT PRIMARY KEY, chunks INTEGER NOT NULL) WITHOUT ROWID")
    query = "INSERT INTO common_terms SELECT term, doc FROM lexical_terms WHERE doc >= ?"
    connection.execute(query, (COMMON_CHUNKS,))


def add_chunk_terms(connection: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> Counter[str]:
    """Index chunks given as ``(chunk_id, title, text)``, inside the caller's transaction.

    Gives for each term in how many of them it stands, for ``keep_common_terms``.

    Raises:
        sqlite3.IntegrityError: a chunk is indexed already.
    """
    titles: dict[str, list[str]] = {}
    changes: Counter[str] = Counter()
    for chunk_id, title, text in rows:
        if title not in titles:
            titles[title] = index_terms(title)
        body = index_terms(text)
        query = "INSERT INTO lexical (rowid, title, body) VALUES (?, ?, ?)"
        connection.execute(query, (chunk_id, " ".join(titles[title]), " ".join(body)))
        changes.update({*titles[title], *body})
    return changes


def remove_chunk_terms(connection: sqlite3.Connection, chunk_ids: Sequence[int]) -> Counter[str]:
    """Take chunks out of the index, inside the caller's transaction; unknown ids are passed over.

    Gives for each term in how many of them it stood.
    """
    changes: Counter[str] = Counter()
    for chunk_id in chunk_ids:
        row = connection.execute("SELECT title, body FROM lexical WHERE rowid = ?", (chunk_id,)).fetchone()
        if row is not None:
            changes.update({*row[0].split(" "), *row[1].split(" ")})
            connection.execute("DELETE FROM lexical WHERE rowid = ?", (chunk_id,))
    return changes


def keep_common_terms(connection: sqlite3.Connection, changes: Mapping[str, int], turn: int) -> None:
    """Bring the numbers of common terms up by what a transaction changed, at its end.

    Of the terms that came, those whose turn it is are looked at and kept from now on if they have become common: a
    common term comes with nearly every generation, and until its turn it is counted when it is asked for.
    """
    changed = [(change, term) for term, change in changes.items() if change]
    connection.executemany("UPDATE common_terms SET chunks = chunks + ? WHERE term = ?", changed)
    for change, term in changed:
        if change > 0 and zlib.crc32(term.encode()) % _TURNS == turn % _TURNS:
            _keep_if_common(connection, term)


def _keep_if_common(connection: sqlite3.Connection, term: str) -> None:
    if _kept_number(connection, term) is None and (count := _counted(connection, term)) >= COMMON_CHUNKS:
        connection.execute("INSERT INTO common_terms VALUES (?, ?)", (term, count))


def term_frequencies(connection: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """In how many chunks each term stands; a term that stands nowhere is 0."""
    found = {}
    for term in terms:
        kept = _kept_number(connection, term)
        found[term] = _counted(connection, term) if kept is None else kept
    return found


def _kept_number(connection: sqlite3.Connection, term: str) -> int | None:
    row = connection.execute("SELECT chunks FROM common_terms WHERE term = ?", (term,)).fetchone()
    return int(row[0]) if row else None


def _counted(connection: sqlite3.Connection, term: str) -> int:
    row = connection.execute("SELECT doc FROM lexical_terms WHERE term = ?", (term,)).fetchone()
    return int(row[0]) if row else 0


def search_terms(
    connection: sqlite3.Connection,
    frequencies: Mapping[str, int],
    k: int,
    *,
    total: int,
    allowed: NDArray[np.bool_] | None = None,
    postings: Callable[[str], Postings] | None = None,
) -> list[TermHit]:
    """The ``k`` chunks that hold most, by rarity, of the terms in ``frequencies``; of equals the newest stored first.

    ``frequencies`` are the terms to read with the number of chunks each stands in, see ``term_frequencies`` and
    ``select_terms``; ``total`` is the number of chunks; with ``allowed``, only ids for which ``allowed[id]`` holds
    are found, and none past its end. ``postings`` gives those of a term that were read before.
    """
    if k < 1:
        return []
    read = postings or partial(read_postings, connection)
    terms = ((read(term), inverse_frequency(count, total)) for term, count in frequencies.items())
    found, scores = score_postings(list(terms))
    if allowed is not None:
        kept = found < len(allowed)
        kept[kept] = allowed[found[kept]]
        found, scores = found[kept], scores[kept]
    return best_hits(found, scores, k)


def read_postings(connection: sqlite3.Connection, term: str) -> Postings:
    """The chunks in which ``term`` stands."""
    return Postings(_chunks_with(connection, term, ""), _chunks_with(connection, term, "title : "))


def _chunks_with(connection: sqlite3.Connection, term: str, column: str) -> NDArray[np.int64]:
    """Ids of the chunks with ``term``, ascending; read as one string, which takes a third of the time of rows."""
    match = f'{column}"' + term.replace('"', '""') + '"'
    query = "SELECT group_concat(rowid) FROM lexical WHERE lexical MATCH ?"
    joined = connection.execute(query, (match,)).fetchone()[0]
    return np.fromstring(joined, dtype=np.int64, sep=",") if joined else np.empty(0, np.int64)
