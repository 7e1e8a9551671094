"""Memory that mapped files take: pages that were read once and are kept in another form since.

An engine that maps its model file and lays the weights out anew holds them twice in the process's resident memory.
The mapped pages can be given back at any time: what is read again comes from the file again.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MADV_DONTNEED = 4
_MAPS = Path("/proc/self/smaps")
_ALIGNED = 64


class WrittenArrays:
    """Arrays in a file without a name, mapped, for an engine that lays them out anew and still may read them.

    ``arrays`` stand for those given, value for value. They stay in memory where no file can be written.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.arrays = dict(arrays)
        self._mapped: mmap.mmap | None = None
        try:
            begins, self._mapped = _written(arrays)
        except OSError:
            return
        for name, array in arrays.items():
            values = np.frombuffer(self._mapped, array.dtype, array.size, begins[name])
            self.arrays[name] = values.reshape(array.shape)

    def give_back(self) -> None:
        """Let the kernel take back the pages; what is read again comes from the file."""
        if self._mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)


def _written(arrays: Mapping[str, NDArray[Any]]) -> tuple[dict[str, int], mmap.mmap]:
    """Where each array begins, and the map."""
    begins = {}
    with tempfile.TemporaryFile(prefix="baowen-weights-") as file:
        for name, array in arrays.items():
            file.seek(-file.tell() % _ALIGNED, 1)
            begins[name] = file.tell()
            file.write(np.ascontiguousarray(array).data)
        file.flush()
        # A private map may be written to, as an engine expects of an array; nobody does.
        return begins, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def give_back_mapped_pages(path: Path, maps: Path = _MAPS) -> int:
    """Let the kernel take back the resident pages of a file that this process maps; how many bytes are mapped.

    Only mappings of which no page was changed are given back, so nothing is lost. 0 where nothing of the file is
    mapped, or where the system does not say (anything but Linux).
    """
    if not sys.platform.startswith("linux"):
        return 0
    advise = ctypes.CDLL(None, use_errno=True).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    given_back = 0
    for begin, end in _unchanged_mappings(path, maps):
        if advise(begin, end - begin, _MADV_DONTNEED) == 0:
            given_back += end - begin
    return given_back


def _unchanged_mappings(path: Path, maps: Path) -> list[tuple[int, int]]:
    """``[(begin, end), ...]``, the addresses at which ``path`` is mapped and the file's pages are all there is."""
    try:
        name, lines = str(path.resolve()), maps.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found: list[tuple[int, int]] = []
    current: tuple[int, int] | None = None
    for line in lines:
        fields = line.split(maxsplit=5)  # addresses, rights, offset, device, inode, path; or a name and a number
        if not fields[0].endswith(":"):
            begin, _, end = fields[0].partition("-")
            current = (int(begin, 16), int(end, 16)) if len(fields) == 6 and fields[5] == name else None
        elif current is not None and fields[0] == "Anonymous:" and fields[1] == "0":
            found.append(current)
    return found
