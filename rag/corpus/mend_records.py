"""What is kept of a mend beside the articles: which file it was, and which articles it made of which."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Literal

from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import StoredArticle

MendKind = Literal["divide", "join", "retitle", "undo"]


def mend_record(
    kind: MendKind, mend_id: str, before: Sequence[StoredArticle], after: Sequence[StoredArticle]
) -> tuple[str, str]:
    """When, and the record as JSON, for ``StoreWriter.add_feedback``."""
    record = {
        "mend": kind,
        "mend_id": mend_id,
        "files": sorted({item.article.origin.sha256 for item in (*before, *after)}),
        "before": [item.article.id for item in before],
        "after": [item.article.id for item in after],
    }
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), json.dumps(record, ensure_ascii=False)


def mended_files(store: ArticleStore) -> set[str]:
    """The digests of the files with mends that were not taken back."""
    with store.reading() as reading:
        records = [json.loads(record) for _, record in reading.feedback()]
    mends = {item["mend_id"]: item for item in records if item.get("mend") not in (None, "undo")}
    for item in records:
        if item.get("mend") == "undo":
            mends.pop(item["mend_id"], None)
    return {sha256 for item in mends.values() for sha256 in item["files"]}
