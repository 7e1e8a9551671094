import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_model import save_tiny_model

from embeddings.model_store import transformers_folder
from rag.errors import GenerationError
from rag.generation import transformers_generator
from rag.generation.generator import GenerationOptions, Generator, Message, joined_reply
from rag.generation.machine import MachineCapabilities
from rag.generation.transformers_generator import TransformersGenerator
from rag.settings import load_settings

PLAIN = MachineCapabilities("Plain", "x86_64", 2, True, False, False, False, 2**34)
SYSTEM = Message("system", "资料员只按资料回答。")
ASK = (SYSTEM, Message("user", "新桥全长三百二十米。新桥多长"))
OTHER = (SYSTEM, Message("user", "北河图书馆宽八米。宽多少"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny-qwen"))


@pytest.fixture
def generator(folder: Path) -> Iterator[TransformersGenerator]:
    made = TransformersGenerator(str(folder), machine=PLAIN)
    yield made
    made.close()


def prompt_ids(generator: TransformersGenerator, messages: tuple[Message, ...]) -> list[int]:
    text = "".join(f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"
    return list(generator._tokenizer.encode(text, add_special_tokens=False))


def plain_greedy(generator: TransformersGenerator, ids: list[int], count: int) -> str:
    """The reply as the definition has it: the whole text read anew for every token."""
    import torch

    written: list[int] = []
    while len(written) < count:
        with torch.inference_mode():
            token = int(generator._model(torch.tensor([ids + written])).logits[0, -1].argmax())
        if token == generator._tokenizer.eos_token_id:
            break
        written.append(token)
    return str(generator._tokenizer.decode(written, skip_special_tokens=True))


def test_hidden_states_are_those_of_the_layer(
    generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    layers = int(generator._model.config.num_hidden_layers)
    assert generator.hidden_states([ASK]) is None, "the tiny model has fewer layers than are read"
    monkeypatch.setattr(transformers_generator, "HIDDEN_LAYER", layers - 1)
    found = generator.hidden_states([ASK, OTHER])
    assert found is not None
    for row, messages in zip(found, (ASK, OTHER), strict=True):
        with torch.inference_mode():
            whole = generator._model(torch.tensor([prompt_ids(generator, messages)]), output_hidden_states=True)
        assert row == pytest.approx(whole.hidden_states[layers - 1][0, -1].numpy(), abs=1e-5)


def count_read_tokens(generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counts: list[int] = []
    forward = generator._model.forward

    def counting(*args: Any, **kwargs: Any) -> Any:
        ids = kwargs.get("input_ids", args[0] if args else None)
        counts.append(ids.shape[1])
        return forward(*args, **kwargs)

    monkeypatch.setattr(generator._model, "forward", counting)
    return counts


def test_greedy_reply_is_the_plain_one_and_the_same_after_other_prompts(generator: TransformersGenerator) -> None:
    assert isinstance(generator, Generator)
    options = GenerationOptions(max_tokens=30)
    expected = plain_greedy(generator, prompt_ids(generator, ASK), 30)
    other = plain_greedy(generator, prompt_ids(generator, OTHER), 30)
    assert len(expected) > 5
    assert expected != other
    generator.warm_up([SYSTEM])
    for messages, reply in ((ASK, expected), (OTHER, other), (ASK, expected), (ASK, expected)):
        assert joined_reply(generator.stream(messages, options)) == reply


def test_tokens_that_come_in_one_step_with_the_end_are_given_out(
    generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[list[int]] = []
    step_of = generator._next_tokens

    def recording(*args: Any) -> list[int]:
        steps.append(step_of(*args))
        return list(steps[-1])

    monkeypatch.setattr(generator, "_next_tokens", recording)
    options = GenerationOptions(max_tokens=60)
    joined_reply(generator.stream(ASK, options))
    written = [token for step in steps for token in step]
    # A token that first comes after others of its own step now ends the reply.
    ends = [(step[place], place) for step in steps for place in range(1, len(step))]
    end = next(token for token, place in ends if not any(token in step[:1] for step in steps))
    monkeypatch.setattr(generator, "_end_tokens", frozenset([end]))
    expected = generator._tokenizer.decode(written[: written.index(end)], skip_special_tokens=True)
    assert joined_reply(generator.stream(ASK, options)) == expected


def test_guesses_save_steps_and_change_nothing(
    generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=30)))
    counts = count_read_tokens(generator, monkeypatch)
    for guesses in ((plain,), ("完全不同", plain), (plain[:4] + "错了",), ("",)):
        counts.clear()
        options = GenerationOptions(max_tokens=30, guesses=guesses)
        assert joined_reply(generator.stream(ASK, options)) == plain
        if guesses == (plain,):
            assert len(counts) <= 2


def test_the_first_token_read_for_probabilities_is_not_read_again(
    generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = GenerationOptions(max_tokens=30)
    plain = joined_reply(generator.stream(ASK, options))
    other = joined_reply(generator.stream(OTHER, options))
    generator.candidate_probabilities(ASK, ["新"])
    counts = count_read_tokens(generator, monkeypatch)
    first = generator._tokenizer.encode(plain, add_special_tokens=False)[0]
    assert joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=1))) == generator._tokenizer.decode(
        [first]
    )
    assert counts == []
    generator.candidate_probabilities(ASK, ["新"])
    assert joined_reply(generator.stream(OTHER, options)) == other
    assert joined_reply(generator.stream(ASK, options)) == plain


def test_the_last_state_alone_reaches_the_output_matrix_packed(generator: TransformersGenerator) -> None:
    seen: list[tuple[int, ...]] = []
    head = generator._model.get_output_embeddings()
    hook = head.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0].stride()))
    generator.candidate_probabilities(ASK, ["新"])
    hook.remove()
    width = generator._model.config.hidden_size
    assert seen == [(width, width, 1)]


def test_a_common_beginning_is_read_once(generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, other_ids = prompt_ids(generator, ASK), prompt_ids(generator, OTHER)
    counts = count_read_tokens(generator, monkeypatch)
    one = GenerationOptions(max_tokens=1)
    joined_reply(generator.stream(ASK, one))
    assert counts[0] == len(ids)
    counts.clear()
    joined_reply(generator.stream(OTHER, one))
    shared = next(n for n, (a, b) in enumerate(zip(ids, other_ids, strict=False)) if a != b)
    assert counts[0] == len(other_ids) - shared
    assert shared > 10


def test_the_warmed_beginning_survives_another_prompt(
    generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator.warm_up([SYSTEM])
    generator.candidate_probabilities([Message("user", "是否")], ["是"])
    counts = count_read_tokens(generator, monkeypatch)
    joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=1)))
    warmed = len(prompt_ids(generator, (SYSTEM,))) - len(prompt_ids(generator, ()))
    assert warmed > 10
    assert counts[0] <= len(prompt_ids(generator, ASK)) - warmed


def test_candidate_probabilities_are_the_models_own(generator: TransformersGenerator) -> None:
    import torch

    ids = prompt_ids(generator, ASK)
    with torch.inference_mode():
        expected = generator._model(torch.tensor([ids])).logits[0, -1].float().softmax(-1)
    for _ in range(2):  # the second time from the kept state
        found = generator.candidate_probabilities(ASK, ["是", "否", "是否"])
        for candidate, character in (("是", "是"), ("否", "否"), ("是否", "是")):
            (token,) = generator._tokenizer.encode(character)
            assert found[candidate] == pytest.approx(float(expected[token]), rel=1e-3)
    with pytest.raises(GenerationError, match="no token in ''"):
        generator.candidate_probabilities(ASK, [""])


def test_stop_strings_end_the_reply_before_them(generator: TransformersGenerator) -> None:
    whole = joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=30)))
    stop = whole[4:6]
    assert joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=30, stop=(stop,)))) == whole.split(stop)[0]


def test_a_last_message_of_the_assistant_is_continued(generator: TransformersGenerator) -> None:
    whole = joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=12)))
    assert len(whole) == 12
    continued = generator.stream((*ASK, Message("assistant", whole[:5])), GenerationOptions(max_tokens=7))
    assert joined_reply(continued) == whole[5:]


def test_closing_the_stream_stops_the_model(
    generator: TransformersGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = count_read_tokens(generator, monkeypatch)
    reached = threading.Event()
    forward = generator._model.forward

    def slow(*args: Any, **kwargs: Any) -> Any:
        if len(counts) > 2:
            reached.wait(5)
        return forward(*args, **kwargs)

    monkeypatch.setattr(generator._model, "forward", slow)
    stream = generator.stream(ASK, GenerationOptions(max_tokens=150))
    next(stream)
    stream.close()
    reached.set()
    joined_reply(generator.stream(OTHER, GenerationOptions(max_tokens=1)))
    assert len(counts) < 10


def test_sampling_repeats_with_its_seed(generator: TransformersGenerator) -> None:
    def sampled(seed: int) -> str:
        return joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=20, temperature=2.0, seed=seed)))

    assert sampled(1) == sampled(1)
    assert len({sampled(seed) for seed in range(4)}) > 1


def test_a_prompt_beyond_the_models_length_is_refused(generator: TransformersGenerator) -> None:
    with pytest.raises(GenerationError, match="holds 256 together; shorten the prompt"):
        joined_reply(generator.stream([Message("user", "桥" * 250)], GenerationOptions(max_tokens=20)))
    assert joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=3)))


def test_a_closed_model_says_so(generator: TransformersGenerator) -> None:
    generator.close()
    with pytest.raises(GenerationError, match="was closed"):
        joined_reply(generator.stream(ASK))


def test_a_folder_without_a_chat_template_gets_the_bare_contents(tmp_path: Path) -> None:
    generator = TransformersGenerator(str(save_tiny_model(tmp_path, chat_template=None)), machine=PLAIN)
    ids = generator._tokenizer.encode("资料\n\n新桥")
    assert generator._prompt_tokens([Message("system", "资料"), Message("user", "新桥")], 1) == ids
    assert joined_reply(generator.stream([Message("user", "新桥")], GenerationOptions(max_tokens=4)))


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(GenerationError, match=r"transformers cannot load .*causal language model"):
        TransformersGenerator(str(tmp_path), machine=PLAIN)


@pytest.mark.models
@pytest.mark.slow
def test_the_converted_model_answers_from_its_evidence() -> None:
    folder = transformers_folder(load_settings().models)
    if not folder.exists():
        pytest.skip("the bfloat16 folder is made only on request: baowen models fetch --for-transformers")
    generator = TransformersGenerator(str(folder))
    ask = [Message("system", "只按资料回答。"), Message("user", "资料：青石桥全长318米。问题：青石桥全长多少米？")]
    assert "318" in joined_reply(generator.stream(ask, GenerationOptions(max_tokens=24)))
    generator.close()
