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

FloatArray = npt.NDArray[np.float64]
SignArray = npt.NDArray[np.int8]


def snapped(points: FloatArray) -> FloatArray:
    """Points on the grid of exact arithmetic, clipped to ``LIMIT_PX`` around the origin."""
    on_grid: FloatArray = np.rint(np.clip(points, -LIMIT_PX, LIMIT_PX) * GRID) / GRID
    return on_grid


@dataclass(frozen=True, slots=True)
class Passages:
    """Places where steps pass through segments.

    Args:
        step, line: indices of the step and of the line, shape (k,).
        sign: +1 from the left to the right of the line, -1 back, shape (k,).
        at: share of the step done at the passage, 0 to 1, shape (k,).
    """

    step: npt.NDArray[np.intp]
    line: npt.NDArray[np.intp]
    sign: SignArray
    at: FloatArray


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
        self._starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.intp)
        # A point exactly on a segment's line is taken to be moved by an infinitely small (e, e^2):
        # Edelsbrunner & Mücke, "Simulation of Simplicity", ACM TOG 9 (1990). Every passage through
        # a vertex is then a passage through exactly one of its segments.
        self._tie: SignArray = np.where(
            self._d[:, 1] != 0, -np.sign(self._d[:, 1]), np.sign(self._d[:, 0])
        ).astype(np.int8)

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
        o = self._orientation(points[:, None, :], slice(None))
        sides: SignArray = np.where(o == 0, self._tie, np.sign(o)).astype(np.int8)
        return sides

    def _orientation(self, points: FloatArray, which: slice | npt.NDArray[np.intp]) -> FloatArray:
        q = points - self._a[which]
        d = self._d[which]
        o: FloatArray = d[..., 0] * q[..., 1] - d[..., 1] * q[..., 0]
        return o

    def passages(
        self, start: FloatArray, end: FloatArray, sides_start: SignArray, sides_end: SignArray
    ) -> Passages:
        """Passages of the steps start → end, shape (n, 2), through the segments themselves.

        Args:
            start, end: points on the grid (see ``snapped``).
            sides_start, sides_end: what ``sides`` says of them, shape (n, segments).
        """
        step, segment = np.nonzero(sides_start != sides_end)
        p, q = start[step], end[step]
        a, b = (
            self._side_of_step(p, q, self._a[segment]),
            self._side_of_step(p, q, self._b[segment]),
        )
        through = a != b
        step, segment, p, q = step[through], segment[through], p[through], q[through]
        o0 = self._orientation(p, segment)
        o1 = self._orientation(q, segment)
        return Passages(step, self._line_of[segment], sides_end[step, segment], o0 / (o0 - o1))

    @staticmethod
    def _side_of_step(p: FloatArray, q: FloatArray, vertex: FloatArray) -> npt.NDArray[np.float64]:
        d, v = q - p, vertex - p
        o = d[:, 0] * v[:, 1] - d[:, 1] * v[:, 0]
        tie = np.where(d[:, 1] != 0, np.sign(d[:, 1]), -np.sign(d[:, 0]))
        side: npt.NDArray[np.float64] = np.where(o == 0, tie, np.sign(o))
        return side

    def clearance(self, points: FloatArray, axes: FloatArray) -> FloatArray:
        """Signed distance of points to each line in units of their ellipse, shape (n, lines).

        The distance is to the nearest point of the polyline, the sign (+ right, - left) that of
        the side on which one leaves it there; at a vertex both neighbours are asked, which gives
        the sign of the pseudonormal (Baerentzen & Aanaes, IEEE TVCG 11, 2005). Beyond the end of a
        line the end segment's side holds on.

        Args:
            points: shape (n, 2), pixels.
            axes: half-axes of each point's ellipse, pixels, shape (n, 2).
        """
        if not self.count:
            return np.empty((len(points), 0))
        scale = 1.0 / axes[:, None, :]
        raw = points[:, None, :] - self._a
        qx, qy = raw[..., 0] * scale[..., 0], raw[..., 1] * scale[..., 1]
        dx, dy = self._d[:, 0] * scale[..., 0], self._d[:, 1] * scale[..., 1]
        length2 = dx * dx + dy * dy
        t = np.clip((qx * dx + qy * dy) / length2, 0.0, 1.0)
        # At t = 1 the subtraction must give exactly what the next segment has at t = 0.
        nx = (raw[..., 0] - t * self._d[:, 0]) * scale[..., 0]
        ny = (raw[..., 1] - t * self._d[:, 1]) * scale[..., 1]
        distance2 = nx * nx + ny * ny
        nearest2 = np.minimum.reduceat(distance2, self._starts, axis=1)
        normal = (dx * qy - dy * qx) / np.sqrt(length2)
        at_nearest = np.where(distance2 <= nearest2[:, self._line_of], normal, 0.0)
        sign = np.sign(np.add.reduceat(at_nearest, self._starts, axis=1))
        signed: FloatArray = sign * np.sqrt(nearest2)
        return signed


def _without_repeats(points: FloatArray) -> FloatArray:
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.any(points[1:] != points[:-1], axis=1)
    return points[keep]
