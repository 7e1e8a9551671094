"""Compiled layers against the network they stand for."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

from embeddings.compiled_network import CompiledNetwork, can_be_compiled

pytest.importorskip("openvino")

_SHAPE: dict[str, Any] = {
    "vocab_size": 90,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 40,
    "max_position_embeddings": 64,
}


def small_network(kind: str = "bert", **changes: Any) -> Any:
    """A network of random weights."""
    torch.manual_seed(5)
    network: Any
    if kind == "bert":
        network = BertModel(BertConfig(**_SHAPE, **changes), add_pooling_layer=False)
    else:
        network = XLMRobertaModel(XLMRobertaConfig(**_SHAPE, pad_token_id=1, **changes), add_pooling_layer=False)
    return network.eval()


def batch(rows: int, tokens: int, seed: int = 0) -> dict[str, torch.Tensor]:
    """Random tokens; each row but the first ends earlier than the one before, as a padded batch does."""
    torch.manual_seed(seed)
    ids = torch.randint(5, 90, (rows, tokens))
    mask = torch.ones_like(ids)
    for row in range(rows):
        mask[row, tokens - row % tokens :] = 0
    ids[mask == 0] = 1
    return {"input_ids": ids, "attention_mask": mask}


def hidden(network: Any, given: dict[str, torch.Tensor]) -> torch.Tensor:
    """What counts of the last hidden states: padding's are nobody's."""
    with torch.inference_mode():
        found: torch.Tensor = network(**given).last_hidden_state
    return found[given["attention_mask"].bool()]


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
@pytest.mark.parametrize(("rows", "tokens"), [(1, 1), (1, 9), (2, 7), (5, 12)])
def test_the_layers_give_what_the_network_gives(kind: str, rows: int, tokens: int) -> None:
    network = small_network(kind)
    compiled = CompiledNetwork(network, bfloat16=False, threads=2)
    given = batch(rows, tokens)
    torch.testing.assert_close(hidden(compiled, given), hidden(network, given), atol=1e-5, rtol=1e-4)


def test_in_bfloat16_they_are_as_near_as_that_allows() -> None:
    network = small_network()
    compiled = CompiledNetwork(network, bfloat16=True, threads=1)
    given = batch(3, 10)
    likeness = torch.nn.functional.cosine_similarity(hidden(compiled, given), hidden(network, given), dim=-1)
    assert float(likeness.min()) > 0.999


def test_many_threads_get_the_states_of_their_own_tokens() -> None:
    network = small_network()
    compiled = CompiledNetwork(network, bfloat16=False, threads=2)
    batches = [batch(1 + number % 4, 3 + number, number) for number in range(12)]
    found: dict[int, torch.Tensor] = {}

    def work(number: int) -> None:
        for _ in range(5):
            found[number] = hidden(compiled, batches[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(12))
    for number, given in enumerate(batches):
        torch.testing.assert_close(found[number], hidden(network, given), atol=1e-5, rtol=1e-4)


def test_it_works_on_after_a_failure() -> None:
    compiled = CompiledNetwork(small_network(), bfloat16=False, threads=1)
    wrong = torch.zeros(2, 3, 7)  # 24 wide is expected
    for _ in range(5):
        with pytest.raises(RuntimeError):
            compiled.layers(wrong, torch.ones(2, 3))
    assert hidden(compiled, batch(2, 5)).shape[1] == 24


def test_what_is_not_known_is_left_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_be_compiled(small_network())
    assert not can_be_compiled(small_network(hidden_act="relu"))
    assert not can_be_compiled(small_network(is_decoder=True))
    assert not can_be_compiled(torch.nn.Linear(2, 2))
    assert not can_be_compiled(small_network().to("meta"))
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert not can_be_compiled(small_network())
