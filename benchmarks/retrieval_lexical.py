"""Which lexical index to keep: SQLite FTS5, bm25s or tantivy, on the same terms of the same articles.

``fts5`` is the search in use: lists of chunks from FTS5, scored by the rarity of the terms in them. ``fts5 bm25`` is
SQLite's own ranking over the same table.

    pip install bm25s tantivy
    python benchmarks/retrieval_lexical.py FOLDER --output data/results/retrieval_lexical.json

Reads ``news_numbers.dev.jsonl.gz`` and ``xwlb_articles.jsonl.gz`` of the folder named. Article level: a hit is a
chunk of the question's own article; each engine returns 50 chunks.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import tantivy
from retrieval_data import read_lines

from rag.chinese.terms import index_terms, query_terms, question_terms
from rag.corpus.chunks import split_into_spans
from rag.corpus.embedded.lexical import (
    add_chunk_terms,
    create_lexical_tables,
    remove_chunk_terms,
    search_terms,
    term_frequencies,
)
from rag.corpus.postings import select_terms

Row = tuple[int, str, str]
Search = Callable[[Sequence[str]], Sequence[int]]
DEPTH = 50


def read_chunks(folder: Path, limit: int) -> tuple[list[Row], list[str], list[dict[str, Any]]]:
    """Rows for the index, the article of each, and the questions."""
    questions = read_lines(folder / "news_numbers.dev.jsonl.gz")
    articles = {item["context_id"]: (item["title"], item["context"]) for item in questions}
    for item in read_lines(folder / "xwlb_articles.jsonl.gz")[:limit]:
        articles[item["id"]] = (item["title"], item["text"])
    rows: list[Row] = []
    owners: list[str] = []
    for identifier, (title, text) in articles.items():
        for span in split_into_spans(text, 300):
            rows.append((len(rows), title, text[span.start : span.end]))
            owners.append(identifier)
    return rows, owners, questions


def filled_table(rows: list[Row], path: Path) -> sqlite3.Connection:
    """The table in use: words, bigrams and exact terms in one column, those of the title in another."""
    connection = sqlite3.connect(path / "terms.sqlite3", isolation_level=None)
    connection.execute("BEGIN")
    create_lexical_tables(connection)
    add_chunk_terms(connection, rows)
    connection.execute("COMMIT")
    return connection


def fts5(rows: list[Row], path: Path) -> tuple[Search, Callable[[list[int]], None]]:
    """The search in use."""
    connection = filled_table(rows, path)

    def search(terms: Sequence[str]) -> Sequence[int]:
        chosen = select_terms(term_frequencies(connection, terms))
        return [hit.chunk_id for hit in search_terms(connection, chosen, DEPTH, total=len(rows))]

    return search, partial(remove_from_table, connection)


def fts5_bm25(rows: list[Row], path: Path) -> tuple[Search, Callable[[list[int]], None]]:
    """SQLite's own BM25, the title twice as heavy, over as many postings."""
    connection = filled_table(rows, path)

    def search(terms: Sequence[str]) -> Sequence[int]:
        chosen = select_terms(term_frequencies(connection, terms))
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in chosen)
        query = "SELECT rowid FROM lexical WHERE lexical MATCH ? ORDER BY bm25(lexical, 2.0, 1.0), rowid LIMIT ?"
        return [row[0] for row in connection.execute(query, (match, DEPTH))] if chosen else []

    return search, partial(remove_from_table, connection)


def remove_from_table(connection: sqlite3.Connection, ids: list[int]) -> None:
    """Remove chunks in one transaction."""
    connection.execute("BEGIN")
    remove_chunk_terms(connection, ids)
    connection.execute("COMMIT")


def bm25s_index(rows: list[Row], path: Path) -> tuple[Search, None]:
    """bm25s over title and text together; it cannot delete."""
    model = bm25s.BM25(method="lucene")
    model.index([index_terms(f"{title} {text}") for _, title, text in rows], show_progress=False)
    model.save(str(path / "bm25s"))

    def search(terms: Sequence[str]) -> Sequence[int]:
        known = [term for term in terms if term in model.vocab_dict]
        if not known:
            return []
        return list(model.retrieve([known], k=DEPTH, show_progress=False).documents[0])

    return search, None


def tantivy_index(rows: list[Row], path: Path) -> tuple[Search, Callable[[list[int]], None]]:
    """Tantivy with the same columns and weights."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name="whitespace")
    builder.add_text_field("body", tokenizer_name="whitespace")
    schema = builder.build()
    (path / "tantivy").mkdir()
    index = tantivy.Index(schema, path=str(path / "tantivy"))
    writer = index.writer(100_000_000, 1)
    for number, title, text in rows:
        document = tantivy.Document(title=" ".join(index_terms(title)), body=" ".join(index_terms(text)))
        document.add_unsigned("id", number)
        writer.add_document(document)
    writer.commit()
    index.reload()

    def search(terms: Sequence[str]) -> Sequence[int]:
        parts = []
        for term in terms:
            title = tantivy.Query.term_query(schema, "title", term)
            parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(title, 2.0)))
            parts.append((tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", term)))
        searcher = index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(parts), DEPTH).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    def remove(ids: list[int]) -> None:
        for number in ids:
            writer.delete_documents("id", number)
        writer.commit()

    return search, remove


def measure(
    search: Search, owners: list[str], questions: list[dict[str, Any]], terms: list[list[str]]
) -> dict[str, float]:
    """Article-level quality, and milliseconds a search takes."""
    ranks, times = [], []
    for question, chosen in zip(questions, terms, strict=True):
        started = time.perf_counter()
        hits = search(chosen)
        times.append((time.perf_counter() - started) * 1000)
        articles = list(dict.fromkeys(owners[hit] for hit in hits))
        ranks.append(1 / (1 + articles.index(question["context_id"])) if question["context_id"] in articles else 0.0)
    values = np.array(ranks)
    return {
        "hit@1": round(float((values == 1).mean()), 4),
        "hit@5": round(float((values >= 0.2).mean()), 4),
        "MRR": round(float(values.mean()), 4),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
    }


ENGINES = {"fts5": fts5, "fts5 bm25": fts5_bm25, "bm25s": bm25s_index, "tantivy": tantivy_index}


def main() -> None:
    """Build each index, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--output", type=Path, help="figures of engines not named stay as they are in it")
    options = parser.parse_args()
    rows, owners, questions = read_chunks(options.folder, options.articles)
    asked = [question_terms(question["question"]) for question in questions]
    kinds = {
        "words": [[*terms.words, *terms.exacts] for terms in asked],
        "bigrams": [[*terms.bigrams, *terms.exacts] for terms in asked],
        "words and bigrams": [query_terms(question["question"]) for question in questions],
    }
    known = options.output is not None and options.output.exists()
    result: dict[str, Any] = json.loads(options.output.read_text()) if known else {}
    result |= {"machine": platform.platform(), "chunks": len(rows), "questions": len(questions)}
    for name in options.engines:
        build = ENGINES[name]
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            search, remove = build(rows, Path(folder))
            seconds = time.perf_counter() - started
            size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
            figures: dict[str, Any] = {"build_s": round(seconds, 1), "megabytes": round(size / 1e6, 1)}
            figures |= {kind: measure(search, owners, questions, terms) for kind, terms in kinds.items()}
            if remove:
                started = time.perf_counter()
                remove(list(range(200)))
                figures["delete_200_ms"] = round((time.perf_counter() - started) * 1000, 1)
            result[name] = figures
            print(name, json.dumps(figures))
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
