"""How a long fetch is told: a small protocol, silence, and tqdm bars on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Never, Protocol

if TYPE_CHECKING:
    from tqdm import tqdm


class FetchProgress(Protocol):
    """Hears how a fetch goes on, one step after the other."""

    def begin(self, title: str, total_bytes: int) -> None:
        """A step begins; ``total_bytes`` is its size, 0 where there is nothing to count."""

    def advance(self, byte_count: int) -> None:
        """``byte_count`` more bytes of the step are done."""

    def finish(self) -> None:
        """The step is done."""


class SilentProgress:
    """Says nothing."""

    def begin(self, title: str, total_bytes: int) -> None:
        """Say nothing."""

    def advance(self, byte_count: int) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""


class BarProgress:
    """One tqdm bar a step, on standard error."""

    def __init__(self) -> None:
        self._bar: tqdm[Never] | None = None

    def begin(self, title: str, total_bytes: int) -> None:
        """Open the step's bar; the bar of a step that never finished is closed first."""
        from tqdm import tqdm

        self.finish()
        self._bar = tqdm(desc=title, total=total_bytes or None, unit="B", unit_scale=True, unit_divisor=1000)

    def advance(self, byte_count: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(byte_count)

    def finish(self) -> None:
        """Close the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
