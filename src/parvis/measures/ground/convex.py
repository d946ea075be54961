"""Many convex polygons at once: cut by half-planes, measured, and what polygons are made of."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray, IndexArray


class Polygons:
    """Convex polygons as one array; short ones repeat their last corner.

    Args:
        corners: against the clock, shape (n, k, 2), k >= 1.
    """

    def __init__(self, corners: FloatArray) -> None:
        self.corners = corners

    def __len__(self) -> int:
        return len(self.corners)

    def areas_m2(self) -> FloatArray:
        """Areas, shape (n,)."""
        if not len(self):
            return np.zeros(0)
        x, y = np.moveaxis(self.corners - self.corners[:, :1], 2, 0)
        after_x, after_y = _next(x), _next(y)
        areas: FloatArray = 0.5 * np.sum(x * after_y - after_x * y, axis=1)
        return areas

    def cut(self, normals: FloatArray, offsets: FloatArray) -> "Polygons":
        """What of polygon i lies where ``normals[i] · x <= offsets[i]``.

        Sutherland & Hodgman, "Reentrant polygon clipping", CACM 17 (1974), for all at once. An
        empty result keeps one corner with no area.

        Args:
            normals: shape (n, 2).
            offsets: shape (n,).
        """
        p = self.corners
        depth = p[..., 0] * normals[:, :1] + p[..., 1] * normals[:, 1:] - offsets[:, None]
        kept = depth <= 0
        if kept.all():
            return self
        whole, some = kept.all(axis=1), kept.any(axis=1)
        part = np.flatnonzero(some & ~whole)
        sliced = _sliced(p[part], depth[part], kept[part])
        width = max(p.shape[1], sliced.shape[1])
        cut = widened(p, width).copy()
        cut[part] = widened(sliced, width)
        cut[~some] = p[~some, :1]
        return Polygons(cut)


class ConvexPieces:
    """Polygons of any shape as convex pieces, ready to cut others.

    Args:
        rings: corners of each, against the clock, without repeats, shape (n, 2).
    """

    def __init__(self, rings: Sequence[FloatArray]) -> None:
        pieces = [(i, piece) for i, ring in enumerate(rings) for piece in convex_pieces(ring)]
        self.owner: IndexArray = np.array([i for i, _ in pieces], dtype=np.intp)
        edges = max((len(piece) for _, piece in pieces), default=0)
        # Pieces with fewer edges have some that cut nothing: 0 · x <= infinity.
        self._normals = np.zeros((edges, len(pieces), 2))
        self._offsets = np.full((edges, len(pieces)), np.inf)
        self._low, self._high = np.zeros((2, len(pieces), 2))
        for i, (_, piece) in enumerate(pieces):
            along = np.roll(piece, -1, axis=0) - piece
            outwards = np.column_stack((along[:, 1], -along[:, 0]))
            outwards /= np.hypot(along[:, 0], along[:, 1])[:, None]
            self._normals[: len(piece), i] = outwards
            self._offsets[: len(piece), i] = np.sum(outwards * piece, axis=1)
            self._low[i], self._high[i] = piece.min(axis=0), piece.max(axis=0)

    def cut(
        self, cells: Polygons, centres: FloatArray, reach_m: float
    ) -> tuple[Polygons, IndexArray, IndexArray]:
        """What of each cell lies in each piece, where they can meet at all.

        Args:
            cells: the cells.
            centres: a point for each, shape (n, 2), and
            reach_m: how far its corners can be from there.

        Returns:
            The parts, and for each the index of its cell and that of the polygon it lies in.
        """
        low, high = centres - reach_m, centres + reach_m
        apart = (low[:, None] > self._high) | (high[:, None] < self._low)
        cell, piece = np.nonzero(~apart.any(axis=2))
        corners, middles = cells.corners[cell], centres[cell]
        for normals, offsets in zip(self._normals, self._offsets, strict=True):
            beyond = np.sum(middles * normals[piece], axis=1) - offsets[piece]
            near = np.flatnonzero(beyond > -reach_m)  # others lie wholly on the inner side
            if len(near):
                these = piece[near]
                cut = Polygons(corners[near]).cut(normals[these], offsets[these]).corners
                width = max(cut.shape[1], corners.shape[1])
                corners = widened(corners, width)
                corners[near] = widened(cut, width)
        return Polygons(corners), cell, self.owner[piece]


def widened(corners: FloatArray, width: int) -> FloatArray:
    """The same polygons with ``width`` corners, the last one repeated."""
    missing = width - corners.shape[1]
    if missing <= 0:
        return corners
    return np.concatenate((corners, np.repeat(corners[:, -1:], missing, axis=1)), axis=1)


def _next(values: np.ndarray) -> np.ndarray:
    """What belongs to the next corner of each."""
    return np.concatenate((values[:, 1:], values[:, :1]), axis=1)


def _sliced(p: FloatArray, depth: FloatArray, kept: np.ndarray) -> FloatArray:
    """What of each polygon has depth <= 0: from where its border goes in to where it comes out.

    Each has corners on both sides. Counted from the one farthest out, those between the first and
    the last kept stay; two new ones come before and after them.
    """
    n, k = kept.shape
    corner = np.arange(k)
    turn = depth.argmax(axis=1)[:, None] + corner
    turn[turn >= k] -= k
    turn += np.arange(0, n * k, k)[:, None]
    kept = kept.ravel()[turn]
    first, last = kept.argmax(axis=1), k - 1 - kept[:, ::-1].argmax(axis=1)
    row = np.arange(n)
    places = np.ascontiguousarray(p).view(np.complex128).ravel()
    depths = depth.ravel()

    def border(inner: IndexArray, outer: IndexArray) -> npt.NDArray[np.complex128]:
        here, there = turn[row, inner], turn[row, outer]
        share = depths[here] / (depths[here] - depths[there])
        at: npt.NDArray[np.complex128] = places[here] + share * (places[there] - places[here])
        return at

    width = int((last - first).max(initial=0)) + 3
    nth = np.minimum(first[:, None] - 1 + np.arange(width), last[:, None] + 1)
    after = nth > last[:, None]
    nth[after] = 0
    sliced = places[turn[row[:, None], nth]]
    sliced[:, 0] = border(first, first - 1)
    sliced[after] = np.repeat(border(last, np.where(last + 1 < k, last + 1, 0)), after.sum(axis=1))
    corners: FloatArray = sliced.view(np.float64).reshape(n, width, 2)
    return corners


def convex_pieces(corners: FloatArray) -> list[FloatArray]:
    """Convex polygons that together make a simple one: itself when convex, else triangles.

    The triangles are cut off ear by ear: Meisters, "Polygons have ears", Amer. Math. Monthly 82
    (1975).

    Args:
        corners: against the clock, without repeats, shape (n, 2).
    """
    if np.all(_turns(corners) >= 0):
        return [corners]
    left = list(range(len(corners)))
    pieces = []
    while len(left) > 3:
        ear = _ear(corners, left)
        pieces.append(corners[[left[ear - 1], left[ear], left[(ear + 1) % len(left)]]])
        del left[ear]
    pieces.append(corners[left])
    return pieces


def regular(centres: FloatArray, radius_m: float, corners: int) -> Polygons:
    """Regular polygons around points, corners on the circle, the first to the east."""
    angles = np.arange(corners) * (2 * np.pi / corners)
    ring = radius_m * np.column_stack((np.cos(angles), np.sin(angles)))
    return Polygons(centres[:, None, :] + ring)


def _turns(corners: FloatArray) -> FloatArray:
    into = corners - np.roll(corners, 1, axis=0)
    out = np.roll(corners, -1, axis=0) - corners
    turns: FloatArray = into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0]
    return turns


def _ear(corners: FloatArray, left: list[int]) -> int:
    """Index in ``left`` of a corner whose triangle holds no other corner."""
    ring = corners[left]
    turns = _turns(ring)
    n = len(ring)
    order: list[int] = np.argsort(-turns).tolist()
    for i in order:
        if turns[i] <= 0:
            break
        a, b, c = ring[i - 1], ring[i], ring[(i + 1) % n]
        rest = np.delete(ring, [(i - 1) % n, i, (i + 1) % n], axis=0)
        sides = [
            (q[0] - p[0]) * (rest[:, 1] - p[1]) - (q[1] - p[1]) * (rest[:, 0] - p[0])
            for p, q in ((a, b), (b, c), (c, a))
        ]
        if not np.any(np.all(np.array(sides) >= 0, axis=0)):
            return i
    return int(np.abs(turns).argmin())  # corners in a row: cutting one off loses nothing
