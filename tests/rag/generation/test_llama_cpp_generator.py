import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.errors import ModelError
from embeddings.model_store import resolve_generation_model
from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Generator, Message, joined_reply
from rag.generation.llama_cpp_generator import LlamaCppConfig, LlamaCppGenerator
from rag.generation.machine import usable_cores
from rag.generation.openai_generator import OpenAiGenerator
from rag.settings import load_settings

SYSTEM = Message("system", "你只按资料回答问题，一句话说完，数字照抄资料。")
ASK = (SYSTEM, Message("user", "资料：青石桥全长318米，宽26米，投资4700万元。问题：青石桥投资多少？"))
OTHER = (SYSTEM, Message("user", "资料：东岭茶园今年产茶52吨，比去年多6吨。问题：东岭茶园今年产茶多少吨？"))
SHORT = GenerationOptions(max_tokens=24)


@pytest.fixture(scope="module")
def generator() -> Iterator[LlamaCppGenerator]:
    settings = load_settings()
    try:
        path = resolve_generation_model("qwen2.5-coder-1.5b-instruct", settings.models).gguf
    except ModelError as error:
        pytest.skip(str(error))
    assert path is not None
    made = LlamaCppGenerator(path, name="qwen", config=LlamaCppConfig(threads=usable_cores()))
    yield made
    made.close()


@pytest.mark.models
def test_it_answers_from_its_evidence_the_same_each_time(generator: LlamaCppGenerator) -> None:
    assert isinstance(generator, Generator)
    assert (generator.name, generator.runtime) == ("qwen", "llama.cpp")
    first = joined_reply(generator.stream(ASK, SHORT))
    assert "4700万元" in first
    assert "52吨" in joined_reply(generator.stream(OTHER, SHORT))
    assert joined_reply(generator.stream(ASK, SHORT)) == first


@pytest.mark.models
def test_stop_strings_and_continued_replies(generator: LlamaCppGenerator) -> None:
    reply = joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=24, stop=("4700",))))
    assert "4700" not in reply
    assert joined_reply(
        generator.stream((*ASK, Message("assistant", "青石桥投资")), GenerationOptions(max_tokens=6))
    ).startswith("4700")


@pytest.mark.models
def test_candidate_probabilities(generator: LlamaCppGenerator) -> None:
    continued = (*ASK, Message("assistant", "青石桥投资"))
    found = generator.candidate_probabilities(continued, ["4700", "4", "5", "茶"])
    assert found["4700"] == found["4"] > 0.5 > found["5"] >= found["茶"] >= 0.0
    assert sum(found[candidate] for candidate in ("4", "5", "茶")) <= 1.0001
    with pytest.raises(GenerationError, match="found no token in ''"):
        generator.candidate_probabilities(ASK, [""])


@pytest.mark.models
def test_closing_a_stream_stops_the_model_and_others_wait_their_turn(generator: LlamaCppGenerator) -> None:
    count = [Message("user", "从一写到三百，用汉字，每个数一行。")]
    stream = generator.stream(count, GenerationOptions(max_tokens=2000))
    next(stream)
    stream.close()
    started = time.monotonic()
    replies: dict[int, str] = {}
    readers = [
        threading.Thread(target=lambda n=n, ask=ask: replies.update({n: joined_reply(generator.stream(ask, SHORT))}))
        for n, ask in enumerate((ASK, OTHER))
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert "4700万元" in replies[0]
    assert "52吨" in replies[1]
    assert time.monotonic() - started < 120  # 2000 tokens would take longer


@pytest.mark.models
@pytest.mark.slow
def test_a_common_beginning_is_read_once(generator: LlamaCppGenerator) -> None:
    long = Message("system", "资料员守则。" + "数字照抄资料，地名照抄资料，人名照抄资料。" * 30)

    def evaluated(question: str) -> tuple[int, int]:
        timings: dict[str, int] = {}
        body = {
            "messages": [{"role": "system", "content": long.content}, {"role": "user", "content": question}],
            "max_tokens": 1,
            "cache_prompt": True,
        }
        timings.update(generator._server.handle_chat_completions(body)["timings"])
        return timings["prompt_n"], timings["cache_n"]

    generator.warm_up([long])
    fresh, kept = evaluated("青石桥多长？")
    assert kept > 300
    assert fresh < 30
    generator.candidate_probabilities([Message("user", "茶园在哪里？")], ["东"])  # another beginning in between
    fresh, kept = evaluated("青石桥多宽？")
    assert kept > 300
    assert fresh < 30


@pytest.mark.models
def test_a_prompt_beyond_the_context_is_refused_and_the_next_one_works(generator: LlamaCppGenerator) -> None:
    with pytest.raises(GenerationError, match="exceeds the available context size"):
        joined_reply(generator.stream([Message("user", "青石桥" * 3000)]))
    assert "4700万元" in joined_reply(generator.stream(ASK, SHORT))


@pytest.mark.models
def test_the_engines_own_port_is_closed_to_those_without_its_key(generator: LlamaCppGenerator) -> None:
    address = generator._server.listening_address + "/v1"
    with pytest.raises(GenerationError, match="refused the key"):
        joined_reply(OpenAiGenerator(address, model="x").stream(ASK))
    with pytest.raises(GenerationError, match="refused the key"):
        joined_reply(OpenAiGenerator(address, model="x", api_key="guess").stream(ASK))


@pytest.mark.models
def test_the_openai_generator_speaks_to_llama_cpps_server(generator: LlamaCppGenerator) -> None:
    client = OpenAiGenerator(generator._server.listening_address + "/v1", api_key=generator._key)
    assert "gguf" in client.name
    client.warm_up([SYSTEM])
    assert "4700万元" in joined_reply(client.stream(ASK, SHORT))
    continued = (*ASK, Message("assistant", "青石桥投资"))
    found = client.candidate_probabilities(continued, ["4700", "5"])
    own = generator.candidate_probabilities(continued, ["4700", "5"])
    assert found["4700"] == pytest.approx(own["4700"], abs=0.02)
    stream = client.stream([Message("user", "从一写到三百。")], GenerationOptions(max_tokens=2000))
    next(stream)
    stream.close()
    assert "52吨" in joined_reply(client.stream(OTHER, SHORT))
    with pytest.raises(GenerationError, match="exceeds the available context size"):
        joined_reply(client.stream([Message("user", "青石桥" * 3000)]))
    client.close()


def test_what_is_no_gguf_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("这不是模型")
    for name in ("text.gguf", "absent.gguf"):
        with pytest.raises(GenerationError, match=f"{name}; a whole GGUF model file was expected"):
            LlamaCppGenerator(tmp_path / name)


@pytest.mark.models
def test_a_model_that_was_never_asked_closes() -> None:
    script = (
        "from rag.generation.runtime import load_generator; from rag.settings import load_settings; "
        "load_generator(load_settings(runtime='llama.cpp')).close(); print('closed')"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, cwd=root)
    assert done.stdout.strip().endswith("closed"), done.stderr[-500:]


@pytest.mark.models
def test_a_beginning_read_once_is_not_read_again_by_the_next_process(
    generator: LlamaCppGenerator, tmp_path: Path
) -> None:
    path = resolve_generation_model("qwen2.5-coder-1.5b-instruct", load_settings().models).gguf
    assert path is not None
    config = LlamaCppConfig(threads=usable_cores(), state_folder=tmp_path / "states")
    prefix = (SYSTEM, Message("user", "资料：无。问题：几点？"), Message("assistant", "资料中没有找到答案。"))
    first = LlamaCppGenerator(path, name="qwen", config=config)
    first.warm_up(prefix)
    first.close()
    (state,) = (tmp_path / "states").iterdir()
    assert state.suffix == ".state"
    written = state.stat().st_mtime_ns

    second = LlamaCppGenerator(path, name="qwen", config=config)
    second.warm_up(prefix)
    body = {"messages": [{"role": m.role, "content": m.content} for m in (*prefix, ASK[1])], "max_tokens": 1}
    timings = second._server.handle_chat_completions({**body, "cache_prompt": True})["timings"]
    assert timings["cache_n"] > 30
    assert joined_reply(second.stream(ASK, SHORT)) == joined_reply(generator.stream(ASK, SHORT))
    second.close()
    assert state.stat().st_mtime_ns == written

    state.write_bytes(state.read_bytes()[:5000])
    third = LlamaCppGenerator(path, name="qwen", config=config)
    third.warm_up(prefix)
    assert "4700万元" in joined_reply(third.stream(ASK, SHORT))
    third.close()
    assert [found.name for found in (tmp_path / "states").iterdir()] == [state.name]
    assert state.stat().st_size > 100_000
    last = LlamaCppGenerator(path, name="qwen", config=config)
    last.warm_up(prefix)
    last.close()  # a restored engine that was asked nothing closes too
