import dataclasses
from pathlib import Path

import pytest

from embeddings.errors import ModelFetchError
from rag.errors import GenerationError, ModelNotFetchedError
from rag.generation import runtime
from rag.generation.machine import MachineCapabilities
from rag.generation.runtime import choose_runtime, generator_name, load_generator
from rag.settings import Settings

AVX2 = MachineCapabilities(
    cpu="Plain Processor",
    architecture="x86_64",
    cores=2,
    avx2=True,
    avx512_bf16=False,
    amx_bf16=False,
    cuda=False,
    memory_bytes=16 * 1024**3,
)
AMX = dataclasses.replace(AVX2, amx_bf16=True, avx512_bf16=True)
AVX512 = dataclasses.replace(AVX2, avx512_bf16=True)
CUDA = dataclasses.replace(AVX512, cuda=True)
SMALL_AMX = dataclasses.replace(AMX, memory_bytes=3 * 1024**3)
TINY = dataclasses.replace(AVX2, memory_bytes=1024**3)
OLD = dataclasses.replace(AVX2, avx2=False)
ARM = dataclasses.replace(OLD, architecture="aarch64")
SERVER = Settings(openai_base_url="http://127.0.0.1:9/v1", openai_api_key="secret-key")


@pytest.mark.parametrize(
    ("machine", "settings", "expected", "word"),
    [
        (AVX2, Settings(), "llama.cpp", "no CUDA GPU and no AMX"),
        (ARM, Settings(), "llama.cpp", "no CUDA GPU and no AMX"),
        (AVX512, Settings(), "openvino", "AVX-512 without AMX"),
        (dataclasses.replace(AVX512, memory_bytes=4 * 1024**3), Settings(), "llama.cpp", "no CUDA GPU and no AMX"),
        (AVX2, Settings(runtime="openvino"), "openvino", "the setting runtime"),
        (AMX, Settings(), "transformers", "AMX"),
        (CUDA, Settings(), "transformers", "CUDA"),
        (SMALL_AMX, Settings(), "llama.cpp", "needs 5 GiB of memory and this machine has 3.0"),
        (OLD, Settings(), "transformers", "no AVX2"),
        (CUDA, SERVER, "openai", "http://127.0.0.1:9/v1"),
        (TINY, SERVER, "openai", "openai_base_url"),
        (AMX, Settings(runtime="llama.cpp"), "llama.cpp", "the setting runtime"),
        (AVX2, Settings(runtime="transformers"), "transformers", "the setting runtime"),
    ],
)
def test_choice(machine: MachineCapabilities, settings: Settings, expected: str, word: str) -> None:
    choice = choose_runtime(settings, machine)
    assert choice.runtime == expected
    assert word in choice.reason
    assert any("\u4e00" <= character <= "\u9fff" for character in choice.reason_zh)
    assert "secret-key" not in choice.reason + choice.reason_zh


@pytest.mark.parametrize(
    ("machine", "settings", "message"),
    [
        (OLD, Settings(runtime="llama.cpp"), r"'llama\.cpp' is set but the processor Plain Processor has no AVX2"),
        (OLD, Settings(runtime="openvino"), r"'openvino' is set but the processor Plain Processor has no AVX2"),
        (AVX2, Settings(runtime="openai"), "'openai' is set but openai_base_url is empty"),
        (TINY, Settings(runtime="transformers"), "needs 5 GiB of memory and this machine has 1.0"),
        (TINY, Settings(), "no runtime fits this machine: llama.cpp needs 2 GiB"),
    ],
)
def test_the_impossible_is_refused_with_the_reason(
    machine: MachineCapabilities, settings: Settings, message: str
) -> None:
    with pytest.raises(GenerationError, match=message):
        choose_runtime(settings, machine)


def test_a_missing_library_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime.importlib.util, "find_spec", lambda name: None if name == "xllamacpp" else object())
    assert choose_runtime(Settings(), AVX2).runtime == "transformers"
    with pytest.raises(GenerationError, match="the library xllamacpp is not installed"):
        choose_runtime(Settings(runtime="llama.cpp"), AVX2)


def test_a_model_that_is_not_fetched_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFetchedError, match="baowen models fetch"):
        load_generator(Settings(models=tmp_path), AVX2)


def test_a_folder_in_the_wrong_form_for_an_explicit_runtime_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelNotFetchedError, match="not here as a GGUF file"):
        load_generator(Settings(generation_model=str(tmp_path), runtime="llama.cpp"), AVX2)
    gguf = tmp_path / "small.gguf"
    gguf.write_bytes(b"GGUF")
    with pytest.raises(ModelNotFetchedError, match="not here as a transformers folder"):
        load_generator(Settings(generation_model=str(gguf), runtime="transformers"), AVX2)


@pytest.mark.parametrize(
    ("names", "machine", "explicit", "loaded"),
    [
        (("model.gguf", "config.json"), AMX, "auto", "transformers"),
        (("model.gguf",), AMX, "auto", "llama.cpp"),
        (("model.gguf", "config.json"), AVX512, "auto", "openvino"),
        (("config.json",), AVX512, "auto", "transformers"),
        (("model.gguf",), AVX2, "openvino", "openvino"),
        (("config.json",), AVX2, "auto", "transformers"),
        (("model.gguf", "config.json"), AMX, "llama.cpp", "llama.cpp"),
        (("model.gguf", "config.json"), AVX2, "transformers", "transformers"),
    ],
)
def test_what_is_loaded_follows_runtime_and_files(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
    machine: MachineCapabilities,
    explicit: str,
    loaded: str,
) -> None:
    for name in names:
        (tmp_path / name).write_text("{}")
    monkeypatch.setattr(runtime, "_llama_cpp", lambda settings, files, path: ("llama.cpp", path.name))
    monkeypatch.setattr(runtime, "_openvino", lambda settings, files, path: ("openvino", path.name))
    monkeypatch.setattr(runtime, "_transformers", lambda settings, files: ("transformers", files.name))
    settings = Settings(generation_model=str(tmp_path), runtime=explicit)  # type: ignore[arg-type]
    found = {
        "llama.cpp": ("llama.cpp", "model.gguf"),
        "openvino": ("openvino", "model.gguf"),
        "transformers": ("transformers", tmp_path.name),
    }
    assert load_generator(settings, machine) == found[loaded]


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Settings(), "qwen2.5-coder-1.5b-instruct"),
        (Settings(generation_model="nowhere/at/all.gguf"), ""),
        (Settings(generation_model="county/writer-7b"), "county/writer-7b"),
        (dataclasses.replace(SERVER, openai_model="writer"), "writer"),
        (SERVER, ""),
        (dataclasses.replace(SERVER, openai_model="writer", runtime="llama.cpp"), "qwen2.5-coder-1.5b-instruct"),
    ],
)
def test_the_name_is_known_before_the_model_is_there(tmp_path: Path, settings: Settings, name: str) -> None:
    assert generator_name(dataclasses.replace(settings, models=tmp_path)) == name


def test_the_name_known_before_is_the_one_it_is_loaded_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_llama_cpp", lambda settings, files, path: files.name)
    file = tmp_path / "small-writer.gguf"
    file.write_bytes(b"GGUF")
    for location, name in ((file, "small-writer"), (tmp_path, tmp_path.name)):
        settings = Settings(generation_model=str(location), runtime="llama.cpp")
        assert generator_name(settings) == load_generator(settings, AVX2) == name


def test_llama_cpp_stands_in_where_openvino_fails_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ModelFetchError("the disk has 0.1 GB free")

    (tmp_path / "model.gguf").write_text("{}")
    monkeypatch.setattr(runtime, "_openvino", fail)
    monkeypatch.setattr(runtime, "_llama_cpp", lambda settings, files, path: ("llama.cpp", path.name))
    assert load_generator(Settings(generation_model=str(tmp_path)), AVX512) == ("llama.cpp", "model.gguf")
    assert "in place of OpenVINO: the disk has 0.1 GB free" in caplog.text
    with pytest.raises(ModelFetchError, match=r"0\.1 GB free"):
        load_generator(Settings(generation_model=str(tmp_path), runtime="openvino"), AVX512)
