"""A folder that pages are put into: which files are there to be read, and whole. Knows no store and no clock.

A file counts as whole once its size and times were the same at two looks in a row, its last change is
``settle_seconds`` old, and no program of this machine has it open for writing: one that is still being copied,
scanned or downloaded is left alone until then.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rag.corpus.source_files import iter_source_files

DEFAULT_SETTLE_SECONDS = 3.0
_Look = tuple[int, int, int]
"""Size in bytes, last change in nanoseconds, number of the file on its disk."""


@dataclass(slots=True)
class FolderWatch:
    """``clock`` gives the time of day in seconds, as files are stamped with it."""

    folder: Path
    clock: Callable[[], float]
    settle_seconds: float = DEFAULT_SETTLE_SECONDS
    _seen: dict[Path, _Look] = field(default_factory=dict)
    _done: dict[Path, _Look] = field(default_factory=dict)

    def whole_files(self) -> list[Path]:
        """Look once: the new or changed files that are whole now, each until ``mark_done``.

        A folder that is gone for a while (a disk of the network) has no files.
        """
        looks = self._look()
        ready = [path for path, look in looks.items() if self._is_whole(path, look)]
        self._seen = looks
        self._done = {path: look for path, look in self._done.items() if path in looks}
        return ready

    def mark_done(self, path: Path) -> None:
        """``path`` was read as it was at the last look; it comes again when it changes."""
        if path in self._seen:
            self._done[path] = self._seen[path]

    def is_as_seen(self, path: Path) -> bool:
        """Whether the file is still what it was at the last look."""
        return _look_at(path) == self._seen.get(path)

    def _look(self) -> dict[Path, _Look]:
        if not self.folder.is_dir():
            return {}
        paths = [found for found in iter_source_files([self.folder]) if isinstance(found, Path)]
        looks = ((path, _look_at(path)) for path in paths)
        return {path: look for path, look in looks if look is not None}

    def _is_whole(self, path: Path, look: _Look) -> bool:
        size, changed, _ = look
        # A change "in the future" is a clock that was set back: two equal looks must do then.
        age = self.clock() - changed / 1e9
        settled = self._seen.get(path) == look and not 0 <= age < self.settle_seconds
        return size > 0 and settled and self._done.get(path) != look and not is_open_for_writing(path)


def is_open_for_writing(path: Path) -> bool:
    """Whether a program of this machine is writing to the file; False where the system cannot tell.

    Linux grants a lease for reading only on a file that nobody has open for writing.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


def _look_at(path: Path) -> _Look | None:
    """None for a file that is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
