import datetime as dt
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import ModelError
from embeddings.model_store import resolve_generation_model
from embeddings.openvino_conversion import openvino_folder
from rag.answering.state_probe import probe_of
from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Generator, Message, joined_reply
from rag.generation.machine import detect_machine, usable_cores
from rag.generation.openvino_generator import OpenVinoConfig, OpenVinoGenerator
from rag.generation.prompts import EvidenceLine, reading_message
from rag.settings import load_settings

pytestmark = pytest.mark.models

SYSTEM = Message("system", "你只按资料回答问题，一句话说完，数字照抄资料。")
ASK = (SYSTEM, Message("user", "资料：青石桥全长318米，宽26米，投资4700万元。问题：青石桥投资多少？"))
OTHER = (SYSTEM, Message("user", "资料：东岭茶园今年产茶52吨，比去年多6吨。问题：东岭茶园今年产茶多少吨？"))
SHORT = GenerationOptions(max_tokens=24)


@pytest.fixture(scope="module")
def folder() -> Path:
    pytest.importorskip("openvino_genai")
    if not detect_machine().avx512_bf16:
        pytest.skip("OpenVINO writes only where the processor has AVX-512 with bfloat16")
    settings = load_settings()
    try:
        files = resolve_generation_model("qwen2.5-coder-1.5b-instruct", settings.models)
        assert files.gguf is not None
        return openvino_folder(files.gguf, settings.models, name=files.name)
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def generator(folder: Path) -> Iterator[OpenVinoGenerator]:
    made = OpenVinoGenerator(folder, name="qwen", config=OpenVinoConfig(threads=usable_cores()))
    yield made
    made.close()


def test_it_answers_from_its_evidence_the_same_each_time(generator: OpenVinoGenerator) -> None:
    assert isinstance(generator, Generator)
    assert (generator.name, generator.runtime) == ("qwen", "openvino")
    first = joined_reply(generator.stream(ASK, SHORT))
    assert "4700万元" in first
    assert "52吨" in joined_reply(generator.stream(OTHER, SHORT))
    assert joined_reply(generator.stream(ASK, SHORT)) == first


@pytest.mark.parametrize("guess", ["青石桥投资4700万元。", "青石桥投资470万元，宽26米。", "东岭茶园"])
def test_no_guess_changes_the_reply(generator: OpenVinoGenerator, guess: str) -> None:
    expected = joined_reply(generator.stream(ASK, SHORT))
    guessed = GenerationOptions(max_tokens=24, guesses=(guess,))
    assert joined_reply(generator.stream(ASK, guessed)) == expected


def test_stop_strings_and_continued_replies(generator: OpenVinoGenerator) -> None:
    reply = joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=24, stop=("4700",))))
    assert "4700" not in reply
    continued = (*ASK, Message("assistant", "青石桥投资"))
    assert joined_reply(generator.stream(continued, GenerationOptions(max_tokens=6))).startswith("4700")


def test_candidate_probabilities(generator: OpenVinoGenerator) -> None:
    continued = (*ASK, Message("assistant", "青石桥投资"))
    found = generator.candidate_probabilities(continued, ["4700", "4", "茶"])
    assert found["4"] == found["4700"] > 0.9
    assert found["茶"] < 0.01


def test_states_are_those_of_each_prompt_alone_and_disturb_no_reply(generator: OpenVinoGenerator) -> None:
    expected = joined_reply(generator.stream(ASK, SHORT))
    alone = [generator.hidden_states([prompt]) for prompt in (ASK, OTHER[1:])]
    together = generator.hidden_states([ASK, OTHER[1:]])
    assert together is not None
    assert together.shape == (2, 1536)
    for one, row in zip(alone, together, strict=True):
        assert one is not None
        assert one[0] @ row > 0.999 * np.linalg.norm(one[0]) * np.linalg.norm(row)
    assert together[0] @ together[1] < 0.99 * np.linalg.norm(together[0]) * np.linalg.norm(together[1])
    assert joined_reply(generator.stream(ASK, SHORT)) == expected


def test_of_many_prompts_each_state_is_its_own(generator: OpenVinoGenerator) -> None:
    prompts = [(Message("user", f"{ASK[-1].content}，其中第{number}段{'的说明' * number}"),) for number in range(30)]
    states = generator.hidden_states(prompts)
    assert states is not None
    assert states.shape == (30, 1536)
    for number in (0, 7, 29):
        alone = generator.hidden_states([prompts[number], prompts[29]])
        assert alone is not None
        assert np.allclose(alone[0], states[number], atol=0.2)
        others = np.delete(states, number, axis=0)
        assert np.linalg.norm(states[number] - alone[0]) < np.linalg.norm(others - alone[0], axis=1).min() / 5


def test_the_shipped_probe_knows_this_model_and_tells_an_answer_from_none(generator: OpenVinoGenerator) -> None:
    probe = probe_of(generator)
    assert probe is not None
    line = EvidenceLine("青石桥通车", "青石桥全长318米，投资4700万元。")
    days = (dt.date(2021, 5, 6), dt.date(2021, 6, 1))
    asked = [reading_message(text, line, *days) for text in ("青石桥花了多少钱", "青石桥谁设计的")]
    states = generator.hidden_states([(message,) for message in asked])
    assert states is not None
    answered, not_answered = map(probe.log_odds, states)
    assert answered > 0.0 > not_answered


def test_forgotten_tokens_leave_no_trace(generator: OpenVinoGenerator) -> None:
    tokens = generator._encode(ASK)
    plain = generator._empty_cache()
    expected = generator._logits(tokens, plain, 1)
    for copied in (False, True):
        cache = generator._empty_cache()
        generator._logits([*tokens[:20], *generator._encode(OTHER)], cache, 1)
        generator._cut(cache, 20)
        if copied:
            cache = generator._copied(cache)
        found = generator._logits(tokens, cache, 1)
        # Read in two parts, bfloat16 rounds otherwise than at once; another prompt in between adds nothing to it.
        np.testing.assert_allclose(found, expected, atol=0.6)
        assert found.argmax() == expected.argmax()


def test_the_warmed_beginning_is_kept_between_processes(folder: Path, tmp_path: Path) -> None:
    config = OpenVinoConfig(threads=usable_cores(), state_folder=tmp_path)
    first = OpenVinoGenerator(folder, config=config)
    first.warm_up(ASK[:1])
    warmed = first._warm
    expected = joined_reply(first.stream(ASK, SHORT))
    first.close()
    (state,) = tmp_path.glob("*.state")
    second = OpenVinoGenerator(folder, config=config)
    second.warm_up(ASK[:1])
    assert second._last is None, "it was read anew"
    assert warmed is not None
    assert second._warm is not None
    assert second._warm.tokens == warmed.tokens
    assert joined_reply(second.stream(ASK, SHORT)) == expected
    second.close()
    state.write_bytes(state.read_bytes()[:-7] + b"damaged")
    third = OpenVinoGenerator(folder, config=config)
    third.warm_up(ASK[:1])
    assert third._last is not None, "a damaged state was believed"
    third.close()


def test_a_closed_stream_stops_the_model(generator: OpenVinoGenerator) -> None:
    long = (SYSTEM, Message("user", "写一篇一千字的文章，介绍一条河。"))
    stream = generator.stream(long, GenerationOptions(max_tokens=800))
    next(stream)
    stream.close()
    began = time.monotonic()
    assert "4700" in joined_reply(generator.stream(ASK, SHORT))
    assert time.monotonic() - began < 60


def test_many_threads_take_turns(generator: OpenVinoGenerator) -> None:
    expected = {messages: joined_reply(generator.stream(messages, SHORT)) for messages in (ASK, OTHER)}
    found: list[bool] = []

    def ask(messages: tuple[Message, ...]) -> None:
        found.append(joined_reply(generator.stream(messages, SHORT)) == expected[messages])

    threads = [threading.Thread(target=ask, args=(messages,)) for messages in (ASK, OTHER, ASK, OTHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    pytest.importorskip("openvino_genai")
    with pytest.raises(GenerationError, match=r"OpenVINO cannot read .*delete it"):
        OpenVinoGenerator(tmp_path)
