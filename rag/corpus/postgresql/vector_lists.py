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
_NAME = "vectors_by_nearness"
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
        "coalesce((SELECT value::bigint FROM meta WHERE key = %s), 0), to_regclass(%s) IS NOT NULL",
        (_FACT, _NAME),
    ).fetchone()
    chunks, learnt_of, there = row or (0, 0, False)
    return int(chunks) > EXACT_LIMIT and not (there and chunks < _GROWTH * learnt_of)


def make_lists(connection: Connection, dimension: int, parts: int) -> None:
    """Learn lists for all ``parts`` of the table, in the place of those that are there, inside a transaction.

    The older ones are searched until the transaction ends.
    """
    row = connection.execute("SELECT value::bigint FROM meta WHERE key = 'chunks'").fetchone()
    chunks = int(row[0]) if row else 0
    lists = lists_of(-(-chunks // parts))
    connection.execute(
        "SELECT set_config('maintenance_work_mem', greatest(%s, setting::bigint)::text || 'kB', true) "
        "FROM pg_settings WHERE name = 'maintenance_work_mem'",
        (_kilobytes_to_learn(lists, dimension),),
    )
    connection.execute(
        f"CREATE INDEX {_NAME}_anew ON vectors USING ivfflat ((vector::halfvec({dimension})) halfvec_ip_ops) "
        f"WITH (lists = {lists})"
    )
    drop_lists(connection)
    connection.execute(f"ALTER INDEX {_NAME}_anew RENAME TO {_NAME}")
    connection.execute("INSERT INTO meta VALUES (%s, %s)", (_FACT, str(chunks)))


def drop_lists(connection: Connection) -> None:
    """Take the lists away: every vector is compared until they are made again."""
    connection.execute(f"DROP INDEX IF EXISTS {_NAME}")
    connection.execute("DELETE FROM meta WHERE key = %s", (_FACT,))


def _kilobytes_to_learn(lists: int, dimension: int) -> int:
    """What pgvector's k-means holds: its samples, and a bound of the distance of each from each list's centre."""
    samples = max(_FEWEST_SAMPLES, _SAMPLES_A_LIST * lists)
    vector = 8 + 2 * dimension
    needed = samples * (vector + 4 * lists + 8) + lists * (2 * vector + 4 * dimension + 4 * lists + 12)
    return needed // 1000 + 65_536
