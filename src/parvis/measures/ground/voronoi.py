"""Voronoi density: the room that each person has, and how full an area is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import Delaunay

from parvis.measures.ground.convex import ConvexPieces, Polygons, regular
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.shapes import GroundZone

CUT_OFF_M = 1.0
CUT_OFF_CORNERS = 12
"""A cell reaches no farther than a regular polygon of 12 corners on a circle of 1 m: what a lone
person may claim (PedPy's ``Cutoff(radius=1.0, quad_segments=3)``)."""

_FAR = 1e3
_SAME_PLACE_M = 1e-6


@dataclass(frozen=True, slots=True)
class Cells:
    """The Voronoi cells of one moment, cut off and inside the walkable area.

    Args:
        areas_m2: of each person's cell, shape (n,). Steffen & Seyfried, "Methods for measuring
            pedestrian density, flow, speed and direction with minimal scatter", Physica A 389
            (2010) 1902.
        densities_pm2: of each zone, shape (zones,): the sum over persons of the share of their
            cell that lies in the zone, by the zone's area.
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

    def cells(self, points: FloatArray) -> Cells:
        """The cells of people at these points, metres, shape (n, 2)."""
        cut = self._bounded(points)
        owner: IndexArray = np.arange(len(points))
        if self._walkable is not None:
            cut, owner, _ = self._walkable.cut(cut)
        areas = np.bincount(owner, cut.areas_m2(), len(points)).astype(np.float64)
        inside, part, zone = self._zones.cut(cut)
        size, whole = inside.areas_m2(), areas[owner[part]]
        share = np.divide(size, whole, out=np.zeros(len(size)), where=whole > 0)
        return Cells(areas, np.bincount(zone, share, len(self._areas_m2)) / self._areas_m2)

    def densities_pm2(self, points: FloatArray) -> FloatArray:
        """Densities of the zones alone, shape (zones,); those who are far from all are left out.

        A cell reaches ``cut_off_m``, and only neighbours within twice that shape it: who is more
        than three times that away from a zone changes nothing in it.
        """
        low, high = (bound[:, None] for bound in self._bounds)
        margin = 3 * self._cut_off_m
        near = np.all((points >= low - margin) & (points <= high + margin), axis=2).any(axis=0)
        return self.cells(points[near]).densities_pm2

    def _bounded(self, points: FloatArray) -> Polygons:
        cut = regular(points, self._cut_off_m, CUT_OFF_CORNERS)
        for normals, offsets in _bisectors(points, 2 * self._cut_off_m):
            cut = cut.cut(normals, offsets)
        return cut


def _bisectors(points: FloatArray, reach_m: float) -> list[tuple[FloatArray, FloatArray]]:
    """Half-planes that bound each point's cell, the nearest neighbours first.

    Only neighbours within ``reach_m`` can matter; they are those of the Delaunay triangulation.
    Points in the same place (a double detection) share their cell.
    """
    n = len(points)
    if n < 2:
        return []
    i, j = _neighbours(points)
    way = points[j] - points[i]
    distance = np.hypot(way[:, 0], way[:, 1])
    near = (distance <= reach_m) & (distance > _SAME_PLACE_M)
    i, j, way, distance = i[near], j[near], way[near], distance[near]
    order = np.lexsort((distance, i))
    i, j, way = i[order], j[order], way[order]
    number = np.bincount(i, minlength=n)
    rank = np.arange(len(i)) - np.repeat(np.cumsum(number) - number, number)
    offset = np.sum(way * 0.5 * (points[i] + points[j]), axis=1)
    planes = []
    for k in range(int(number.max(initial=0))):
        now = rank == k
        normals, offsets = np.zeros((n, 2)), np.zeros(n)
        normals[i[now]], offsets[i[now]] = way[now], offset[now]
        planes.append((normals, offsets))
    return planes


def _neighbours(points: FloatArray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of neighbours, both ways."""
    n = len(points)
    if n <= 16:
        i, j = np.nonzero(~np.eye(n, dtype=bool))
        return i, j
    centre = points.mean(axis=0)
    far = np.array(((-1.0, -1.0), (1.0, -1.0), (0.0, 1.5))) * _FAR * (np.ptp(points) + 1)
    # Far points keep Qhull content with people in one row, and make every cell a bounded one.
    mesh = Delaunay(np.concatenate((points - centre, far)))
    starts, found = mesh.vertex_neighbor_vertices
    i = np.repeat(np.arange(n + 3), np.diff(starts))
    real = (i < n) & (found < n)
    i, j = i[real], found[real].astype(np.intp)
    double = mesh.coplanar[:, [0, 2]] if len(mesh.coplanar) else np.empty((0, 2), dtype=np.intp)
    for point, vertex in double.tolist():
        # A point in another's place has its neighbours too.
        mine = j[i == vertex]
        i = np.concatenate((i, np.full(len(mine), point), mine))
        j = np.concatenate((j, mine, np.full(len(mine), point)))
    return i, j
