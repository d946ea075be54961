"""Straight segments on the ground against steps and points, for all of them at once.

Metres, x to the right and y up. Unlike ``measures.polylines`` nothing is put on a grid: lengths
and areas are exact to rounding, and what rounding could make inconsistent is mended, not counted.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

OFF_BORDER_M = np.array((3.1e-9, 2.7e-9))
"""Shapes are moved by some nanometres, so that drawn points in whole centimetres never lie exactly
on a border or a line: which side they belong to is then the same question for every test."""

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]


class Segments:
    """The segments of several polylines or closed borders, as flat arrays.

    Args:
        lines: vertices of each, shape (n, 2), n >= 2.
    """

    def __init__(self, lines: Sequence[FloatArray]) -> None:
        self.count = len(lines)
        lengths = [len(line) - 1 for line in lines]
        empty = np.empty((0, 2))
        off = [line + OFF_BORDER_M for line in lines]
        self.a: FloatArray = np.concatenate([line[:-1] for line in off]) if lines else empty
        self.b: FloatArray = np.concatenate([line[1:] for line in off]) if lines else empty
        self.d: FloatArray = self.b - self.a
        self.line_of: IndexArray = np.repeat(np.arange(self.count), lengths)
        self._length2 = np.sum(self.d * self.d, axis=1)
        self._starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.intp)

    def passages(
        self, start: FloatArray, end: FloatArray
    ) -> tuple[IndexArray, IndexArray, npt.NDArray[np.int8], FloatArray]:
        """Steps that pass through segments.

        Args:
            start, end: of the steps, shape (n, 2).

        Returns:
            step, segment, sign and share of the step done, each shape (k,), in the order of the
            steps. The sign is +1 from the left to the right of the segment (walked from a to b),
            -1 back.
        """
        n = len(start)
        o = orientation(self.a, self.d, np.concatenate((start, end)))
        on_left = o > 0
        segment, step = np.nonzero(on_left[:, :n] != on_left[:, n:])
        if self.count > 1:
            in_order = np.argsort(step, kind="stable")
            step, segment = step[in_order], segment[in_order]
        p, q = start[step].T, end[step].T
        from_a, from_b = _cross(q - p, self.a[segment].T - p), _cross(q - p, self.b[segment].T - p)
        through = (from_a > 0) != (from_b > 0)
        step, segment = step[through], segment[through]
        o0, o1 = o[segment, step], o[segment, n + step]
        return step, segment, np.where(o0 > 0, 1, -1).astype(np.int8), o0 / (o0 - o1)

    def distances(self, points: FloatArray) -> FloatArray:
        """Distance of points to each line in metres, shape (n, lines)."""
        if not self.count:
            return np.empty((len(points), 0))
        qx, qy = points[:, :1] - self.a[:, 0], points[:, 1:] - self.a[:, 1]
        dx, dy = self.d[:, 0], self.d[:, 1]
        t = np.clip((qx * dx + qy * dy) / self._length2, 0.0, 1.0)
        squares = (qx - t * dx) ** 2 + (qy - t * dy) ** 2
        nearest: FloatArray = np.sqrt(np.minimum.reduceat(squares, self._starts, axis=1))
        return nearest


def orientation(a: FloatArray, d: FloatArray, points: FloatArray) -> FloatArray:
    """Cross product of segments with a -> point, > 0 on their left.

    Args:
        a, d: begin and way of the segments, shape (segments, 2).
        points: shape (n, 2).

    Returns:
        Shape (segments, n): the points run along the last axis, for there are more of them.
    """
    x, y = np.ascontiguousarray(points.T)
    o: FloatArray = d[:, :1] * (y - a[:, 1:]) - d[:, 1:] * (x - a[:, :1])
    return o


def _cross(u: FloatArray, v: FloatArray) -> FloatArray:
    """Of vectors in the plane, shape (2, k) each."""
    crossed: FloatArray = u[0] * v[1] - u[1] * v[0]
    return crossed
