"""ONNX Runtime: the second engine, for machines without OpenVINO and for GPUs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from parvis.vision.engines.engine import EngineError, Turnstile
from parvis.vision.models.definition import ModelDefinition

_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


class OnnxEngine:
    """Runs one ONNX network for all cameras of a process.

    On the CPU each inference runs in its caller's thread, ``threads`` of them at once; on a GPU
    the callers take turns in the same order.

    Args:
        model: its definition.
        path: the .onnx file.
        threads: inferences at once, >= 1.

    Raises:
        EngineError: the file is not a network that ONNX Runtime can run.
    """

    def __init__(self, model: ModelDefinition, path: Path, threads: int = 1) -> None:
        ort.disable_telemetry_events()
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        usable = [name for name in _PROVIDERS if name in ort.get_available_providers()]
        try:
            session = ort.InferenceSession(path, options, providers=usable)
        except Exception as error:  # its errors have no common base below Exception
            raise EngineError(
                f"model {model.name}: ONNX Runtime cannot run {path}: {error}"
            ) from error
        self._session: Any = session
        self._input = session.get_inputs()[0].name
        self._outputs = [port.name for port in session.get_outputs()]
        self._colour = slice(None, None, -1 if model.input.colour == "rgb" else 1)
        self._mean = np.array(model.input.mean, dtype=np.float32)[:, None, None]
        self._scale = 1 / np.array(model.input.std, dtype=np.float32)[:, None, None]
        self._turns = Turnstile(range(threads))

    @property
    def name(self) -> str:
        """Library, version and device."""
        device = self._session.get_providers()[0].removesuffix("ExecutionProvider")
        return f"ONNX Runtime {ort.__version__} ({device})"

    def run(self, picture: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[np.generic]]:
        """Run the network on one BGR picture of an input size; see ``Engine``."""
        planes = picture.transpose(2, 0, 1)[self._colour].astype(np.float32)
        planes -= self._mean
        planes *= self._scale
        with self._turns.lend():
            answers = self._session.run(self._outputs, {self._input: planes[None]})
        return dict(zip(self._outputs, answers, strict=True))

    def own_cpu_s(self) -> float:
        """0: inferences run in their callers' threads."""
        return 0.0
