"""Files in, articles stored: only what changed is encoded, and each batch is one complete generation.

A file counts as unchanged while its bytes, its options and the reader's version are the same. Its articles
keep their ids while file name and title stay, and the opening words too where a title repeats; a file cut off
half-way stays marked unfinished, and ingesting it again encodes only what is missing. Of several processes that are
given the same files, each takes those that no other holds, where the store can tell.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder
from rag.corpus.article_identity import source_keys
from rag.corpus.article_rows import article_fingerprint
from rag.corpus.batch_storing import store_batch
from rag.corpus.chunks import split_into_spans
from rag.corpus.correction_links import link_corrections
from rag.corpus.held_files import HeldFiles
from rag.corpus.ingest_records import FailedSource, IngestOptions, IngestProgress, IngestReport, SetAside
from rag.corpus.isolated_reading import IsolatedReader
from rag.corpus.pending_articles import PendingArticle, PendingSource, articles_of
from rag.corpus.readers import read_source
from rag.corpus.source_files import iter_source_files
from rag.corpus.source_places import SourcePlace, best_place, place_of, unchanged_articles
from rag.corpus.store import ArticleStore
from rag.errors import SourceError
from rag.records import Article


def ingest(
    store: ArticleStore,
    encoder: Encoder,
    paths: Iterable[Path],
    options: IngestOptions | None = None,
    *,
    on_progress: Callable[[IngestProgress], None] | None = None,
) -> IngestReport:
    """Bring files and folders into the store; a bad file is reported and never stops the others.

    Raises:
        SourceError: a path does not exist.
        StoreLockedError: another process keeps writing.
    """
    files, failed = _gather_files(paths)
    with IsolatedReader() as uploads, store.leases() as leases:
        held = HeldFiles(leases)
        run = _Ingestion(store, encoder, options or IngestOptions(), failed, len(files), uploads, held, on_progress)
        held_by_others = [path for path in files if not run.take(path)]
        run.flush()
        for path in held_by_others:
            run.take(path, wait=True)
            run.flush()  # so that none is held while waiting for another
    link_corrections(store)  # also what a process that was killed left
    if options and options.originals and (run.updated or run.removed):
        with store.reading() as reading:
            used = reading.digests_in_use(options.originals.digests())
        options.originals.forget_all_but(used)
    store.settle()
    return run.report()


def _gather_files(paths: Iterable[Path]) -> tuple[list[Path], list[FailedSource]]:
    files: dict[Path, None] = {}
    failed: list[FailedSource] = []
    for found in iter_source_files(list(paths)):
        if isinstance(found, Path):
            files[found] = None
        else:
            failed.append(FailedSource(str(found.path), found.reason))
    return list(files), failed


class _Ingestion:
    """One run over many files, with what waits for the next batch."""

    def __init__(
        self,
        store: ArticleStore,
        encoder: Encoder,
        options: IngestOptions,
        failed: list[FailedSource],
        total: int,
        uploads: IsolatedReader,
        held: HeldFiles,
        on_progress: Callable[[IngestProgress], None] | None,
    ) -> None:
        self.store, self.encoder, self.options = store, encoder, options
        self.failed, self.total, self.on_progress = failed, total, on_progress
        self.uploads, self.held = uploads, held
        self.warnings: list[str] = []
        self.left_out: list[SetAside] = []
        self.added = self.updated = self.unchanged = self.removed = self.chunks = self.done = self.read = 0
        self.pending: list[PendingArticle] = []
        self.sources: list[PendingSource] = []
        self.pending_chunks = 0
        self.started = time.monotonic()

    def take(self, path: Path, *, wait: bool = False) -> bool:
        """Read one file and queue what changed; False, without ``wait``, where another process ingests it now."""
        label = self.options.labels.get(path)
        place = label or str(path)
        try:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            if not self.held.take(place, next(source_keys(path, label or "")), sha256, wait=wait):
                return False
            source = self._read(path, label or "", sha256)
            articles = articles_of(self.store, source, self.sources) if source else []
        except (SourceError, OSError) as error:
            self.failed.append(FailedSource(place, _reason(error)))
            source = None
        self.read += 1
        if source is None:
            self.held.release(place)
            self.done += 1
            self._tell(path)
            return True
        self.warnings.extend(f"{place}: {warning}" for warning in source.document.warnings)
        self.left_out.extend(SetAside(place, item.text, item.reason) for item in source.document.left_out)
        self._queue(source, articles)
        self._tell(Path(place))
        return True

    def _read(self, path: Path, label: str, sha256: str) -> PendingSource | None:
        """What a file holds now; None where nothing changed since the last time.

        Raises:
            SourceError: it holds no article.
        """
        places: list[SourcePlace] = []
        for key in source_keys(path, label):
            places.append(place_of(self.store, self.options, key, sha256))
            unchanged = unchanged_articles(self.store, places[-1], self.sources)
            if unchanged is not None:
                self.unchanged += unchanged
                self._keep_original(path, label or str(path))
                return None
            if places[-1].known is None or not label:
                break
        direction = self.options.direction
        document = (
            self.uploads.read(path, label=label, direction=direction)
            if label
            else read_source(path, direction=direction)
        )
        if not document.articles:
            raise SourceError("no article found in it; expected newspaper text: check the file")
        self._keep_original(path, label or str(path))
        place = best_place(document, places)
        return PendingSource(place.key, label or str(path), document, place.signature, place.options, place.known)

    def _keep_original(self, path: Path, place: str) -> None:
        """Keep a file whose pages can be looked at; its articles are stored either way."""
        if self.options.originals and not self.options.originals.keep(path.read_bytes(), place):
            self.warnings.append(
                f"{place} is read, and its pages cannot be shown: the originals kept with the store have reached "
                "their bound; raise originals_bytes and import it again"
            )

    def _queue(self, source: PendingSource, articles: Sequence[tuple[str, Article]]) -> None:
        source.remaining = len(articles)
        self.sources.append(source)
        for position, (stable, article) in enumerate(articles):
            known = source.known.fingerprints.get(article.id) if source.known else None
            spans = split_into_spans(article.text, self.options.chunk_characters)
            same = known == article_fingerprint(article, spans)
            self.pending.append(PendingArticle(source, stable, article, position, None if same else spans))
            self.pending_chunks += 0 if same else len(spans)
            if self.pending_chunks >= self.options.batch_chunks:
                self.flush()

    def flush(self) -> None:
        """Encode and store what waits, as one generation."""
        if not self.sources:
            return
        changed = [item for item in self.pending if item.spans is not None]
        texts = [f"{item.article.title}\n{text}".strip() for item in changed for text in item.pieces]
        vectors = self.encoder.encode_passages(texts) if texts else np.empty((0, self.store.dimension), np.float32)
        with self.store.writing() as writer:
            counts, finished = store_batch(self.store, writer, self.sources, self.pending, vectors)
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + count)
        self.chunks += len(texts)
        self.done += len(finished)
        current = self.sources[-1].place
        for source in finished:
            self.held.release(source.place)
        self.sources = [source for source in self.sources if source.remaining]
        self.pending, self.pending_chunks = [], 0
        self._tell(Path(current))

    def _tell(self, current: Path) -> None:
        if self.on_progress:
            seconds = time.monotonic() - self.started
            articles = self.added + self.updated + self.unchanged
            told = (self.done, self.total, articles, self.chunks, current.name, seconds, self.read)
            self.on_progress(IngestProgress(*told))

    def report(self) -> IngestReport:
        """What was done so far."""
        return IngestReport(
            self.added,
            self.updated,
            self.unchanged,
            self.removed,
            tuple(self.failed),
            tuple(self.warnings),
            self.chunks,
            time.monotonic() - self.started,
            self.store.generation,
            tuple(self.left_out),
        )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return str(error)
