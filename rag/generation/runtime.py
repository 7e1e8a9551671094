"""Which runtime writes the answers on this machine, why, and the generator itself.

Measured on two cores (times for a prompt of 711 tokens): transformers in bfloat16 reads it in 2 s with AMX and in
57 s without, llama.cpp in 14 to 16 s on any AVX2 processor and writes three times as fast. With AVX-512 and its
bfloat16, but no AMX, OpenVINO answers in half of llama.cpp's time (docs/runtimes.md). So transformers runs where
there is a GPU or AMX, OpenVINO where there is AVX-512, llama.cpp elsewhere, and a server when the settings name one.
"""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from embeddings.catalogue import catalogue_model
from embeddings.model_store import GenerationFiles, resolve_generation_model
from rag.errors import BaowenError, GenerationError, ModelError, ModelNotFetchedError
from rag.generation.machine import (
    MachineCapabilities,
    detect_machine,
    quiet_waiting_threads,
    return_freed_blocks,
    usable_cores,
)
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from rag.generation.generator import Generator

ConcreteRuntime = Literal["transformers", "openvino", "llama.cpp", "openai"]

_log = logging.getLogger(__name__)
_GIBIBYTE = 1024**3
_NEEDED_BYTES = {
    "llama.cpp": 2 * _GIBIBYTE,
    "openvino": 5 * _GIBIBYTE,
    "transformers": 5 * _GIBIBYTE,
    "openai": 0,
}
"""Memory that the default model of 1.5 billion parameters takes in each runtime, with room for its prompts and, for
openvino, for the conversion."""


@dataclass(frozen=True, slots=True)
class RuntimeChoice:
    """A runtime and why, in English and Chinese, one line each."""

    runtime: ConcreteRuntime
    reason: str
    reason_zh: str


def choose_runtime(settings: Settings, capabilities: MachineCapabilities) -> RuntimeChoice:
    """The runtime for these settings on this machine; an explicit setting wins where it is possible.

    Raises:
        GenerationError: the setting asks for what this machine or these settings cannot do, or nothing can run.
    """
    if settings.runtime == "auto":
        return _automatic_choice(settings, capabilities)
    problem = _obstacle(settings.runtime, settings, capabilities)
    if problem:
        raise GenerationError(f"runtime {settings.runtime!r} is set but {problem}; change it or set runtime = 'auto'")
    return RuntimeChoice(
        settings.runtime, f"the setting runtime = {settings.runtime!r}", f"配置指定 runtime = {settings.runtime!r}"
    )


def _automatic_choice(settings: Settings, machine: MachineCapabilities) -> RuntimeChoice:
    if settings.openai_base_url:
        return RuntimeChoice(
            "openai",
            f"openai_base_url is set to {settings.openai_base_url}",
            f"配置了模型服务地址 {settings.openai_base_url}",
        )
    obstacles = {name: _obstacle(name, settings, machine) for name in ("transformers", "llama.cpp")}
    if (machine.cuda or machine.amx_bf16) and not obstacles["transformers"]:
        device, device_zh = ("a CUDA GPU", "有 CUDA 显卡") if machine.cuda else ("AMX in the CPU", "处理器带 AMX")
        return RuntimeChoice(
            "transformers", f"{device} reads prompts fastest in bfloat16", f"{device_zh}，用 bfloat16 读提示最快"
        )
    plain = not (machine.cuda or machine.amx_bf16)
    if plain and machine.avx512_bf16 and not _obstacle("openvino", settings, machine):
        return RuntimeChoice(
            "openvino",
            "AVX-512 without AMX here: OpenVINO answers in half of llama.cpp's time",
            "处理器有 AVX-512 而没有 AMX：OpenVINO 用时约为 llama.cpp 的一半",
        )
    if not obstacles["llama.cpp"]:
        return RuntimeChoice(
            "llama.cpp",
            "no CUDA GPU and no AMX here: a 4-bit model in llama.cpp is fastest"
            if plain
            else f"transformers is out: {obstacles['transformers']}",
            "没有 CUDA 显卡，处理器也没有 AMX：用 llama.cpp 跑 4 比特模型最快"
            if plain
            else "transformers 在本机不可用，改用 llama.cpp",
        )
    if not obstacles["transformers"]:
        return RuntimeChoice(
            "transformers", f"llama.cpp is out: {obstacles['llama.cpp']}", "llama.cpp 在本机不可用，改用 transformers"
        )
    raise GenerationError(
        f"no runtime fits this machine: {obstacles['llama.cpp']}; {obstacles['transformers']}; "
        "set openai_base_url to a model server"
    )


def _obstacle(runtime: str, settings: Settings, machine: MachineCapabilities) -> str:
    """Why ``runtime`` cannot work here, in a clause; empty when it can."""
    if runtime == "openai":
        return "" if settings.openai_base_url else "openai_base_url is empty"
    module = {"llama.cpp": "xllamacpp", "openvino": "openvino_genai", "transformers": "transformers"}[runtime]
    if importlib.util.find_spec(module) is None:
        return f"the library {module} is not installed"
    if runtime == "llama.cpp" and machine.architecture in ("x86_64", "AMD64") and not machine.avx2:
        return f"the processor {machine.cpu} has no AVX2, which llama.cpp's wheel needs"
    if runtime == "openvino" and machine.architecture in ("x86_64", "AMD64") and not machine.avx2:
        return f"the processor {machine.cpu} has no AVX2, which OpenVINO's wheel needs"
    needed = _NEEDED_BYTES[runtime]
    if 0 < machine.memory_bytes < needed:
        found = machine.memory_bytes / _GIBIBYTE
        return f"{runtime} needs {needed / _GIBIBYTE:.0f} GiB of memory and this machine has {found:.1f}"
    return ""


def generator_name(settings: Settings) -> str:
    """What ``load_generator`` would call the model, without loading it; empty where that cannot be known before.

    A server that is to be asked for its first model is not asked here, and a model of one's own that is not there has
    no name.
    """
    if settings.runtime == "openai" or (settings.runtime == "auto" and settings.openai_base_url):
        return settings.openai_model
    try:
        return resolve_generation_model(settings.generation_model, settings.models).name
    except ModelError:
        model = catalogue_model(settings.generation_model)
        return model.name if model else ""


def load_generator(settings: Settings, capabilities: MachineCapabilities | None = None) -> Generator:
    """The generation model of ``settings``, loaded into the runtime that ``choose_runtime`` picks.

    Loads gigabytes each time: call it once for a process and share the result.

    Raises:
        ModelNotFetchedError: the model is not here in the form that the runtime reads.
        GenerationError: no runtime fits, or it cannot start.
    """
    quiet_waiting_threads()
    return_freed_blocks()
    choice = choose_runtime(settings, capabilities or detect_machine())
    if choice.runtime == "openai":
        return _openai(settings)
    files = resolve_generation_model(settings.generation_model, settings.models)
    if choice.runtime == "transformers" and (files.transformers_folder or files.hub_name):
        return _transformers(settings, files)
    if choice.runtime == "openvino" and files.gguf is not None:
        try:
            return _openvino(settings, files, files.gguf)
        except BaowenError as error:
            if settings.runtime != "auto" or _obstacle("llama.cpp", settings, capabilities or detect_machine()):
                raise
            _log.warning("llama.cpp writes the answers in place of OpenVINO: %s", error)
    if files.gguf is not None and (choice.runtime == "llama.cpp" or settings.runtime == "auto"):
        return _llama_cpp(settings, files, files.gguf)
    if settings.runtime == "auto":
        return _transformers(settings, files)
    expected, command = {
        "llama.cpp": ("a GGUF file", "run 'baowen models fetch'"),
        "openvino": ("a GGUF file", "run 'baowen models fetch'"),
        "transformers": ("a transformers folder", "run 'baowen models fetch --for-transformers'"),
    }[choice.runtime]
    raise ModelNotFetchedError(
        f"the model {files.name} is not here as {expected}, which {choice.runtime} reads; {command} or name another"
    )


def _openai(settings: Settings) -> Generator:
    from rag.generation.openai_generator import OpenAiGenerator

    return OpenAiGenerator(settings.openai_base_url, model=settings.openai_model, api_key=settings.openai_api_key)


def _llama_cpp(settings: Settings, files: GenerationFiles, path: Path) -> Generator:
    from rag.generation.llama_cpp_generator import LlamaCppConfig, LlamaCppGenerator

    states = settings.models / "prompt-states"
    config = LlamaCppConfig(threads=settings.threads or usable_cores(), state_folder=states)
    return LlamaCppGenerator(path, name=files.name, config=config)


def _openvino(settings: Settings, files: GenerationFiles, path: Path) -> Generator:
    from embeddings.openvino_conversion import openvino_folder
    from rag.generation.openvino_generator import OpenVinoConfig, OpenVinoGenerator

    folder = openvino_folder(path, settings.models, name=files.name)
    states = settings.models / "prompt-states"
    config = OpenVinoConfig(threads=settings.threads or usable_cores(), state_folder=states)
    return OpenVinoGenerator(folder, name=files.name, config=config)


def _transformers(settings: Settings, files: GenerationFiles) -> Generator:
    from rag.generation.transformers_generator import TransformersGenerator

    location = files.hub_name or str(files.transformers_folder)
    return TransformersGenerator(location, name=files.name, threads=settings.threads)
