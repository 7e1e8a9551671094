"""A prompt's fixed beginning, read once a machine: the engine's state after it, kept in a file.

Reading the instructions takes an ordinary processor ten seconds; reading the state back takes milliseconds. The
engine writes and reads the file itself (llama.cpp's own format, no pickle); this module names it after everything
that the state depends on and after its own content: the engine ends the whole process at a damaged file, so no file
reaches it whose SHA-256 is not the one in its name. It does not know what stands in a prompt.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.generation.generator import Message

KEPT_STATES = 4
"""How many states stay in the folder, newest first: other versions of the prompt may come back."""

_SUFFIX = ".state"
_log = logging.getLogger(__name__)

Act = Callable[[str, str], bool]
"""``act("save" | "restore", file_name)`` tells the engine; False where it could not."""


@dataclass(frozen=True, slots=True)
class PromptStateFiles:
    """States of one model in one folder; ``identity`` is all besides the prompt that a state depends on."""

    folder: Path
    identity: str

    def key(self, messages: Sequence[Message]) -> str:
        """What the file of this beginning is called by: another prompt, model or engine has another."""
        digest = hashlib.sha256(self.identity.encode())
        for message in messages:
            digest.update(f"\0{message.role}\0{message.content}".encode())
        return digest.hexdigest()[:32]

    def restore(self, messages: Sequence[Message], act: Act) -> bool:
        """Let the engine take the kept state; False where there is none that is whole."""
        for path in self.folder.glob(f"{self.key(messages)}-*{_SUFFIX}"):
            if path.name.endswith(f"-{_content_hash(path)}{_SUFFIX}") and act("restore", path.name):
                return True
            _log.warning("%s is damaged or not of this engine; it is made anew", path)
            _remove(path)
        return False

    def save(self, messages: Sequence[Message], act: Act) -> None:
        """Keep the engine's present state; a folder that cannot be written costs only the time saved."""
        draft = self.folder / f"{secrets.token_hex(8)}.draft"
        try:
            if act("save", draft.name):
                draft.replace(self.folder / f"{self.key(messages)}-{_content_hash(draft)}{_SUFFIX}")
                self._forget_old()
        except OSError as error:
            _log.warning("the prompt's state is not kept in %s: %s", self.folder, error)
        finally:
            _remove(draft)

    def _forget_old(self) -> None:
        states = sorted(self.folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in states[KEPT_STATES:]:
            _remove(path)


def model_identity(path: Path, *parts: object) -> str:
    """The model file's name, size and time, and whatever else changes a state."""
    found = path.stat()
    return "\0".join(map(str, (path.name, found.st_size, found.st_mtime_ns, *parts)))


def _content_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        _log.debug("%s stays behind", path)
