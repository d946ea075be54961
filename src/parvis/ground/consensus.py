"""Which points agree with one another, when not all of them do."""

from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from parvis.ground.homography import direct, slopes
from parvis.ground.lens import STRAIGHT, Lens
from parvis.ground.pairs import PointPairs

Floats = npt.NDArray[np.float64]

AGREES = 4.0
"""Standard errors within which a point agrees with a view."""
_MOST_SAMPLES = 1500
_LENSES = (0.0, 0.05, 0.1, 0.2, 0.3)


def agreeing(pairs: PointPairs, *, bent: bool) -> npt.NDArray[np.bool_]:
    """The largest set of points that one view through four of them satisfies.

    Every four points (or a fixed choice of them when there are many) give a view; the one that
    most points agree with wins, ties by the smaller deviations: RANSAC without its chance
    (M. Fischler, R. Bolles, Comm. ACM 24, 1981).

    Args:
        pairs: five or more.
        bent: whether the lens may bend; a few coefficients are tried.

    Returns:
        Shape (n,).
    """
    n = len(pairs)
    samples = _samples(n)
    origin = pairs.ground.mean(axis=0)
    scale = float(np.sqrt(np.mean((pairs.ground - origin) ** 2)))
    ground = (pairs.ground - origin) / scale
    best = np.zeros(n, dtype=np.bool_)
    best_score = -np.inf
    lenses = [Lens(k1) for k1 in _LENSES] if bent else [pairs.lens or STRAIGHT]
    for lens in lenses:
        straight = lens.straighten(pairs.q)
        for matrix in direct(straight[samples], ground[samples]):
            deviations = _deviations(
                matrix,
                straight,
                ground,
                pairs.pick_px / pairs.half_diagonal,
                pairs.survey_m / scale,
            )
            agree = deviations <= AGREES
            score = float(agree.sum()) - float(np.minimum(deviations, AGREES).sum()) / (AGREES * n)
            if score > best_score:
                best, best_score = agree, score
    return best


def _samples(n: int) -> npt.NDArray[np.intp]:
    if comb(n, 4) <= _MOST_SAMPLES:
        return np.array(list(combinations(range(n), 4)), dtype=np.intp)
    chance = np.random.default_rng(n)  # a fixed choice: the same points give the same answer
    return np.array([chance.choice(n, 4, replace=False) for _ in range(_MOST_SAMPLES)])


def _deviations(
    matrix: Floats, straight: Floats, ground: Floats, pick: float, survey: float
) -> Floats:
    sent = straight @ matrix[:, :2].T + matrix[:, 2]
    w = sent[:, 2]
    ahead = w > 1e-9
    images = sent[:, :2] / np.where(ahead, w, 1.0)[:, None]
    slope = slopes(matrix, images, np.where(ahead, w, 1.0))
    spread = pick**2 * slope @ slope.transpose(0, 2, 1) + survey**2 * np.eye(2)
    off = images - ground
    squares = np.einsum("ni,nij,nj->n", off, np.linalg.inv(spread), off)
    return np.where(ahead, np.sqrt(np.maximum(squares, 0.0)), np.inf)
