"""What is changed in a model before it is compiled changes none of its predictions."""

from typing import Any

import numpy as np
import pytest

from rag.generation.openvino_model import HIDDEN_STATE, divide

openvino = pytest.importorskip("openvino")
RANDOM_STATE = 11
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}


def layered_model(name: str) -> Any:
    """Two layers, each a product with a sum, the first one's end called ``name``."""
    from openvino import opset13 as operations

    random = np.random.default_rng(RANDOM_STATE)
    given = operations.parameter([-1, 8], np.float32, name="given")
    shift = operations.parameter([1, 8], np.float32, name="shift")
    for parameter in (given, shift):
        parameter.output(0).set_names({parameter.get_friendly_name()})
    first, second = (operations.constant(random.standard_normal((8, 8)).astype(np.float32)) for _ in range(2))
    middle = operations.add(operations.matmul(given, first, False, False), shift)
    middle.set_friendly_name(name)
    # The end of a layer is used twice, as by the sum around the next one.
    end = operations.add(operations.matmul(operations.tanh(middle), second, False, False), middle)
    result = operations.result(end)
    result.output(0).set_names({"logits"})
    return openvino.Model([result], [given, shift], "layered")


def test_a_divided_model_predicts_what_the_whole_one_does() -> None:
    given = np.random.default_rng(1).standard_normal((3, 8)).astype(np.float32)
    shift = np.full((1, 8), 0.5, np.float32)
    core = openvino.Core()
    whole = core.compile_model(layered_model("x"), "CPU", EXACT)({"given": given, "shift": shift})["logits"]
    lower, upper = divide(layered_model("model.layers.self_attn.add1.layer0"), 1)
    below = core.compile_model(lower, "CPU", EXACT)({"given": given, "shift": shift})[HIDDEN_STATE]
    assert [place.any_name for place in upper.inputs] == [HIDDEN_STATE]
    above = core.compile_model(upper, "CPU", EXACT)({HIDDEN_STATE: below})["logits"]
    np.testing.assert_allclose(above, whole, rtol=1e-5)
    assert below.shape == (3, 8)


def test_a_model_without_that_layer_stays_whole() -> None:
    model = layered_model("another name")
    assert divide(model, 1) == (None, model)
