"""Writing to a PostgreSQL store: one writer at a time, one transaction a generation, rows sent in bulk at its end.

An advisory lock, which the server frees when a writer's connection ends, lets one transaction in at a time. It is
held for the short time of storing, not for reading and encoding files: those several ingesters do side by side.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.chinese.terms import index_terms
from rag.corpus.article_rows import article_values
from rag.corpus.postgresql.claim_tables import ClaimsOfArticle, copy_claims, lay_out_claims
from rag.corpus.postgresql.connections import Connection
from rag.corpus.postgresql.duties import owe_duties, settle_duties, tie_notice
from rag.corpus.postgresql.reading import vector_text
from rag.corpus.store import ArticleFollower
from rag.corpus.store_reading import ClaimRow, StoredCorrection
from rag.records import Article

_SOURCE = (
    "INSERT INTO sources (key, path, sha256, signature, date_option, source_option) VALUES (%s, %s, %s, '', %s, %s) "
    "ON CONFLICT (key) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256, signature = '', "
    "date_option = excluded.date_option, source_option = excluded.source_option RETURNING id"
)
_COUNT_TERMS = (
    "INSERT INTO term_counts AS known (term, chunks) SELECT * FROM unnest(%s::text[], %s::bigint[]) "
    "ON CONFLICT (term) DO UPDATE SET chunks = known.chunks + excluded.chunks"
)
_TALLY = (
    "INSERT INTO tallies AS known VALUES (%s, %s, %s, %s) ON CONFLICT (day, source) DO UPDATE "
    "SET articles = known.articles + excluded.articles, chunks = known.chunks + excluded.chunks"
)
_FILE_TERMS = (
    "SELECT gin_clean_pending_list(inhrelid) FROM pg_inherits WHERE inhparent = to_regclass('chunks_by_words')"
)


def lock_writer(connection: Connection, wait_seconds: float) -> None:
    """Wait for this store's turn to write, inside the caller's transaction, which ends it.

    Raises:
        psycopg.errors.LockNotAvailable: it did not come within ``wait_seconds``.
    """
    connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{max(1, round(1000 * wait_seconds))}ms",))
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('baowen writer ' || current_schema(), 0))")


class PostgresqlLeases:
    """See ``FileLeases``: advisory locks of one connection, which the server frees when the process ends."""

    _KEY = "hashtextextended('baowen file ' || current_schema() || ' ' || %s, 0)"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, key: str, *, wait: bool = False) -> bool:
        """See ``FileLeases.take``."""
        if wait:
            self._connection.execute(f"SELECT pg_advisory_lock({self._KEY})", (key,))
            return True
        row = self._connection.execute(f"SELECT pg_try_advisory_lock({self._KEY})", (key,)).fetchone()
        return bool(row and row[0])

    def release(self, key: str) -> None:
        """See ``FileLeases.release``."""
        self._connection.execute(f"SELECT pg_advisory_unlock({self._KEY})", (key,))


@dataclass(slots=True)
class _Pending:
    """An article that waits for the end of the transaction."""

    article: Article
    source_id: int
    position: int
    spans: Sequence[Span]
    vectors: NDArray[np.float32]


class PostgresqlWriter:
    """See ``StoreWriter``; made by ``PostgresqlStore.writing``."""

    def __init__(self, connection: Connection, followers: Sequence[ArticleFollower] = ()) -> None:
        self._connection = connection
        self._followers = tuple(followers)
        self._pending: dict[str, _Pending] = {}
        self._claims: dict[str, ClaimsOfArticle] = {}
        self._terms: Counter[str] = Counter()
        self._tallies: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._facts: Counter[str] = Counter()
        self._changed = False

    def put_source(self, key: str, path: str, sha256: str, date_option: str | None, source_option: str | None) -> int:
        """See ``StoreWriter.put_source``."""
        row = self._connection.execute(_SOURCE, (key, path, sha256, date_option, source_option)).fetchone()
        assert row is not None  # noqa: S101 - the row that was just written
        return int(row[0])

    def seal_source(self, source_id: int, signature: str) -> None:
        """See ``StoreWriter.seal_source``."""
        self._connection.execute("UPDATE sources SET signature = %s WHERE id = %s", (signature, source_id))

    def owners(self, article_ids: Sequence[str]) -> dict[str, int]:
        """See ``StoreWriter.owners``."""
        query = "SELECT id, source_id FROM articles WHERE id = ANY(%s)"
        return dict(self._connection.execute(query, (list(article_ids),)).fetchall())

    def put_article(
        self, article: Article, source_id: int, position: int, spans: Sequence[Span], vectors: NDArray[np.float32]
    ) -> None:
        """See ``StoreWriter.put_article``; it is sent with all others at the end."""
        self._pending[article.id] = _Pending(article, source_id, position, tuple(spans), vectors)
        self._claims.pop(article.id, None)
        for follow in self._followers:
            follow(self, article)
        self._changed = True

    def move_article(self, article_id: str, source_id: int, position: int, runs: str) -> None:
        """See ``StoreWriter.move_article``."""
        self._connection.execute(
            "UPDATE articles SET source_id = %s, position = %s, runs = %s WHERE id = %s",
            (source_id, position, runs, article_id),
        )

    def make_room(self, source_id: int, position: int) -> None:
        """See ``StoreWriter.make_room``; articles put in by this transaction stand where they were put."""
        self._connection.execute(
            "UPDATE articles SET position = position + 1 WHERE source_id = %s AND position > %s",
            (source_id, position),
        )

    def remove_article(self, article_id: str) -> bool:
        """See ``StoreWriter.remove_article``."""
        waited = self._pending.pop(article_id, None) is not None
        self._claims.pop(article_id, None)
        removed = self._remove([article_id]) > 0 or waited
        self._changed = self._changed or removed
        return removed

    def add_feedback(self, created: str, record: str) -> None:
        """See ``StoreWriter.add_feedback``."""
        self._connection.execute("INSERT INTO feedback (created, record) VALUES (%s, %s)", (created, record))

    def tie_notice(self, notice_id: str, first: dt.date, last: dt.date, links: Sequence[StoredCorrection]) -> None:
        """See ``StoreWriter.tie_notice``."""
        tie_notice(self._connection, notice_id, first, last)
        rows = {
            (link.article_id, link.notice_id, link.wrong): (
                link.notice_id, link.article_id, link.wrong, link.right, link.start, link.end
            )
            for link in links
        }  # fmt: skip
        self._copy('corrections (notice_id, article_id, wrong, "right", start, "end")', rows.values())

    def forget_untied(self, until: int) -> None:
        """See ``StoreWriter.forget_untied``."""
        self._connection.execute("DELETE FROM untied WHERE number <= %s", (until,))

    def lay_out_claims(self, version: int) -> None:
        """See ``StoreWriter.lay_out_claims``."""
        lay_out_claims(self._connection, version)

    def put_claims(self, article_id: str, rows: Sequence[ClaimRow]) -> None:
        """See ``StoreWriter.put_claims``; they are sent with all others at the end."""
        self._claims[article_id] = ClaimsOfArticle(rows, self._pending[article_id].article.date)

    def put_owed_claims(self, article_id: str, rows: Sequence[ClaimRow]) -> None:
        """See ``StoreWriter.put_owed_claims``."""
        query = "SELECT date FROM articles JOIN claims_owed ON article_id = id WHERE id = %s"
        found = self._connection.execute(query, (article_id,)).fetchone()
        if found is not None:
            self._claims[article_id] = ClaimsOfArticle(rows, found[0])

    def finish(self) -> None:
        """Send what waits, keep the counts, and number the generation, if there is a new one."""
        if self._pending:
            self._remove(list(self._pending))
            self._send_articles()
        if self._claims:
            copy_claims(self._connection, self._claims)
            self._facts["claims"] += sum(len(found.rows) for found in self._claims.values())
        self._facts["generation"] += self._changed
        self._keep_counts()

    def _remove(self, article_ids: list[str]) -> int:
        """Take articles out, and out of all counts; says how many there were."""
        asked = (article_ids,)
        chunks = self._connection.execute(
            "DELETE FROM chunks WHERE article_id = ANY(%s) RETURNING coalesce(date::text, ''), source, words", asked
        )
        for day, paper, words in chunks:
            self._terms.subtract(words)
            self._tallies[day, paper][1] -= 1
            self._facts["chunks"] -= 1
        self._connection.execute("DELETE FROM vectors WHERE article_id = ANY(%s)", asked)
        self._facts["claims"] -= self._connection.execute(
            "DELETE FROM claims WHERE article_id = ANY(%s)", asked
        ).rowcount
        settle_duties(self._connection, article_ids)
        articles = self._connection.execute(
            "DELETE FROM articles WHERE id = ANY(%s) RETURNING coalesce(date::text, ''), source", asked
        ).fetchall()
        for day, paper in articles:
            self._tallies[day, paper][0] -= 1
        return len(articles)

    def _send_articles(self) -> None:
        waiting = list(self._pending.values())
        count = sum(len(item.spans) for item in waiting)
        numbers = self._connection.execute("SELECT nextval('chunk_ids') FROM generate_series(1, %s)", (count,))
        free = iter([row[0] for row in numbers])
        chunks, vectors = [], []
        for item in waiting:
            article, place = item.article, (item.article.date, item.article.source)
            title_words = sorted(set(index_terms(article.title)))
            for span, vector in zip(item.spans, item.vectors, strict=True):
                number = next(free)
                words = sorted({*title_words, *index_terms(article.text[span.start : span.end])})
                terms = (array_text(words), array_text(title_words))
                chunks.append((article.id, number, span.start, span.end, *place, *terms))
                vectors.append((article.id, number, *place, vector_text(vector)))
                self._terms.update(words)
            tally = self._tallies[article.date.isoformat() if article.date else "", article.source]
            tally[0] += 1
            tally[1] += len(item.spans)
        self._facts["chunks"] += count
        owe_duties(self._connection, list(self._pending), without_claims=self._pending.keys() - self._claims.keys())
        self._copy("articles", (article_values(i.article, i.source_id, i.position, i.spans) for i in waiting))
        self._copy("chunks", chunks)
        self._copy("vectors", vectors)

    def _copy(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _keep_counts(self) -> None:
        # In one order, so that no two writers could ever wait for each other.
        terms = sorted((term, count) for term, count in self._terms.items() if count)
        if terms:
            self._connection.execute(_COUNT_TERMS, ([term for term, _ in terms], [count for _, count in terms]))
            self._connection.execute(_FILE_TERMS)
        tallies = [(*place, *tally) for place, tally in sorted(self._tallies.items()) if any(tally)]
        if tallies:
            self._connection.cursor().executemany(_TALLY, tallies)
            self._connection.execute("DELETE FROM tallies WHERE articles = 0 AND chunks = 0")
        for key in sorted(key for key, change in self._facts.items() if change):
            query = "UPDATE meta SET value = (value::bigint + %s)::text WHERE key = %s"
            self._connection.execute(query, (self._facts[key], key))


def array_text(words: Sequence[str]) -> str:
    """An array as PostgreSQL reads it: psycopg, which asks each word for its type, takes as long as all the rest."""
    together = "".join(words)
    if "\\" in together or '"' in together:
        words = [word.replace("\\", "\\\\").replace('"', '\\"') for word in words]
    return '{"' + '","'.join(words) + '"}' if words else "{}"
