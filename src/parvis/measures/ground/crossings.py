"""Who crosses lines on the ground, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
        self._net = np.zeros((capacity, len(lines)), dtype=np.int64)  # left to right, since clear
        self._when = np.zeros((capacity, len(lines)))  # of the last passage
        self._clear = np.zeros((capacity, len(lines)))  # at the last sight, 1 when it is

    def enlarge(self, capacity: int) -> None:
        """Make room for more rows."""
        self._net = enlarged(self._net, capacity)
        self._when = enlarged(self._when, capacity)
        self._clear = enlarged(self._clear, capacity)

    def clear(self, rows: IndexArray | list[int]) -> None:
        """These rows belong to new objects."""
        self._net[rows] = 0

    def observe(self, moved: Moved, sigma_m: FloatArray) -> Passages:
        """Take the steps of one or more frames, later than those before, in their order.

        Args:
            moved: the steps.
            sigma_m: standard error of the position at the end of each, metres, shape (m,).

        Returns:
            The passages of which the object is now clear, in the order of the steps.
        """
        step, segment, sign, at = self._segments.passages(moved.start, moved.end)
        pending = np.any(self._net, axis=1, keepdims=True)[:, 0]
        pending[moved.rows[step]] = True
        hot = np.flatnonzero(pending[moved.rows])
        hot = hot[np.argsort(moved.rows[hot], kind="stable")]
        rows, n = moved.rows[hot], len(hot)
        if not n:
            return _NONE
        place = np.empty(len(moved), dtype=np.intp)
        place[hot] = np.arange(n)
        where = place[step], self._segments.line_of[segment]
        signs = np.zeros((n, self._net.shape[1]), dtype=np.int64)
        np.add.at(signs, where, sign)
        passed_s = np.full(signs.shape, -np.inf)
        began_s = moved.start_s[step]
        np.maximum.at(passed_s, where, began_s + at * (moved.end_s[step] - began_s))
        need = np.maximum(CLEAR_M, 2 * sigma_m[hot])
        clear = self._segments.distances(moved.end[hot]) / need[:, None]
        # What an object brings along counts as done in its first step here.
        first = np.ones(n + 1, dtype=np.bool_)  # and one beyond the end
        first[1:-1] = rows[1:] != rows[:-1]
        first, last = first[:-1], first[1:]
        signs[first] += self._net[rows[first]]
        brought_s = np.where(self._net[rows[first]] != 0, self._when[rows[first]], -np.inf)
        passed_s[first] = np.maximum(passed_s[first], brought_s)
        # The net of a step is that of all since the object was last clear.
        free = clear >= 1.0
        since = np.repeat(first[:, None], free.shape[1], axis=1)
        since[1:] |= free[:-1]
        begin, line = _last(since), np.arange(free.shape[1])
        total = np.cumsum(signs, axis=0)
        net = total - (total - signs)[begin, line]
        when = passed_s[_last(since | (passed_s > -np.inf)), line]
        self._net[rows[last]] = np.where(free[last], 0, net[last])
        self._when[rows[last]], self._clear[rows[last]] = when[last], clear[last]
        return _in_order(hot, rows, np.where(free, net, 0), when)

    def end(self, rows: IndexArray) -> Passages:
        """These objects are gone: a passage counts when they were half clear of the line."""
        net = np.where(self._clear[rows] >= 0.5, self._net[rows], 0)
        self._net[rows] = 0
        return _in_order(np.arange(len(rows)), rows, net, self._when[rows])


def _last(true: np.ndarray) -> IndexArray:
    """For each place of a column the last one up to there where it is true; the first one is."""
    places = np.where(true, np.arange(len(true))[:, None], 0)
    last: IndexArray = np.maximum.accumulate(places, axis=0)
    return last


def _in_order(steps: IndexArray, rows: IndexArray, net: np.ndarray, when: FloatArray) -> Passages:
    i, line = np.nonzero(net)
    in_order = np.argsort(steps[i], kind="stable")
    i, line = i[in_order], line[in_order]
    return Passages(rows[i], line, (net[i, line] < 0).astype(np.intp), when[i, line])


_NOBODY = np.empty(0, dtype=np.intp)
_NONE = Passages(_NOBODY, _NOBODY, _NOBODY, np.empty(0))
