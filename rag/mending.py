"""What ``doctor --fix`` can mend: caches made anew, a cut-off import done again, private files made private."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rag.corpus.open_store import store_exists
from rag.diagnosis import DiagnosisItem
from rag.errors import BaowenError
from rag.settings import Settings
from rag.workspace import Workspace

_PRIVATE_NAMES = ("access.sqlite3", "audit.jsonl")
_PRIVATE_MODE = 0o600


def mend(settings: Settings, workspace: Workspace | None = None) -> list[DiagnosisItem]:
    """Mend what can be; says of each thing what was done, or why it could not be.

    Never changes an article: what only a person can decide (a damaged database) is left to ``doctor``'s words.
    """
    if not store_exists(settings.store):
        return []
    with closing(workspace or Workspace(settings)) as opened:
        return [*_private_files(settings.folder), *_unfinished_imports(opened), *_vector_index(opened)]


def _private_files(store: Path) -> Iterator[DiagnosisItem]:
    for name in _PRIVATE_NAMES:
        path = store / name
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(_PRIVATE_MODE)
            yield DiagnosisItem("mended", "ok", f"{path} could be read by others; now by its owner only")


def _unfinished_imports(workspace: Workspace) -> Iterator[DiagnosisItem]:
    try:
        unfinished = workspace.store.unfinished_sources()
    except BaowenError as error:
        yield DiagnosisItem("not mended", "problem", str(error))
        return
    for name in unfinished:
        path = Path(name)
        if not path.is_file():
            words = f"{name} was cut off and is not there now; expected the file: import it again from where it is"
            yield DiagnosisItem("not mended", "warning", words)
            continue
        try:
            report = workspace.ingest([path])
        except BaowenError as error:
            yield DiagnosisItem("not mended", "problem", str(error))
            continue
        if report.failed:
            yield DiagnosisItem("not mended", "problem", f"{name}: {report.failed[0].reason}")
        else:
            changed = report.added + report.updated
            yield DiagnosisItem("mended", "ok", f"{name} was cut off; {changed} articles added or brought up to date")


def _vector_index(workspace: Workspace) -> Iterator[DiagnosisItem]:
    """Make anew what the store derives from its articles, where it is missing; damaged caches are dropped."""
    try:
        made = workspace.store.settle()
    except BaowenError as error:
        yield DiagnosisItem("not mended", "problem", str(error))
        return
    for words in made:
        yield DiagnosisItem("mended", "ok", words)
