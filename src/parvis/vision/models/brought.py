"""What a network brought by a town says about itself, compared with its definition."""

import ast
import json
from pathlib import Path

import onnx

from parvis.vision.models.allowed import ModelRefused, check_classes
from parvis.vision.models.definition import ModelDefinition

_LICENCE_KEYS = ("license", "licence")
_CLASS_KEYS = ("names", "classes", "labels", "class_names")


def check_metadata(model: ModelDefinition, network: Path) -> None:
    """Refuse an ONNX file whose own notes contradict what its definition declares.

    Exporters write the licence and the class names into the file. A definition that declares
    better ones than the file itself is a mistake or worse.

    Raises:
        ModelRefused: a copyleft licence, or classes that are never processed, in the notes.
    """
    notes = {
        entry.key.lower(): entry.value
        for entry in onnx.load(network, load_external_data=False).metadata_props
    }
    for key in _LICENCE_KEYS:
        if "GPL" in notes.get(key, "").upper():
            raise ModelRefused(
                f"model {model.name}: the file says of itself {notes[key]!r}, "
                f"its definition {model.licence!r}; copyleft weights are refused"
            )
    for key in _CLASS_KEYS:
        check_classes(model.name, _names(notes.get(key, "")))


def _names(note: str) -> tuple[str, ...]:
    """Class names written as JSON or as a Python literal; none if it is neither."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(note)
        except (ValueError, SyntaxError):
            continue
        if isinstance(found, dict):
            found = list(found.values())
        if isinstance(found, list | tuple) and all(isinstance(name, str) for name in found):
            return tuple(found)
    return ()
