"""A short hash of a model's files, so that a store made with another model can be told from this one's."""

from __future__ import annotations

import hashlib
from pathlib import Path

from embeddings.hub import cached_snapshot

_SUFFIXES = frozenset({".json", ".txt", ".model", ".safetensors", ".bin"})
_WHOLE_BYTES = 16 << 20
_SAMPLE_BYTES = 4096
_SAMPLES = 64
_NOT_MODEL = frozenset({"manifest.json"})


def fingerprint_folder(folder: Path) -> str:
    """Twelve hexadecimal digits over the names, sizes and contents of a model's files.

    Small files are read whole, large ones by 64 samples: milliseconds, and different for any retrained model. This
    is no proof of integrity; ``verify_models`` is.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if not path.is_file() or path.suffix not in _SUFFIXES or path.name in _NOT_MODEL or name.parts[0][0] == ".":
            continue
        size = path.stat().st_size
        digest.update(f"{name.as_posix()}\0{size}\0".encode())
        digest.update(_content(path, size))
    return digest.hexdigest()[:12]


def _content(path: Path, size: int) -> bytes:
    if size <= _WHOLE_BYTES:
        return path.read_bytes()
    pieces = []
    with path.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(number * (size - _SAMPLE_BYTES) // (_SAMPLES - 1))
            pieces.append(file.read(_SAMPLE_BYTES))
    return b"".join(pieces)


def model_name_with_fingerprint(name: str, location: str, *, is_local: bool) -> str:
    """``"multilingual-e5-small@1f0c…"``: the name, and the fingerprint of the folder or the hub's cached files."""
    folder = Path(location) if is_local else cached_snapshot(location)
    return f"{name}@{fingerprint_folder(folder)}" if folder is not None else name
