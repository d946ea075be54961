"""Who is in a zone beyond doubt: smoothed positions against borders that take some passing."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from parvis.alerts.signals.trails import Sighted, Trails
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
        zones: by name, in the order of the columns.
        trails: of the objects.
    """

    def __init__(self, zones: Mapping[str, GroundZone], trails: Trails) -> None:
        self.trails = trails
        self.columns = {name: i for i, name in enumerate(zones)}
        """Column of each zone."""
        self._borders = Borders(list(zones.values()))
        self._most_m = 0.5 * self._borders.inner_radii_m()
        self.inside = np.zeros((self.trails.capacity, len(zones)), dtype=np.bool_)
        """Which trails are in which zone, shape (capacity, zones)."""

    def observe(self, sighted: Sighted) -> None:
        """Take the objects of a frame."""
        if sighted.capacity > len(self.inside):
            self.inside = enlarged(self.inside, sighted.capacity)
        if not self.columns:
            return
        self.inside[sighted.fresh] = False
        holds = self._borders.holds(sighted.ends)
        was = self.inside[sighted.trails]
        unsure = np.flatnonzero((holds != was).any(axis=1))
        if len(unsure):
            # Only who has passed a border, or was not clear of it, can change.
            trails, holds, was = sighted.trails[unsure], holds[unsure], was[unsure]
            away_m = self._borders.distances(sighted.ends[unsure])
            sigma_m = self.trails.sigma_m[trails]
            need_m = np.minimum(np.maximum(CLEAR_M, 2.0 * sigma_m)[:, None], self._most_m)
            changes = (holds != was) & (away_m >= np.where(holds, need_m, LEFT_M))
            self.inside[trails] = was ^ changes

    def people(self, time_s: float, within_s: float) -> npt.NDArray[np.bool_]:
        """Which trails are in which zone, of those seen so short a time ago.

        Returns:
            shape (capacity, zones).
        """
        present: npt.NDArray[np.bool_] = (
            self.inside & self.trails.present(time_s, within_s)[:, None]
        )
        return present

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self.inside[:] = False
