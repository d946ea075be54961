"""What a camera's ground says of a minute, and of a quarter of an hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parvis.values.series import SeriesKind
from parvis.values.speeds import Passers, SpeedHistogram


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of a minute.

    Args:
        quantity: what it is, a kind on the ground.
        shape: name of the line or zone, ``WHOLE_VIEW`` for all that is seen.
        object_class: label of the class.
        value: the number; None where the minute was seen and held nothing that it could be of, such
            as the speed of nobody.
        variance: its random variance; what a detector misses again and again is not in it.
        n: objects or moments that it rests on.
        weight: what it weighs in a mean over a longer time.
    """

    quantity: SeriesKind
    shape: str
    object_class: str
    value: float | None
    variance: float
    n: float
    weight: float


def nothing_of(quantity: SeriesKind, shape: str, object_class: str) -> Reading:
    """The minute was seen, and held nothing that this could be of."""
    return Reading(quantity, shape, object_class, None, 0.0, 0.0, 0.0)


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
        counterflow_share: of the ways along its main axis, those against; None without any. In
            what a minute adds it is that of the quarter so far, since shares do not add up.
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
    """Flow cells and journeys of a quarter of an hour, or what one minute adds to them.

    Args:
        start_s: start of the quarter, seconds since the epoch, a multiple of 900.
        coverage_s: seconds seen.
        cell_m: side of the cells.
        cells: those where anybody was.
        journeys: how many went from where to where, without zeros.
        calibration: fingerprint of the ground it was measured on; empty when unknown.
    """

    start_s: float
    coverage_s: float
    cell_m: float
    cells: tuple[FlowCell, ...]
    journeys: Mapping[Journey, int] = field(default_factory=dict)
    calibration: str = ""


@dataclass(frozen=True, slots=True)
class GroundMinute:
    """All that the ground observers say of a minute.

    Args:
        start_s: its start, seconds since the epoch, a multiple of 60.
        coverage_s: seconds in which positions on the ground were known. Without any there are no
            readings: no data is never zero.
        readings: one a quantity, shape and class, the same in every minute seen.
        speeds: of those who crossed a line or went through a zone in it.
        quarters: what it adds to its quarter of an hour; none when it adds nothing.
    """

    start_s: float
    coverage_s: float
    readings: tuple[Reading, ...] = ()
    speeds: Mapping[Passers, SpeedHistogram] = field(default_factory=dict)
    quarters: tuple[GroundQuarter, ...] = ()
