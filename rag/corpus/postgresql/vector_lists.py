"""Vectors in lists of near ones (pgvector's IVFFlat): a search compares those of the lists nearest to the question.

A question lies farther from all passages than they lie from each other, so that a graph of passages (HNSW) is often
walked past the whole region of its answer, while the lists of that region are among the nearest (``docs/scale.md``).
Lists are learnt of the vectors that are there, so they are made once there are enough, and anew when the archive has
grown out of them. Fewer vectors than that are all compared.
"""

from __future__ import annotations

import math

from rag.corpus.postgresql.connections import Connection

EXACT_LIMIT = 20_000
"""Where no more chunks than this pass a filter, every vector of them is compared: 15 ms, and none is missed."""
_SUFFIX = "_by_nearness"
"""What the lists of a part are named after it."""
_LOCK = "hashtextextended('baowen lists ' || current_schema(), 0)"
_LISTS_A_ROOT = 3
_GROWTH = 2
"""Lists are learnt anew when there are so many times the chunks that they were learnt of."""
_SAMPLES_A_LIST, _FEWEST_SAMPLES = 50, 10_000
_FACT = "chunks_in_lists"


def lists_of(chunks: int) -> int:
    """How many lists one part with ``chunks`` vectors has; a search reads ``ivfflat.probes`` of them."""
    return max(1, round(_LISTS_A_ROOT * math.sqrt(chunks)))


def need_lists(connection: Connection) -> bool:
    """Whether there are more vectors than are compared one by one, and no lists, or lists of half as many."""
    row = connection.execute(
        "SELECT coalesce((SELECT value::bigint FROM meta WHERE key = 'chunks'), 0), "
        "coalesce((SELECT value::bigint FROM meta WHERE key = %s), 0)",
        (_FACT,),
    ).fetchone()
    chunks, learnt_of = map(int, row or (0, 0))
    return chunks > EXACT_LIMIT and chunks >= _GROWTH * learnt_of


def renew_lists(connection: Connection, dimension: int) -> bool:
    """Learn the lists of all parts of the table anew where they are needed; says whether that was done.

    Outside a transaction: a part's older lists are searched until its newer ones are there, and nobody who reads or
    writes waits for them. One process does it at a time; one that is killed leaves it to the next.
    """
    if not need_lists(connection) or not _one(connection, f"SELECT pg_try_advisory_lock({_LOCK})"):
        return False
    try:
        chunks = _one(connection, "SELECT value::bigint FROM meta WHERE key = 'chunks'")
        tables = _parts(connection)
        lists = lists_of(-(-chunks // len(tables)))
        _reserve(connection, _kilobytes_to_learn(lists, dimension))
        for table in tables:
            _learn(connection, table, dimension, lists)
        connection.execute(
            "INSERT INTO meta VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (_FACT, str(chunks)),
        )
    finally:
        connection.execute("RESET maintenance_work_mem")
        connection.execute(f"SELECT pg_advisory_unlock({_LOCK})")
    return True


def drop_lists(connection: Connection) -> None:
    """Take the lists away: every vector is compared until they are made again."""
    for table in _parts(connection):
        connection.execute(f"DROP INDEX IF EXISTS {table}{_SUFFIX}")
    connection.execute("DELETE FROM meta WHERE key = %s", (_FACT,))


def _parts(connection: Connection) -> list[str]:
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass('vectors') ORDER BY 1"
    return [table for (table,) in connection.execute(query)]


def _learn(connection: Connection, table: str, dimension: int, lists: int) -> None:
    name = f"{table}{_SUFFIX}"
    connection.execute(f"DROP INDEX IF EXISTS {name}_anew")  # half made when a process was killed
    connection.execute(
        f"CREATE INDEX CONCURRENTLY {name}_anew ON {table} USING ivfflat "
        f"((vector::halfvec({dimension})) halfvec_ip_ops) WITH (lists = {lists})"
    )
    with connection.transaction():
        connection.execute(f"DROP INDEX IF EXISTS {name}")
        connection.execute(f"ALTER INDEX {name}_anew RENAME TO {name}")


def _reserve(connection: Connection, kilobytes: int) -> None:
    """Let this connection hold so much while it makes an index, if it may not anyhow."""
    connection.execute(
        "SELECT set_config('maintenance_work_mem', greatest(%s, setting::bigint)::text || 'kB', false) "
        "FROM pg_settings WHERE name = 'maintenance_work_mem'",
        (kilobytes,),
    )


def _one(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _kilobytes_to_learn(lists: int, dimension: int) -> int:
    """What pgvector's k-means holds: its samples, and a bound of the distance of each from each list's centre."""
    samples = max(_FEWEST_SAMPLES, _SAMPLES_A_LIST * lists)
    vector = 8 + 2 * dimension
    needed = samples * (vector + 4 * lists + 8) + lists * (2 * vector + 4 * dimension + 4 * lists + 12)
    return needed // 1000 + 65_536
