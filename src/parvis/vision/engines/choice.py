"""Which engine runs a model here."""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from parvis.vision.engines.engine import Engine, EngineError
from parvis.vision.models.definition import ModelDefinition

EngineName = Literal["auto", "openvino", "onnx"]

# Engines are imported when used: each takes a second and tens of megabytes.


def open_engine(
    model: ModelDefinition, network: Path, threads: int = 1, engine: EngineName = "auto"
) -> Engine:
    """Load a network.

    ``auto`` takes OpenVINO where it is installed, else ONNX Runtime.

    Raises:
        EngineError: the engine is not installed, or cannot run this network.
    """
    if engine == "auto":
        engine = "openvino" if find_spec("openvino") else "onnx"
    if engine == "openvino":
        from parvis.vision.engines.openvino_engine import OpenVinoEngine  # noqa: PLC0415

        return OpenVinoEngine(model, network, threads)
    if find_spec("onnxruntime") is None:
        raise EngineError("ONNX Runtime is not installed: pip install 'parvis[onnx]'")
    if network.suffix != ".onnx":
        raise EngineError(f"model {model.name} is not ONNX: it needs OpenVINO")
    from parvis.vision.engines.onnx_engine import OnnxEngine  # noqa: PLC0415

    return OnnxEngine(model, network, threads)
