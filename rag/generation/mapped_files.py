"""Memory that a mapped file takes: pages of it that were read once and are kept in another form since.

An engine that maps its model file and lays the weights out anew holds them twice in the process's resident memory.
The mapped pages can be given back at any time: what is read again comes from the file again.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

_MADV_DONTNEED = 4
_MAPS = Path("/proc/self/maps")


def give_back_mapped_pages(path: Path, maps: Path = _MAPS) -> int:
    """Let the kernel take back the resident pages of a file that this process maps; how many bytes are mapped.

    Only mappings that cannot be written to are given back, so nothing is lost. 0 where nothing of the file is
    mapped, or where the system does not say (anything but Linux).
    """
    if not sys.platform.startswith("linux"):
        return 0
    advise = ctypes.CDLL(None, use_errno=True).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    given_back = 0
    for begin, end in _read_only_mappings(path, maps):
        if advise(begin, end - begin, _MADV_DONTNEED) == 0:
            given_back += end - begin
    return given_back


def _read_only_mappings(path: Path, maps: Path) -> list[tuple[int, int]]:
    """``[(begin, end), ...]``, the addresses at which ``path`` is mapped and not writable."""
    try:
        name, lines = str(path.resolve()), maps.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        fields = line.split(maxsplit=5)  # addresses, rights, offset, device, inode, path
        if len(fields) == 6 and fields[5] == name and "w" not in fields[1]:
            begin, _, end = fields[0].partition("-")
            found.append((int(begin, 16), int(end, 16)))
    return found
