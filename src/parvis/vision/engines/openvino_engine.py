"""OpenVINO on the CPU: one compiled network, one thread a request, requests in parallel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.vision.engines import thread_cost
from parvis.vision.engines.engine import EngineError, Turnstile
from parvis.vision.engines.quiet_openvino import ov
from parvis.vision.models.definition import ModelDefinition


class OpenVinoEngine:
    """Runs one network for all cameras of a process.

    As many requests as ``threads`` run at once, each on one thread: parallel across cameras beats
    threads within one inference. Arithmetic is f32 unless told otherwise, so that the same file
    gives the same numbers on processors with and without bf16; int8 networks lose nothing by it,
    NanoDet takes about half as long again (docs/performance.md).

    Args:
        model: its definition; preprocessing is folded into the network.
        path: the .xml or .onnx file.
        threads: inferences at once, >= 1.
        precision: ``f32``, or ``native`` for the fastest the processor offers.

    Raises:
        EngineError: the file is not a network that OpenVINO can run.
    """

    def __init__(
        self, model: ModelDefinition, path: Path, threads: int = 1, precision: str = "f32"
    ) -> None:
        before = thread_cost.living_threads()
        settings: dict[str, Any] = {
            "NUM_STREAMS": str(threads),
            "INFERENCE_NUM_THREADS": str(threads),
            # Several workers share a machine; pinned, they would all sit on the first cores.
            "ENABLE_CPU_PINNING": "NO",
        }
        if precision == "f32":
            settings["INFERENCE_PRECISION_HINT"] = "f32"
        try:
            core = ov.Core()
            network = _with_preprocessing(core.read_model(path), model)
            compiled = core.compile_model(network, "CPU", settings)
            self._names = [
                (port.get_any_name() if port.get_names() else f"output{index}")
                for index, port in enumerate(compiled.outputs)
            ]
            requests = [compiled.create_infer_request() for _ in range(threads)]
            _warm_up(requests, model)
        except RuntimeError as error:
            raise EngineError(f"model {model.name}: OpenVINO cannot run {path}: {error}") from error
        self._requests = Turnstile(requests)
        self._threads = thread_cost.living_threads() - before

    @property
    def name(self) -> str:
        """Library and version."""
        return f"OpenVINO {ov.__version__.split('-')[0]}"

    def run(self, picture: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[np.generic]]:
        """Run the network on one BGR picture of the input size; see ``Engine``."""
        batch = np.ascontiguousarray(picture)[None]
        with self._requests.lend() as request:
            request.set_input_tensor(ov.Tensor(batch, shared_memory=True))
            request.start_async()
            request.wait()
            return {
                name: request.get_output_tensor(index).data.copy()
                for index, name in enumerate(self._names)
            }

    def own_cpu_s(self) -> float:
        """CPU seconds of OpenVINO's threads, which run the requests."""
        return thread_cost.cpu_s(self._threads)


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


def _warm_up(requests: list[Any], model: ModelDefinition) -> None:
    """Run every request once, together, so that all threads exist and the first frame is fast."""
    grey = np.full((1, model.input.height, model.input.width, 3), 114, dtype=np.uint8)
    for request in requests:
        request.start_async({0: grey})
    for request in requests:
        request.wait()
