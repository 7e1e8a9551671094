"""A reply written by a thread of its own, and read, stopped or forgotten by anyone."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator

from rag.generation.generator import TextStream
from rag.interruption import raise_if_stopped, stop_event

_STOP_SECONDS = 0.05
"""How soon a reader notices that nobody waits for the reply any more."""


class Reply:
    """What passes between the thread that writes a reply and its reader."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self.cancelled = threading.Event()
        """Set once nobody reads any more: the writer should stop."""

    def put(self, piece: str) -> None:
        """Hand the next piece to the reader; an empty one is dropped."""
        if piece:
            self._items.put(piece)

    def fail(self, error: Exception) -> None:
        """Let the reader raise ``error`` after the pieces put before it."""
        self._items.put(error)

    def end(self) -> None:
        """Nothing follows."""
        self._items.put(None)

    def pieces(self) -> Iterator[str]:
        """Every piece until the end, waiting for each; raises what the writer failed with.

        Raises:
            WorkStopped: the reader's own work was stopped meanwhile.
        """
        while (item := self._next()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item

    def _next(self) -> str | Exception | None:
        if stop_event() is None:
            return self._items.get()
        while True:
            raise_if_stopped()
            try:
                return self._items.get(timeout=_STOP_SECONDS)
            except queue.Empty:
                continue


def stream_reply(write: Callable[[Reply], None], lock: threading.Lock) -> TextStream:
    """The pieces that ``write`` puts, as it puts them in a thread that holds ``lock`` meanwhile.

    Nothing runs before the first piece is asked for. Closing the stream cancels the reply without waiting. The
    thread, not the reader, holds the lock: a stream that is neither read to its end nor closed delays the next
    caller by the rest of its reply, and nobody for good.
    """
    reply = Reply()
    threading.Thread(target=_write, args=(write, reply, lock), name="reply").start()
    try:
        yield from reply.pieces()
    finally:
        reply.cancelled.set()


def _write(write: Callable[[Reply], None], reply: Reply, lock: threading.Lock) -> None:
    try:
        with lock:
            if not reply.cancelled.is_set():
                write(reply)
    except Exception as error:  # whatever it is belongs to the reader, in another thread
        reply.fail(error)
    finally:
        reply.end()


def until_stop(pieces: Iterable[str], stops: Iterable[str]) -> Iterator[str]:
    """The text of ``pieces`` before the first occurrence of any of ``stops``, even one split between pieces.

    Characters that may be the beginning of a stop string are held back until the next piece decides.
    """
    wanted = tuple(stop for stop in stops if stop)
    held = ""
    for piece in pieces:
        held += piece
        ends = [position for position in (held.find(stop) for stop in wanted) if position >= 0]
        if ends:
            if min(ends):
                yield held[: min(ends)]
            return
        keep = max((_overlap(held, stop) for stop in wanted), default=0)
        if len(held) > keep:
            yield held[: len(held) - keep]
            held = held[len(held) - keep :]
    if held:
        yield held


def _overlap(text: str, stop: str) -> int:
    """The length of the longest end of ``text`` that is a beginning of ``stop``, the whole excepted."""
    longest = min(len(text), len(stop) - 1)
    return next((length for length in range(longest, 0, -1) if text.endswith(stop[:length])), 0)
