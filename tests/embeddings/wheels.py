"""Small wheels and a stand-in for pip, so that fetching is tested without a network and in milliseconds."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embeddings.catalogue import CatalogueModel, WheelPart


class RecordedProgress:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.bytes_done = 0
        self.finished = 0

    def begin(self, title: str, total_bytes: int) -> None:
        self.titles.append(title)

    def advance(self, byte_count: int) -> None:
        self.bytes_done += byte_count

    def finish(self) -> None:
        self.finished += 1


def small_model(name: str, contents: Sequence[bytes], *, file_name: str = "model.gguf") -> CatalogueModel:
    """A catalogue entry whose file is ``contents``, one wheel each."""
    whole = b"".join(contents)
    parts = tuple(
        WheelPart(f"{name}-part{number}", "1.0", f"data/{number}.bin", len(data), hashlib.sha256(data).hexdigest())
        for number, data in enumerate(contents)
    )
    digest = hashlib.sha256(whole).hexdigest()
    return CatalogueModel(name, "generation", "MIT", name, file_name, len(whole), digest, parts, len(whole))


@dataclass
class FakePip:
    """Stands in for ``subprocess.run``: writes the wheel that was asked for, or fails as pip does."""

    wheels: dict[str, dict[str, bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    messages: str = ""
    fail_after: int = 1_000_000
    kill_after: int = 1_000_000

    def offer(self, model: CatalogueModel, contents: Sequence[bytes]) -> None:
        for part, data in zip(model.parts, contents, strict=True):
            self.wheels[part.requirement] = {part.member: data}

    def __call__(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        requirement, folder = command[-1], Path(command[command.index("--dest") + 1])
        assert Path(options["env"]["TMPDIR"]) == folder
        self.requests.append(requirement)
        if len(self.requests) > self.kill_after:
            raise KeyboardInterrupt
        if len(self.requests) > self.fail_after or requirement not in self.wheels:
            return subprocess.CompletedProcess(command, 1, "", self.messages)
        with zipfile.ZipFile(folder / f"{requirement.replace('==', '-')}-py3-none-any.whl", "w") as archive:
            for member, data in self.wheels[requirement].items():
                archive.writestr(member, data)
        return subprocess.CompletedProcess(command, 0, "Saved", "")
