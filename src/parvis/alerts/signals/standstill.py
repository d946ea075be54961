"""Since when each object has stood where it stands."""

import numpy as np

from parvis.alerts.signals.trails import Sighted, Trails
from parvis.measures.rows import enlarged

SAME_PLACE_M = 1.5
"""An object stands while it stays so close to where it came to stand, or three times the error of
its position: a box trembles, and a queue that creeps begins anew with each length of a car."""


class Standing:
    """Follows where objects stand; one that goes has stood for no time.

    Args:
        trails: of the objects.
    """

    def __init__(self, trails: Trails) -> None:
        self._trails = trails
        self._anchor = np.zeros((trails.capacity, 2))
        self.since_s = np.zeros(trails.capacity)
        """Since when each trail stands, shape (capacity,)."""

    def observe(self, sighted: Sighted) -> None:
        """Take the objects of a frame."""
        if sighted.capacity > len(self.since_s):
            self._anchor = enlarged(self._anchor, sighted.capacity)
            self.since_s = enlarged(self.since_s, sighted.capacity)
        self._anchor[sighted.fresh] = self._trails.points[sighted.fresh]
        self.since_s[sighted.fresh] = sighted.time_s
        trails = sighted.trails
        gone_m = np.hypot(*(sighted.ends - self._anchor[trails]).T)
        left = trails[gone_m > np.maximum(SAME_PLACE_M, 3.0 * self._trails.sigma_m[trails])]
        self._anchor[left], self.since_s[left] = self._trails.points[left], sighted.time_s
