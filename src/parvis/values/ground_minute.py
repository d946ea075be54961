"""What a camera's ground says of a minute, and of a quarter of an hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from parvis.values.series import Aggregation
from parvis.values.speeds import Passers, SpeedHistogram


class Quantity(StrEnum):
    """What a reading is; its unit ends its name (p: people, or objects of the class)."""

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
        """How minutes roll up: counts add, maxima take the largest, the rest weighs by ``weight``.

        Density and flow weigh by seconds seen, speed by person-seconds: over any time they are
        Edie's values of that time, flow = density x speed.
        """
        if "_max_" in self.value:
            return Aggregation.MAX
        if self.value.endswith(("_arrivals_p", "_departures_p")):
            return Aggregation.SUM
        return Aggregation.MEAN


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of a minute.

    Args:
        quantity: what it is.
        shape: name of the line or zone, empty for the whole view.
        object_class: label of the class.
        value: the number.
        variance: its random variance; what a detector misses again and again is not in it.
        n: objects or moments that it rests on.
        weight: what it weighs in a mean over a longer time.
    """

    quantity: Quantity
    shape: str
    object_class: str
    value: float
    variance: float
    n: float
    weight: float


@dataclass(frozen=True, slots=True, order=True)
class Journey:
    """From where to where objects of a class went.

    Args:
        origin: name of the gate it was first in; empty when it never was in one.
        destination: name of the gate it was last in; empty likewise. The same as the origin when
            it was in no other.
        object_class: label of the class.
    """

    origin: str
    destination: str
    object_class: str


@dataclass(frozen=True, slots=True)
class FlowCell:
    """What went on in one square of the ground.

    Args:
        x_m, y_m: its middle.
        presence_s: person-seconds.
        east_mps, north_mps: mean velocity of who was there.
        counterflow_share: of the ways along its main axis, those against; None without any.
        stops: how often somebody stopped.
    """

    x_m: float
    y_m: float
    presence_s: float
    east_mps: float
    north_mps: float
    counterflow_share: float | None
    stops: int


@dataclass(frozen=True, slots=True)
class GroundQuarter:
    """Flow cells and journeys of a quarter of an hour.

    Args:
        start_s: its start, seconds since the epoch, a multiple of 900.
        coverage_s: seconds seen.
        cell_m: side of the cells.
        cells: those where anybody was.
        journeys: how many went from where to where, without zeros.
    """

    start_s: float
    coverage_s: float
    cell_m: float
    cells: tuple[FlowCell, ...]
    journeys: Mapping[Journey, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroundMinute:
    """All that the ground observers say of a minute.

    Args:
        start_s: its start, seconds since the epoch, a multiple of 60.
        coverage_s: seconds in which positions on the ground were known. Without any there are no
            readings: no data is never zero.
        readings: one a quantity, shape and class.
        speeds: of those who crossed a line or went through a zone in it.
        quarters: quarters of an hour that ended with it.
    """

    start_s: float
    coverage_s: float
    readings: tuple[Reading, ...] = ()
    speeds: Mapping[Passers, SpeedHistogram] = field(default_factory=dict)
    quarters: tuple[GroundQuarter, ...] = ()
