"""What is changed in an OpenVINO model before it is compiled; its predictions stay the same bit for bit."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from rag.errors import GenerationError

HIDDEN_STATE = "hidden_state"
_LAYER_END = "model.layers.self_attn.add1.layer{}"
"""What OpenVINO's reader of GGUF files calls the sum at the end of a layer, counted from 0."""


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


def divide(model: Any, layers: int) -> tuple[Any | None, Any]:
    """The model in two: what its first ``layers`` layers do, and the rest.

    The lower's output ``HIDDEN_STATE``, ``(batch, tokens, width)``, is an input of the upper. Both take the other
    inputs, and each has the key-value cache of its layers; so what a model holds in its middle is had for half of its
    work. The lower is None, and the upper the whole model, where no layer has the name by which its end is known, as
    after another converter.
    """
    openvino, operations = import_openvino("openvino"), import_openvino("openvino.opset13")

    name = _LAYER_END.format(layers - 1)
    end = next((node.output(0) for node in model.get_ops() if node.get_friendly_name() == name), None)
    if end is None:
        return None, model
    users = end.get_target_inputs()
    told = operations.result(end)
    end.set_names({HIDDEN_STATE})
    lower = _part(model, [told])
    given = operations.parameter(end.get_partial_shape(), end.get_element_type(), name=HIDDEN_STATE)
    given.output(0).set_names({HIDDEN_STATE})
    for user in users:
        user.replace_source_output(given.output(0))
    upper = _part(model, model.get_results(), given)
    return openvino.Model(*lower, "lower"), openvino.Model(*upper, "upper")


def _part(model: Any, results: list[Any], *given: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """What ``results`` need of a model: they themselves, the ends of its caches, and its inputs."""
    needed: dict[str, Any] = {}
    waiting = list(results)
    while waiting:
        node = waiting.pop()
        if node.get_friendly_name() not in needed:
            needed[node.get_friendly_name()] = node
            waiting += [place.get_source_output().get_node() for place in node.inputs()]
    caches = {node.get_attributes()["variable_id"] for node in needed.values() if node.get_type_name() == "ReadValue"}
    ends = [end for end in model.get_sinks() if end.get_attributes()["variable_id"] in caches]
    inputs = [place for place in model.get_parameters() if place.get_friendly_name() in needed]
    return results, ends, [*inputs, *given]
