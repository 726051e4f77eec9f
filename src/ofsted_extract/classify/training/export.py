"""A trained network as an ONNX graph with 8-bit weights.

The graph is written node by node: torch's exporter is not needed, equal weights give equal bytes,
and layer normalisation can be spelt in the operations that onnxruntime runs fastest on one core
(measured: a quarter of the time of its fused operator). Weights are rounded to 8 bits per output
column; activations are scaled at run time (``DynamicQuantizeMatMul``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, np.ndarray[Any, Any]]

_MICROSOFT = "com.microsoft"
HEADS = 12


class _Graph:
    """Nodes and constants as they are added; every method returns the name of its result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray[Any, Any]) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name].astype(np.float32))

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def linear(self, value: str, name: str, output: str) -> str:
        matrix, scale = _eight_bits(self.weights[f"{name}.weight"].T, axis=0)
        inputs = [
            value,
            self.constant(f"{name}.weight", matrix),
            self.constant(f"{name}.scale", scale),
            "",
            self.weight(f"{name}.bias"),
        ]
        return self.add("DynamicQuantizeMatMul", inputs, output, domain=_MICROSOFT)

    def normalised_sum(self, first: str, second: str, name: str, output: str) -> str:
        axis = self.constant("last_axis", np.array([-1], np.int64))
        epsilon = self.constant("epsilon", np.array(1e-12, np.float32))
        total = self.add("Add", [first, second], f"{output}.sum")
        mean = self.add("ReduceMean", [total, axis], f"{output}.mean")
        centred = self.add("Sub", [total, mean], f"{output}.centred")
        square = self.add("Mul", [centred, centred], f"{output}.square")
        variance = self.add("ReduceMean", [square, axis], f"{output}.variance")
        bounded = self.add("Add", [variance, epsilon], f"{output}.bounded")
        deviation = self.add("Sqrt", [bounded], f"{output}.deviation")
        ratio = self.add("Div", [self.weight(f"{name}.weight"), deviation], f"{output}.ratio")
        scaled = self.add("Mul", [centred, ratio], f"{output}.scaled")
        return self.add("Add", [scaled, self.weight(f"{name}.bias")], output)

    def word_vectors(self) -> str:
        words, scale = _eight_bits(self.weights["word.weight"], axis=1)
        rows = self.add("Gather", [self.constant("word", words), "pieces"], "word.rows")
        numbers = self.add("Cast", [rows], "word.numbers", to=TensorProto.FLOAT)
        scales = self.add(
            "Gather", [self.constant("word.scale", scale[:, None]), "pieces"], "word.scales"
        )
        return self.add("Mul", [numbers, scales], "word.vectors")


def encoder_graph(weights: Weights) -> bytes:
    """Return the ONNX graph of an encoder, from the arrays of ``network.Encoder``.

    Inputs ``pieces`` and ``positions`` (1, length), output ``hidden`` (1, length, size); one window
    at a time, so there is no padding and no mask.
    """
    graph = _Graph(weights)
    places = graph.add("Gather", [graph.weight("pos.weight"), "positions"], "place.vectors")
    hidden = graph.normalised_sum(graph.word_vectors(), places, "ln", "layer0")
    layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
    for number in range(layers):
        name = f"layers.{number}"
        mixed = graph.linear(hidden, f"{name}.qkv", f"{name}.mixed")
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        graph.nodes.append(helper.make_node("Split", [mixed], parts, axis=2, num_outputs=3))
        seen = graph.add(
            "MultiHeadAttention", parts, f"{name}.seen", domain=_MICROSOFT, num_heads=HEADS
        )
        attended = graph.linear(seen, f"{name}.o", f"{name}.attended")
        middle = graph.normalised_sum(hidden, attended, f"{name}.ln1", f"{name}.middle")
        inner = graph.linear(middle, f"{name}.f1", f"{name}.inner")
        bent = graph.add("Gelu", [inner], f"{name}.bent", domain=_MICROSOFT)
        outer = graph.linear(bent, f"{name}.f2", f"{name}.outer")
        last = "hidden" if number == layers - 1 else f"layer{number + 1}"
        hidden = graph.normalised_sum(middle, outer, f"{name}.ln2", last)
    size = weights["ln.weight"].shape[0]
    values = [
        helper.make_tensor_value_info(name, TensorProto.INT32, [1, "length"])
        for name in ("pieces", "positions")
    ]
    result = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [1, "length", size])
    body = helper.make_graph(
        graph.nodes, "encoder", values, [result], list(graph.constants.values())
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _eight_bits(
    matrix: np.ndarray[Any, Any], axis: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the matrix as int8 and the scales that undo it, one per slice along ``axis``."""
    largest = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), 1e-8)
    scale = (largest / 127).astype(np.float32)
    return np.clip(np.round(matrix / scale), -127, 127).astype(np.int8), scale.squeeze(axis)
