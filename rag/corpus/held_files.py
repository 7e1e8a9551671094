"""The files that one ingestion holds against others, by their place and by what they hold.

Two processes never have the same file in hand, nor two copies of it, each of which would not be known to the other.
"""

from __future__ import annotations

from rag.corpus.store import FileLeases


class HeldFiles:
    """The holds of one run, by the place of the file that they are for."""

    def __init__(self, leases: FileLeases) -> None:
        self._leases = leases
        self._held: dict[str, list[str]] = {}

    def take(self, place: str, key: str, sha256: str, *, wait: bool) -> bool:
        """Hold a file by its key and its content; False, without ``wait``, where another process holds either."""
        held: list[str] = []
        # In one order, so that no two processes ever wait for each other.
        for name in sorted((f"file {key}", f"content {sha256}")):
            if not self._leases.take(name, wait=wait):
                for other in held:
                    self._leases.release(other)
                return False
            held.append(name)
        self._held.setdefault(place, []).extend(held)
        return True

    def release(self, place: str) -> None:
        """Let other processes have the file."""
        for name in self._held.pop(place, ()):
            self._leases.release(name)
