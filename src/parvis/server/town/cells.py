"""What went on square by square of the ground: presence, speed, counterflow, stops, differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from parvis.policy.terms import Decision, OutputKind
from parvis.server.services import HubServices
from parvis.server.town.frame import Spot, camera_ground, frame_of
from parvis.server.ways_out import WaysOut
from parvis.site.fingerprint import ground_fingerprint
from parvis.store.ground_reading import GroundSpan, Presence
from parvis.values.ground_minute import FlowCell

Floats = npt.NDArray[np.float64]

QUARTER_S = 900.0
LEAST_SEEN = 0.5
"""Share of a piece of time that must be seen for it to count in a comparison."""
MOST_QUARTERS = 192
"""Ranges longer than two days are compared by hours."""

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
        low, high: 90 % interval of a comparison; None unless two pieces of each are seen.
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
        recalibrated: those of which a part was measured on an earlier calibration: it is left out,
            for today's would put it elsewhere.
        withheld: the gate's answer, where cells do not leave.
    """

    cells: tuple[Cell, ...]
    seen_s: float
    cameras: tuple[str, ...]
    recalibrated: tuple[str, ...] = ()
    withheld: Decision | None = None


def squares(hub: HubServices, ways: WaysOut, start_s: float, end_s: float, layer: Layer) -> Squares:
    """A layer over a range; blocking."""
    found: list[Cell] = []
    cameras: list[str] = []
    moved: list[str] = []
    seen_s = 0.0
    decision = withheld(ways)
    for name in grounded(hub) if decision is None else ():
        held = hub.store.ground(name, start_s, told_before(ways, end_s), calibration(hub, name))
        if held.elsewhere_s:
            moved.append(name)
        if not held.coverage_s:
            continue
        cameras.append(name)
        seen_s = max(seen_s, held.coverage_s)
        values = {
            _square(cell, held): value
            for cell in held.cells
            if (value := _value(layer, cell, held)) is not None
        }
        placed = zip(_corners(hub, name, list(values)), values.values(), strict=False)
        found += [Cell(name, corners, value) for corners, value in placed]
    return Squares(tuple(found), seen_s, tuple(cameras), tuple(moved), decision)


def compared(
    hub: HubServices, ways: WaysOut, one: tuple[float, float], other: tuple[float, float]
) -> Squares:
    """How many more people a square metre there were in ``one`` than in ``other``; blocking.

    Means over pieces (quarters of an hour, hours of long ranges) seen by half or more; the interval
    is Welch's (B. L. Welch, The generalization of Student's problem, Biometrika 34, 1947), the
    pieces taken for independent.
    """
    found: list[Cell] = []
    cameras: list[str] = []
    moved: list[str] = []
    seen_s = 0.0
    decision = withheld(ways)
    for name in grounded(hub) if decision is None else ():
        (first, moved_first), (second, moved_second) = (
            _pieces(hub, ways, name, *part) for part in (one, other)
        )
        if moved_first or moved_second:
            moved.append(name)
        if not (first and second):
            continue
        cameras.append(name)
        seen_s = max(seen_s, sum(piece.coverage_s for piece in first))
        a, b = _densities(first), _densities(second)
        wanted = sorted(set(a) | set(b))
        none_a, none_b = np.zeros(len(first)), np.zeros(len(second))
        for square, corners in zip(wanted, _corners(hub, name, wanted), strict=False):
            value, low, high = welch(a.get(square, none_a), b.get(square, none_b))
            found.append(Cell(name, corners, value, low, high))
    return Squares(tuple(found), seen_s, tuple(cameras), tuple(moved), decision)


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


def withheld(ways: WaysOut) -> Decision | None:
    """Squares do not tell of how many people they are: who sees no small cell sees none of them."""
    least = 0.0 if ways.hides_small_cells else None
    decision = ways.decide(OutputKind.MEASURES, newest_s=0.0, bin_s=QUARTER_S, cell=least)
    return None if decision.allowed else decision


def grounded(hub: HubServices) -> list[str]:
    """The cameras that know their ground."""
    return [name for name in hub.site.loaded().site.cameras if camera_ground(hub, name) is not None]


def told_before(ways: WaysOut, end_s: float) -> float:
    """Where a range ends for this person: only quarters that are closed leave."""
    closed_s = ways.gate.closed_before(ways.now_s) // QUARTER_S * QUARTER_S
    return min(end_s, closed_s)


def calibration(hub: HubServices, camera: str) -> str | None:
    """Fingerprint of the ground that a camera has now; None without one."""
    declared = hub.site.loaded().site.cameras[camera].ground
    return ground_fingerprint(declared) if declared is not None else None


def _pieces(
    hub: HubServices, ways: WaysOut, camera: str, start_s: float, end_s: float
) -> tuple[list[Presence], bool]:
    """What a camera wrote, piece by piece, without those hardly seen.

    Returns:
        The pieces, and whether any of it was measured on another calibration.
    """
    length_s = QUARTER_S if end_s - start_s <= MOST_QUARTERS * QUARTER_S else 4 * QUARTER_S
    end_s = told_before(ways, end_s)
    held = hub.store.presence(camera, start_s, end_s, length_s, calibration(hub, camera))
    seen = [piece for piece in held if piece.coverage_s >= LEAST_SEEN * length_s]
    return seen, any(piece.elsewhere_s for piece in held)


def _square(cell: FlowCell, held: GroundSpan) -> Square:
    return cell.x_m, cell.y_m, held.cell_m


def _density(cell: FlowCell, held: GroundSpan) -> float:
    return cell.presence_s / held.coverage_s / held.cell_m**2


def _densities(pieces: Sequence[Presence]) -> dict[Square, Floats]:
    """People a square metre in each piece, by square; nobody where a seen piece has no cell."""
    found: dict[Square, Floats] = {}
    for i, piece in enumerate(pieces):
        for (x_m, y_m), presence_s in piece.squares.items():
            row = found.setdefault((x_m, y_m, piece.cell_m), np.zeros(len(pieces)))
            row[i] = presence_s / piece.coverage_s / piece.cell_m**2
    return found


def _value(layer: Layer, cell: FlowCell, held: GroundSpan) -> float | None:
    match layer:
        case Layer.PRESENCE:
            return _density(cell, held)
        case Layer.STOPS:
            return cell.stops / held.coverage_s * 3600
        case Layer.SPEED:
            return float(np.hypot(cell.east_mps, cell.north_mps)) if cell.presence_s > 0 else None
        case Layer.COUNTERFLOW:
            return cell.counterflow_share


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
