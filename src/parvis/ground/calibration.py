"""Points known in the picture and on the ground → a calibrated view with its stated error."""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from parvis.ground.arrangement import LEAST_PAIRS, orientations, refuse_bad_arrangement
from parvis.ground.camera import ImpliedCamera, implied_camera
from parvis.ground.consensus import AGREES, agreeing
from parvis.ground.fitting import Fit, fit
from parvis.ground.ground_map import GroundMap
from parvis.ground.homography import direct, project
from parvis.ground.pairs import PointPairs
from parvis.ground.refusals import (
    HorizonError,
    InconsistentError,
    MirroredError,
    SwappedPointsError,
    numbered,
)
from parvis.ground.validation import chosen_lens, left_out_errors

Floats = npt.NDArray[np.float64]

CARE = (1.0, 2.0, 4.0)
"""How many times worse than stated the points may have been read, tried in this order."""
_MOST_WRONG = 0.25
"""Share of points that may be left aside as wrong."""
_CLEARLY_WRONG = 2 * AGREES


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A calibrated view and how far it is to be trusted.

    Args:
        map: pixels to metres.
        left_out_m: for each pair, how far off a view fitted to the others puts it, metres, shape
            (n,); NaN for four pairs, which leave nothing to compare.
        outliers: pairs that the view was not fitted to, because the others agree without them.
        lens_coefficients: 0, 1 or 2: what the points told about the lens.
        camera: the camera that the view implies; None where it leaves that open.
    """

    map: GroundMap
    left_out_m: Floats
    outliers: tuple[int, ...]
    lens_coefficients: int
    camera: ImpliedCamera | None

    def worst_first(self) -> tuple[int, ...]:
        """The pairs by their left-out error, the worst first; the unknown last."""
        known = np.nan_to_num(self.left_out_m, nan=-1.0)
        return tuple(np.argsort(-known, kind="stable").tolist())


def calibrate(pairs: PointPairs) -> Calibration:
    """Calibrate a view from four or more points, better six to eight.

    The lens is fitted where leaving points out shows that it pays (from seven points, k2 from
    nine). Points that contradict the rest are left aside and named.

    Raises:
        CalibrationRefusedError: the points cannot be right; its class and fields say why and which.
    """
    refuse_bad_arrangement(pairs)
    turns = orientations(pairs)
    if len(turns) and np.all(turns < 0):
        _refuse_mirrored(pairs)
    for care in CARE:
        read = replace(pairs, pick_px=care * pairs.pick_px, survey_m=care * pairs.survey_m)
        if np.all(turns > 0) and _good(read) is not None:
            return _calibrated(read, np.ones(len(pairs), dtype=np.bool_))
        _refuse_exchanged(read)
        agree = _majority(read)
        if agree is not None:
            _refuse_beyond_horizon(read, agree)
            return _calibrated(read, agree)
    raise _contradiction(pairs)


def _lens_limit(pairs: PointPairs) -> int:
    """How many coefficients of the lens the points may tell: never all of what they know."""
    n = 0 if pairs.lens is not None else len(pairs)
    return 2 if n >= 9 else 1 if n >= 7 else 0


def _good(pairs: PointPairs) -> Fit | None:
    """A fit that all points agree with."""
    for coefficients in range(_lens_limit(pairs) + 1):
        found = fit(pairs, coefficients)
        if found is not None and np.all(found.deviations <= AGREES):
            return found
    return None


def _refuse_exchanged(pairs: PointPairs, unless: float = np.inf) -> None:
    """Raise when exchanging two ground positions puts everything right, and no other two do.

    Args:
        pairs: the points.
        unless: largest deviation, in standard errors, under another explanation.
    """
    n = len(pairs)
    if n > 15:
        return
    mending = [(unless, (0, 0))]
    for i, j in combinations(range(n), 2):
        tried = pairs.swapped(i, j)
        found = _good(tried) if np.all(orientations(tried) > 0) else None
        if found is not None:
            mending.append((float(found.deviations.max()), (i, j)))
    mending.sort()
    (best, exchanged), *rest = mending
    if exchanged != (0, 0) and best < rest[0][0] / 2:
        raise SwappedPointsError(
            f"points {numbered(exchanged)} are exchanged",
            "Exchange their ground positions",
            points=exchanged,
        )


def _refuse_mirrored(pairs: PointPairs) -> None:
    """Raise: every triangle turns the wrong way, for one reason or the other."""
    if len(pairs) > LEAST_PAIRS:
        turned = _good(replace(pairs, ground=pairs.ground[:, ::-1]))
        _refuse_exchanged(pairs, float(turned.deviations.max()) if turned else np.inf)
    raise MirroredError(
        "the ground is a mirror image of the picture",
        "Give x to the right or east and y up or north: x and y may be exchanged, y may count "
        "downwards as in a plan image, or opposite points may be exchanged",
        points=range(len(pairs)),
    )


def _majority(pairs: PointPairs) -> npt.NDArray[np.bool_] | None:
    """The points that agree, when they are many enough and the rest clearly wrong."""
    n = len(pairs)
    wrong_at_most = int(_MOST_WRONG * n) if n > 6 else n - 5
    if wrong_at_most < 1:
        return None
    agree = agreeing(pairs, bent=_lens_limit(pairs) > 0)
    for _ in range(3):
        if not n - wrong_at_most <= agree.sum() < n or agree.sum() < 5:
            return None
        inner = pairs.only(agree)
        if np.any(orientations(inner) < 0):
            return None
        found = _good(inner)
        if found is None:
            return None
        deviations = _deviations(found.map, pairs, agree)
        if np.array_equal(deviations <= AGREES, agree):
            break
        agree = deviations <= AGREES
    clear = bool(np.all(deviations[~agree] > _CLEARLY_WRONG))
    return agree if clear and np.all(deviations[agree] <= AGREES) else None


def _deviations(view: GroundMap, pairs: PointPairs, fitted: npt.NDArray[np.bool_]) -> Floats:
    """How far the pairs are off a view, in standard errors; infinite beyond its horizon.

    A view fitted to few is unsure elsewhere: what it was not fitted to is judged by its error too.
    """
    slope = view.jacobians(pairs.pixels)
    spread = pairs.pick_px**2 * slope @ slope.transpose(0, 2, 1) + pairs.survey_m**2 * np.eye(2)
    unsure = view.locate(pairs.pixels[~fitted], np.zeros((int((~fitted).sum()), 2, 2)))
    spread[~fitted] += np.nan_to_num(unsure.covariances)
    straight = view.lens.straighten(pairs.q)
    images, w = project(view.matrix, straight)
    off = view.origin + view.scale * images - pairs.ground
    squares = np.einsum("ni,nij,nj->n", off, np.linalg.inv(spread), off)
    return np.where(w > 0, np.sqrt(np.maximum(squares, 0.0)), np.inf)


def _refuse_beyond_horizon(pairs: PointPairs, agree: npt.NDArray[np.bool_]) -> None:
    found = _good(pairs.only(agree))
    if found is None:
        return
    above = np.flatnonzero(np.isinf(_deviations(found.map, pairs, agree)) & ~agree)
    if len(above):
        raise _above_horizon(above.tolist())


def _above_horizon(points: list[int]) -> HorizonError:
    many = len(points) > 1
    return HorizonError(
        f"point{'s' if many else ''} {numbered(points)} lie{'' if many else 's'} above the "
        "horizon of the others",
        "Pick points on the ground itself, not on façades, roofs or masts",
        points=points,
    )


def _contradiction(pairs: PointPairs) -> HorizonError | InconsistentError:
    """The refusal of points that no view of flat ground fits."""
    spread = float(np.std(pairs.q))
    centred = (pairs.q - pairs.q.mean(axis=0)) / spread
    scale = float(np.std(pairs.ground))
    ground = (pairs.ground - pairs.ground.mean(axis=0)) / scale
    matrix = direct(centred, ground)
    images, w = project(matrix, centred)
    if np.any(w <= 0):
        behind, ahead = np.flatnonzero(w <= 0), np.flatnonzero(w > 0)
        lower = pairs.pixels[behind, 1].mean() > pairs.pixels[ahead, 1].mean()
        tied = len(behind) == len(ahead)
        return _above_horizon((ahead if tied and lower else behind).tolist())
    off = scale * np.linalg.norm(images - ground, axis=1)
    worst = int(off.argmax())
    return InconsistentError(
        f"no view of flat ground fits the points; point {worst + 1} is the farthest off, by "
        f"{off[worst]:.1f} m",
        f"Check point {worst + 1} first, in the picture and on the ground; give six points or "
        "more, so that a wrong one stands out; all on one plane, without kerbs or slopes",
        points=(worst,),
        figures={"off_m": float(off[worst])},
    )


def _calibrated(pairs: PointPairs, agree: npt.NDArray[np.bool_]) -> Calibration:
    inner = pairs.only(agree)
    coefficients, found = chosen_lens(inner, _lens_limit(inner))
    left_out = np.full(len(pairs), np.nan)
    left_out[agree] = left_out_errors(inner, found.map, coefficients).metres
    images = found.map.locate(pairs.pixels[~agree], np.zeros((int((~agree).sum()), 2, 2)))
    left_out[~agree] = np.linalg.norm(images.points - pairs.ground[~agree], axis=1)
    return Calibration(
        found.map,
        left_out,
        tuple(np.flatnonzero(~agree).tolist()),
        coefficients,
        implied_camera(found.map),
    )
