"""A finished model folder and its manifest: built beside its place, moved in whole, checked later.

Nothing half-built ever stands at a model's own path. Names that begin with ``.`` in the models directory are
the program's own: ``.lock`` serialises writers of any number of processes, ``.building-…`` is thrown away by the
next one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from embeddings.errors import ModelDamagedError, ModelFetchError

FolderState = Literal["ready", "missing", "partial", "damaged"]

MANIFEST_NAME = "manifest.json"
_DAMAGE_NAME = ".damaged"
_BUILDING_PREFIX = ".building-"
_MANIFEST_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file of a model folder must be."""

    byte_count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model folder holds, and from which source bytes it was made."""

    name: str
    licence: str
    source_sha256: str
    files: Mapping[str, FileRecord] = field(default_factory=dict)
    layout: int = _MANIFEST_LAYOUT


@dataclass(frozen=True, slots=True)
class FolderReport:
    """The state of a model folder; ``detail`` says in one line what is wrong, or nothing."""

    state: FolderState
    byte_count: int = 0
    detail: str = ""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def writing_lock(directory: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the models directory for writing; a second process waits here, after ``on_wait`` was called once.

    Raises:
        ModelFetchError: the directory cannot be made or written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / ".lock").open("a")
    except OSError as error:
        raise ModelFetchError(
            f"cannot write to the models directory {directory}: {error.strerror}; set BAOWEN_MODELS to another one"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove_stale_builds(directory: Path) -> None:
    """Throw away what a cut-off build left; call it under the lock."""
    for path in directory.glob(f"{_BUILDING_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def building_folder(directory: Path) -> Iterator[Path]:
    """A new empty folder on the models' own disk, gone at the end unless it was installed."""
    path = Path(tempfile.mkdtemp(prefix=_BUILDING_PREFIX, dir=directory))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def install_folder(built: Path, target: Path, *, name: str, licence: str, source_sha256: str) -> None:
    """Write the manifest of ``built``, force all to disk and move it to ``target``, replacing what is there."""
    files = {
        str(path.relative_to(built)): FileRecord(path.stat().st_size, sha256_of(path))
        for path in sorted(built.rglob("*"))
        if path.is_file()
    }
    manifest = Manifest(name, licence, source_sha256, files)
    (built / MANIFEST_NAME).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n", "utf-8")
    for path in built.rglob("*"):
        _sync(path)
    built.chmod(0o755)
    if target.exists():
        # The old folder steps aside first: a cut between the two moves leaves the model missing, never mixed.
        target.rename(Path(tempfile.mkdtemp(prefix=_BUILDING_PREFIX, dir=target.parent)) / target.name)
    built.rename(target)
    _sync(target.parent)
    remove_stale_builds(target.parent)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model folder.

    Raises:
        ModelDamagedError: it is not a manifest of this layout.
        FileNotFoundError: there is none.
    """
    path = folder / MANIFEST_NAME
    try:
        content = json.loads(path.read_text("utf-8"))
        files = {name: FileRecord(**record) for name, record in content.pop("files").items()}
        manifest = Manifest(**content, files=files)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelDamagedError(f"{path} is not a manifest ({error}); run 'baowen models fetch' again") from error
    if manifest.layout != _MANIFEST_LAYOUT:
        raise ModelDamagedError(
            f"{path} has layout {manifest.layout}, expected {_MANIFEST_LAYOUT}; run 'baowen models fetch' again"
        )
    return manifest


def inspect_folder(folder: Path, *, source_sha256: str, verify: bool = False) -> FolderReport:
    """The state of ``folder`` by its manifest and file sizes; with ``verify`` by every hash too.

    Damage found by hash is remembered in the folder, so that the next fetch mends it without ``verify``.
    """
    if not folder.is_dir():
        return FolderReport("missing", 0, "not fetched; run 'baowen models fetch'")
    try:
        manifest = read_manifest(folder)
    except FileNotFoundError:
        return FolderReport("partial", 0, f"{folder} has no {MANIFEST_NAME}; run 'baowen models fetch' again")
    except ModelDamagedError as error:
        return FolderReport("damaged", 0, str(error))
    byte_count = sum(record.byte_count for record in manifest.files.values())
    if manifest.source_sha256 != source_sha256:
        return FolderReport(
            "damaged",
            byte_count,
            f"{folder} was made from {manifest.source_sha256}, expected {source_sha256};"
            " run 'baowen models fetch' again",
        )
    detail = _first_damage(folder, manifest, verify=verify)
    return FolderReport("damaged" if detail else "ready", byte_count, detail)


def _first_damage(folder: Path, manifest: Manifest, *, verify: bool) -> str:
    for name, record in manifest.files.items():
        path = folder / name
        found = path.stat().st_size if path.is_file() else None
        if found != record.byte_count:
            size = "is missing" if found is None else f"has {found} bytes"
            return f"{path} {size}, expected {record.byte_count} bytes; run 'baowen models fetch' again"
    remembered = folder / _DAMAGE_NAME
    if not verify:
        return remembered.read_text("utf-8") if remembered.exists() else ""
    for name, record in manifest.files.items():
        found_hash = sha256_of(folder / name)
        if found_hash != record.sha256:
            detail = (
                f"{folder / name} has SHA-256 {found_hash}, expected {record.sha256}; run 'baowen models fetch' again"
            )
            _remember(remembered, detail)
            return detail
    remembered.unlink(missing_ok=True)
    return ""


def _remember(path: Path, detail: str) -> None:
    try:
        path.write_text(detail, "utf-8")
    except OSError:
        return  # a models directory that is read-only: the report itself still says it
