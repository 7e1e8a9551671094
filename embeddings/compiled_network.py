"""The transformer layers of an embedding model as one OpenVINO call in place of two hundred small torch operations.

torch takes and gives back the interpreter's lock at each of those, so that threads that search at once stood in each
other's way, and a question of a few words spent more time between them than in them. sentence-transformers has an
OpenVINO backend of the same effect; it wants another package, traces the network and keeps the result as files. The
layers of the BERT family are always the same, so they are put together here from the loaded weights, in a second.

Words, places and pooling stay with torch and sentence-transformers: this knows layers only.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutput

from embeddings.mapped_files import WrittenArrays

_LAYER_PARTS = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")


class CompiledLayers(nn.Module):
    """Stands for the ``encoder`` of a BERT or XLM-R network; gives what that would.

    Used by many threads, one after the other: each has all of the cores that were asked for.
    """

    def __init__(self, layers: nn.Module, config: Any, *, bfloat16: bool, threads: int, in_file: bool) -> None:
        """``layers`` are taken over in float32, and computed in bfloat16 where that is asked for.

        ``in_file`` says that their weights are mapped from a file; else they are written to one.
        """
        super().__init__()
        import openvino

        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,  # each more would hold the weights once more
            "ENABLE_CPU_PINNING": False,
        }
        # OpenVINO may read them as long as it computes, and seldom does after the first time.
        weights = {name: tensor.detach().float().numpy() for name, tensor in layers.state_dict().items()}
        self._written = None if in_file else WrittenArrays(weights)
        self._weights = weights if self._written is None else self._written.arrays
        graph = _graph(self._weights, config)
        self._request = openvino.Core().compile_model(graph, "CPU", options).create_infer_request()
        self._lock = threading.Lock()

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """``(n, tokens, width)`` float32 of ``hidden``'s shape; ``mask`` is ``(n, tokens)``, 1 for what counts."""
        given = {0: hidden.detach().float().numpy(), 1: mask.to(torch.float32).numpy()}
        with self._lock:
            self._request.infer(given, share_inputs=True)
            return torch.from_numpy(self._request.get_output_tensor(0).data.copy())

    def give_back(self) -> None:
        """Let the memory go that holds the weights as they were taken over, where they were not in a file."""
        if self._written is not None:
            self._written.give_back()


class CompiledNetwork(nn.Module):
    """Stands for a BERT or XLM-R ``network`` of ``transformers``: its own word vectors, then its layers compiled."""

    def __init__(self, network: Any, *, bfloat16: bool, threads: int, in_file: bool = False) -> None:
        super().__init__()
        self.config = network.config
        self.dtype = torch.float32
        self.embeddings = network.embeddings
        self.layers = CompiledLayers(
            network.encoder, network.config, bfloat16=bfloat16, threads=threads, in_file=in_file
        )

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None, **_options: Any
    ) -> BaseModelOutput:
        """The last hidden states of ``(n, tokens)`` tokens, under the network's own name for them."""
        hidden = self.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        return BaseModelOutput(last_hidden_state=self.layers(hidden, attention_mask))


def can_be_compiled(network: Any) -> bool:
    """Whether ``network`` is of the BERT family as known here, on the processor, and OpenVINO is installed."""
    config = getattr(network, "config", None)
    known = (
        type(network).__name__ in ("BertModel", "XLMRobertaModel")
        and getattr(config, "hidden_act", "") == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not getattr(config, "is_decoder", False)
    )
    if not known or any(tensor.device.type != "cpu" for tensor in network.encoder.parameters()):
        return False
    try:
        import openvino  # noqa: F401 - asked for its presence
    except (ImportError, OSError):
        return False
    return True


def _graph(weights: dict[str, NDArray[np.float32]], config: Any) -> Any:
    """The layers over ``hidden`` and ``mask``, with post-layer normalisation (Devlin et al. 2018)."""
    import openvino
    from openvino import opset13 as operations

    width, heads = config.hidden_size, config.num_attention_heads
    hidden = operations.parameter([-1, -1, width], np.float32, name="hidden")
    mask = operations.parameter([-1, -1], np.float32, name="mask")
    far_below = operations.constant(np.float32(np.finfo(np.float32).min / 4))
    hidden_tokens = operations.multiply(operations.subtract(operations.constant(np.float32(1)), mask), far_below)
    bias = operations.unsqueeze(hidden_tokens, operations.constant(np.array([1, 2])))
    by_head = operations.constant(np.array([0, 0, heads, width // heads]))
    joined = operations.constant(np.array([0, 0, width]))
    swapped = operations.constant(np.array([0, 2, 1, 3]))

    def weight(name: str) -> Any:
        return operations.constant(weights[name], shared_memory=True)

    def linear(node: Any, name: str) -> Any:
        product = operations.matmul(node, weight(f"{name}.weight"), False, True)
        return operations.add(product, weight(f"{name}.bias"))

    def normalised(node: Any, name: str) -> Any:
        last = operations.constant(np.array([-1]))
        unit = operations.mvn(node, last, True, config.layer_norm_eps, "inside_sqrt")
        scaled = operations.multiply(unit, weight(f"{name}.weight"))
        return operations.add(scaled, weight(f"{name}.bias"))

    def split(node: Any) -> Any:
        return operations.transpose(operations.reshape(node, by_head, True), swapped)

    node: Any = hidden
    for number in range(config.num_hidden_layers):
        query, key, value, output = (f"layer.{number}.{part}" for part in _LAYER_PARTS)
        attended = operations.scaled_dot_product_attention(
            split(linear(node, query)), split(linear(node, key)), split(linear(node, value)), bias
        )
        together = operations.reshape(operations.transpose(attended, swapped), joined, True)
        node = normalised(
            operations.add(linear(together, output), node), f"layer.{number}.attention.output.LayerNorm"
        )
        inner = operations.gelu(linear(node, f"layer.{number}.intermediate.dense"), "erf")
        node = normalised(
            operations.add(linear(inner, f"layer.{number}.output.dense"), node), f"layer.{number}.output.LayerNorm"
        )
    return openvino.Model([node], [hidden, mask], "layers")
