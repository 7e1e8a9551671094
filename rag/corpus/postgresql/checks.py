"""What must hold in a sound PostgreSQL store: what a foreign key would forbid, and counts that are kept."""

from __future__ import annotations

from rag.corpus.postgresql.connections import Connection

_CHECKS = (
    (
        "articles WHERE NOT EXISTS (SELECT FROM chunks WHERE article_id = articles.id) "
        r"AND translate(text, E'\t\n\r \u00a0\u2003\u3000\ufeff', '') <> ''",
        "articles without a chunk",
    ),
    ("articles WHERE source_id NOT IN (SELECT id FROM sources)", "articles without a file"),
    ("chunks WHERE NOT EXISTS (SELECT FROM articles WHERE id = article_id)", "chunks without an article"),
    (
        'chunks JOIN articles ON articles.id = article_id WHERE start < 0 OR start >= "end" OR "end" > length(text)',
        "chunks that reach past the ends of their article",
    ),
    (
        "chunks WHERE NOT EXISTS "
        "(SELECT FROM vectors WHERE vectors.article_id = chunks.article_id AND chunk_id = id)",
        "chunks without a vector",
    ),
    (
        "vectors WHERE NOT EXISTS "
        "(SELECT FROM chunks WHERE chunks.article_id = vectors.article_id AND id = chunk_id)",
        "vectors without a chunk",
    ),
    ("claims WHERE NOT EXISTS (SELECT FROM articles WHERE articles.id = article_id)", "claims without an article"),
    (
        "(SELECT term FROM (SELECT term, chunks FROM term_counts "
        "UNION ALL SELECT unnest(words), -1 FROM chunks) AS kept "
        "GROUP BY term HAVING sum(chunks) <> 0)",
        "terms whose number of chunks is kept wrong",
    ),
    (
        "(SELECT day FROM (SELECT day, source, articles, chunks FROM tallies UNION ALL "
        "SELECT coalesce(date::text, ''), source, -1, 0 FROM articles UNION ALL "
        "SELECT coalesce(date::text, ''), source, 0, -1 FROM chunks) AS kept "
        "GROUP BY day, source HAVING sum(articles) <> 0 OR sum(chunks) <> 0)",
        "days whose number of articles is kept wrong",
    ),
    (
        "meta WHERE (key = 'chunks' AND value::bigint <> (SELECT count(*) FROM chunks)) "
        "OR (key = 'claims' AND value::bigint <> (SELECT count(*) FROM claims))",
        "wrong counts of chunks or claims",
    ),
)


def problems(connection: Connection) -> list[str]:
    """Every inconsistency, in words."""
    found = []
    for condition, words in _CHECKS:
        row = connection.execute(f"SELECT count(*) FROM {condition}")
        number = row.fetchone()
        if number and number[0]:
            found.append(f"{number[0]} {words}")
    return found
