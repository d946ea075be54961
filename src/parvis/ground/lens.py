"""Radial distortion of a lens, and its removal."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 30


@dataclass(frozen=True, slots=True)
class Lens:
    """How a lens bends straight lines: a radial polynomial, from the picture to the straight.

    A point at distance r from the middle of the picture belongs at ``r · (1 + k1·r² + k2·r⁴)``,
    r in halves of the picture's diagonal (1 in the corners). Both are positive for the usual
    barrel of a wide lens. The polynomial goes this way, as in Tsai's model, because every box of
    every frame goes this way.

    R. Y. Tsai, A Versatile Camera Calibration Technique, IEEE J. Robotics and Automation 3 (1987).

    Args:
        k1, k2: the coefficients; 0 for a lens that draws straight.

    Raises:
        ValueError: two points of the picture would come to lie on each other.
    """

    k1: float = 0.0
    k2: float = 0.0

    def __post_init__(self) -> None:
        r2 = np.linspace(0.0, 1.0, 101)
        if not np.all(1 + 3 * self.k1 * r2 + 5 * self.k2 * r2 * r2 > 0):
            raise ValueError(f"a lens with k1={self.k1:g}, k2={self.k2:g} folds the picture")

    def straighten(self, points: Floats) -> Floats:
        """Where points of the picture belong; shape (n, 2), halves of the diagonal."""
        r2 = np.sum(points * points, axis=1, keepdims=True)
        straight: Floats = points * (1 + self.k1 * r2 + self.k2 * r2 * r2)
        return straight

    def slopes(self, points: Floats) -> Floats:
        """Jacobian of ``straighten``, shape (n, 2, 2)."""
        r2 = np.sum(points * points, axis=1)
        stretch = 1 + self.k1 * r2 + self.k2 * r2 * r2
        bend = 2 * self.k1 + 4 * self.k2 * r2
        outer = points[:, :, None] * points[:, None, :]
        slopes: Floats = bend[:, None, None] * outer + stretch[:, None, None] * np.eye(2)
        return slopes

    def bend(self, points: Floats) -> Floats:
        """The inverse of ``straighten``; NaN for points that the lens shows nowhere near.

        The polynomial is trusted to a tenth beyond the corners of the picture, no further.
        """
        if not (self.k1 or self.k2):
            return points
        target = np.linalg.norm(points, axis=1)
        low, high = np.zeros_like(target), np.full_like(target, 1.1)
        for _ in range(_STEPS):  # bisection: monotone within the picture, whatever lies beyond
            r = (low + high) / 2
            short = r * (1 + self.k1 * r**2 + self.k2 * r**4) < target
            low, high = np.where(short, r, low), np.where(short, high, r)
        r = (low + high) / 2
        share = np.divide(r, target, out=np.ones_like(r), where=target > 0)
        share[high >= 1.1] = np.nan
        return np.asarray(points * share[:, None], dtype=np.float64)


STRAIGHT = Lens()
"""A lens that draws straight lines straight."""
