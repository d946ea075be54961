"""Who crosses lines on the ground, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray, IndexArray, Segments
from parvis.measures.ground.steps import Moved
from parvis.measures.rows import enlarged

CLEAR_M = 0.5
"""An object is clear of a line at half a metre, and at twice the error of its position: trembling
on a line is no passage."""


@dataclass(frozen=True, slots=True)
class Passages:
    """Crossings that are certain.

    Args:
        rows: of the objects, shape (k,).
        lines: index of the line.
        directions: see GroundLine.
        times_s: interpolated moments of the passages.
    """

    rows: IndexArray
    lines: IndexArray
    directions: IndexArray
    times_s: FloatArray

    def __len__(self) -> int:
        return len(self.rows)


def joined(parts: Sequence[Passages]) -> Passages:
    """The passages of several frames as one."""
    return Passages(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.lines for part in parts]),
        np.concatenate([part.directions for part in parts]),
        np.concatenate([part.times_s for part in parts]),
    )


class LineCrossings:
    """Tells passages through lines from trembling on them.

    A passage through the line waits until the object is clear of it (``CLEAR_M``); it counts if
    the object is then on the other side.

    Args:
        lines: vertices of each, shape (n, 2).
        capacity: rows of objects.
    """

    def __init__(self, lines: Sequence[FloatArray], capacity: int) -> None:
        self._segments = Segments(lines)
        self._waits = np.zeros(capacity, dtype=np.bool_)  # where any net is not 0
        self._net = np.zeros((capacity, len(lines)), dtype=np.int64)  # left to right, since clear
        self._when = np.full((capacity, len(lines)), -np.inf)  # of the last passage
        self._clear = np.zeros((capacity, len(lines)))  # at the last sight, 1 when it is

    def enlarge(self, capacity: int) -> None:
        """Make room for more rows."""
        self._waits = enlarged(self._waits, capacity)
        self._net = enlarged(self._net, capacity)
        self._when = enlarged(self._when, capacity)
        self._clear = enlarged(self._clear, capacity)

    def clear(self, rows: IndexArray | list[int]) -> None:
        """These rows belong to new objects."""
        self._waits[rows] = False
        self._net[rows] = 0
        self._when[rows] = -np.inf

    def observe(self, moved: Moved, sigma_m: FloatArray) -> Passages:
        """Take the steps of one or more frames, later than those before, in their order.

        Args:
            moved: the steps.
            sigma_m: standard error of the position at the end of each, metres, shape (m,).

        Returns:
            The passages of which the object is now clear, in the order of the steps.
        """
        step, segment, sign, at = self._segments.passages(moved.start, moved.end)
        self._waits[moved.rows[step]] = True
        hot = np.flatnonzero(self._waits[moved.rows])
        if not len(hot):
            return _NONE
        rows, end_s = moved.rows[hot], moved.end_s[hot]
        need = np.maximum(CLEAR_M, 2 * sigma_m[hot])
        clear = self._segments.distances(moved.end[hot]) / need[:, None]
        near = clear < 1.0
        net, when = np.zeros(clear.shape, dtype=np.int64), np.full(clear.shape, -np.inf)
        where = hot.searchsorted(step), self._segments.line_of[segment]
        np.add.at(net, where, sign)
        began_s = moved.start_s[step]
        np.maximum.at(when, where, began_s + at * (moved.end_s[step] - began_s))
        # An object makes one step a frame: within a frame nobody waits for anybody.
        bounds = [0, *(np.flatnonzero(end_s[1:] != end_s[:-1]) + 1).tolist(), len(hot)]
        for a, b in pairwise(bounds):
            here, net_here, when_here = rows[a:b], net[a:b], when[a:b]
            net_here += self._net[here]
            self._net[here] = net_here * near[a:b]
            np.maximum(when_here, self._when[here], out=when_here)
            self._when[here] = when_here
        self._waits[rows] = self._net[rows].any(axis=1)
        self._clear[rows] = clear  # of those named more than once the last one
        return _certain(rows, np.where(near, 0, net), when)

    def end(self, rows: IndexArray) -> Passages:
        """These objects are gone: a passage counts when they were half clear of the line."""
        net = np.where(self._clear[rows] >= 0.5, self._net[rows], 0)
        self._waits[rows] = False
        self._net[rows] = 0
        return _certain(rows, net, self._when[rows])


def _certain(rows: IndexArray, net: npt.NDArray[np.int64], when: FloatArray) -> Passages:
    i, line = np.nonzero(net)
    if not len(i):
        return _NONE
    return Passages(rows[i], line, (net[i, line] < 0).astype(np.intp), when[i, line])


_NOBODY = np.empty(0, dtype=np.intp)
_NONE = Passages(_NOBODY, _NOBODY, _NOBODY, np.empty(0))
