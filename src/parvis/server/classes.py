"""Object classes as a page groups them: people, bikes, vehicles."""

from dataclasses import dataclass

from parvis.server.i18n import Words
from parvis.server.problems import T


@dataclass(frozen=True, slots=True)
class Group:
    """A group of classes with its own colour, stroke and mark.

    Args:
        key: ``person``, ``bike`` or ``vehicle``; names the style.
        label: what it is called.
        classes: class labels it holds.
    """

    key: str
    label: T
    classes: tuple[str, ...]


GROUPS = (
    Group("person", T("People"), ("person",)),
    Group("bike", T("Bikes"), ("bicycle",)),
    Group("vehicle", T("Vehicles"), ("car", "bus", "truck", "motorcycle", "vehicle")),
)

CLASS_WORDS = {
    "person": T("Person"),
    "bicycle": T("Bicycle"),
    "car": T("Car"),
    "bus": T("Bus"),
    "truck": T("Truck"),
    "motorcycle": T("Motorcycle"),
    "vehicle": T("Vehicle"),
}


def group_of(label: str) -> str:
    """The key of the group that holds this class; unknown classes are vehicles."""
    return next((group.key for group in GROUPS if label in group.classes), "vehicle")


def class_word(label: str, words: Words) -> str:
    """A class in the reader's language."""
    return words._(CLASS_WORDS[label].text) if label in CLASS_WORDS else label
