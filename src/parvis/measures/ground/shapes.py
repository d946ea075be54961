"""Lines and areas on the ground, in metres."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from parvis.measures.ground.segments import FloatArray, IndexArray, Segments, orientation


class ZoneUse(StrEnum):
    """What a zone is for; it decides which observers watch it and which levels apply."""

    WALKWAY = "walkway"
    WAITING = "waiting"
    QUEUE = "queue"
    PARKING = "parking"


@dataclass(frozen=True, slots=True)
class GroundLine:
    """A directed polyline on the ground.

            left
    a ───────────────► b      left → right is direction 0, right → left is direction 1
            right

    Args:
        points: vertices in metres, y up, n >= 2.

    Raises:
        ValueError: fewer than two distinct vertices, or one that is not a finite number.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        vertices = np.asarray(self.points, dtype=np.float64)
        if vertices.ndim != 2 or vertices.shape[1] != 2 or not np.all(np.isfinite(vertices)):
            raise ValueError(f"a line is a list of (x, y) points, not {self.points!r}")
        if len(np.unique(vertices, axis=0)) < 2:
            raise ValueError(f"a line has at least two distinct points, not {self.points!r}")

    def array(self) -> FloatArray:
        """Vertices without repeats, shape (n, 2)."""
        return _without_repeats(np.array(self.points, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class GroundZone:
    """An area on the ground.

    Args:
        points: corners in metres, y up, n >= 3, in the order of a walk round it, either way.
        use: what it is for.
        capacity: places of a car park, or people it is meant for; None when nobody has said.

    Raises:
        ValueError: no area, a corner that is not a finite number, or a capacity under 1.
    """

    points: tuple[tuple[float, float], ...]
    use: ZoneUse = ZoneUse.WALKWAY
    capacity: int | None = None

    def __post_init__(self) -> None:
        corners = np.asarray(self.points, dtype=np.float64)
        if corners.ndim != 2 or corners.shape[1] != 2 or not np.all(np.isfinite(corners)):
            raise ValueError(f"a zone is a list of (x, y) points, not {self.points!r}")
        if len(corners) < 3 or abs(signed_area_m2(corners)) < 1e-6:
            raise ValueError(f"a zone encloses an area, which {self.points!r} does not")
        if self.capacity is not None and self.capacity < 1:
            raise ValueError(f"a capacity is at least 1, not {self.capacity}")

    def array(self) -> FloatArray:
        """Corners, against the clock, without repeats, shape (n, 2)."""
        corners = np.array(self.points, dtype=np.float64)
        if signed_area_m2(corners) < 0:
            corners = corners[::-1]
        return _without_repeats(np.concatenate((corners, corners[:1])))[:-1]

    @property
    def area_m2(self) -> float:
        """Its area, square metres."""
        return abs(signed_area_m2(np.array(self.points, dtype=np.float64)))


def signed_area_m2(corners: FloatArray) -> float:
    """Area of a polygon, > 0 when its corners go round against the clock."""
    x, y = (corners - corners[0]).T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


class Borders:
    """The borders of several zones, with what is inside them.

    Args:
        zones: in the order of the columns of all results.
    """

    def __init__(self, zones: Sequence[GroundZone]) -> None:
        self.count = len(zones)
        self.areas_m2: FloatArray = np.array([zone.area_m2 for zone in zones], dtype=np.float64)
        rings = [zone.array() for zone in zones]
        self._segments = Segments([np.concatenate((ring, ring[:1])) for ring in rings])
        # A level edge spans no height: what is inside shows without it.
        steep = np.flatnonzero(self._segments.d[:, 1])
        self._a, self._d = self._segments.a[steep], self._segments.d[steep]
        self._b = self._segments.b[steep]
        self._ends = np.searchsorted(self._segments.line_of[steep], np.arange(self.count), "right")

    def holds(self, points: FloatArray) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """True where a point lies in a zone, shape (n, zones); even-odd rule."""
        y = points[:, 1]
        # The edge lies on the right of the point when the point is on the left of an edge that
        # goes up, or on the right of one that goes down.
        hit = (orientation(self._a, self._d, points) > 0) == (self._d[:, 1:] > 0)
        hit &= (self._a[:, 1:] > y) != (self._b[:, 1:] > y)
        inside = np.empty((self.count, len(points)), dtype=np.bool_)
        start = 0
        for zone, end in enumerate(self._ends.tolist()):
            np.logical_xor.reduce(hit[start:end], axis=0, out=inside[zone])
            start = end
        return inside.T

    def distances(self, points: FloatArray) -> FloatArray:
        """Distance of points to each border, from inside or outside, metres, shape (n, zones)."""
        return self._segments.distances(points)

    def inner_radii_m(self) -> FloatArray:
        """Radius of the largest circle in each zone, to within a sixtieth of its width."""
        radii = np.zeros(self.count)
        for zone in range(self.count):
            mine = self._segments.line_of == zone
            low, high = self._segments.a[mine].min(axis=0), self._segments.a[mine].max(axis=0)
            x, y = np.meshgrid(*(np.linspace(a, b, 61) for a, b in zip(low, high, strict=True)))
            grid = np.column_stack((x.ravel(), y.ravel()))
            inside = self.holds(grid)[:, zone]
            if inside.any():
                radii[zone] = self.distances(grid[inside])[:, zone].max()
        return np.maximum(radii, 1e-3)

    def inside_shares(
        self, start: FloatArray, end: FloatArray, held: np.ndarray, holds: np.ndarray
    ) -> tuple[FloatArray, IndexArray, IndexArray, np.ndarray, FloatArray]:
        """How much of each step lies in each zone, and where steps pass a border.

        With the inside on the left of every edge (corners against the clock), a passage k from
        right to left enters (s = +1) and one back leaves (s = -1) at share t_k of the step, so
        that the share inside is ``inside(0) + sum s_k (1 - t_k)``, for any simple polygon.

        Args:
            start, end: of the steps, shape (n, 2).
            held, holds: what ``holds`` says of them, shape (n, zones).

        Returns:
            The shares, shape (n, zones), and step, zone, entering (bool) and share at the passage,
            each shape (k,).
        """
        step, segment, sign, at = self._segments.passages(start, end)
        zone = self._segments.line_of[segment]
        place = step * self.count + zone
        size = len(start) * self.count
        net = np.bincount(place, -sign, size).reshape(len(start), self.count)
        shares = held + np.bincount(place, -sign * (1 - at), size).reshape(net.shape)
        # Where a border is grazed within rounding, the two tests may disagree: half and half.
        odd = held + net != holds
        if odd.any():
            shares[odd] = (0.5 * held + 0.5 * holds)[odd]
            keep = ~odd[step, zone]
            step, zone, sign, at = step[keep], zone[keep], sign[keep], at[keep]
        return np.clip(shares, 0.0, 1.0), step, zone, sign < 0, at


def _without_repeats(points: FloatArray) -> FloatArray:
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.any(points[1:] != points[:-1], axis=1)
    return points[keep]
