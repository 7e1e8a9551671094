"""A GGUF file in OpenVINO's own form, made once a machine and kept in the models directory.

The conversion needs four gigabytes of memory for half a minute, so it runs in a process of its own. OpenVINO's
package brings a telemetry module that its converter commands use; nothing here calls those.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

from embeddings.errors import ModelFetchError
from embeddings.model_folders import (
    building_folder,
    inspect_folder,
    install_folder,
    remove_stale_builds,
    writing_lock,
)
from embeddings.wheel_download import require_free_bytes

OPENVINO_SUFFIX = "-openvino"
_SIZE_FACTOR = 2.6
"""Twice the folder's size over the file's, for it is written anew once: weights of six bits become eight, scales
32."""
_FORM = "2"
"""Of what is changed after the conversion (``openvino_weights``); a folder of another form is made anew."""
_XML, _BIN = "openvino_model.xml", "openvino_model.bin"
_LINK_NAME = "model.gguf"


def openvino_folder(gguf: Path, directory: Path, *, name: str, licence: str = "as the GGUF file's") -> Path:
    """The folder in ``directory`` with the OpenVINO form of ``gguf``, made first where it is missing or outdated.

    Takes half a minute, 4 GB of memory and 1.4 GB of disk, 2.8 while it is made, for the default model.

    Raises:
        ModelFetchError: no room, the directory cannot be written, or OpenVINO cannot read the file.
    """
    target = directory / f"{name}{OPENVINO_SUFFIX}"
    mark = _mark(gguf)
    if inspect_folder(target, source_sha256=mark).state == "ready":
        return target
    with writing_lock(directory):
        remove_stale_builds(directory)
        if inspect_folder(target, source_sha256=mark).state != "ready":
            require_free_bytes(directory, int(gguf.stat().st_size * _SIZE_FACTOR), target.name)
            try:
                with building_folder(directory) as built:
                    _convert_in_process(gguf, built)
                    install_folder(built, target, name=target.name, licence=licence, source_sha256=mark)
            except OSError as error:
                raise ModelFetchError(
                    f"cannot write {target}: {error.strerror or error}; make room or set BAOWEN_MODELS to another one"
                ) from error
    return target


def _mark(gguf: Path) -> str:
    """What tells this conversion from others: the file's name, size and time, and OpenVINO's version."""
    found = gguf.stat()
    version = importlib.metadata.version("openvino-genai")
    parts = (gguf.name, str(found.st_size), str(found.st_mtime_ns), version, _FORM)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _convert_in_process(gguf: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "embeddings.openvino_conversion", str(gguf.resolve()), str(folder)]
    # From here, so that the child finds this very package.
    place = Path(__file__).parents[1]
    finished = subprocess.run(command, check=False, capture_output=True, text=True, cwd=place)  # noqa: S603
    if finished.returncode:
        last = (finished.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise ModelFetchError(
            f"OpenVINO cannot convert {gguf} ({last[:200]}); a whole GGUF file was expected: "
            "fetch it again, or set runtime = 'llama.cpp'"
        )


def convert(gguf: Path, folder: Path) -> None:
    """Write the OpenVINO form of ``gguf`` into ``folder``, in this process."""
    import openvino_genai

    link = folder / _LINK_NAME
    link.symlink_to(gguf)  # it writes beside the file it is given
    try:
        openvino_genai.LLMPipeline(str(link), "CPU", enable_save_ov_model=True)
    finally:
        link.unlink()
    _lighten(folder)


def _lighten(folder: Path) -> None:
    """Write the model in ``folder`` anew, as it takes less memory."""
    import openvino

    from embeddings.openvino_weights import lighten

    model = openvino.Core().read_model(str(folder / _XML))
    lighten(model)
    lighter = folder / f"lighter-{_XML}"
    openvino.save_model(model, str(lighter), compress_to_fp16=False)
    del model  # it reads the file that is replaced
    lighter.with_suffix(".bin").replace(folder / _BIN)
    lighter.replace(folder / _XML)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
