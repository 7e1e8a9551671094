"""What is changed in a model before it is compiled changes none of its predictions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.generation.openvino_model import HIDDEN_STATE, divide, share_equal_zero_points

openvino = pytest.importorskip("openvino")
OUT, GROUPS, IN_GROUP = 64, 6, 16
RANDOM_STATE = 11
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}


def product_model(path: Path, zeros: NDArray[np.uint8]) -> Any:
    """A product with weights as OpenVINO writes quantised ones: ``(number - zero) * scale`` by groups."""
    from openvino import opset13 as operations

    random = np.random.default_rng(RANDOM_STATE)
    numbers = operations.constant(random.integers(0, 256, (OUT, GROUPS, IN_GROUP), dtype=np.uint8))
    difference = operations.subtract(
        operations.convert(numbers, "f16"), operations.convert(operations.constant(zeros), "f16")
    )
    scales = operations.constant((random.random((OUT, GROUPS, 1)) / 100).astype(np.float16))
    shape = operations.constant(np.array([OUT, GROUPS * IN_GROUP], np.int64))
    weights = operations.reshape(operations.multiply(difference, scales), shape, special_zero=False)
    given = operations.parameter([-1, GROUPS * IN_GROUP], np.float32, name="given")
    product = operations.matmul(given, operations.convert(weights, "f32"), transpose_a=False, transpose_b=True)
    openvino.save_model(openvino.Model([operations.result(product)], [given], "product"), str(path))
    return openvino.Core().read_model(str(path))


def predictions(model: Any) -> NDArray[np.float32]:
    given = np.random.default_rng(RANDOM_STATE + 1).random((5, GROUPS * IN_GROUP)).astype(np.float32)
    request = openvino.Core().compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1}).create_infer_request()
    found: NDArray[np.float32] = request.infer([given])[0].copy()
    return found


def zero_point_counts(model: Any) -> list[int]:
    found = [node.input_value(1).get_node() for node in model.get_ops() if node.get_type_name() == "Subtract"]
    return [conversion.input_value(0).get_node().data.size for conversion in found]


def test_one_zero_point_stands_for_many_that_are_equal(tmp_path: Path) -> None:
    model = product_model(tmp_path / "model.xml", np.full((OUT, GROUPS, 1), 32, np.uint8))
    expected = predictions(model)
    assert share_equal_zero_points(model) == 1
    assert zero_point_counts(model) == [1]
    assert np.array_equal(predictions(model), expected)
    assert len(np.unique(expected)) > OUT


def test_zero_points_that_differ_stay(tmp_path: Path) -> None:
    zeros = np.full((OUT, GROUPS, 1), 32, np.uint8)
    zeros[OUT - 1, GROUPS - 1] = 33
    model = product_model(tmp_path / "model.xml", zeros)
    expected = predictions(model)
    assert share_equal_zero_points(model) == 0
    assert zero_point_counts(model) == [OUT * GROUPS]
    assert np.array_equal(predictions(model), expected)


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
