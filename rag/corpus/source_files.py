"""The files under the named paths, and the bytes of one."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.corpus.file_kinds import EXPECTED, is_accepted
from rag.errors import SourceError

_MAX_BYTES = 500_000_000
_MAX_UNPACKED_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file in a searched folder that is not read, and why."""

    path: Path
    reason: str


def iter_source_files(paths: Iterable[Path]) -> Iterator[Path | SkippedFile]:
    """The files to read, each once: named files as they are, folders searched deeply in sorted order.

    Hidden files and folders are passed over. A linked folder is not entered, a link that leads outside its
    folder and a file of a kind that is not read come as ``SkippedFile``.

    Raises:
        SourceError: a path does not exist.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path} does not exist; expected a file or folder: check the spelling")
        for found in _search_folder(path) if path.is_dir() else (path,):
            place = found if isinstance(found, Path) else found.path
            if place.resolve() not in seen or isinstance(found, SkippedFile):
                seen.add(place.resolve())
                yield found


def _search_folder(root: Path) -> Iterator[Path | SkippedFile]:
    inside = root.resolve()
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith((".", "~$")):
                continue
            if not is_accepted(path):
                yield SkippedFile(path, f"{path.suffix or 'no suffix'} is no kind that is read; {EXPECTED}")
            elif path.is_symlink() and not path.resolve().is_relative_to(inside):
                yield SkippedFile(path, "a link that leads outside the folder; name the file itself to read it")
            else:
                yield path


def read_bytes(path: Path) -> bytes:
    """What a file holds.

    Raises:
        SourceError: it is missing, empty, unreadable or too large.
    """
    if path.is_dir():
        raise SourceError(f"{path} is a folder; expected a file")
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise SourceError(f"{path.name} has {size} bytes; expected at most {_MAX_BYTES}: split it")
        data = path.read_bytes() if path.is_file() else b""
    except FileNotFoundError as error:
        raise SourceError(f"{path} does not exist; expected a file: check the spelling") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); expected a file you may read") from error
    if not data.strip():
        raise SourceError(f"{path.name} is empty; {EXPECTED}")
    return data


def unpacked(data: bytes, name: str) -> bytes:
    """The content of a gzip file, or ``data`` as it is.

    Raises:
        SourceError: the file called ``name`` is damaged, or unpacks to too much.
    """
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            content = stream.read(_MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{name} is a damaged gzip file ({error}); fetch it again") from error
    if len(content) > _MAX_UNPACKED_BYTES:
        raise SourceError(f"{name} unpacks to more than {_MAX_UNPACKED_BYTES} bytes; split it")
    return content
