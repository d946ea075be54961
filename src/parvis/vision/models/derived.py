"""Files that Parvis makes from a model's published ones."""

import os
import tempfile
from pathlib import Path

from parvis.vision.models import catalogue
from parvis.vision.models.definition import BadDefinition, ModelDefinition
from parvis.vision.models.places import Places

_ENDINGS = {"openvino-ir": ".xml", "onnx": ".onnx"}


def network_file(model: ModelDefinition, folder: Path, places: Places) -> Path:
    """The file that an engine opens; for a TensorFlow.js model its translation to ONNX.

    The translation takes a second and is kept in the cache under a name that holds the hash of
    the published weights and the translator's version.

    Raises:
        BadDefinition: the definition names no file of its format.
        ModelRefused: a brought network that says of itself what may not be.
    """
    if model.format == "tfjs":
        return _translated(model, folder, places)
    for file in model.files:
        if file.name.endswith(_ENDINGS[model.format]):
            return _checked(model, folder / file.name)
    raise BadDefinition(f"model {model.name}: no {_ENDINGS[model.format]} file among its files")


def _checked(model: ModelDefinition, network: Path) -> Path:
    if model.format == "onnx" and model.name not in catalogue.packaged():
        from parvis.vision.models import brought  # noqa: PLC0415 - onnx is heavy

        brought.check_metadata(model, network)
    return network


def _translated(model: ModelDefinition, folder: Path, places: Places) -> Path:
    from parvis.vision.models import tfjs  # noqa: PLC0415 - onnx is heavy, and rarely needed

    mark = "-".join(file.digest[1][:8] for file in model.files)
    target = places.kept(model.name) / f"{model.name}-{mark}-v{tfjs.VERSION}.onnx"
    if not target.exists():
        graph = next(folder / file.name for file in model.files if file.name.endswith(".json"))
        network = tfjs.translate(graph)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".onnx-", dir=target.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(network)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(target)
    return target
