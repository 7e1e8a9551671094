"""Files that others sent, read or drawn in a process of its own, with limits of time and memory and nothing to lose.

One child reads one file after another. A file that takes too long, wants too much memory or ends the child costs
that child; the file is reported like any other that cannot be read, and the next file gets a new child. What the
child found comes back as JSON and is built up here, so that a child that was taken over can send nothing but texts.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import resource
import select
import subprocess
import sys
import time
import types
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from rag.corpus.original_pages import PagePicture, page_picture
from rag.errors import SourceError
from rag.records import SourceDocument

TIMEOUT_SECONDS = 300.0
"""For one file: a scan of a whole edition is read in less."""
MEMORY_BYTES = 4 << 30
_LONGEST_REPLY = 512 << 20
_PIECE_BYTES = 1 << 20
_SECRETS = ("KEY", "TOKEN", "SECRET", "PASSWORD")


class IsolatedReader:
    """Reads files in a child process; close it, or use it as a context. Not for several threads at once."""

    def __init__(self, *, timeout_seconds: float = TIMEOUT_SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._timeout_seconds, self._memory_bytes = timeout_seconds, memory_bytes
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> IsolatedReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path, *, label: str, **options: str) -> SourceDocument:
        """As ``read_source`` with the same ``options``, within the limits.

        Raises:
            SourceError: the file cannot be read, or not within the limits.
        """
        shown = label or path.name
        reply = self._ask({"path": str(path), "label": label, **options}, shown)
        if "error" in reply:
            raise SourceError(str(reply["error"]))
        try:
            document: SourceDocument = _built(SourceDocument, reply["document"])
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise SourceError(
                f"reading {shown} gave no page ({error}); expected a sound file: save it anew"
            ) from error
        return document

    def picture(self, path: Path, *, label: str, page: int, spans: Sequence[tuple[int, int]]) -> PagePicture:
        """As ``page_picture`` of the file at ``path``, within the limits.

        Raises:
            SourceError: the page cannot be drawn, or not within the limits.
        """
        reply = self._ask({"path": str(path), "label": label, "page": page, "spans": spans}, label)
        if "error" in reply:
            raise SourceError(str(reply["error"]))
        try:
            found: PagePicture = _built(PagePicture, reply["document"])
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise SourceError(f"drawing {label} gave no page ({error}); expected a sound file") from error
        return found

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ask(self, question: dict[str, Any], shown: str) -> dict[str, Any]:
        child = self._running()
        assert child.stdin is not None  # noqa: S101
        try:
            child.stdin.write(json.dumps(question).encode() + b"\n")
            child.stdin.flush()
            return _checked_reply(json.loads(self._line(child, shown)))
        except (OSError, ValueError) as error:
            self.close()
            raise SourceError(
                f"reading {shown} ended its process (within {self._memory_bytes >> 30} GB); expected a page that can "
                "be read: check the file, or split it"
            ) from error
        except SourceError:
            self.close()
            raise

    def _line(self, child: subprocess.Popen[bytes], shown: str) -> bytes:
        """The child's next line.

        Raises:
            SourceError: it does not come in time, or is longer than any page.
            ValueError: the child ended.
        """
        assert child.stdout is not None  # noqa: S101
        deadline = time.monotonic() + self._timeout_seconds
        pieces: list[bytes] = []
        size = 0
        while not pieces or not pieces[-1].endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([child.stdout], [], [], left)[0]:
                raise SourceError(
                    f"reading {shown} took more than {self._timeout_seconds:.0f} s; expected less: check the file, "
                    "or split it"
                )
            piece = os.read(child.stdout.fileno(), _PIECE_BYTES)
            size += len(piece)
            if not piece:
                raise ValueError("the reading process ended")
            if size > _LONGEST_REPLY:
                raise SourceError(f"{shown} holds more text than {_LONGEST_REPLY >> 20} MB; split it")
            pieces.append(piece)
        return b"".join(pieces)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        secretive = {name: value for name, value in os.environ.items() if not _is_secret(name)}
        # The same modules as here, wherever they lie.
        secretive["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path) + os.pathsep + os.getcwd()
        self._child = subprocess.Popen(  # noqa: S603 - this interpreter and a constant
            [sys.executable, "-m", "rag.corpus.isolated_reading", str(self._memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=secretive,
            start_new_session=True,
        )
        return self._child


def _checked_reply(reply: Any) -> dict[str, Any]:
    if not isinstance(reply, dict) or not reply.keys() & {"error", "document"}:
        raise ValueError("the reading process sent something else")
    return reply


def _is_secret(name: str) -> bool:
    return any(word in name.upper() for word in _SECRETS)


def _built(kind: Any, found: Any) -> Any:
    """``found``, as JSON gave it, as a ``kind`` of records; nothing else can come of it.

    Raises:
        ValueError: it is none.
    """
    choices = [choice for choice in get_args(kind) if choice is not type(None)]
    if get_origin(kind) is tuple and isinstance(found, list):
        return tuple(_built(choices[0], item) for item in found)
    if isinstance(kind, types.UnionType):
        return None if found is None else _built(choices[0], found)
    if dataclasses.is_dataclass(kind) and isinstance(found, dict):
        hints = get_type_hints(kind)
        given = {item.name: _built(hints[item.name], found[item.name]) for item in dataclasses.fields(kind)}
        return kind(**given)  # type: ignore[operator]
    if kind is dt.date and isinstance(found, str):
        return dt.date.fromisoformat(found)
    if get_origin(kind) is Literal and found in choices:
        return found
    if kind in (str, int, float, bool) and isinstance(found, (int, float) if kind is float else kind):
        return found
    raise ValueError(f"found {type(found).__name__}; expected {kind}")


# The child


def _limit(memory_bytes: int) -> None:
    """Hold this process to its memory, and keep it from writing large files or starting many processes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))


def _found(path: Path, question: dict[str, Any]) -> SourceDocument | PagePicture:
    if "page" in question:
        return page_picture(path.read_bytes(), question["label"], question["page"], question["spans"])
    from rag.corpus.readers import read_source

    return read_source(path, **question)


def _reply(question: dict[str, Any]) -> dict[str, Any]:
    path, label = Path(question.pop("path")), question["label"]
    try:
        document = dataclasses.asdict(_found(path, question))
    except SourceError as error:
        return {"error": str(error).replace(path.name, label or path.name)}
    except MemoryError:
        return {"error": f"{label or path.name} needs more memory than one file may use; split it"}
    except Exception as error:  # a reader's own fault with a file nobody foresaw must not cost the other files
        kind = type(error).__name__
        return {"error": f"{label or path.name} cannot be read ({kind}); expected a sound file: save it anew"}
    return {"document": document}


def _serve(memory_bytes: int) -> None:
    """Answer lines of standard input until it ends. Libraries that print to standard output reach nobody."""
    with os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(2, 1)
        _limit(memory_bytes)
        for line in sys.stdin.buffer:
            text = json.dumps(_reply(json.loads(line)), default=str)
            replies.write(text.encode("utf-8", "replace") + b"\n")
            replies.flush()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
