"""A TensorFlow.js graph model → ONNX, with numpy and onnx alone.

It knows the dozen operators of NanoDet-g and refuses others. TensorFlow convolves with channels
last, ONNX with channels first, so each convolution is wrapped in two transpositions; where one
undoes the one before it, both vanish, which leaves a network with channels first throughout.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

VERSION = 1
"""Goes up when the translation changes, so that a kept one is made anew."""

_OPSET = 17
_TO_FIRST, _TO_LAST = (0, 3, 1, 2), (0, 2, 3, 1)

Array = npt.NDArray[Any]
Shapes = Mapping[str, Sequence[int | str | None]]
"""Sizes of tensors by name: known, of the same unknown length where equally named, or unknown."""


class NotTranslatable(Exception):  # noqa: N818
    """The graph holds what this translator does not know."""


def translate(graph_file: Path) -> bytes:
    """The ONNX form of a graph model whose weights lie beside ``graph_file``.

    Raises:
        NotTranslatable: an operator, an attribute or a weight format that is not known.
        OSError: a file that cannot be read.
    """
    graph = json.loads(graph_file.read_text(encoding="utf-8"))
    writer = _Writer(_weights(graph["weightsManifest"], graph_file.parent))
    topology = graph["modelTopology"]["node"]
    for node in _in_order(topology):
        writer.add(node)
    entry = next(node["name"] for node in topology if node["op"] == "Placeholder")
    inputs = {entry: _signature_shape(next(iter(graph["signature"]["inputs"].values())))}
    outputs = {
        key.split(":")[0]: _signature_shape(value)
        for key, value in sorted(graph["signature"]["outputs"].items())
    }
    return writer.finish(inputs, outputs)


def _signature_shape(tensor: dict[str, Any]) -> list[int]:
    return [int(dim["size"]) for dim in tensor["tensorShape"]["dim"]]


def _weights(manifest: list[dict[str, Any]], folder: Path) -> dict[str, Array]:
    """Every constant of the graph, by name; half-precision weights widened to float32."""
    found: dict[str, Array] = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for weight in group["weights"]:
            stored = weight.get("quantization", {}).get("dtype", weight["dtype"])
            if stored not in ("float16", "float32", "int32"):
                raise NotTranslatable(f"weight {weight['name']} is stored as {stored}")
            kind = np.dtype(stored).newbyteorder("<")
            count = int(np.prod(weight["shape"], dtype=np.int64))
            array = np.frombuffer(data, kind, count, at).reshape(weight["shape"])
            at += count * kind.itemsize
            found[weight["name"]] = array.astype(np.dtype(weight["dtype"]))
        if at != len(data):
            raise NotTranslatable(f"weights hold {len(data)} bytes, the manifest tells of {at}")
    return found


def _in_order(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Nodes such that each comes after those it reads."""
    by_name = {node["name"]: node for node in nodes}
    done: dict[str, dict[str, Any]] = {}
    stack = [node["name"] for node in reversed(nodes)]
    while stack:
        name = stack[-1]
        needs = [
            key for ref in by_name[name].get("input", []) if (key := _node_of(ref)) not in done
        ]
        if needs:
            stack.extend(needs)
        else:
            done.setdefault(stack.pop(), by_name[name])
    return list(done.values())


def _node_of(reference: str) -> str:
    return reference.lstrip("^").split(":")[0]


class _Writer:
    """Writes ONNX nodes; constants are computed at once and written only when used."""

    def __init__(self, constants: dict[str, Array]) -> None:
        self._constants = constants
        self._nodes: list[onnx.NodeProto] = []
        self._makers: dict[str, onnx.NodeProto] = {}
        self._alias: dict[str, str] = {}
        self._initializers: dict[str, Array] = {}
        self._handlers: dict[str, Callable[[str, list[str], dict[str, Any]], None]] = {
            "Conv2D": self._conv,
            "MaxPool": self._pool,
            "Pad": self._pad,
            "PadV2": self._pad,
            "Transpose": self._transpose,
            "Add": self._sum,
            "AddV2": self._sum,
            "LeakyRelu": self._leaky,
            "ConcatV2": self._concat,
            "ResizeBilinear": self._resize,
            "SplitV": self._split,
            "Sigmoid": lambda name, ins, _: self._emit("Sigmoid", ins, [name]),
            "Identity": lambda name, ins, _: self._emit("Identity", ins, [name]),
            "Reshape": self._reshape,
            "SparseToDense": self._dense,
        }

    def add(self, node: dict[str, Any]) -> None:
        if node["op"] in ("Placeholder", "Const"):
            if node["op"] == "Const" and node["name"] not in self._constants:
                raise NotTranslatable(f"constant {node['name']} has no weights")
            return
        handler = self._handlers.get(node["op"])
        if handler is None:
            raise NotTranslatable(f"operator {node['op']} ({node['name']}) is not known")
        inputs = [ref.removesuffix(":0") for ref in node.get("input", []) if ref[0] != "^"]
        handler(node["name"], inputs, node.get("attr", {}))

    def finish(self, inputs: dict[str, list[int]], outputs: dict[str, list[int]]) -> bytes:
        nodes = _reachable(self._nodes, outputs)
        self._scale_by_ratio(nodes, inputs)
        # Nothing in the graph depends on the picture's size any more, so a picture may be as flat
        # as its camera's: (1, 3, height, width) in, (1, cells, channels) out.
        free_in: Shapes = {name: [*shape[:2], "height", "width"] for name, shape in inputs.items()}
        free_out: Shapes = {
            name: [shape[0], f"{name}_cells", shape[2]] for name, shape in outputs.items()
        }
        model = self._model(nodes, free_in, free_out)
        onnx.checker.check_model(model, full_check=True)
        written: bytes = model.SerializeToString(deterministic=True)
        return written

    def _model(
        self,
        nodes: list[onnx.NodeProto],
        inputs: Shapes,
        outputs: Shapes,
    ) -> onnx.ModelProto:
        used = {name for node in nodes for name in node.input}
        kept = {key: value for key, value in self._initializers.items() if key in used}
        graph = helper.make_graph(
            nodes,
            "parvis",
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs.items()],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
            [numpy_helper.from_array(value, key) for key, value in kept.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = 8
        return model

    def _scale_by_ratio(self, nodes: list[onnx.NodeProto], inputs: dict[str, list[int]]) -> None:
        """Resize by a ratio instead of to a size, so that the network takes other pictures."""
        resizes = [node for node in nodes if node.op_type == "Resize"]
        free = [node.input[0] for node in resizes]
        shapes = onnx.shape_inference.infer_shapes(
            self._model(nodes, inputs, dict.fromkeys(free, (None,) * 4))
        )
        known = {
            info.name: [dim.dim_value for dim in info.type.tensor_type.shape.dim]
            for info in (*shapes.graph.value_info, *shapes.graph.output)
        }
        for node in resizes:
            before = np.array(known[node.input[0]][2:], dtype=np.float32)
            if not before.all():
                raise NotTranslatable(f"the size before {node.name} is not known")
            ratio = self._initializers[node.input[3]][2:] / before
            scales = np.array([1, 1, *ratio], dtype=np.float32)
            node.input[2] = self._initializer(f"{node.name}/scales", scales)
            del node.input[3]

    # -- plumbing ---------------------------------------------------------------------------------

    def _emit(self, op: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        real = [self._alias.get(name, name) for name in inputs]
        node = helper.make_node(op, real, outputs, name=outputs[0], **attributes)
        self._nodes.append(node)
        self._makers.update(dict.fromkeys(outputs, node))

    def _constant(self, name: str) -> Array:
        try:
            return self._constants[name]
        except KeyError:
            raise NotTranslatable(f"{name} should be a constant") from None

    def _initializer(self, name: str, value: Array) -> str:
        self._initializers[name] = np.ascontiguousarray(value)
        return name

    def _turn(self, source: str, name: str, order: tuple[int, ...]) -> None:
        """Transpose ``source`` into ``name``, or name the origin again where two turns cancel."""
        source = self._alias.get(source, source)
        maker = self._makers.get(source)
        if maker is not None and maker.op_type == "Transpose":
            first = tuple(maker.attribute[0].ints)
            if tuple(first[axis] for axis in order) == tuple(range(len(order))):
                self._alias[name] = maker.input[0]
                return
        self._emit("Transpose", [source], [name], perm=list(order))

    # -- operators --------------------------------------------------------------------------------

    def _conv(self, name: str, inputs: list[str], attributes: dict[str, Any]) -> None:
        _expect(attributes, "VALID")
        weights = self._constant(inputs[1]).transpose(3, 2, 0, 1)  # HWIO -> OIHW
        kernel = self._initializer(f"{name}/w", weights)
        self._turn(inputs[0], f"{name}/in", _TO_FIRST)
        self._emit(
            "Conv",
            [f"{name}/in", kernel],
            [f"{name}/out"],
            strides=_ints(attributes["strides"])[1:3],
            dilations=_ints(attributes["dilations"])[1:3],
        )
        self._turn(f"{name}/out", name, _TO_LAST)

    def _pool(self, name: str, inputs: list[str], attributes: dict[str, Any]) -> None:
        _expect(attributes, "VALID")
        self._turn(inputs[0], f"{name}/in", _TO_FIRST)
        self._emit(
            "MaxPool",
            [f"{name}/in"],
            [f"{name}/out"],
            kernel_shape=_ints(attributes["ksize"])[1:3],
            strides=_ints(attributes["strides"])[1:3],
        )
        self._turn(f"{name}/out", name, _TO_LAST)

    def _sum(self, name: str, inputs: list[str], _: dict[str, Any]) -> None:
        left, right = inputs
        if left in self._constants and right in self._constants:
            self._constants[name] = self._constants[left] + self._constants[right]
            return
        if right in self._constants:
            if self._became_bias(name, left, right):
                return
            right = self._initializer(right, self._constants[right])
        self._emit("Add", [left, right], [name])

    def _became_bias(self, name: str, left: str, right: str) -> bool:
        """Put a constant per channel, added to a convolution's result, into the convolution."""
        turn = self._makers.get(self._alias.get(left, left))
        conv = self._makers.get(turn.input[0]) if turn and turn.op_type == "Transpose" else None
        bias = self._constants[right]
        if conv is None or conv.op_type != "Conv" or len(conv.input) == 3 or bias.ndim != 1:
            return False
        conv.input.append(self._initializer(right, bias))
        self._alias[name] = left
        return True

    def _pad(self, name: str, inputs: list[str], _: dict[str, Any]) -> None:
        pads = self._constant(inputs[1]).astype(np.int64).T.reshape(-1)
        amounts = self._initializer(f"{name}/pads", pads)
        value = self._constant(inputs[2]) if len(inputs) > 2 else np.float32(0)
        filling = self._initializer(f"{name}/value", np.asarray(value, dtype=np.float32))
        self._emit("Pad", [inputs[0], amounts, filling], [name])

    def _transpose(self, name: str, inputs: list[str], _: dict[str, Any]) -> None:
        self._turn(inputs[0], name, tuple(self._constant(inputs[1]).tolist()))

    def _leaky(self, name: str, inputs: list[str], attributes: dict[str, Any]) -> None:
        self._emit("LeakyRelu", inputs, [name], alpha=float(attributes["alpha"]["f"]))

    def _concat(self, name: str, inputs: list[str], _: dict[str, Any]) -> None:
        self._emit("Concat", inputs[:-1], [name], axis=int(self._constant(inputs[-1])))

    def _resize(self, name: str, inputs: list[str], attributes: dict[str, Any]) -> None:
        if not attributes.get("half_pixel_centers", {}).get("b"):
            raise NotTranslatable(f"{name} does not use half pixel centres")
        self._turn(inputs[0], f"{name}/in", _TO_FIRST)
        height, width = self._constant(inputs[1]).tolist()
        size = self._initializer(f"{name}/size", np.array([1, 1, height, width], dtype=np.int64))
        self._emit(
            "Resize",
            [f"{name}/in", "", "", size],
            [f"{name}/out"],
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )
        self._turn(f"{name}/out", name, _TO_LAST)

    def _split(self, name: str, inputs: list[str], _: dict[str, Any]) -> None:
        lengths = self._constant(inputs[1]).astype(np.int64)
        sizes = self._initializer(f"{name}/lengths", lengths)
        names = [name, *(f"{name}:{index}" for index in range(1, len(lengths)))]
        self._emit("Split", [inputs[0], sizes], names, axis=int(self._constant(inputs[2])))

    def _reshape(self, name: str, inputs: list[str], _: dict[str, Any]) -> None:
        shape = self._initializer(f"{name}/shape", self._constant(inputs[1]).astype(np.int64))
        self._emit("Reshape", [inputs[0], shape], [name])

    def _dense(self, name: str, inputs: list[str], _: dict[str, Any]) -> None:
        places, shape, values, default = (self._constant(ref) for ref in inputs)
        dense = np.full(shape.tolist(), default.reshape(-1)[0] if default.size else 0, np.int64)
        if values.size:
            dense[tuple(places.T)] = values
        self._constants[name] = dense


def _ints(attribute: dict[str, Any]) -> list[int]:
    return [int(number) for number in attribute["list"]["i"]]


def _expect(attributes: dict[str, Any], padding: str) -> None:
    found = base64.b64decode(attributes["padding"]["s"]).decode()
    layout = base64.b64decode(attributes["data_format"]["s"]).decode()
    if (found, layout) != (padding, "NHWC"):
        raise NotTranslatable(f"padding {found} in {layout}; known: {padding} in NHWC")


def _reachable(nodes: list[onnx.NodeProto], outputs: dict[str, list[int]]) -> list[onnx.NodeProto]:
    """The nodes that the outputs need, in their order."""
    needed = set(outputs)
    kept = []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1]
