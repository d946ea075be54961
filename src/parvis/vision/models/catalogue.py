"""The models that Parvis knows: the packaged definitions, and those a town brings itself."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from parvis.vision.models import definition
from parvis.vision.models.definition import ModelDefinition
from parvis.vision.models.places import Places

PREFERRED = ("person-vehicle-bike-detection-2004", "nanodet-g")
"""What ``model: auto`` tries, best first."""


class UnknownModel(KeyError):  # noqa: N818
    """No definition of that name; the message lists the known ones."""

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def packaged() -> dict[str, ModelDefinition]:
    """Definitions that come with Parvis, by name."""
    folder = files(__package__) / "data"
    found = [
        definition.parse(entry.read_text(encoding="utf-8"), entry.name)
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {model.name: model for model in sorted(found, key=lambda model: model.name)}


def brought(places: Places) -> dict[str, Path]:
    """Definition files that lie in the model folders of an installation, by model name.

    A town brings its own ONNX as ``models/NAME/NAME.toml`` beside ``models/NAME/NAME.onnx``.
    """
    return {
        path.stem: path
        for root in reversed(places.model_roots)
        for path in sorted(root.glob("*/*.toml"))
        if path.stem == path.parent.name and path.stem not in packaged()
    }


def find(name: str, places: Places) -> ModelDefinition:
    """The definition of that name.

    Raises:
        UnknownModel: neither packaged nor brought.
        ModelRefused, BadDefinition: a brought definition that is not acceptable.
    """
    if name in packaged():
        return packaged()[name]
    own = brought(places)
    if name in own:
        return definition.read(own[name])
    known = ", ".join([*packaged(), *own])
    raise UnknownModel(f"no model named {name!r}; known: {known}, or auto")
