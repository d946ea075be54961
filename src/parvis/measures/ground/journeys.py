"""Origins and destinations within one camera: counts only, no path."""

from collections import Counter

import numpy as np
import numpy.typing as npt

from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.motion import GroundFrame
from parvis.measures.ground.segments import IndexArray
from parvis.measures.rows import enlarged
from parvis.values.classes import ObjectClass
from parvis.values.ground_minute import Journey

LEAST_S = 1.0
"""An object known for less is noise of the detector, not somebody's way."""


class JourneyObserver:
    """Counts journeys between gates: zones, or strips along the edges of the view.

    A journey counts in the minute of the object's end. Every object that is known for at least
    ``LEAST_S`` makes one, so that the sum of the table is the number of objects.

    Args:
        gates: their names, in the order of the columns.
        capacity: rows to begin with.
    """

    def __init__(self, gates: tuple[str, ...], capacity: int) -> None:
        self.gates = gates
        self._first = np.full(capacity, -1, dtype=np.intp)
        self._last = np.full(capacity, -1, dtype=np.intp)
        self._born_s, self._seen_s = np.zeros(capacity), np.zeros(capacity)
        self._class = np.zeros(capacity, dtype=np.int8)
        self._buckets: Buckets[Counter[Journey]] = Buckets(Counter)

    def observe(self, frame: GroundFrame, holds: npt.NDArray[np.bool_]) -> None:
        """Take one frame.

        Args:
            frame: the frame.
            holds: which gates hold each object, shape (n, gates); with several, the first counts.
        """
        if frame.capacity > len(self._first):
            for name in ("_first", "_last", "_born_s", "_seen_s", "_class"):
                setattr(self, name, enlarged(getattr(self, name), frame.capacity))
        self._first[frame.fresh] = self._last[frame.fresh] = -1
        self._born_s[frame.fresh] = frame.time_s
        rows, holds = frame.rows[frame.seen], holds[frame.seen]
        self._seen_s[rows], self._class[rows] = frame.time_s, frame.classes[frame.seen]
        if self.gates and holds.any():
            at_one = holds.any(axis=1)
            gate, who = holds.argmax(axis=1)[at_one], rows[at_one]
            self._first[who] = np.where(self._first[who] < 0, gate, self._first[who])
            self._last[who] = gate
        self.end(frame.ended)

    def end(self, rows: IndexArray) -> None:
        """These objects are gone."""
        for row in rows[self._seen_s[rows] - self._born_s[rows] >= LEAST_S - 1e-6].tolist():
            journey = Journey(
                self._name(self._first[row]),
                self._name(self._last[row]),
                ObjectClass(int(self._class[row])).label,
            )
            self._buckets.at(self._seen_s[row] // MINUTE_S * MINUTE_S)[journey] += 1

    def take(self, minute_s: float) -> dict[Journey, int]:
        """Close a minute."""
        return dict(self._buckets.take(minute_s))

    def _name(self, gate: np.intp) -> str:
        return self.gates[gate] if gate >= 0 else ""
