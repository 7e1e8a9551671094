from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.openvino_weights import lighten, share_equal_zero_points, widen_scales

openvino = pytest.importorskip("openvino")
OUT, GROUPS, IN_GROUP = 64, 6, 16
RANDOM_STATE = 11


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


def scales_of(model: Any) -> list[tuple[str, int]]:
    found = [node.input_value(1).get_node() for node in model.get_ops() if node.get_type_name() == "Multiply"]
    return [(node.get_element_type().get_type_name(), node.data.size) for node in found]


def test_scales_are_kept_as_the_engine_computes_with_them(tmp_path: Path) -> None:
    model = product_model(tmp_path / "model.xml", np.full((OUT, GROUPS, 1), 32, np.uint8))
    expected = predictions(model)
    assert scales_of(model) == [("f16", OUT * GROUPS)]
    assert widen_scales(model) == 1
    assert scales_of(model) == [("f32", OUT * GROUPS)]
    assert np.array_equal(predictions(model), expected)
    assert widen_scales(model) == 0


def test_a_lightened_model_is_written_and_read_again_the_same(tmp_path: Path) -> None:
    model = product_model(tmp_path / "model.xml", np.full((OUT, GROUPS, 1), 32, np.uint8))
    expected = predictions(model)
    lighten(model)
    openvino.save_model(model, str(tmp_path / "lighter.xml"), compress_to_fp16=False)
    again = openvino.Core().read_model(str(tmp_path / "lighter.xml"))
    assert (scales_of(again), zero_point_counts(again)) == ([("f32", OUT * GROUPS)], [1])
    assert np.array_equal(predictions(again), expected)


def test_a_scale_that_is_used_otherwise_stays() -> None:
    from openvino import opset13 as operations

    given = operations.parameter([-1, 2], np.float32, name="given")
    doubled = operations.multiply(given, operations.convert(operations.constant(np.float16([2.0, 3.0])), "f32"))
    model = openvino.Model([operations.result(doubled)], [given], "plain")
    assert widen_scales(model) == 0
    assert openvino.Core().compile_model(model, "CPU")([np.float32([[1, 1]])])[0].tolist() == [[2.0, 3.0]]
