"""The tables of a PostgreSQL store, and how an older layout is brought up to this program's, one step at a time.

Whatever grows with the archive is partitioned by a hash of the article's id, and every key and join of it has that
id: so each can be distributed over servers by it (Citus: ``create_distributed_table`` by ``article_id``, colocated;
the small tables as reference tables, ``term_counts`` by its term). No foreign key binds one table to another, for a
load pays for each row; ``baowen doctor`` looks for what a foreign key would forbid.

Vectors are kept whole for exact scores and indexed in half precision (``vector_lists.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.corpus.claim_columns import CLAIM_COLUMNS
from rag.corpus.postgresql.connections import Connection
from rag.corpus.postgresql.vector_lists import drop_lists

PARTITIONS = 8
"""Of each large table of a new store. A search looks into all of them, so more only pay with more servers."""

_SMALL = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    "CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL)",
    """CREATE TABLE sources (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      key text NOT NULL UNIQUE,             -- what the same file is known by the next time
      path text NOT NULL, sha256 text NOT NULL,
      signature text NOT NULL,              -- of bytes, options and reader version; '' while articles are being added
      date_option text, source_option text
    )""",
    "CREATE INDEX sources_by_signature ON sources (signature)",
    """CREATE TABLE tallies (
      day text COLLATE "C" NOT NULL,        -- ISO 8601; '' for articles without a day
      source text COLLATE "C" NOT NULL, articles bigint NOT NULL, chunks bigint NOT NULL, PRIMARY KEY (day, source)
    )""",
    """CREATE TABLE corrections (
      notice_id text NOT NULL, article_id text NOT NULL, wrong text NOT NULL, "right" text NOT NULL,
      start integer NOT NULL, "end" integer NOT NULL, PRIMARY KEY (article_id, notice_id, wrong)
    )""",
    "CREATE TABLE feedback (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, created text NOT NULL, record text)",
    "CREATE SEQUENCE chunk_ids",  # never used twice
    "CREATE SEQUENCE claim_ids",
)
_KINDS = {
    "text": "text NOT NULL",
    "integer": "integer NOT NULL",
    "text or null": "text",
    "integer or null": "integer",
}
_CLAIMS = ", ".join(f'"{name}" {_KINDS[kind]}' for name, kind in CLAIM_COLUMNS)
_PARTITIONED = {
    "articles": (
        "id",
        """id text COLLATE "C" PRIMARY KEY, source_id bigint NOT NULL, position integer NOT NULL, title text NOT NULL,
        subtitle text NOT NULL, byline text NOT NULL, text text NOT NULL, date date, date_basis text NOT NULL,
        source text COLLATE "C" NOT NULL, page text COLLATE "C" NOT NULL, kind text NOT NULL,
        confidence double precision NOT NULL, runs text NOT NULL, fingerprint text NOT NULL""",
        "",
    ),
    # Day and paper are the article's, so that a filter is checked beside the terms and beside the vectors. Terms
    # stand out of line: reading a list of chunks passes over rows of a hundred bytes.
    "chunks": (
        "article_id",
        """article_id text COLLATE "C" NOT NULL, id bigint NOT NULL, start integer NOT NULL, "end" integer NOT NULL,
        date date, source text COLLATE "C" NOT NULL, words text[] COLLATE "C" NOT NULL,
        title_words text[] COLLATE "C" NOT NULL, PRIMARY KEY (article_id, id)""",
        "WITH (toast_tuple_target = 128)",
    ),
    "vectors": (
        "article_id",
        """article_id text COLLATE "C" NOT NULL, chunk_id bigint NOT NULL, date date,
        source text COLLATE "C" NOT NULL, vector vector({dimension}) NOT NULL, PRIMARY KEY (article_id, chunk_id)""",
        "",
    ),
    "claims": ("article_id", f"id bigint NOT NULL DEFAULT nextval('claim_ids'), {_CLAIMS}", ""),
    "claims_read": ("article_id", 'article_id text COLLATE "C" PRIMARY KEY', ""),
    "term_counts": ("term", 'term text COLLATE "C" PRIMARY KEY, chunks bigint NOT NULL', "WITH (fillfactor = 70)"),
}
"""Name to distribution column, columns, and the storage of each part."""

_INDEXES = (
    "CREATE INDEX articles_by_source ON articles (source_id, position)",
    "CREATE INDEX articles_in_order ON articles (date DESC NULLS LAST, source, page, source_id, position)",
    "CREATE INDEX chunks_by_id ON chunks (id)",
    "CREATE INDEX vectors_by_day ON vectors (date)",
    "CREATE INDEX vectors_by_paper ON vectors (source, date)",
    "CREATE INDEX claims_by_article ON claims (article_id, start)",
    "CREATE INDEX claims_by_value ON claims (base_value, base_unit)",
    "CREATE INDEX claims_by_title ON claims (act, thing) WHERE sort = 'office'",
    "CREATE INDEX claims_by_day ON claims (period_first) WHERE sort = 'day'",
)
# What waits for its place in the lists of terms is put there at the end of each transaction, at once for all.
_TERM_LISTS = (
    "CREATE INDEX IF NOT EXISTS chunks_by_words ON chunks USING gin (words, title_words) "
    "WITH (gin_pending_list_limit = 262144)"
)


def _first_layout(connection: Connection, dimension: int) -> None:
    _run(connection, _SMALL)
    for name, (column, columns, storage) in _PARTITIONED.items():
        body = columns.replace("{dimension}", str(dimension))
        connection.execute(f"CREATE TABLE {name} ({body}) PARTITION BY HASH ({column})")
        for number in range(PARTITIONS):
            connection.execute(
                f"CREATE TABLE {name}_{number} PARTITION OF {name} "
                f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number}) {storage}"
            )
    _run(connection, (*_INDEXES, _TERM_LISTS))


_DUTIES = (
    # What is not done yet for an article is written down as it is stored.
    'CREATE TABLE claims_owed (article_id text COLLATE "C" PRIMARY KEY)',
    "INSERT INTO claims_owed SELECT id FROM articles "
    "WHERE NOT EXISTS (SELECT FROM claims_read WHERE article_id = id)",
    "DROP TABLE claims_read",
    """CREATE TABLE untied (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id text COLLATE "C" NOT NULL UNIQUE
    )""",
    "INSERT INTO untied (article_id) SELECT id FROM articles",
    # Each notice with the days of the articles that it may mean.
    'CREATE TABLE notices (article_id text COLLATE "C" PRIMARY KEY, first date NOT NULL, last date NOT NULL)',
    "CREATE INDEX notices_by_days ON notices (last, first)",
    "CREATE INDEX corrections_by_notice ON corrections (notice_id)",
    "CREATE INDEX sources_by_sha256 ON sources (sha256)",
    # A claim has its article's day beside it, so that the newest of many thousand are read from an index.
    "ALTER TABLE claims ADD COLUMN day date",
    "UPDATE claims SET day = date FROM articles WHERE articles.id = article_id",
    "DROP INDEX claims_by_value, claims_by_title, claims_by_day",
    "CREATE INDEX claims_by_sort ON claims (sort, day DESC NULLS LAST)",
    "CREATE INDEX claims_by_mood ON claims (mood, day DESC NULLS LAST) WHERE sort = 'figure'",
    "CREATE INDEX claims_by_unit ON claims (base_unit, day DESC NULLS LAST) WHERE sort = 'figure'",
    "CREATE INDEX claims_by_unit_and_mood ON claims (base_unit, mood, day DESC NULLS LAST) WHERE sort = 'figure'",
    "CREATE INDEX claims_by_value ON claims (base_value, base_unit, day DESC NULLS LAST) WHERE sort = 'figure'",
    "CREATE INDEX claims_that_fell ON claims (base_value, base_unit, standing, day DESC NULLS LAST) "
    "WHERE sort = 'figure' AND standing <> 'stands'",
    "CREATE INDEX claims_by_title ON claims (act, day DESC NULLS LAST) WHERE sort = 'office'",
    "CREATE INDEX claims_by_day ON claims (period_first, day DESC NULLS LAST) WHERE sort = 'day'",
)


def _keep_duties(connection: Connection, dimension: int) -> None:
    """Layout 2: what is owed to an article and the days of claims are kept."""
    del dimension
    _run(connection, _DUTIES)


def _keep_lists(connection: Connection, dimension: int) -> None:
    """Layout 3: near vectors are found in lists, which are made as the store is settled, not in a graph."""
    del dimension
    connection.execute("DROP INDEX IF EXISTS vectors_by_nearness")


MIGRATIONS: tuple[Callable[[Connection, int], None], ...] = (_first_layout, _keep_duties, _keep_lists)
"""Entry ``n`` brings layout ``n`` to ``n + 1`` for vectors of a dimension, inside the caller's transaction."""


def layout_version() -> int:
    """The layout this program reads and writes."""
    return len(MIGRATIONS)


def create_tables(connection: Connection, *, embedding_model: str, dimension: int) -> None:
    """Lay out an empty store, inside the caller's transaction."""
    for migrate in MIGRATIONS:
        migrate(connection, dimension)
    facts = {
        "layout_version": str(layout_version()),
        "embedding_model": embedding_model,
        "dimension": str(dimension),
        "generation": "0",
        "chunks": "0",
        "claims": "0",
    }
    for key, value in facts.items():
        connection.execute("INSERT INTO meta VALUES (%s, %s)", (key, value))


def migrate_tables(connection: Connection, found: int, dimension: int) -> None:
    """Bring a store of layout ``found`` up to this program's, inside the caller's transaction."""
    for migrate in MIGRATIONS[found:]:
        migrate(connection, dimension)
    connection.execute("UPDATE meta SET value = %s WHERE key = 'layout_version'", (str(layout_version()),))


def create_term_lists(connection: Connection) -> bool:
    """Make the lists of terms that a search reads, where they are missing; says whether they were."""
    row = connection.execute("SELECT to_regclass('chunks_by_words') IS NULL").fetchone()
    connection.execute(_TERM_LISTS)
    return bool(row and row[0])


def drop_search_indexes(connection: Connection) -> None:
    """Take away the indexes that a search reads, before a large load; searches are slow until they are made again."""
    connection.execute("DROP INDEX IF EXISTS chunks_by_words")
    drop_lists(connection)


def _run(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement)
