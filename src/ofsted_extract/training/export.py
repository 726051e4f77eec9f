"""A trained network as an ONNX graph with 8-bit weights.

The graph is written node by node: torch's exporter is not needed, equal weights give equal bytes,
and the operators are those that onnxruntime 1.31 runs fastest on one core (measured over the same
letters: a sum and a ``LayerNormalization`` 36 s, both spelt out 40 s, ``SkipLayerNormalization`` 60
s). Weights are rounded to 8 bits per output column; activations are scaled at run time.
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

    def three_linear(self, value: str, name: str, outputs: list[str]) -> None:
        """Add what three layers make of one value: stored together, rounded once, never split."""
        eight = [f"{name}.{part}" for part in ("value", "value_scale", "value_zero")]
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [value], eight))
        matrices = np.split(self.weights[f"{name}.weight"], len(outputs))
        biases = np.split(self.weights[f"{name}.bias"], len(outputs))
        for matrix, bias, output in zip(matrices, biases, outputs, strict=True):
            rounded, scale = _eight_bits(matrix.T, axis=0)
            inputs = [
                eight[0],
                self.constant(f"{output}.weight", rounded),
                eight[1],
                self.constant(f"{output}.scale", scale),
                eight[2],
                "",
                self.constant(f"{output}.bias", bias.astype(np.float32)),
            ]
            self.add("MatMulIntegerToFloat", inputs, output, domain=_MICROSOFT)

    def normalised_sum(self, first: str, second: str, name: str, output: str) -> str:
        total = self.add("Add", [first, second], f"{output}.sum")
        inputs = [total, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.add("LayerNormalization", inputs, output, axis=-1, epsilon=1e-12)

    def activated(self, value: str, output: str, rectified: bool) -> str:
        if rectified:
            return self.add("Relu", [value], output)
        return self.add("Gelu", [value], output, domain=_MICROSOFT)

    def word_vectors(self) -> str:
        words, scale = _eight_bits(self.weights["word.weight"], axis=1)
        rows = self.add("Gather", [self.constant("word", words), "pieces"], "word.rows")
        numbers = self.add("Cast", [rows], "word.numbers", to=TensorProto.FLOAT)
        scales = self.add(
            "Gather", [self.constant("word.scale", scale[:, None]), "pieces"], "word.scales"
        )
        return self.add("Mul", [numbers, scales], "word.vectors")


def encoder_graph(weights: Weights, rectified: bool) -> bytes:
    """Return the ONNX graph of an encoder, from the arrays of ``network.Encoder``.

    Input ``pieces`` (units, length), output ``pooled`` (units, 2 * size): the first hidden state of
    each unit, and the mean of all. Units of one length at a time, so there is no padding.
    """
    graph = _Graph(weights)
    shape = graph.add("Shape", ["pieces"], "length", start=1, end=2)
    places = graph.add(
        "Slice",
        [
            graph.weight("pos.weight"),
            graph.constant("zero", np.array([0], np.int64)),
            shape,
            graph.constant("first_axis", np.array([0], np.int64)),
        ],
        "place.vectors",
    )
    hidden = graph.normalised_sum(graph.word_vectors(), places, "ln", "layer0")
    layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
    for number in range(layers):
        name = f"layers.{number}"
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        graph.three_linear(hidden, f"{name}.qkv", parts)
        seen = graph.add(
            "MultiHeadAttention", parts, f"{name}.seen", domain=_MICROSOFT, num_heads=HEADS
        )
        attended = graph.linear(seen, f"{name}.o", f"{name}.attended")
        middle = graph.normalised_sum(hidden, attended, f"{name}.ln1", f"{name}.middle")
        wide = graph.linear(middle, f"{name}.f1", f"{name}.wide")
        activated = graph.activated(wide, f"{name}.activated", rectified)
        outer = graph.linear(activated, f"{name}.f2", f"{name}.outer")
        hidden = graph.normalised_sum(middle, outer, f"{name}.ln2", f"layer{number + 1}")
    first = graph.constant("first", np.array([0], np.int64))
    along = graph.constant("along", np.array([1], np.int64))
    mark = graph.add("Gather", [hidden, first], "mark", axis=1)
    mean = graph.add("ReduceMean", [hidden, along], "mean")
    both = graph.add("Concat", [mark, mean], "both", axis=2)
    graph.add("Squeeze", [both, along], "pooled")
    size = weights["ln.weight"].shape[0]
    given = helper.make_tensor_value_info("pieces", TensorProto.INT32, ["units", "length"])
    result = helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["units", 2 * size])
    body = helper.make_graph(
        graph.nodes, "encoder", [given], [result], list(graph.constants.values())
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
