"""Events that observers derive from tracks."""

from dataclasses import dataclass

from parvis.values.classes import ObjectClass


@dataclass(frozen=True, slots=True)
class Crossing:
    """An object's anchor point passed a counting line.

    Args:
        time_s: interpolated moment of the passage, seconds since the epoch.
        line: name of the line in site.yaml.
        direction: 0 from the left to the right of the line walked first to last point, 1 back.
        object_class: class by vote at the moment of counting.
        x_px, y_px: interpolated place, pixels of the frame.
    """

    time_s: float
    line: str
    direction: int
    object_class: ObjectClass
    x_px: float
    y_px: float


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay of one object in a zone: entered, left, and so its dwell time."""

    zone: str
    object_class: ObjectClass
    entered_s: float
    left_s: float

    @property
    def dwell_s(self) -> float:
        """Seconds between entry and exit."""
        return self.left_s - self.entered_s
