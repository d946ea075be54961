"""The view that fits pairs best: homography and lens together, weighted by what is known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.ground_map import GroundMap
from parvis.ground.homography import direct, project, slopes, slopes_by_entries
from parvis.ground.lens import Lens
from parvis.ground.pairs import PointPairs

Floats = npt.NDArray[np.float64]

LENS_PRIOR = 0.25
"""Standard deviation of k1 and k2 before any point is seen: lenses that draw straight are many."""
_ITERATIONS = 25


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted view.

    Args:
        map: pixels to metres.
        deviations: of the pairs, in standard errors (Mahalanobis), shape (n,).
        errors_m: of the pairs on the ground, metres, shape (n,).
    """

    map: GroundMap
    deviations: Floats
    errors_m: Floats


def fit(pairs: PointPairs, coefficients: int, start: GroundMap | None = None) -> Fit | None:
    """Fit homography and lens by weighted least squares.

    The error of a pair on the ground is its picking error through the Jacobian plus its surveying
    error: a far point, where a pixel is a metre, weighs little. Gauss–Newton in the tangent of
    the matrix (its scale means nothing), from the direct linear transformation.

    Args:
        pairs: four or more.
        coefficients: of the lens to fit: 0, 1 (k1) or 2 (k1 and k2); 0 when it is known.
        start: a view nearby; saves the start from scratch.

    Returns:
        None when no view has all the points on the near side of its horizon.
    """
    q = pairs.q
    origin = pairs.ground.mean(axis=0)
    scale = float(np.sqrt(np.mean((pairs.ground - origin) ** 2)))
    ground = (pairs.ground - origin) / scale
    known = _Known(q, ground, pairs.pick_px / pairs.half_diagonal, pairs.survey_m / scale)
    if start is None:
        centre, spread = q.mean(axis=0), float(np.std(q))
        shift = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, spread]]) / spread
        matrix = direct((q - centre) / spread, ground) @ shift
        k = np.zeros(2)
    else:
        move = np.array(
            [
                [start.scale, 0, start.origin[0] - origin[0]],
                [0, start.scale, start.origin[1] - origin[1]],
                [0, 0, scale],
            ]
        )
        matrix = move @ start.matrix
        k = np.array((start.lens.k1, start.lens.k2))
        k[coefficients:] = 0
    if pairs.lens is not None:
        k = np.array((pairs.lens.k1, pairs.lens.k2))
    view = _View(matrix / np.linalg.norm(matrix), k)
    solved = _solve(view, known, coefficients)
    if solved is None:
        return None
    view, covariance = solved
    residuals, weights = _residuals(view, known)
    squares = np.einsum("ni,nij,nj->n", residuals, weights, residuals)
    freedom = 2 * len(pairs) - 8 - coefficients
    if freedom > 0:
        covariance = covariance * max(1.0, float(squares.sum()) / freedom)
    try:
        lens = Lens(float(view.k[0]), float(view.k[1]))
    except ValueError:
        return None
    found = GroundMap(pairs.size, view.matrix, origin, scale, covariance, lens)
    return Fit(found, np.sqrt(squares), scale * np.linalg.norm(residuals, axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """The pairs, normalised: pixels in halves of the diagonal, ground in its own spread."""

    q: Floats
    ground: Floats
    pick: float
    survey: float


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    matrix: Floats
    k: Floats

    def straight(self, q: Floats) -> Floats:
        r2 = np.sum(q * q, axis=1, keepdims=True)
        return np.asarray(q * (1 + self.k[0] * r2 + self.k[1] * r2 * r2))


def _residuals(view: _View, known: _Known) -> tuple[Floats, Floats]:
    """Residuals on the ground, shape (n, 2), and their weights, shape (n, 2, 2)."""
    images, w = project(view.matrix, view.straight(known.q))
    slope = slopes(view.matrix, images, w)
    spread = known.pick**2 * slope @ slope.transpose(0, 2, 1) + known.survey**2 * np.eye(2)
    return images - known.ground, np.asarray(np.linalg.inv(spread))


def _cost(view: _View, known: _Known, weights: Floats) -> float:
    images, w = project(view.matrix, view.straight(known.q))
    if np.any(w <= 0):
        return np.inf
    off = images - known.ground
    lens = float(np.sum((view.k / LENS_PRIOR) ** 2))
    return float(np.einsum("ni,nij,nj->", off, weights, off)) + lens


def _solve(view: _View, known: _Known, coefficients: int) -> tuple[_View, Floats] | None:
    """The best view from here and the covariance of (matrix, k1, k2), shape (11, 11)."""
    _, weights = _residuals(view, known)
    if not np.isfinite(_cost(view, known, weights)):
        return None
    q = known.q
    r2 = np.sum(q * q, axis=1, keepdims=True)
    by_lens = np.stack((q * r2, q * r2 * r2), axis=2)[:, :, :coefficients]
    for _ in range(_ITERATIONS):
        residuals, weights = _residuals(view, known)
        tangent, normal, gradient = _normal_equations(view, q, by_lens, residuals, weights)
        damped = normal + 1e-12 * np.trace(normal) * np.eye(len(normal))
        step = -np.linalg.solve(damped, gradient)
        before, moved = _cost(view, known, weights), None
        for share in (1.0, 0.5, 0.25, 0.1, 0.02):
            nearer = _moved(view, tangent, share * step)
            if _cost(nearer, known, weights) <= before:
                moved = nearer
                break
        if moved is None:
            break
        view = moved
        if np.linalg.norm(step) < 1e-9:
            break
    residuals, weights = _residuals(view, known)
    tangent, normal, _ = _normal_equations(view, q, by_lens, residuals, weights)
    spread = np.zeros((11, 8 + coefficients))
    spread[:9, :8] = tangent
    spread[9 : 9 + coefficients, 8:] = np.eye(coefficients)
    inverse = np.asarray(np.linalg.pinv(normal, hermitian=True), dtype=np.float64)
    return view, spread @ inverse @ spread.T


def _normal_equations(
    view: _View, q: Floats, by_lens: Floats, residuals: Floats, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    straight = view.straight(q)
    images, w = project(view.matrix, straight)
    tangent = np.linalg.svd(view.matrix.reshape(1, 9))[2][1:].T
    by_entries = slopes_by_entries(straight, images, w) @ tangent
    jacobian = np.concatenate((by_entries, slopes(view.matrix, images, w) @ by_lens), axis=2)
    weighted = weights @ jacobian
    normal = np.einsum("nij,nik->jk", jacobian, weighted)
    gradient = np.einsum("nij,ni->j", weighted, residuals)
    coefficients = by_lens.shape[2]
    if coefficients:
        prior = np.arange(8, 8 + coefficients)
        normal[prior, prior] += LENS_PRIOR**-2
        gradient[prior] += view.k[:coefficients] * LENS_PRIOR**-2
    return tangent, normal, gradient


def _moved(view: _View, tangent: Floats, step: Floats) -> _View:
    matrix = view.matrix + (tangent @ step[:8]).reshape(3, 3)
    k = view.k.copy()
    k[: len(step) - 8] += step[8:]
    return _View(matrix / np.linalg.norm(matrix), k)
