"""A camera's configuration → the observers that count on it."""

from collections.abc import Callable

from parvis.measures.minutes import CheckedErrors, NothingChecked
from parvis.measures.observe import CameraObservers, Witness, counted_classes
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.vision.models.definition import ModelDefinition

MakeObservers = Callable[[FrameSize], CameraObservers]


def classes_of(camera: Camera, model: ModelDefinition) -> tuple[ObjectClass, ...]:
    """The classes that a camera counts: those it wants and its model tells apart."""
    wanted = [ObjectClass.from_label(label) for label in camera.classes]
    return counted_classes(wanted, [ObjectClass.from_label(x) for x in model.classes.values()])


def observers_for(
    name: str,
    camera: Camera,
    run: str,
    classes: tuple[ObjectClass, ...],
    *,
    checked: CheckedErrors = NothingChecked(),  # noqa: B008 - it holds nothing
    witness: Witness | None = None,
) -> MakeObservers:
    """A maker of observers, to be called once the size of the frames is known."""
    return lambda size: CameraObservers(
        name, camera, size, run=run, classes=classes, checked=checked, witness=witness
    )
