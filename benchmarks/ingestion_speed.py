"""A whole archive ingested: articles and chunks a second, memory, and the time to open the store after.

    python benchmarks/ingestion_speed.py articles.jsonl.gz [--articles 20000] [--sample 1500]

The file holds one JSON object with a "text" a line, and "title", "date", "source" where known. Everything the
program does is timed: reading, chunking, words, vectors, SQLite and the saved FAISS index. Beside it, in the same
process, a random sample of the very chunks stored is encoded as sentence-transformers does it by default (float32,
its own batches): the rate of encoding alone, with nothing read or stored, so the comparison favours it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from embeddings.encoder import load_encoder
from embeddings.model_store import resolve_embedding_model
from embeddings.precision import best_precision
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingest_records import IngestProgress
from rag.corpus.ingestion import ingest

_OPEN = (
    "import sys, time, pathlib\n"
    "from rag.corpus.embedded.store import EmbeddedStore\n"
    "began = time.perf_counter()\n"
    "with EmbeddedStore.open(pathlib.Path(sys.argv[1])) as store:\n"
    "    index = store.vector_index\n"
    "print(time.perf_counter() - began)\n"
)


def peak_megabytes() -> float:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_sources(path: Path, folder: Path, count: int, each: int = 500) -> int:
    """The first ``count`` articles as files of ``each``, for the program to read; says how many there were."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [line for _, line in zip(range(count), file, strict=False)]
    for begin in range(0, len(lines), each):
        (folder / f"part_{begin:06}.jsonl").write_text("".join(lines[begin : begin + each]), encoding="utf-8")
    return len(lines)


def stored_chunks(store: EmbeddedStore, count: int) -> list[str]:
    """A random sample of the stored chunks, as they were encoded: title, then text."""
    query = (
        "SELECT title || char(10) || substr(text, start + 1, end - start) "
        "FROM chunks JOIN articles ON articles.id = article_id ORDER BY chunks.id"
    )
    rows = store.connection().execute(query).fetchall()
    return [row[0].strip() for row in random.Random(7).sample(rows, min(count, len(rows)))]


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache" / "baowen" / "models")
    parser.add_argument("--articles", dest="count", type=int, default=20_000)
    parser.add_argument("--sample", type=int, default=1500)
    parser.add_argument("--keep", type=Path, help="leave the store in this folder")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()

    location = resolve_embedding_model("multilingual-e5-small", options.models)
    encoder = load_encoder(location)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        count = write_sources(options.articles, folder / "in", options.count)
        place = options.keep or folder / "store"
        store = EmbeddedStore.open(place, embedding_model=encoder.name, dimension=encoder.dimension, create=True)
        began = time.perf_counter()
        report = ingest(store, encoder, [folder / "in"], on_progress=_tell)
        seconds = time.perf_counter() - began
        peak = peak_megabytes()
        pieces = stored_chunks(store, options.sample)
        problems = store.check()
        store.close()
        opened = subprocess.run([sys.executable, "-c", _OPEN, str(place)], check=True, capture_output=True, text=True)
    ours, theirs = _encoding_rates(encoder, location.location, pieces)
    result = {
        "articles_in": count,
        "articles_stored": report.added,
        "chunks": report.chunks,
        "seconds": round(seconds, 1),
        "articles_per_second": round(report.added / seconds, 1),
        "chunks_per_second": round(report.chunks / seconds, 1),
        "peak_megabytes": round(peak),
        "seconds_to_open": round(float(opened.stdout), 2),
        "problems": problems,
        "failed": len(report.failed),
        "sample": len(pieces),
        "chunks_per_second_encoding_only": round(ours, 1),
        "chunks_per_second_sentence_transformers_defaults": round(theirs, 1),
        "ratio_encoding": round(ours / theirs, 2),
        "ratio_whole_ingestion": round(report.chunks / seconds / theirs, 2),
        "precision": best_precision().reason,
        "machine": f"{platform.machine()}, {platform.system()}",
        "command": " ".join(["python", *sys.argv]),
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def _encoding_rates(encoder: object, location: str, pieces: list[str]) -> tuple[float, float]:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(location, device="cpu", local_files_only=True)
    prefixed = ["passage: " + piece for piece in pieces]
    plain.encode(prefixed[:8], show_progress_bar=False)
    began = time.perf_counter()
    plain.encode(prefixed, show_progress_bar=False)
    theirs = time.perf_counter() - began
    began = time.perf_counter()
    encoder.encode_passages(pieces)  # type: ignore[attr-defined]
    return len(pieces) / (time.perf_counter() - began), len(pieces) / theirs


def _tell(progress: IngestProgress) -> None:
    rate = progress.articles / max(progress.seconds, 1e-9)
    print(f"\r{progress.articles} articles, {rate:.0f} a second", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
