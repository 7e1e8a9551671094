"""What is changed in an OpenVINO model before it is compiled; its predictions stay the same bit for bit."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from rag.errors import GenerationError


def import_openvino(name: str) -> Any:
    """A module of OpenVINO's.

    Raises:
        GenerationError: it is not installed, or cannot be loaded here.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise GenerationError(
            f"OpenVINO cannot be loaded ({error}); pip install openvino-genai, or set another runtime"
        ) from error


def keep_last_predictions(model: Any) -> None:
    """Let the caller say how many predictions it wants: the output matrix is a sixth of a prompt's time."""
    operations = import_openvino("openvino.opset13")

    product = model.get_results()[0].input_value(0).get_node()
    wanted = operations.parameter([], np.int64, name="kept_predictions")
    wanted.output(0).set_names({"kept_predictions"})
    one = operations.constant(np.array([1], np.int64))
    last = operations.slice(
        product.input_value(0),
        operations.unsqueeze(operations.negative(wanted), 0),
        operations.constant(np.array([2**31 - 1], np.int64)),
        one,
        one,
    )
    product.input(0).replace_source_output(last.output(0))
    model.add_parameters([wanted])
    model.validate_nodes_and_infer_types()


def share_equal_zero_points(model: Any) -> int:
    """Keep one zero point where all groups of a matrix have the same; says for how many matrices.

    Weights of eight bits are written with one for each sixteen of them, always the same, and the engine keeps each as
    a float32: 103 MB of the default model.
    """
    operations = import_openvino("openvino.opset13")

    shared = 0
    for difference in model.get_ops():
        if difference.get_type_name() != "Subtract":
            continue
        conversion = difference.input_value(1).get_node()
        if conversion.get_type_name() != "Convert":
            continue
        zeros = conversion.input_value(0).get_node()
        if zeros.get_type_name() != "Constant" or zeros.get_element_type().get_type_name() != "u8":
            continue
        values = zeros.data
        if values.size > 1 and (values == values.flat[0]).all():
            one = operations.constant(values.flat[0].reshape((1,) * values.ndim))
            conversion.input(0).replace_source_output(one.output(0))
            shared += 1
    model.validate_nodes_and_infer_types()
    return shared
