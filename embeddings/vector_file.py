"""The file of a vector index: one line of magic, a JSON header in a fixed 1,024 bytes, then an opaque payload.

The header holds the payload's length and SHA-256, so no reader sees a byte of a damaged payload, and nothing is
unpickled. A file is written beside its place and moved over it. Knows nothing of faiss.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, BinaryIO

from embeddings.errors import VectorIndexError

_MAGIC = b"BAOWEN-VECTORS\n"
_LAYOUT = 1
_HEADER_BYTES = 1024
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class VectorHeader:
    """What a vector file says of its payload. ``trained_count`` is 0 for an exact index."""

    dimension: int
    count: int
    exact_limit: int
    trained_count: int
    ids_sha256: str
    generation: int
    payload_bytes: int = 0
    payload_sha256: str = ""
    layout: int = _LAYOUT


def damaged(path: Path, what: str) -> VectorIndexError:
    """The one-line error for a vector file that ``what`` is wrong with."""
    return VectorIndexError(f"the vector index {path} {what}; delete it, and it is rebuilt from the store")


def save_vector_file(
    path: Path, header: VectorHeader, write_payload: Callable[[Callable[[bytes], int]], None]
) -> None:
    """Write ``header`` and what ``write_payload`` gives to ``path`` in one step, forced to disk.

    Raises:
        VectorIndexError: the disk said no; ``path`` is as it was.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = Path(file.name)
            try:
                _write(file, header, write_payload)
                os.fsync(file.fileno())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise VectorIndexError(
            f"cannot write the vector index {path}: {error.strerror or error}; make room or check the permissions"
        ) from error


def _write(file: IO[bytes], header: VectorHeader, write_payload: Callable[[Callable[[bytes], int]], None]) -> None:
    digest = hashlib.sha256()

    def write(data: bytes) -> int:
        digest.update(data)
        return file.write(data)

    file.write(bytes(_HEADER_BYTES))
    write_payload(write)
    header = replace(header, payload_bytes=file.tell() - _HEADER_BYTES, payload_sha256=digest.hexdigest())
    file.seek(0)
    file.write(_MAGIC + json.dumps(asdict(header)).encode().ljust(_HEADER_BYTES - len(_MAGIC)))
    file.flush()


@contextmanager
def open_vector_file(path: Path) -> Iterator[tuple[VectorHeader, BinaryIO]]:
    """The header of ``path``, and the file standing at its checked payload.

    Raises:
        VectorIndexError: there is no such file, or it is cut off, altered or of another layout.
    """
    try:
        with path.open("rb") as file:
            header = _read_header(file, path)
            _check_payload(file, header, path)
            file.seek(_HEADER_BYTES)
            yield header, file
    except OSError as error:
        raise VectorIndexError(
            f"cannot read the vector index {path}: {error.strerror or error}; it can be rebuilt from the store"
        ) from error


def _read_header(file: BinaryIO, path: Path) -> VectorHeader:
    data = file.read(_HEADER_BYTES)
    if len(data) < _HEADER_BYTES or not data.startswith(_MAGIC):
        raise damaged(path, f"begins with {data[: len(_MAGIC)]!r}, expected {_MAGIC!r}")
    try:
        header = VectorHeader(**json.loads(data[len(_MAGIC) :]))
    except (ValueError, TypeError) as error:
        raise damaged(path, f"has no readable header ({error})") from error
    if header.layout != _LAYOUT:
        raise damaged(path, f"has layout {header.layout}, expected {_LAYOUT}")
    return header


def _check_payload(file: BinaryIO, header: VectorHeader, path: Path) -> None:
    found_bytes = os.fstat(file.fileno()).st_size - _HEADER_BYTES
    if found_bytes != header.payload_bytes:
        raise damaged(path, f"has {found_bytes} bytes of vectors, expected {header.payload_bytes}")
    digest = hashlib.sha256()
    while block := file.read(_READ_BYTES):
        digest.update(block)
    if digest.hexdigest() != header.payload_sha256:
        raise damaged(path, f"has SHA-256 {digest.hexdigest()}, expected {header.payload_sha256}")
