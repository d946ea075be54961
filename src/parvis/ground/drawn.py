"""Lines and areas drawn over the picture → the same on the ground, as far as it is seen."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from parvis.ground.ground_map import GroundMap

Floats = npt.NDArray[np.float64]

_STEP = 0.01
"""Distance of the points that a side is looked at in, halves of the diagonal: 11 px in 1080p."""
_BISECTIONS = 24


@dataclass(frozen=True, slots=True, eq=False)
class OnGround:
    """A drawn shape on the ground.

    Args:
        points: metres, shape (n, 2); empty when nothing of it has positions.
        seen: part of the drawn shape that has positions, of its length or area in the picture,
            0 to 1. What is beyond the horizon or too coarse is cut off.
    """

    points: Floats
    seen: float


def area_on_ground(view: GroundMap, corners: Floats) -> OnGround:
    """An area, its corners in pixels in the order of a walk round it, shape (n, 2).

    Straight sides stay straight, but for those that the lens bends; a side that runs out of sight
    is cut where positions end, and the cut is closed straight.
    """
    ring = np.concatenate((corners, corners[:1]))
    pixels, usable = _walk(view, ring)
    kept = pixels[usable]
    whole = abs(_area(corners))
    if len(kept) < 3 or whole <= 0:
        return OnGround(np.empty((0, 2)), 0.0)
    share = min(abs(_area(kept)) / whole, 1.0)
    plain = bool(usable.all()) and not (view.lens.k1 or view.lens.k2)
    return OnGround(_located(view, corners if plain else kept[:-1]), 1.0 if plain else share)


def line_on_ground(view: GroundMap, points: Floats) -> OnGround:
    """A line, its vertices in pixels, shape (n, 2); of several parts in sight the longest."""
    pixels, usable = _walk(view, points)
    whole = _length(pixels)
    if usable.all() and not (view.lens.k1 or view.lens.k2):
        return OnGround(_located(view, points), 1.0)
    best = np.empty((0, 2))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], usable.astype(np.int8), [0]))))
    for start, end in edges.reshape(-1, 2).tolist():
        part = pixels[start:end]
        if len(part) > 1 and _length(part) > _length(best):
            best = part
    return OnGround(_located(view, best), _length(best) / whole if whole else 0.0)


def _walk(view: GroundMap, points: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Points along a path, close together, and where positions end; and which have positions."""
    dense = [points[:1]]
    for a, b in pairwise(points):
        n = max(1, int(np.ceil(np.linalg.norm(b - a) / (_STEP * view.half_diagonal))))
        dense.append(a + np.linspace(0, 1, n + 1)[1:, None] * (b - a))
    pixels = np.concatenate(dense)
    usable = view.withheld(pixels) == 0
    turns = np.flatnonzero(usable[1:] != usable[:-1])
    if len(turns):
        inside = np.where(usable[turns, None], pixels[turns], pixels[turns + 1])
        outside = np.where(usable[turns, None], pixels[turns + 1], pixels[turns])
        for _ in range(_BISECTIONS):
            half = (inside + outside) / 2
            seen = (view.withheld(half) == 0)[:, None]
            inside, outside = np.where(seen, half, inside), np.where(seen, outside, half)
        pixels = np.insert(pixels, turns + 1, inside, axis=0)
        usable = np.insert(usable, turns + 1, True)
    return pixels, usable


def _located(view: GroundMap, pixels: Floats) -> Floats:
    if not len(pixels):
        return np.empty((0, 2))
    return view.locate(pixels, np.zeros((len(pixels), 2, 2))).points


def _length(points: Floats) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def _area(corners: Floats) -> float:
    x, y = (corners - corners[0]).T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
