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
        return np.repeat(values, self.starts[1:] - self.starts[:-1])

    @property
    def places(self) -> npt.NDArray[np.complex128]:
        """The points as x + iy, shape (n,): numpy moves one number faster than two."""
        return np.ascontiguousarray(self.points).view(np.complex128)[:, 0]


class Chords:
    """Velocities of now: the way from the oldest position of the last ``WINDOW_S`` by its time.

    At constant frame rate it is PedPy's individual velocity of the moment ``WINDOW_S / 2`` ago
    (``frame_step`` of half the window, border excluded).

    It carries the frames of one window. Each is a line of a table by row; where an object was not
    seen in a frame, the table holds its next sight, so that the oldest of a window stands in the
    line of the window's first frame. A line that is older than its frame is left from a frame long
    gone.
    """

    def __init__(self, capacity: int) -> None:
        self._frame_s: FloatArray = np.empty(0)  # of the window
        self._next = 0  # number of the next frame
        self._times = np.full((2, capacity), -np.inf)
        self._places = np.zeros((2, capacity), dtype=np.complex128)

    def enlarge(self, capacity: int) -> None:
        """Make room for more rows."""
        self._lay_out(len(self._times), capacity)

    def clear(self, rows: IndexArray | list[int]) -> None:
        """These rows belong to new objects."""
        self._times[:, rows] = -np.inf

    def forget(self) -> None:
        """What comes next does not continue what was; all rows will be cleared."""
        self._frame_s = np.empty(0)

    def observe(self, seen: Sights) -> FloatArray:
        """Take frames later than those before; return the velocity of each sight.

        Returns:
            Metres a second, shape (n, 2); NaN where an object is not known long enough.
        """
        carried, capacity = len(self._frame_s), self._times.shape[1]
        frame_s = np.concatenate((self._frame_s, seen.times_s))
        if len(frame_s) > len(self._times):
            self._lay_out(len(frame_s), capacity)
        first = self._next - carried  # the number of frame_s[0]
        lines = (first + np.arange(len(frame_s))) % len(self._times) * capacity
        oldest = np.searchsorted(frame_s, seen.times_s - WINDOW_S - _SLACK_S)
        self._frame_s, self._next = frame_s[oldest[-1] :], first + len(frame_s)
        rows, places, times = seen.rows, seen.places, seen.spread(seen.times_s)
        table_s, table = self._times.ravel(), self._places.ravel()
        here = seen.spread(lines[carried:]) + rows
        table_s[here], table[here] = times, places
        # Where an object was not seen in the frame before, its lines since then are to be filled.
        now = np.arange(carried, len(frame_s))
        before_s = np.where(now > oldest, frame_s[now - 1], -np.inf)
        lost = np.flatnonzero(table_s[seen.spread(lines[now - 1]) + rows] < seen.spread(before_s))
        if len(lost):
            frame = np.searchsorted(seen.starts, lost[::-1], "right") - 1
            sight, line = _spans(oldest[frame], now[frame])
            back = lost[::-1][sight]
            cell = lines[line] + rows[back]
            # Later sights come first: what an earlier one knows better is written over theirs.
            missed = table_s[cell] < frame_s[line]
            cell, back = cell[missed], back[missed]
            table_s[cell], table[cell] = times[back], places[back]
        at = seen.spread(lines[oldest]) + rows
        span_s = times - table_s[at]
        span_s[span_s < LEAST_S] = np.nan
        ways, per_s = places - table[at], 1 / span_s
        ways.real *= per_s
        ways.imag *= per_s
        return ways.view(np.float64).reshape(-1, 2)

    def _lay_out(self, frames: int, capacity: int) -> None:
        """A table of another size with the frames of the window."""
        times = np.full((frames, capacity), -np.inf)
        places = np.zeros((frames, capacity), dtype=np.complex128)
        kept = np.arange(self._next - len(self._frame_s), self._next)
        old, rows = kept % len(self._times), self._times.shape[1]
        times[kept % frames, :rows] = self._times[old]
        places[kept % frames, :rows] = self._places[old]
        self._times, self._places = times, places


def _spans(starts: IndexArray, ends: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Index and value of every whole number of several ranges."""
    lengths = ends - starts
    which = np.repeat(np.arange(len(starts)), lengths)
    values = np.arange(len(which)) + (starts - np.cumsum(lengths) + lengths)[which]
    return which, values
