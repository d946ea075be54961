"""What goes on around each counting line: who walks against the others, and who stops."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from parvis.server.services import HubServices
from parvis.server.town.cells import calibration, grounded, told_before, withheld
from parvis.server.town.frame import camera_ground, drawn_on_ground
from parvis.server.ways_out import WaysOut
from parvis.store.ground_reading import GroundSpan

Floats = npt.NDArray[np.float64]

NEAR_M = 3.0
"""Squares whose middle lies no farther than this from a line are around it."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """The squares around one line, both directions together.

    Args:
        counterflow_share: of those who walk along a square's main way, who goes against it, by
            person-seconds; None where nobody walked.
        stops_per_hour: how often somebody stops, an hour of the time seen.
    """

    counterflow_share: float | None
    stops_per_hour: float


def around_lines(
    hub: HubServices, ways: WaysOut, start_s: float, end_s: float
) -> dict[tuple[str, str], Nearby]:
    """Around each line whose camera knows its ground and saw it, by (camera, line); blocking.

    Empty for who sees no squares.
    """
    found: dict[tuple[str, str], Nearby] = {}
    for name in grounded(hub) if withheld(ways) is None else ():
        ground, lines = camera_ground(hub, name), hub.site.loaded().site.cameras[name].lines
        if ground is None or not lines:
            continue
        held = hub.store.ground(name, start_s, told_before(ways, end_s), calibration(hub, name))
        if not held.coverage_s:
            continue
        middles = np.array([(cell.x_m, cell.y_m) for cell in held.cells]).reshape(-1, 2)
        for line, drawn in lines.items():
            metres, _ = drawn_on_ground(ground, drawn.points)
            if len(metres) >= 2:
                found[name, line] = _nearby(held, distances(middles, metres) <= NEAR_M)
    return found


def distances(points: Floats, line: Floats) -> Floats:
    """From each point to the nearest spot of a line, metres.

    Args:
        points: shape (n, 2).
        line: its vertices, shape (m, 2), two or more.
    """
    nearest = np.full(len(points), np.inf)
    for a, b in pairwise(line):
        along = b - a
        length2 = max(float(along @ along), 1e-12)
        share = np.clip((points - a) @ along / length2, 0.0, 1.0)
        nearest = np.minimum(nearest, np.linalg.norm(points - a - share[:, None] * along, axis=1))
    return nearest


def _nearby(held: GroundSpan, near: npt.NDArray[np.bool_]) -> Nearby:
    cells = [cell for cell, is_near in zip(held.cells, near, strict=True) if is_near]
    walked = [cell for cell in cells if cell.counterflow_share is not None]
    walked_s = sum(cell.presence_s for cell in walked)
    against_s = sum(cell.presence_s * (cell.counterflow_share or 0.0) for cell in walked)
    stops = sum(cell.stops for cell in cells)
    return Nearby(against_s / walked_s if walked_s else None, stops / held.coverage_s * 3600)
