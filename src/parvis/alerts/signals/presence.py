"""Who is in a zone beyond doubt: smoothed positions against borders that take some passing."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from parvis.alerts.signals.trails import Sighted, Trails
from parvis.measures.ground.motion import GroundFrame
from parvis.measures.ground.segments import FloatArray
from parvis.measures.ground.shapes import Borders, GroundZone
from parvis.measures.rows import enlarged

CLEAR_M = 0.35
"""One is in when so far inside, or twice the error of the position; in a small zone half of its
inner radius is enough."""

LEFT_M = 0.15
"""And out when so far outside: between the two nothing changes, so that who walks along the border
is not now in, now out."""


class Presence:
    """Follows objects in and out of zones.

    Args:
        zones: in the order of the columns.
    """

    def __init__(self, zones: Sequence[GroundZone]) -> None:
        self.trails = Trails()
        self._borders = Borders(zones)
        self._most_m = 0.5 * self._borders.inner_radii_m()
        self.inside = np.zeros((self.trails.capacity, len(zones)), dtype=np.bool_)
        """Which trails are in which zone, shape (capacity, zones)."""

    def observe(self, frame: GroundFrame) -> Sighted:
        """Take a frame."""
        sighted = self.trails.observe(frame)
        if sighted.capacity > len(self.inside):
            self.inside = np.asarray(enlarged(self.inside, sighted.capacity), dtype=np.bool_)
        self.inside[sighted.fresh] = False
        points = sighted.ends
        holds = self._borders.holds(points)
        if not (holds.any() or self.inside[sighted.trails].any()):
            return sighted
        depth_m: FloatArray = np.where(holds, 1.0, -1.0) * self._borders.distances(points)
        sigma_m = frame.sigma_m[sighted.which]
        need_m = np.minimum(np.maximum(CLEAR_M, 2.0 * sigma_m)[:, None], self._most_m)
        was = self.inside[sighted.trails]
        self.inside[sighted.trails] = np.where(was, depth_m > -LEFT_M, depth_m >= need_m)
        return sighted

    def people(self, time_s: float, within_s: float) -> npt.NDArray[np.bool_]:
        """Which trails are in which zone, of those seen so short a time ago."""
        present: npt.NDArray[np.bool_] = (
            self.inside & self.trails.present(time_s, within_s)[:, None]
        )
        return present

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self.trails.gap()
        self.inside[:] = False
