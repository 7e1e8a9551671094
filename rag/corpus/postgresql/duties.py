"""What is still to be done for an article: its claims to be read, notices of correction to be tied.

It is written down in the transaction that stores the article, so that nobody goes over all of them to find it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from rag.corpus.postgresql.connections import Connection

_UNTIE = "INSERT INTO untied (article_id)"
# A number is never used twice: what came while others were being tied is told apart from those.
_AGAIN = "ON CONFLICT (article_id) DO UPDATE SET number = DEFAULT"


def owe_duties(connection: Connection, article_ids: Collection[str], *, without_claims: Collection[str]) -> None:
    """Note that articles were stored; the claims of those ``without_claims`` are to be read, too."""
    connection.execute(f"{_UNTIE} SELECT unnest(%s::text[]) {_AGAIN}", (sorted(article_ids),))
    if without_claims:
        query = "INSERT INTO claims_owed SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
        connection.execute(query, (sorted(without_claims),))


def settle_duties(connection: Connection, article_ids: list[str]) -> None:
    """Nothing is owed any more to articles that are about to go; a notice of one of them may mean another one."""
    notices = (
        "SELECT notice_id FROM corrections WHERE article_id = ANY(%(ids)s) UNION SELECT article_id FROM notices "
        "WHERE first = last AND last IN (SELECT date FROM articles WHERE id = ANY(%(ids)s))"
    )
    connection.execute(f"{_UNTIE} {notices} {_AGAIN}", {"ids": article_ids})
    for table in ("claims_owed", "untied", "notices"):
        connection.execute(f"DELETE FROM {table} WHERE article_id = ANY(%s)", (article_ids,))


def tie_notice(connection: Connection, notice_id: str, first: dt.date, last: dt.date) -> None:
    """Note the days of the articles that a notice may mean, and take its links away."""
    connection.execute("DELETE FROM corrections WHERE notice_id = %s", (notice_id,))
    connection.execute(
        "INSERT INTO notices SELECT id, %s, %s FROM articles WHERE id = %s "
        "ON CONFLICT (article_id) DO UPDATE SET first = excluded.first, last = excluded.last",
        (first, last, notice_id),
    )
