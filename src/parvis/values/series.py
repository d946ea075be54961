"""What a measure is of."""

from dataclasses import dataclass
from enum import StrEnum


class Aggregation(StrEnum):
    """How measures of one series combine over a longer stretch of time."""

    SUM = "sum"
    MEAN = "mean"
    MAX = "max"


class SeriesKind(StrEnum):
    """The kind of number a series holds.

    Those measured in the picture come first; those that need positions on the ground bear their
    unit in their name (p: people, or objects of the class).
    """

    CROSSINGS = "crossings"
    ENTRIES = "entries"
    EXITS = "exits"
    OCCUPANCY = "occupancy"
    OCCUPANCY_MAX = "occupancy_max"
    DWELL = "dwell"

    DENSITY = "density_pm2"
    FLOW = "flow_pms"
    SPEED = "speed_mps"
    SPEED_RATIO = "speed_ratio"
    DENSITY_VORONOI = "density_voronoi_pm2"
    DENSITY_VORONOI_MAX = "density_voronoi_max_pm2"
    DENSITY_LOCAL_MAX = "density_local_max_pm2"
    PRESSURE_MAX = "pressure_max_per_s2"
    COUNTERFLOW = "counterflow_share"
    ENTROPY = "direction_entropy_share"
    QUEUE_LENGTH = "queue_length_p"
    QUEUE_LENGTH_MAX = "queue_length_max_p"
    QUEUE_ARRIVALS = "queue_arrivals_p"
    QUEUE_DEPARTURES = "queue_departures_p"
    QUEUE_WAIT = "queue_wait_s"
    QUEUE_WAIT_LITTLE = "queue_wait_little_s"
    PARKING_TAKEN = "parking_taken_p"
    PARKING_ARRIVALS = "parking_arrivals_p"
    PARKING_DEPARTURES = "parking_departures_p"
    GATHERED_MAX = "gathered_max_p"
    GROUP_SIZE = "group_size_p"

    @property
    def aggregation(self) -> Aggregation:
        """How minutes of this kind roll up: counts add, maxima take the largest, levels average.

        Means weigh by the measure's ``weight``. Density and flow weigh by seconds seen, speed by
        person-seconds: over any time they are Edie's values of that time, flow = density x speed.
        """
        if self in _SUMS:
            return Aggregation.SUM
        return Aggregation.MAX if self in _PEAKS else Aggregation.MEAN

    @property
    def on_ground(self) -> bool:
        """Whether it needs positions in metres."""
        return self not in IN_PICTURE

    @property
    def unit(self) -> str:
        """The unit printed beside a value; empty for objects and shares."""
        ends = (("_pm2", "p/m²"), ("_pms", "p/m/s"), ("_mps", "m/s"), ("_per_s2", "s⁻²"))
        if self is SeriesKind.DWELL or self.value.endswith("_s"):
            return "s"
        return next((unit for end, unit in ends if self.value.endswith(end)), "")


IN_PICTURE = (
    SeriesKind.CROSSINGS,
    SeriesKind.ENTRIES,
    SeriesKind.EXITS,
    SeriesKind.OCCUPANCY,
    SeriesKind.OCCUPANCY_MAX,
    SeriesKind.DWELL,
)
"""Kinds that every camera measures, calibrated or not."""

WHOLE_VIEW = "*"
"""The shape of what is measured over all that a camera sees of the ground."""

PLACE = "place:"
"""Before the name of a place, in the place of a camera's: what its cameras saw together."""

_SUMS = frozenset(
    {SeriesKind.CROSSINGS, SeriesKind.ENTRIES, SeriesKind.EXITS}
    | {kind for kind in SeriesKind if kind.value.endswith(("_arrivals_p", "_departures_p"))}
)
_PEAKS = frozenset(
    {SeriesKind.OCCUPANCY_MAX} | {kind for kind in SeriesKind if "_max_" in kind.value}
)


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
    def of_place(self) -> bool:
        """Whether it is summed over the cameras of a place."""
        return self.camera.startswith(PLACE)

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
