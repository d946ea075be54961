"""Voronoi density: the room that each person has, and how full an area is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from parvis.measures.ground.convex import ConvexPieces, Polygons, regular, widened
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.shapes import GroundZone

CUT_OFF_M = 1.0
CUT_OFF_CORNERS = 12
"""A cell reaches no farther than a regular polygon of 12 corners on a circle of 1 m: what a lone
person may claim (PedPy's ``Cutoff(radius=1.0, quad_segments=3)``)."""

_SAME_PLACE_M = 1e-6
_NO_PAIRS = np.empty((0, 2), dtype=np.intp)
_LOOKS = 3
"""After so many neighbours it is looked which cells are complete."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The Voronoi cells of one or more moments, cut off and inside the walkable area.

    Args:
        areas_m2: of each person's cell, shape (n,). Steffen & Seyfried, "Methods for measuring
            pedestrian density, flow, speed and direction with minimal scatter", Physica A 389
            (2010) 1902.
        densities_pm2: of each moment and zone, shape (moments, zones): the sum over persons of
            the share of their cell that lies in the zone, by the zone's area.
    """

    areas_m2: FloatArray
    densities_pm2: FloatArray


class VoronoiDensity:
    """Voronoi cells in fixed areas.

    Differs from PedPy 1.5.1 in one case: a cell that a wall cuts in two keeps both parts here, and
    only the part with the person in it there.

    Args:
        zones: where the density is wanted.
        walkable: where people can be; None where nobody has drawn it: then only the cut-off
            bounds a cell.
        cut_off_m: radius of the cut-off.
    """

    def __init__(
        self,
        zones: Sequence[GroundZone],
        walkable: GroundZone | None = None,
        cut_off_m: float = CUT_OFF_M,
    ) -> None:
        self._cut_off_m = cut_off_m
        self._walkable = ConvexPieces([walkable.array()]) if walkable else None
        self._zones = ConvexPieces([zone.array() for zone in zones])
        corners = [zone.array() for zone in zones]
        self._bounds = (
            np.array([ring.min(axis=0) for ring in corners]).reshape(-1, 2),
            np.array([ring.max(axis=0) for ring in corners]).reshape(-1, 2),
        )
        self._areas_m2 = np.array([zone.area_m2 for zone in zones])

    def cells(self, points: FloatArray, starts: IndexArray) -> Cells:
        """The cells of people at one or more moments.

        Args:
            points: where they are, metres, moment by moment, shape (n, 2).
            starts: where those of each moment begin, and the number of all, shape (moments + 1,).
        """
        moments, zones = len(starts) - 1, len(self._areas_m2)
        moment = np.repeat(np.arange(moments), np.diff(starts))
        cut = self._bounded(points, moment)
        owner: IndexArray = np.arange(len(points))
        if self._walkable is not None:
            cut, owner, _ = self._walkable.cut(cut, points, self._cut_off_m)
        areas = np.bincount(owner, cut.areas_m2(), len(points)).astype(np.float64)
        inside, part, zone = self._zones.cut(cut, points[owner], self._cut_off_m)
        size, whole = inside.areas_m2(), areas[owner[part]]
        share = np.divide(size, whole, out=np.zeros(len(size)), where=whole > 0)
        place = moment[owner[part]] * zones + zone
        sums = np.bincount(place, share, moments * zones).reshape(moments, zones)
        return Cells(areas, sums / self._areas_m2)

    def densities_pm2(self, points: FloatArray) -> FloatArray:
        """Densities of one moment's zones, shape (zones,); who is far from all is left out.

        A cell reaches ``cut_off_m``, and only neighbours within twice that shape it: who is more
        than three times that away from a zone changes nothing in it.
        """
        low, high = (bound[:, None] for bound in self._bounds)
        margin = 3 * self._cut_off_m
        near = np.all((points >= low - margin) & (points <= high + margin), axis=2).any(axis=0)
        points = points[near]
        densities: FloatArray = self.cells(points, np.array((0, len(points)))).densities_pm2[0]
        return densities

    def _bounded(self, points: FloatArray, moment: IndexArray) -> Polygons:
        """Each cell within the cut-off, cut by the bisectors to its neighbours."""
        near = _Neighbours.of(points, moment, 2 * self._cut_off_m)
        cells = regular(np.zeros((len(points), 2)), self._cut_off_m, CUT_OFF_CORNERS).corners
        rows = np.arange(len(points))
        done: list[tuple[IndexArray, FloatArray]] = []
        k = 0
        while len(rows):
            going = near.number[rows] > k
            if k % _LOOKS == _LOOKS - 1:
                # Neighbours come in order of distance: when half of it is beyond the farthest
                # corner of a cell, neither this one nor any later one touches it.
                reach2 = (cells[..., 0] ** 2 + cells[..., 1] ** 2).max(axis=1)
                going[going] = near.distance2(rows[going], k) < 4 * reach2[going]
            if not going.all():
                done.append((rows[~going], cells[~going]))
                rows, cells = rows[going], cells[going]
            way = near.way(rows, k)
            cells = Polygons(cells).cut(way, 0.5 * np.sum(way * way, axis=1)).corners
            k += 1
        width = max((part.shape[1] for _, part in done), default=1)
        bounded = np.empty((len(points), width, 2))
        for which, part in done:
            bounded[which] = widened(part, width) + points[which, None, :]
        return Polygons(bounded)


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Whom each point has around it, the nearest first.

    Args:
        number: how many, shape (n,).
        starts: where those of each point begin in ``ways``, shape (n,).
        ways: from the point to each neighbour, shape (sum of number, 2).
    """

    number: IndexArray
    starts: IndexArray
    ways: FloatArray

    @classmethod
    def of(cls, points: FloatArray, moment: IndexArray, reach_m: float) -> "_Neighbours":
        """All within ``reach_m``; who is in the same place (a double detection) is none.

        The moments lie above each other, out of reach, for the search.
        """
        n = len(points)
        pairs = _NO_PAIRS
        if n > 1:
            apart = np.column_stack((points, 2 * reach_m * moment))
            tree = KDTree(apart)  # type: ignore[no-untyped-call]
            pairs = tree.query_pairs(reach_m, output_type="ndarray")  # type: ignore[no-untyped-call]
        i, j = np.concatenate((pairs, pairs[:, ::-1])).T
        ways = points[j] - points[i]
        distance2 = np.sum(ways * ways, axis=1)
        order = np.lexsort((distance2, i))
        order = order[distance2[order] > _SAME_PLACE_M**2]
        number = np.bincount(i[order], minlength=n).astype(np.intp)
        return cls(number, np.cumsum(number) - number, ways[order])

    def way(self, rows: IndexArray, k: int) -> FloatArray:
        """The way from each of these points to its k-th neighbour, shape (rows, 2)."""
        ways: FloatArray = self.ways[self.starts[rows] + k]
        return ways

    def distance2(self, rows: IndexArray, k: int) -> FloatArray:
        """The squares of the distances to their k-th neighbours, shape (rows,)."""
        way = self.way(rows, k)
        squares: FloatArray = np.sum(way * way, axis=1)
        return squares
