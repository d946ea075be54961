"""What a measure is of."""

from dataclasses import dataclass
from enum import StrEnum


class Aggregation(StrEnum):
    """How measures of one series combine over a longer stretch of time."""

    SUM = "sum"
    MEAN = "mean"
    MAX = "max"


class SeriesKind(StrEnum):
    """The kind of number a series holds."""

    CROSSINGS = "crossings"
    ENTRIES = "entries"
    EXITS = "exits"
    OCCUPANCY = "occupancy"
    OCCUPANCY_MAX = "occupancy_max"
    DWELL = "dwell"

    @property
    def aggregation(self) -> Aggregation:
        """How minutes of this kind roll up: counts add, occupancy and dwell average, peaks max."""
        match self:
            case SeriesKind.CROSSINGS | SeriesKind.ENTRIES | SeriesKind.EXITS:
                return Aggregation.SUM
            case SeriesKind.OCCUPANCY | SeriesKind.DWELL:
                return Aggregation.MEAN
            case SeriesKind.OCCUPANCY_MAX:
                return Aggregation.MAX

    @property
    def unit(self) -> str:
        """The unit printed beside a value: ``s`` for dwell, otherwise objects (empty)."""
        return "s" if self is SeriesKind.DWELL else ""


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """The identity of a series of measures.

    Args:
        camera: the camera's name in site.yaml.
        kind: the kind of number.
        shape: name of the line or zone it is measured on.
        object_class: class label, for example ``person``.
        direction: 0 or 1 for crossings (first or second direction of the line), None elsewhere.

    Raises:
        ValueError: crossings without a direction, or another kind with one.
    """

    camera: str
    kind: SeriesKind
    shape: str
    object_class: str
    direction: int | None = None

    def __post_init__(self) -> None:
        if (self.kind is SeriesKind.CROSSINGS) != (self.direction in (0, 1)):
            raise ValueError(f"direction {self.direction!r} does not fit kind {self.kind.value}")

    @property
    def key(self) -> str:
        """Stable text form, used in the spool and in URLs: ``quai.crossings.pont.person.0``."""
        parts = [self.camera, self.kind.value, self.shape, self.object_class]
        if self.direction is not None:
            parts.append(str(self.direction))
        return ".".join(parts)

    @classmethod
    def from_key(cls, key: str) -> "Series":
        """Inverse of :attr:`key`.

        Raises:
            ValueError: not a series key.
        """
        parts = key.split(".")
        if len(parts) not in (4, 5):
            raise ValueError(f"{key!r} is not a series key (camera.kind.shape.class[.direction])")
        direction = int(parts[4]) if len(parts) == 5 else None
        return cls(parts[0], SeriesKind(parts[1]), parts[2], parts[3], direction)
