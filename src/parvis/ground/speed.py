"""How fast objects move on the ground, from their positions and the errors of these."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST_POSITIONS: Final = 3
_HUBER: Final = 2.0
"""Standard errors beyond which a position weighs less: 1.345 for one dimension, this for two."""
_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Velocities:
    """Straight, even motions fitted to the positions of several objects.

    Args:
        velocities: metres a second, shape (n, 2); NaN where there is too little to fit.
        covariances: of the velocities, (m/s)², shape (n, 2, 2).
        middles: the positions at ``moments``, metres, shape (n, 2).
        moments: the weighted middles of the times, seconds, shape (n,).
        spreads: how many times larger the residuals are than the stated errors, at least 1,
            shape (n,). The covariances are widened by it already; far above 1, the object did not
            move straight and evenly.
    """

    velocities: Floats
    covariances: Floats
    middles: Floats
    moments: Floats
    spreads: Floats

    @property
    def speeds(self) -> Floats:
        """Metres a second, shape (n,)."""
        return np.asarray(np.linalg.norm(self.velocities, axis=1))

    @property
    def speed_errors(self) -> Floats:
        """Standard errors of the speeds, metres a second, shape (n,).

        Along the motion; for an object at rest, where no direction is known, across all of them.
        """
        speeds = self.speeds
        safe = np.where(speeds > 0, speeds, 1.0)
        along = self.velocities / safe[:, None]
        variances = np.einsum("ni,nij,nj->n", along, self.covariances, along)
        rest = np.trace(self.covariances, axis1=1, axis2=2) / 2
        return np.asarray(np.sqrt(np.where(speeds > 0, variances, rest)))


def fit_velocities(
    times_s: Floats,
    points: Floats,
    covariances: Floats,
    valid: npt.NDArray[np.bool_] | None = None,
) -> Velocities:
    """Fit straight, even motions by weighted least squares, robustly.

    Each position weighs by its own covariance: near the camera centimetres, far away metres, and
    more along the view than across it. Positions off the motion weigh less by Huber's function
    (P. J. Huber, Robust Statistics, 1981), found in a few rounds of reweighting. All objects are
    fitted at once.

    Args:
        times_s: shape (n, k): n objects, k moments.
        points: metres, shape (n, k, 2).
        covariances: of the points, square metres, shape (n, k, 2, 2); positive definite.
        valid: which moments count, shape (n, k); all when None. What stands at the others is not
            looked at.
    """
    counted = np.ones(times_s.shape, dtype=np.bool_) if valid is None else valid
    enough = counted.sum(axis=1) >= LEAST_POSITIONS
    counted = counted & enough[:, None]
    start = np.min(np.where(counted, times_s, np.inf), axis=1, initial=np.inf)
    start = np.where(np.isfinite(start), start, 0.0)
    t = np.where(counted, times_s - start[:, None], 0.0)
    enough &= np.ptp(t, axis=1) > 0 if t.shape[1] else enough
    z = np.where(counted[..., None], points, 0.0)
    spread = np.where(counted[..., None, None], covariances, np.eye(2))
    weights = np.linalg.inv(spread) * counted[..., None, None]
    trust = np.ones_like(t)
    for _ in range(_ROUNDS):
        motion, inverse = _solve(t, z, weights * trust[..., None, None], enough)
        off = z - motion[:, None, :2] - t[..., None] * motion[:, None, 2:]
        distance = np.sqrt(np.maximum(np.einsum("nki,nkij,nkj->nk", off, weights, off), 0.0))
        trust = np.minimum(1.0, _HUBER / np.maximum(distance, 1e-12))
    squares = np.sum((trust * distance**2) * counted, axis=1)
    freedom = np.maximum(2 * counted.sum(axis=1) - 4, 1)
    factor = np.maximum(1.0, squares / freedom)
    total = np.sum(np.trace(weights, axis1=2, axis2=3) * trust, axis=1)
    middle = np.sum(np.trace(weights, axis1=2, axis2=3) * trust * t, axis=1)
    middle = np.divide(middle, total, out=np.zeros_like(middle), where=total > 0)
    unknown = ~enough
    velocities, places = motion[:, 2:].copy(), motion[:, :2] + middle[:, None] * motion[:, 2:]
    spreads = inverse[:, 2:, 2:] * factor[:, None, None]
    velocities[unknown], places[unknown], spreads[unknown] = np.nan, np.nan, np.nan
    return Velocities(velocities, spreads, places, start + middle, np.sqrt(factor))


def fit_velocity(times_s: Floats, points: Floats, covariances: Floats) -> Velocities:
    """Fit the motion of one object: ``fit_velocities`` for shapes (k,), (k, 2), (k, 2, 2)."""
    return fit_velocities(times_s[None], points[None], covariances[None])


def _solve(
    t: Floats, z: Floats, weights: Floats, enough: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Place at t = 0 and velocity, shape (n, 4), and their covariances, shape (n, 4, 4)."""
    normal = np.empty((len(t), 4, 4))
    timed = weights * t[..., None, None]
    normal[:, :2, :2] = weights.sum(axis=1)
    normal[:, :2, 2:] = normal[:, 2:, :2] = timed.sum(axis=1)
    normal[:, 2:, 2:] = (timed * t[..., None, None]).sum(axis=1)
    pulled = np.einsum("nkij,nkj->nki", weights, z)
    right = np.concatenate((pulled.sum(axis=1), (pulled * t[..., None]).sum(axis=1)), axis=1)
    normal[~enough] = np.eye(4)
    inverse = np.asarray(np.linalg.inv(normal), dtype=np.float64)
    return np.einsum("nij,nj->ni", inverse, right), inverse
