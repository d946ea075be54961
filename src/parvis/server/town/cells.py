"""What went on square by square of the ground: presence, speed, counterflow, stops, differences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from parvis.policy.terms import Decision, OutputKind
from parvis.server.services import HubServices
from parvis.server.town.frame import Spot, camera_ground, frame_of
from parvis.server.ways_out import WaysOut
from parvis.values.ground_minute import FlowCell, GroundQuarter

Floats = npt.NDArray[np.float64]

QUARTER_S = 900.0
LEAST_SEEN = 0.5
"""Share of a quarter that must be seen for it to count in a comparison."""

Square = tuple[float, float, float]
"""Middle x, middle y, side: metres on the camera's ground."""


class Layer(StrEnum):
    """What the squares show."""

    PRESENCE = "presence"
    SPEED = "speed"
    COUNTERFLOW = "counterflow"
    STOPS = "stops"

    @property
    def unit(self) -> str:
        """Of its values."""
        return {"presence": "p/m²", "speed": "m/s", "counterflow": "", "stops": "/h"}[self.value]


@dataclass(frozen=True, slots=True)
class Cell:
    """One square.

    Args:
        camera: whose ground it lies on.
        corners: in the map's coordinates.
        value: in the layer's unit; of a comparison, how much more the first range has.
        low, high: 90 % interval of a comparison; None where two quarters of each are not seen.
    """

    camera: str
    corners: tuple[Spot, ...]
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def sure(self) -> bool:
        """True when the interval of a comparison leaves 0 out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Squares:
    """A layer over a range.

    Args:
        cells: those where something was, of every camera.
        seen_s: seconds seen by the camera that saw most.
        cameras: those that have a ground and wrote anything; empty: nothing was ever measured.
        withheld: the gate's answer, where cells do not leave.
    """

    cells: tuple[Cell, ...]
    seen_s: float
    cameras: tuple[str, ...]
    withheld: Decision | None = None


def squares(hub: HubServices, ways: WaysOut, start_s: float, end_s: float, layer: Layer) -> Squares:
    """A layer over a range; blocking."""
    found: list[Cell] = []
    cameras: list[str] = []
    seen_s = 0.0
    decision = _withheld(ways)
    for name in hub.site.loaded().site.cameras if decision is None else ():
        quarters = _quarters(hub, ways, name, start_s, end_s)
        if not quarters:
            continue
        cameras.append(name)
        camera_s = sum(one.coverage_s for one in quarters)
        seen_s = max(seen_s, camera_s)
        values = {
            square: value
            for square, cells in _by_square(quarters).items()
            if (value := _value(layer, cells, square[2], camera_s)) is not None
        }
        found += [
            Cell(name, corners, value)
            for (corners, value) in zip(
                _corners(hub, name, list(values)), values.values(), strict=False
            )
        ]
    return Squares(tuple(found), seen_s, tuple(cameras), decision)


def compared(
    hub: HubServices, ways: WaysOut, one: tuple[float, float], other: tuple[float, float]
) -> Squares:
    """How many more people a square metre there were in ``one`` than in ``other``; blocking.

    Means over quarters of an hour seen by half or more; the interval is Welch's (B. L. Welch, The
    generalization of Student's problem, Biometrika 34, 1947), the quarters taken for independent.
    """
    found: list[Cell] = []
    cameras: list[str] = []
    seen_s = 0.0
    decision = _withheld(ways)
    for name in hub.site.loaded().site.cameras if decision is None else ():
        first, second = (
            [q for q in _quarters(hub, ways, name, *part) if q.coverage_s >= LEAST_SEEN * QUARTER_S]
            for part in (one, other)
        )
        if not (first and second):
            continue
        cameras.append(name)
        seen_s = max(seen_s, sum(quarter.coverage_s for quarter in first))
        a, b = _densities(first), _densities(second)
        squares_ = sorted(set(a) | set(b))
        none_a, none_b = np.zeros(len(first)), np.zeros(len(second))
        for square, corners in zip(squares_, _corners(hub, name, squares_), strict=False):
            value, low, high = welch(a.get(square, none_a), b.get(square, none_b))
            found.append(Cell(name, corners, value, low, high))
    return Squares(tuple(found), seen_s, tuple(cameras), decision)


def welch(first: Floats, second: Floats) -> tuple[float, float | None, float | None]:
    """Difference of two means and its 90 % interval; without bounds from fewer than two values."""
    value = float(first.mean() - second.mean())
    if min(len(first), len(second)) < 2:
        return value, None, None
    parts = [float(side.var(ddof=1)) / len(side) for side in (first, second)]
    variance = sum(parts)
    if variance == 0:
        return value, value, value
    freedom = variance**2 / sum(
        part**2 / (len(side) - 1) for part, side in zip(parts, (first, second), strict=True)
    )
    half = float(stdtrit(freedom, 0.95)) * variance**0.5
    return value, value - half, value + half


def _withheld(ways: WaysOut) -> Decision | None:
    """Squares do not tell of how many people they are: who sees no small cell sees none of them."""
    least = 0.0 if ways.hides_small_cells else None
    decision = ways.decide(OutputKind.MEASURES, newest_s=0.0, bin_s=QUARTER_S, cell=least)
    return None if decision.allowed else decision


def _quarters(
    hub: HubServices, ways: WaysOut, camera: str, start_s: float, end_s: float
) -> list[GroundQuarter]:
    """What a camera wrote of a range, as far as it may leave."""
    if hub.ground is None or camera_ground(hub, camera) is None:
        return []
    return [
        quarter
        for quarter in hub.ground.quarters(camera, start_s, end_s)
        if quarter.coverage_s > 0
        and ways.decide(
            OutputKind.MEASURES, camera, newest_s=quarter.start_s + QUARTER_S, bin_s=QUARTER_S
        ).allowed
    ]


def _by_square(quarters: Iterable[GroundQuarter]) -> dict[Square, list[FlowCell]]:
    found: dict[Square, list[FlowCell]] = {}
    for quarter in quarters:
        for cell in quarter.cells:
            found.setdefault((cell.x_m, cell.y_m, quarter.cell_m), []).append(cell)
    return found


def _densities(quarters: Sequence[GroundQuarter]) -> dict[Square, Floats]:
    """People a square metre in each quarter, by square; nobody where a seen quarter has no cell."""
    found: dict[Square, Floats] = {}
    for i, quarter in enumerate(quarters):
        for cell in quarter.cells:
            square = (cell.x_m, cell.y_m, quarter.cell_m)
            row = found.setdefault(square, np.zeros(len(quarters)))
            row[i] = cell.presence_s / quarter.coverage_s / quarter.cell_m**2
    return found


def _value(layer: Layer, cells: Sequence[FlowCell], side_m: float, seen_s: float) -> float | None:
    presence_s = sum(cell.presence_s for cell in cells)
    match layer:
        case Layer.PRESENCE:
            return presence_s / seen_s / side_m**2
        case Layer.STOPS:
            return sum(cell.stops for cell in cells) / seen_s * 3600
        case Layer.SPEED if presence_s > 0:
            east, north = (
                sum(getattr(cell, way) * cell.presence_s for cell in cells) / presence_s
                for way in ("east_mps", "north_mps")
            )
            return float(np.hypot(east, north))
        case Layer.COUNTERFLOW:
            known = [
                (cell.counterflow_share, cell.presence_s)
                for cell in cells
                if cell.counterflow_share is not None
            ]
            weight = sum(seconds for _, seconds in known)
            return sum(share * seconds for share, seconds in known) / weight if weight else None
    return None


def _corners(hub: HubServices, camera: str, wanted: list[Square]) -> list[tuple[Spot, ...]]:
    """The four corners of each square in the map's coordinates; none where the map has no place."""
    site = hub.site.loaded().site
    ground, declared = camera_ground(hub, camera), site.cameras[camera].ground
    if ground is None or declared is None or not wanted:
        return []
    half = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) / 2
    at = np.array(wanted)
    metres = at[:, None, :2] + half * at[:, None, 2:]
    spots = frame_of(site).of_ground(metres.reshape(-1, 2), declared, ground.plane)
    if spots is None:
        return []
    return [
        tuple((float(x), float(y)) for x, y in four) for four in spots.reshape(-1, 4, 2).tolist()
    ]
