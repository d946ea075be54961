"""Straight motions by plain least squares: quick enough for every object of every look."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """The motion of several objects over their last seconds.

    Args:
        velocities: metres a second, shape (n, 2); NaN where there are fewer than three positions.
        middles: the means of the positions, metres, shape (n, 2).
        spans_s: from the oldest position to the newest, shape (n,).
    """

    velocities: FloatArray
    middles: FloatArray
    spans_s: FloatArray

    @property
    def speeds_mps(self) -> FloatArray:
        """Speeds, shape (n,); NaN where not known."""
        speeds: FloatArray = np.hypot(self.velocities[:, 0], self.velocities[:, 1])
        return speeds


def trend(ages_s: FloatArray, points: FloatArray, valid: npt.NDArray[np.bool_]) -> Trend:
    """Fit ``x(t) = x + v t`` by least squares: ``v = sum (t - t')(x - x') / sum (t - t')²``.

    With k positions evenly over T seconds, each wrong by sigma, the error of v is about
    ``sigma sqrt(12 / k) / T``: 0.16 m/s for 0.3 m, 11 positions and 2 s, a third of that of the
    chord from first to last.

    Args:
        ages_s: moments of the positions, any origin an object, shape (n, k).
        points: metres, shape (n, k, 2).
        valid: which count, shape (n, k).
    """
    count = valid.sum(axis=1)
    each = 1.0 / np.maximum(count, 1)
    t = np.where(valid, ages_s, 0.0)
    off = np.where(valid, t - (t.sum(axis=1) * each)[:, None], 0.0)
    x, y = np.where(valid, points[..., 0], 0.0), np.where(valid, points[..., 1], 0.0)
    square = np.einsum("nk,nk->n", off, off)
    square[(count < 3) | (square <= 0)] = np.nan
    velocities = np.stack(
        (np.einsum("nk,nk->n", off, x) / square, np.einsum("nk,nk->n", off, y) / square), axis=1
    )
    middles = np.stack((x.sum(axis=1) * each, y.sum(axis=1) * each), axis=1)
    spans = off.max(axis=1, initial=0.0) - off.min(axis=1, initial=0.0)
    return Trend(velocities, middles, spans)
