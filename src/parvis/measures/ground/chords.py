"""How fast each object is now: the chord of its path over the last moments."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray, IndexArray

WINDOW_S = 0.8
"""Velocities of now are taken over the last 0.8 s, one to two strides, which averages the sway of
gait out (Steffen & Seyfried, Physica A 389 (2010) 1902)."""

LEAST_S = 0.15
"""Two positions closer in time than that say nothing of a speed."""

_SLACK_S = 1e-3


@dataclass(frozen=True, slots=True)
class Sights:
    """What was seen in consecutive frames, as flat arrays; one frame is a block of one.

    Args:
        times_s: of the frames, rising, shape (f,).
        starts: where the sights of each frame begin, and the number of all, shape (f + 1,).
        rows: row of each object seen, once a frame, shape (n,).
        points: where it was, metres, shape (n, 2).
    """

    times_s: FloatArray
    starts: IndexArray
    rows: IndexArray
    points: FloatArray

    def spread(self, values: np.ndarray) -> np.ndarray:
        """For each sight what ``values`` has for its frame, shape (n,)."""
        return values.repeat(self.starts[1:] - self.starts[:-1])

    @property
    def places(self) -> npt.NDArray[np.complex128]:
        """The points as x + iy, shape (n,): numpy moves one number faster than two."""
        return np.ascontiguousarray(self.points).view(np.complex128)[:, 0]


class Chords:
    """Velocities of now: the way from the oldest position of the last ``WINDOW_S`` by its time.

    At constant frame rate it is PedPy's individual velocity of the moment ``WINDOW_S / 2`` ago
    (``frame_step`` of half the window, border excluded).

    It carries the frames of one window. Each is a line of a table by row, of where an object was
    as x + iy; NaN where it was not seen.
    """

    def __init__(self, capacity: int) -> None:
        self._frame_s: FloatArray = np.empty(0)  # of the window
        self._next = 0  # number of the next frame
        self._places = np.full((2, capacity), np.nan, dtype=np.complex128)

    def enlarge(self, capacity: int) -> None:
        """Make room for more rows."""
        self._lay_out(len(self._places), capacity)

    def clear(self, rows: IndexArray | list[int]) -> None:
        """These rows belong to new objects."""
        self._places[:, rows] = np.nan

    def forget(self) -> None:
        """What comes next does not continue what was; all rows will be cleared."""
        self._frame_s = np.empty(0)

    def observe(self, seen: Sights) -> FloatArray:
        """Take frames later than those before; return the velocity of each sight.

        Returns:
            Metres a second, shape (n, 2); NaN where an object is not known long enough.
        """
        carried, capacity = len(self._frame_s), self._places.shape[1]
        frame_s = np.concatenate((self._frame_s, seen.times_s))
        if len(frame_s) > len(self._places):
            self._lay_out(len(frame_s), capacity)
        first = self._next - carried  # the number of frame_s[0]
        lines = np.arange(first, first + len(frame_s)) % len(self._places)
        oldest = frame_s.searchsorted(seen.times_s - WINDOW_S - _SLACK_S)
        self._frame_s, self._next = frame_s[oldest[-1] :], first + len(frame_s)
        self._places[lines[carried:]] = np.nan
        table, starts, rows, places = self._places.ravel(), lines * capacity, seen.rows, seen.places
        cells = seen.spread(starts[carried:])
        cells += rows
        table[cells] = places
        cells = seen.spread(starts[oldest])
        cells += rows
        ways = table[cells]
        late = np.flatnonzero(np.isnan(ways.real))
        np.subtract(places, ways, out=ways)
        per_s = seen.spread(_per_s(seen.times_s - frame_s[oldest]))
        if len(late):
            frame = seen.starts.searchsorted(late, "right") - 1
            line = self._first_seen(lines, oldest[frame], rows[late])
            ways[late] = places[late] - table[starts[line] + rows[late]]
            per_s[late] = _per_s(seen.times_s[frame] - frame_s[line])
        np.multiply(ways.real, per_s, out=ways.real)
        np.multiply(ways.imag, per_s, out=ways.imag)
        velocities: FloatArray = ways.view(np.float64).reshape(-1, 2)
        return velocities

    def _lay_out(self, frames: int, capacity: int) -> None:
        """A table of another size with the frames of the window."""
        places = np.full((frames, capacity), np.nan, dtype=np.complex128)
        kept = np.arange(self._next - len(self._frame_s), self._next)
        places[kept % frames, : self._places.shape[1]] = self._places[kept % len(self._places)]
        self._places = places

    def _first_seen(self, lines: IndexArray, since: IndexArray, rows: IndexArray) -> IndexArray:
        """The first of the lines, from ``since`` on, where each row has a place; there is one."""
        column = np.zeros(self._places.shape[1], dtype=np.intp)
        column[rows] = 1
        columns = np.flatnonzero(column)
        column[columns] = np.arange(len(columns))
        missing = np.isnan(self._places.take(columns, axis=1)[lines].real)
        places = np.where(missing, len(lines), np.arange(len(lines))[:, None])
        following = np.minimum.accumulate(places[::-1], axis=0)[::-1]
        first: IndexArray = following[since, column[rows]]
        return first


def _per_s(span_s: FloatArray) -> FloatArray:
    """One over the seconds; NaN where they are too few."""
    per_s: FloatArray = 1 / np.where(span_s >= LEAST_S, span_s, np.nan)
    return per_s
