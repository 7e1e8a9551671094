"""What an ingestion is told and what it tells: options, progress, report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.corpus.originals import Originals
from rag.corpus.vertical_pages import TextDirection
from rag.records import JsonObject


@dataclass(frozen=True, slots=True)
class FailedSource:
    """A file that gave no articles, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """Text of a file that is in none of its articles, and why: navigation, copyright, a deleted sentence."""

    path: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingestion is; articles and chunks count what is stored, ``sources_read`` what is at least read."""

    sources_done: int
    sources_total: int
    articles: int
    chunks: int
    current: str
    seconds: float
    sources_read: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did; ``added``, ``updated``, ``unchanged`` and ``removed`` count articles."""

    added: int
    updated: int
    unchanged: int
    removed: int
    failed: tuple[FailedSource, ...]
    warnings: tuple[str, ...]
    chunks: int
    seconds: float
    generation: int
    left_out: tuple[SetAside, ...] = ()

    def to_json(self) -> JsonObject:
        """The report as one JSON object."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "failed": [{"path": item.path, "reason": item.reason} for item in self.failed],
            "warnings": list(self.warnings),
            "chunks": self.chunks,
            "seconds": round(self.seconds, 2),
            "generation": self.generation,
            "left_out": [{"path": item.path, "text": item.text, "reason": item.reason} for item in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """``date`` and ``source`` hold for files that do not say otherwise in their own records."""

    date: dt.date | None = None
    source: str | None = None
    chunk_characters: int = 300
    batch_chunks: int = 256
    """About how many chunks are encoded and stored together; what a cut-off run loses at most."""
    direction: TextDirection = "auto"
    """``vertical`` insists that pages are set from top to bottom and right to left."""
    originals: Originals | None = None
    """Where PDF files, scans and texts are kept, to look at them; None keeps none."""
    labels: Mapping[Path, str] = field(default_factory=dict)
    """What an uploaded file is to be known by, instead of the place it was put in."""
