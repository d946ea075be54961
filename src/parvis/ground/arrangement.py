"""Whether points can calibrate at all, from how they lie: before anything is fitted."""

from itertools import combinations

import numpy as np
import numpy.typing as npt

from parvis.ground.pairs import PointPairs
from parvis.ground.refusals import (
    CollinearError,
    DegreesAsMetresError,
    DuplicatePointsError,
    TooFewPointsError,
    TooWideError,
    numbered,
)

Floats = npt.NDArray[np.float64]

LEAST_PAIRS = 4
SAME_PLACE_Q = 0.002
"""Two picks nearer than this are one: halves of the diagonal, 2 px in 1920 × 1080."""
SAME_PLACE_M = 0.02
THIN = 0.02
"""Width of a strip, as a part of its length, that counts as a line."""
SMALLEST_M, LARGEST_M = 0.5, 3000.0
"""Extent of the ground that a camera can be calibrated on."""


def refuse_bad_arrangement(pairs: PointPairs) -> None:
    """Raise when the points cannot calibrate, however well they were picked.

    Raises:
        TooFewPointsError, DuplicatePointsError, WrongUnitsError, CollinearError.
    """
    if len(pairs) < LEAST_PAIRS:
        raise TooFewPointsError(
            f"{len(pairs)} points are too few",
            "Give four, better six to eight, spread over the ground that is measured",
            points=range(len(pairs)),
        )
    _refuse_extent(pairs.ground)
    _refuse_duplicates(pairs)
    _refuse_lines(pairs.q, "in the picture")
    _refuse_lines(pairs.ground, "on the ground")


def _refuse_extent(ground: Floats) -> None:
    extent = float(np.linalg.norm(np.ptp(ground, axis=0)))
    degrees = bool(np.all(np.abs(ground) <= (180.0, 180.0)))
    if 0 < extent < SMALLEST_M and degrees:
        raise DegreesAsMetresError(
            f"the points lie within {extent:.2g} m",
            "If these are degrees, write them as wgs84: [longitude, latitude]; ground is in metres",
            points=range(len(ground)),
            figures={"extent_m": extent},
        )
    if extent > LARGEST_M:
        raise TooWideError(
            f"the points lie {extent:.0f} m apart",
            "Give metres: these may be pixels of a plan, centimetres, or a point from elsewhere",
            points=_farthest(ground),
            figures={"extent_m": extent},
        )


def _farthest(ground: Floats) -> tuple[int, ...]:
    """Points from elsewhere, when the rest lie together; otherwise all."""
    away = np.linalg.norm(ground - np.median(ground, axis=0), axis=1) > LARGEST_M / 2
    rest = ground[~away]
    together = len(rest) > len(ground) / 2 and np.linalg.norm(np.ptp(rest, axis=0)) < LARGEST_M
    return tuple(np.flatnonzero(away | (not together)).tolist())


def _refuse_duplicates(pairs: PointPairs) -> None:
    q, ground = pairs.q, pairs.ground
    for i, j in combinations(range(len(pairs)), 2):
        in_picture = float(np.linalg.norm(q[i] - q[j])) < SAME_PLACE_Q
        on_ground = float(np.linalg.norm(ground[i] - ground[j])) < SAME_PLACE_M
        if not (in_picture or on_ground):
            continue
        if in_picture and on_ground:
            where = "are the same"
        else:
            where = f"have the same place {'in the picture' if in_picture else 'on the ground'}"
        raise DuplicatePointsError(
            f"points {numbered((i, j))} {where}",
            f"Remove point {j + 1}, or move it to where it belongs",
            points=(i, j),
        )


def _refuse_lines(points: Floats, where: str) -> None:
    n = len(points)
    if _is_line(points):
        raise CollinearError(
            f"all points lie on a line {where}",
            "Add two points well away from the line, on the same side or one on each",
            points=range(n),
        )
    for i in range(n):
        others = np.delete(np.arange(n), i)
        if _is_line(points[others]):
            raise CollinearError(
                f"points {numbered(others.tolist())} lie on a line {where}",
                f"Add a point that lies neither on the line nor near point {i + 1}",
                points=others.tolist(),
            )


def _is_line(points: Floats) -> bool:
    centred = points - points.mean(axis=0)
    across = np.linalg.svd(centred, full_matrices=False)[2]
    along_width, width = (float(np.ptp(centred @ axis)) for axis in across)
    return width < THIN * along_width


def orientations(pairs: PointPairs) -> npt.NDArray[np.int8]:
    """How each three points turn on the ground, against how they turn in the picture.

    A camera above the ground shows every triangle in the sense in which it is walked. 1: as seen;
    -1: mirrored. Flat triangles, whose sense a picking error could change, are left out.
    """
    triples = np.array(list(combinations(range(len(pairs)), 3)), dtype=np.intp)
    seen, height_q = _turns(pairs.q[triples])
    true, height_m = _turns(pairs.ground[triples])
    extent = float(np.linalg.norm(np.ptp(pairs.ground, axis=0)))
    sure = height_q > max(4 * pairs.pick_px / pairs.half_diagonal, THIN)
    sure &= height_m > max(4 * pairs.survey_m, THIN * extent)
    return (-np.sign(seen[sure]) * np.sign(true[sure])).astype(np.int8)  # y of pictures goes down


def _turns(triangles: Floats) -> tuple[Floats, Floats]:
    """Twice the signed area, and the least height, of triangles of shape (n, 3, 2)."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    u, v = b - a, c - a
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    longest = np.max([np.linalg.norm(side, axis=1) for side in (u, v, c - b)], axis=0)
    return area, np.abs(area) / longest
