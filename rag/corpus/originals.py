"""The files that articles came from, kept with the store where they can be looked at: PDF, scans, text.

Each content is kept once, under its SHA-256 and no other name: nothing that a sender or a reader writes becomes a
path.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Collection
from pathlib import Path

from rag.corpus.file_kinds import shown_kind

_FOLDER = "originals"
_UNUSED_SECONDS = 3600
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Originals:
    """The kept files of the store in ``directory``, at most ``most_bytes`` together; 0 keeps none."""

    def __init__(self, directory: Path, most_bytes: int) -> None:
        self._folder, self._most_bytes = directory / _FOLDER, most_bytes

    def path(self, sha256: str) -> Path | None:
        """Where the file with this content lies; None where it is not kept."""
        if not _DIGEST.fullmatch(sha256):
            return None
        found = self._folder / sha256
        return found if found.is_file() else None

    def keep(self, data: bytes, name: str) -> bool:
        """Keep the file called ``name`` if it can be looked at; False where there is no room for it.

        Raises:
            OSError: the place cannot be written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not self._most_bytes or not shown_kind(data, name) or self.path(sha256):
            return True
        if self._size() + len(data) > self._most_bytes:
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / f"{sha256}.{os.getpid()}.partial"
        partial.write_bytes(data)
        partial.replace(self._folder / sha256)
        return True

    def _size(self) -> int:
        return sum(path.stat().st_size for path in self._folder.iterdir()) if self._folder.is_dir() else 0

    def digests(self) -> list[str]:
        """The SHA-256 of each kept file."""
        found = self._folder.iterdir() if self._folder.is_dir() else ()
        return sorted(path.name for path in found if _DIGEST.fullmatch(path.name))

    def forget_all_but(self, wanted: Collection[str]) -> None:
        """Remove the files with other digests, but for new ones that another import may be about to store."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            is_old = path.stat().st_mtime < time.time() - _UNUSED_SECONDS
            if is_old and path.name.partition(".")[0] not in wanted:
                path.unlink(missing_ok=True)
