"""Exact geometry of polylines against points and steps, for all objects and segments at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GRID = 256.0
"""Points are held on a grid of 1/256 pixel, far below what any detector knows. Differences and
cross products of such points up to 2^15 pixels from the origin are exact in float64, so no
rounding can lose or double a passage at a vertex."""

LIMIT_PX = 32768.0

_INFINITESIMAL = 1e-30
_RIGHT, _LEFT = np.int8(1), np.int8(-1)

FloatArray = npt.NDArray[np.float64]
SignArray = npt.NDArray[np.int8]


def snapped(points: FloatArray) -> FloatArray:
    """Points on the grid of exact arithmetic, clipped to ``LIMIT_PX`` around the origin."""
    on_grid: FloatArray = np.rint(np.clip(points, -LIMIT_PX, LIMIT_PX) * GRID) / GRID
    return on_grid


@dataclass(frozen=True, slots=True)
class Steps:
    """The last step of each track's anchor.

    Args:
        start, end: points on the grid, pixels, shape (n, 2).
        axes: half-axes of the anchor's ellipse at the end, pixels, shape (n, 2).
    """

    start: FloatArray
    end: FloatArray
    axes: FloatArray

    def strides(self) -> FloatArray:
        """Lengths of the steps in units of the ellipse, shape (n,)."""
        x, y = ((self.end - self.start) / self.axes).T
        strides: FloatArray = np.hypot(x, y)
        return strides


@dataclass(frozen=True, slots=True)
class Passages:
    """Places where steps pass through lines, or close round one of their ends.

    Args:
        step, line: indices of the step and of the line, shape (k,).
        sign: +1 from the left to the right of the line, -1 back, shape (k,).
        at: share of the step done at the passage, 0 to 1, shape (k,).
        through: true through the line itself, false round its end, shape (k,).
    """

    step: npt.NDArray[np.intp]
    line: npt.NDArray[np.intp]
    sign: SignArray
    at: FloatArray
    through: npt.NDArray[np.bool_]


class Polylines:
    """Several polylines in pixels, y down, as flat arrays of segments.

    Args:
        lines: one array of vertices, shape (n, 2), n >= 2, per line.
    """

    def __init__(self, lines: Sequence[FloatArray]) -> None:
        kept = [_without_repeats(snapped(np.asarray(line, dtype=np.float64))) for line in lines]
        self.count = len(kept)
        joined = [(line[:-1], line[1:]) for line in kept]
        empty = np.empty((0, 2))
        self._a: FloatArray = np.concatenate([a for a, _ in joined]) if joined else empty
        self._b: FloatArray = np.concatenate([b for _, b in joined]) if joined else empty
        self._d: FloatArray = self._b - self._a
        lengths = [len(a) for a, _ in joined]
        self._line_of = np.repeat(np.arange(self.count), lengths)
        open_ended = np.array([not np.array_equal(line[0], line[-1]) for line in kept], dtype=bool)
        index = np.concatenate([np.arange(n) for n in lengths]) if lengths else np.empty(0)
        self._first = (index == 0) & open_ended[self._line_of]
        self._last = (index == np.repeat(lengths, lengths) - 1) & open_ended[self._line_of]
        self._starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.intp)
        # A point exactly on a segment's line is taken to be moved by an infinitely small (e, e^2):
        # Edelsbrunner & Mücke, "Simulation of Simplicity", ACM TOG 9 (1990). Every passage through
        # a vertex is then a passage through exactly one of its segments.
        self._tie = (self._d[:, 1] < 0) | ((self._d[:, 1] == 0) & (self._d[:, 0] > 0))

    @property
    def segments(self) -> int:
        """Number of segments of all lines."""
        return len(self._a)

    def sides(self, points: FloatArray) -> SignArray:
        """Side of each segment's infinite line: +1 right, -1 left, never 0; shape (n, segments).

        Walking from a segment's first to its second point, seen in the picture::

                 left (-1)
            a ───────────────► b
                 right (+1)
        """
        qx, qy = points[:, :1] - self._a[:, 0], points[:, 1:] - self._a[:, 1]
        o = self._d[:, 0] * qy - self._d[:, 1] * qx
        right = (o > 0) | ((o == 0) & self._tie)
        sides: SignArray = np.where(right, _RIGHT, _LEFT)
        return sides

    def _orientation(self, points: FloatArray, segment: npt.NDArray[np.intp]) -> FloatArray:
        qx, qy = (points - self._a[segment]).T
        dx, dy = self._d[segment].T
        o: FloatArray = dx * qy - dy * qx
        return o

    def passages(self, steps: Steps, sides_start: SignArray, sides_end: SignArray) -> Passages:
        """Passages of the steps through the segments, and round the ends of the lines.

        A passage round an end goes through the prolongation of the end segment, no farther from
        the end than the object's ellipse reaches; what passes farther off was clear there::

                      x through           round o
            a ────────x─────────────► b ········o··  1 half-axis

        Args:
            steps: points on the grid (see ``snapped``).
            sides_start, sides_end: what ``sides`` says of their points, shape (n, segments).
        """
        step, segment = np.nonzero(sides_start != sides_end)
        p, q = steps.start[step], steps.end[step]
        a, b = self._a[segment], self._b[segment]
        from_a, from_b = _side_of_step(p, q, a), _side_of_step(p, q, b)
        through = (from_a > 0) != (from_b > 0)
        o0, o1 = self._orientation(p, segment), self._orientation(q, segment)
        at = o0 / (o0 - o1)

        before_a = np.abs(from_a) < np.abs(from_b)
        is_end = np.where(before_a, self._first[segment], self._last[segment])
        to_end = (p + at[:, None] * (q - p) - np.where(before_a[:, None], a, b)) / steps.axes[step]
        keep = through | (is_end & (np.sum(to_end * to_end, axis=1) <= 1))
        step, segment = step[keep], segment[keep]
        return Passages(
            step, self._line_of[segment], sides_end[step, segment], at[keep], through[keep]
        )

    def holds(self, points: FloatArray) -> npt.NDArray[np.bool_]:
        """True where a closed polyline goes round the point, shape (n, lines); even-odd rule.

        A point exactly on the border belongs to one side, the same one for which ``passages``
        reports a passage. Meaningless for open polylines.
        """
        sides = self.sides(points)
        # The ray to x → +inf from the point moved by (e, e^2): an edge counts when it spans y.
        above_a = self._a[:, 1] > points[:, 1:]
        above_b = self._b[:, 1] > points[:, 1:]
        rising = self._b[:, 1] < self._a[:, 1]
        # With y down, the point is to the left of the edge in x when it is on the left of an edge
        # that rises in the picture, or on the right of one that falls.
        hit = (above_a != above_b) & (sides == np.where(rising, -1, 1))
        if not self.count:
            return np.zeros((len(points), 0), dtype=np.bool_)
        odd: npt.NDArray[np.bool_] = np.logical_xor.reduceat(hit, self._starts, axis=1)
        return odd

    def extent(self) -> tuple[FloatArray, FloatArray]:
        """Least and greatest x and y of all vertices."""
        vertices = np.concatenate((self._a, self._b))
        return vertices.min(axis=0), vertices.max(axis=0)

    def clearance(self, points: FloatArray, axes: FloatArray) -> FloatArray:
        """Distance of points to each line in units of their ellipse, shape (n, lines).

        Args:
            points: shape (n, 2), pixels.
            axes: half-axes of each point's ellipse, pixels, shape (n, 2).
        """
        if not self.count:
            return np.empty((len(points), 0))
        sx, sy = 1.0 / axes[:, :1], 1.0 / axes[:, 1:]
        qx, qy = (points[:, :1] - self._a[:, 0]) * sx, (points[:, 1:] - self._a[:, 1]) * sy
        dx, dy = self._d[:, 0] * sx, self._d[:, 1] * sy
        t = (qx * dx + qy * dy) / (dx * dx + dy * dy)
        np.minimum(np.maximum(t, 0.0, out=t), 1.0, out=t)
        qx -= t * dx
        qy -= t * dy
        nearest2 = np.minimum.reduceat(qx * qx + qy * qy, self._starts, axis=1)
        nearest: FloatArray = np.sqrt(nearest2)
        return nearest


def _side_of_step(p: FloatArray, q: FloatArray, vertex: FloatArray) -> FloatArray:
    """Twice the area of p, q, vertex with its sign; never 0, by the same infinitesimal move."""
    (dx, dy), (vx, vy) = (q - p).T, (vertex - p).T
    area: FloatArray = dx * vy - dy * vx
    on_it = area == 0
    if np.any(on_it):
        right = (dy > 0) | ((dy == 0) & (dx < 0))
        area[on_it] = np.where(right, _INFINITESIMAL, -_INFINITESIMAL)[on_it]
    return area


def _without_repeats(points: FloatArray) -> FloatArray:
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.any(points[1:] != points[:-1], axis=1)
    return points[keep]
