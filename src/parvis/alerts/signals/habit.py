"""Whether runners are usual here: how those passed who were seen in the last minutes."""

import math

import numpy as np
import numpy.typing as npt

from parvis.alerts.signals.motions import RUN_MPS
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.rows import enlarged

REMEMBERED_S = 600.0
SETTLED_S = 8.0
"""How somebody passes is told so long after the first speed: what happens now is no habit yet."""

SHARE = 0.15
LEAST = 4.0
"""Runners are usual where they were so many of those who passed, and so many in number: where every
sixth or seventh passer runs or rides, there is a path for it."""


class Habit:
    """Counts who walked past and who ran past, forgotten with ``exp(-t / REMEMBERED_S)``.

    Who never was slower than ``RUN_MPS`` ran, or rode.
    """

    def __init__(self) -> None:
        self._since_s = np.empty(0)
        self._ran = self._walked = 0.0
        self._last_s = -math.inf

    @property
    def runs(self) -> bool:
        """Whether runners are usual."""
        return self._ran >= max(LEAST, SHARE * (self._ran + self._walked))

    def look(self, time_s: float, rows: IndexArray, slowest_mps: FloatArray) -> None:
        """Take those present.

        Args:
            time_s: the moment, later than the last.
            rows: of the tracks whose speed is known, shape (n,).
            slowest_mps: the least speed of each row so far, shape (capacity,).
        """
        keep = math.exp(-max(0.0, time_s - self._last_s) / REMEMBERED_S)
        self._ran, self._walked, self._last_s = keep * self._ran, keep * self._walked, time_s
        new = rows[np.isnan(self._since_s[rows])]
        self._since_s[new] = time_s
        self._settle(self._since_s <= time_s - SETTLED_S, slowest_mps)

    def forget(self, rows: IndexArray, slowest_mps: FloatArray) -> None:
        """Rows that are another's now, with the least speeds of who had them."""
        mine = np.zeros(len(self._since_s), dtype=np.bool_)
        mine[rows] = np.isfinite(self._since_s[rows])
        self._settle(mine, slowest_mps)
        self._since_s[rows] = np.nan

    def grow(self, capacity: int) -> None:
        """Have so many rows."""
        old = len(self._since_s)
        self._since_s = enlarged(self._since_s, capacity)
        self._since_s[old:] = np.nan

    def _settle(self, which: npt.NDArray[np.bool_], slowest_mps: FloatArray) -> None:
        """Count these once."""
        ran = int(np.count_nonzero(slowest_mps[which] >= RUN_MPS))
        self._ran += ran
        self._walked += int(np.count_nonzero(which)) - ran
        self._since_s[which] = np.inf
