"""The straight steps of objects from sight to sight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.chords import Sights
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.rows import enlarged

LONGEST_STEP_S = 5.0
"""An object unseen for longer is taken not to have walked straight from where it was."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Straight steps of objects between the last and the present sight of each.

    Args:
        rows: row of each object, shape (m,).
        classes: its class code, shape (m,).
        start, end: positions in metres, shape (m, 2).
        start_s, end_s: their moments, seconds since the epoch, shape (m,).
    """

    rows: IndexArray
    classes: npt.NDArray[np.int8]
    start: FloatArray
    end: FloatArray
    start_s: FloatArray
    end_s: FloatArray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def lengths_m(self) -> FloatArray:
        """Lengths of the steps."""
        x, y = (self.end - self.start).T
        lengths: FloatArray = np.hypot(x, y)
        return lengths

    def by_minute(self) -> Iterator[tuple[float, "Moved"]]:
        """The parts of the steps in each minute: pairs of (start of the minute, parts)."""
        if not len(self):
            return
        minute_s = float(self.start_s.min() // MINUTE_S * MINUTE_S)
        last_s = float(self.end_s.max())
        if last_s <= minute_s + MINUTE_S:
            yield minute_s, self
            return
        while minute_s < last_s:
            low = np.maximum(self.start_s, minute_s)
            high = np.minimum(self.end_s, minute_s + MINUTE_S)
            which = np.flatnonzero(high > low)
            if len(which):
                yield minute_s, self._cut(which, low[which], high[which])
            minute_s += MINUTE_S

    def _cut(self, which: IndexArray, low: FloatArray, high: FloatArray) -> "Moved":
        start, way = self.start[which], self.end[which] - self.start[which]
        span = self.end_s[which] - self.start_s[which]
        begin = ((low - self.start_s[which]) / span)[:, None]
        finish = ((high - self.start_s[which]) / span)[:, None]
        return Moved(
            self.rows[which],
            self.classes[which],
            start + begin * way,
            start + finish * way,
            low,
            high,
        )


def joined(parts: Sequence[Moved]) -> Moved:
    """The steps of several frames as one."""
    if len(parts) == 1:
        return parts[0]
    return Moved(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.classes for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.start_s for part in parts]),
        np.concatenate([part.end_s for part in parts]),
    )


class Steps:
    """Where and when each object was last seen, and so the steps that it makes.

    Args:
        capacity: rows of objects.
    """

    def __init__(self, capacity: int) -> None:
        self.last_s: FloatArray = np.full(capacity, -np.inf)
        self._places = np.zeros(capacity, dtype=np.complex128)

    @property
    def last(self) -> FloatArray:
        """Where each was last seen, metres, shape (capacity, 2)."""
        return self._places.view(np.float64).reshape(-1, 2)

    def enlarge(self, capacity: int) -> None:
        """Make room for more rows."""
        self.last_s = enlarged(self.last_s, capacity)
        self._places = enlarged(self._places, capacity)

    def clear(self, rows: IndexArray | list[int]) -> None:
        """These rows belong to new objects."""
        self.last_s[rows] = -np.inf

    def observe(self, seen: Sights, classes: npt.NDArray[np.int8]) -> tuple[Moved, IndexArray]:
        """Take frames later than those before.

        Args:
            seen: the sights.
            classes: the class code of each, shape (n,).

        Returns:
            The steps, in the order of the sights, and the sight at the end of each.
        """
        places, rows = seen.places, seen.rows
        before, since_s = np.empty_like(places), np.empty(len(rows))
        bounds = seen.starts.tolist()
        for time_s, a, b in zip(seen.times_s.tolist(), bounds, bounds[1:], strict=False):
            here = rows[a:b]
            before[a:b], since_s[a:b] = self._places[here], self.last_s[here]
            self._places[here], self.last_s[here] = places[a:b], time_s
        times_s = seen.spread(seen.times_s)
        movers = np.flatnonzero(times_s - since_s <= LONGEST_STEP_S)
        start = before.view(np.float64).reshape(-1, 2)
        if len(movers) == len(rows):
            return Moved(rows, classes, start, seen.points, since_s, times_s), movers
        moved = Moved(
            rows[movers],
            classes[movers],
            start[movers],
            seen.points[movers],
            since_s[movers],
            times_s[movers],
        )
        return moved, movers
