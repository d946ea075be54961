"""OpenVINO on the CPU: one network, one thread a request, requests in parallel."""

import itertools
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from parvis.vision.engines import thread_cost
from parvis.vision.engines.engine import EngineError, Turnstile
from parvis.vision.engines.quiet_openvino import ov
from parvis.vision.models.definition import ModelDefinition

Precision = Literal["f32", "native"]
Shape = tuple[int, int]
"""Height and width of a picture."""

_numbers = itertools.count()


class OpenVinoEngine:
    """Runs one network for all cameras of a process.

    As many requests as ``threads`` run at once, each on one thread: parallel across cameras beats
    threads within one inference. Arithmetic is f32 unless told otherwise, so that the same file
    gives the same numbers on processors with and without bf16; int8 networks lose nothing by it,
    NanoDet takes about half as long again (docs/performance.md).

    A network that takes pictures of several sizes is compiled once for each that occurs.

    Args:
        model: its definition; preprocessing is folded into the network.
        path: the .xml or .onnx file.
        threads: inferences at once, >= 1.
        precision: ``f32``, or ``native`` for the fastest the processor offers.

    Raises:
        EngineError: the file is not a network that OpenVINO can run.
    """

    def __init__(
        self, model: ModelDefinition, path: Path, threads: int = 1, precision: Precision = "f32"
    ) -> None:
        self._model = model
        self._path = path
        self._settings: dict[str, Any] = {
            "NUM_STREAMS": str(threads),
            "INFERENCE_NUM_THREADS": str(threads),
            # Several workers share a machine; pinned, they would all sit on the first cores.
            "ENABLE_CPU_PINNING": "NO",
        }
        if precision == "f32":
            self._settings["INFERENCE_PRECISION_HINT"] = "f32"
        self._core = ov.Core()
        self._thread_name = f"infer-{next(_numbers)}"
        self._compiling = threading.Lock()
        self._compiled: dict[Shape, Any] = {}
        self._slots: Turnstile[dict[Shape, Any]] = Turnstile([{} for _ in range(threads)])
        if model.input.multiple is None:
            self._compiled_for((model.input.height, model.input.width))
        else:
            self._read((model.input.height, model.input.width))

    @property
    def name(self) -> str:
        """Library and version."""
        return f"OpenVINO {ov.__version__.split('-')[0]}"

    def run(self, picture: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[np.generic]]:
        """Run the network on one BGR picture of an input size; see ``Engine``."""
        shape: Shape = (picture.shape[0], picture.shape[1])
        batch = np.ascontiguousarray(picture)[None]
        with self._slots.lend() as slot:
            if shape not in slot:
                slot[shape] = self._compiled_for(shape).create_infer_request()
            request = slot[shape]
            request.set_input_tensor(ov.Tensor(batch, shared_memory=True))
            request.start_async()
            request.wait()
            return {
                _port_name(port, index): request.get_output_tensor(index).data.copy()
                for index, port in enumerate(request.model_outputs)
            }

    def own_cpu_s(self) -> float:
        """CPU seconds of OpenVINO's threads, which run the requests."""
        return thread_cost.cpu_s(self._thread_name)

    def _compiled_for(self, shape: Shape) -> Any:
        with self._compiling:
            if shape not in self._compiled:
                network = self._read(shape)
                try:
                    with thread_cost.naming_new_threads(self._thread_name):
                        compiled = self._core.compile_model(network, "CPU", self._settings)
                        _warm_up(compiled, int(self._settings["NUM_STREAMS"]), shape)
                except RuntimeError as error:
                    raise self._fault(error) from error
                self._compiled[shape] = compiled
            return self._compiled[shape]

    def _read(self, shape: Shape) -> Any:
        try:
            network = self._core.read_model(self._path)
            if self._model.input.multiple is not None:
                network.reshape([1, 3, *shape])
            return _with_preprocessing(network, self._model)
        except RuntimeError as error:
            raise self._fault(error) from error

    def _fault(self, error: RuntimeError) -> EngineError:
        lines = str(error).strip().splitlines()
        return EngineError(
            f"model {self._model.name}: OpenVINO cannot run {self._path}: {' '.join(lines[-2:])}"
        )


def _with_preprocessing(network: Any, model: ModelDefinition) -> Any:
    """The network with bytes in: conversion, colours and normalisation run inside it."""
    steps = ov.preprocess.PrePostProcessor(network)
    entrance = steps.input()
    entrance.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    entrance.tensor().set_color_format(ov.preprocess.ColorFormat.BGR)
    entrance.model().set_layout(ov.Layout("NCHW"))
    chain = entrance.preprocess().convert_element_type(ov.Type.f32)
    if model.input.colour == "rgb":
        chain.convert_color(ov.preprocess.ColorFormat.RGB)
    if any(model.input.mean):
        chain.mean(list(model.input.mean))
    if set(model.input.std) != {1.0}:
        chain.scale(list(model.input.std))
    return steps.build()


def _warm_up(compiled: Any, requests: int, shape: Shape) -> None:
    """Run as many requests as there are streams, together: all threads start, caches fill."""
    grey = np.full((1, *shape, 3), 114, dtype=np.uint8)
    started = [compiled.create_infer_request() for _ in range(requests)]
    for request in started:
        request.start_async({0: grey})
    for request in started:
        request.wait()


def _port_name(port: Any, index: int) -> str:
    return port.get_any_name() if port.get_names() else f"output{index}"
