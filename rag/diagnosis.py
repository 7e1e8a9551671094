"""What is installed, which models and runtime are used and why, whether the store is sound."""

from __future__ import annotations

import importlib.metadata
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from rag.errors import BaowenError
from rag.records import JsonObject
from rag.settings import Settings

State = Literal["ok", "warning", "problem"]
_PACKAGES = (
    "torch",
    "transformers",
    "sentence-transformers",
    "faiss-cpu",
    "gradio",
    "langchain-text-splitters",
    "xllamacpp",
)
_LOW_DISK_BYTES = 3_000_000_000


@dataclass(frozen=True, slots=True)
class DiagnosisItem:
    """One thing looked at: ``problem`` stops work, ``warning`` does not."""

    name: str
    state: State
    detail: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that was looked at, in reading order."""

    items: tuple[DiagnosisItem, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing stops work."""
        return all(item.state != "problem" for item in self.items)

    def to_json(self) -> JsonObject:
        """The diagnosis as one JSON object."""
        return {"sound": self.sound, "items": [asdict(item) for item in self.items]}


def diagnose(settings: Settings) -> Diagnosis:
    """Look at everything; a finding is an item, never an exception."""
    items = [*_packages(), *_models(settings), _runtime(settings), *_store(settings), _disk(settings)]
    return Diagnosis(tuple(items))


def _packages() -> Iterator[DiagnosisItem]:
    yield DiagnosisItem("python", "ok", f"{sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    for name in _PACKAGES:
        try:
            yield DiagnosisItem(name, "ok", importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield DiagnosisItem(name, "problem", f"not installed; expected it: pip install {name}")


def _models(settings: Settings) -> Iterator[DiagnosisItem]:
    from embeddings.model_store import model_statuses

    for status in model_statuses(settings.models, verify=True):
        state: State = "ok" if status.state == "ready" else "warning" if status.state == "missing" else "problem"
        detail = f"{status.purpose}, {status.state}, {status.bytes / 1e6:.0f} MB, {status.licence}, {status.path}"
        yield DiagnosisItem(f"model {status.name}", state, " · ".join(filter(None, (detail, status.detail))))


def _runtime(settings: Settings) -> DiagnosisItem:
    from rag.generation.machine import detect_machine
    from rag.generation.runtime import choose_runtime

    try:
        choice = choose_runtime(settings, detect_machine())
    except BaowenError as error:
        return DiagnosisItem("runtime", "problem", str(error))
    return DiagnosisItem("runtime", "ok", f"{choice.runtime}: {choice.reason_zh} / {choice.reason}")


def _store(settings: Settings) -> Iterator[DiagnosisItem]:
    from rag.corpus.open_store import open_store

    try:
        with open_store(settings.store) as store:
            location = store.location
            counts, problems, unfinished = store.counts(), store.check(), store.unfinished_sources()
            generation, model = store.generation, store.embedding_model
    except BaowenError as error:
        missing = _is_missing(settings)
        yield DiagnosisItem("store", "warning" if missing else "problem", str(error))
        return
    days = f"{counts.first_date} – {counts.last_date}" if counts.first_date else "no dates"
    yield DiagnosisItem(
        "store",
        "problem" if problems else "ok",
        f"{location}: {counts.articles} articles, {counts.chunks} chunks, {days}, generation {generation}, "
        f"vectors by {model}" + "".join(f"; {problem}" for problem in problems),
    )
    for path in unfinished:
        yield DiagnosisItem(
            "ingestion", "warning", f"{path} was cut off; run `baowen ingest {path}` to resume what is missing"
        )


def _is_missing(settings: Settings) -> bool:
    from rag.corpus.open_store import store_exists

    try:
        return not store_exists(settings.store)
    except BaowenError:
        return False


def _disk(settings: Settings) -> DiagnosisItem:
    folder = next(parent for parent in (settings.models, *settings.models.parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free at {folder}"
    if free < _LOW_DISK_BYTES:
        return DiagnosisItem("disk", "warning", f"{detail}; the models need {_LOW_DISK_BYTES / 1e9:.0f} GB")
    return DiagnosisItem("disk", "ok", detail)
