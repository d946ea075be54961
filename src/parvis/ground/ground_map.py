"""From pixels to metres on the ground and back, with the error of both."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from parvis.ground.homography import project, slopes, slopes_by_entries
from parvis.ground.lens import STRAIGHT, Lens
from parvis.values.frame import FrameSize

Floats = npt.NDArray[np.float64]

COARSEST_M = 1.0
"""Metres on the ground under one pixel beyond which no metric measure is made."""


class Withheld(IntEnum):
    """Why a point of the picture has no position on the ground."""

    NO = 0
    BEYOND_HORIZON = 1
    TOO_COARSE = 2
    """One pixel there covers more than a metre of ground."""


@dataclass(frozen=True, slots=True)
class Positions:
    """Points of the picture on the ground.

    Args:
        points: metres, shape (n, 2); NaN where withheld.
        covariances: square metres, shape (n, 2, 2); NaN where withheld.
        withheld: Withheld codes, shape (n,), int8.
    """

    points: Floats
    covariances: Floats
    withheld: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class GroundMap:
    """A calibrated view: straighten the lens, then a homography onto the ground plane.

    ```
      pixel p ──► q = (p − middle) / half diagonal ──► lens ──► matrix ──► ground
                                                            metres = origin + scale · image
    ```

    Args:
        size: of the frames that the pixels refer to.
        matrix: homography from straightened q to the ground in units of ``scale`` about
            ``origin``; its denominator is positive where the ground is seen. Shape (3, 3).
        origin: metres, shape (2,).
        scale: metres.
        covariance: of the nine entries of ``matrix`` row by row, then k1 and k2: what the
            calibration does not know. Shape (11, 11).
        lens: its distortion.

    Raises:
        ValueError: an array has another shape, or is not finite.
    """

    size: FrameSize
    matrix: Floats
    origin: Floats
    scale: float
    covariance: Floats
    lens: Lens = STRAIGHT

    def __post_init__(self) -> None:
        arrays = (self.matrix, self.origin, self.covariance)
        if tuple(a.shape for a in arrays) != ((3, 3), (2,), (11, 11)):
            raise ValueError(f"shapes of a ground map: {[a.shape for a in arrays]}")
        if not (all(np.isfinite(a).all() for a in arrays) and self.scale > 0):
            raise ValueError("a ground map is made of finite numbers")

    @property
    def middle(self) -> Floats:
        """The middle of the picture, pixels."""
        return np.array((self.size.width / 2, self.size.height / 2))

    @property
    def half_diagonal(self) -> float:
        """Half of the picture's diagonal, pixels."""
        return float(np.hypot(self.size.width, self.size.height) / 2)

    def locate(self, pixels: Floats, errors: Floats) -> Positions:
        """Put points of the picture on the ground.

        Args:
            pixels: shape (n, 2).
            errors: covariances of the points in the picture, square pixels, shape (n, 2, 2).
        """
        q, straight, images, w = self._sent(pixels)
        slope = self._slopes(q, images, w)
        by_parameters = self._slopes_by_parameters(q, straight, images, w)
        covariances = slope @ errors @ slope.transpose(0, 2, 1)
        covariances += by_parameters @ self.covariance @ by_parameters.transpose(0, 2, 1)
        withheld = self._withheld(w, _largest(slope))
        points = self.origin + self.scale * images
        points[withheld > 0] = np.nan
        covariances[withheld > 0] = np.nan
        return Positions(points, covariances, withheld)

    def withheld(self, pixels: Floats) -> npt.NDArray[np.int8]:
        """Whether points of the picture have positions, Withheld codes, shape (n,)."""
        q, _, images, w = self._sent(pixels)
        return self._withheld(w, _largest(self._slopes(q, images, w)))

    def metres_per_pixel(self, pixels: Floats) -> Floats:
        """How many metres one pixel covers in its longest direction, shape (n,).

        The largest singular value of the Jacobian; infinite beyond the horizon.
        """
        q, _, images, w = self._sent(pixels)
        return np.where(w > 0, _largest(self._slopes(q, images, w)), np.inf)

    def jacobians(self, pixels: Floats) -> Floats:
        """Metres on the ground by pixels of the picture, shape (n, 2, 2)."""
        q, _, images, w = self._sent(pixels)
        return self._slopes(q, images, w)

    def displacement_covariances(self, starts: Floats, ends: Floats) -> Floats:
        """What the calibration's own error does to displacements, square metres, shape (n, 2, 2).

        It is the same for every position of a passage: it does not fade with more frames, and
        mostly cancels between near points. Divided by the square of the seconds between, it is
        that of a velocity.

        Args:
            starts, ends: positions on the ground that the view shows, metres, shape (n, 2).
        """
        slopes_by = [
            self._slopes_by_parameters(*self._sent(self.pixels(points)))
            for points in (starts, ends)
        ]
        difference = slopes_by[1] - slopes_by[0]
        return np.asarray(difference @ self.covariance @ difference.transpose(0, 2, 1))

    def pixels(self, points: Floats) -> Floats:
        """Where points of the ground are seen, in pixels, shape (n, 2); NaN behind the camera.

        They may lie outside the picture.
        """
        back = np.asarray(np.linalg.inv(self.matrix), dtype=np.float64)
        straight, _ = project(back, (points - self.origin) / self.scale)
        behind = project(self.matrix, straight)[1] <= 0
        seen = self.lens.bend(straight) * self.half_diagonal + self.middle
        seen[behind] = np.nan
        return seen

    def _sent(self, pixels: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        q = (np.asarray(pixels, dtype=np.float64) - self.middle) / self.half_diagonal
        straight = self.lens.straighten(q)
        images, w = project(self.matrix, straight)
        return q, straight, images, w

    def _slopes(self, q: Floats, images: Floats, w: Floats) -> Floats:
        result: Floats = slopes(self.matrix, images, w) @ self.lens.slopes(q)
        return result * (self.scale / self.half_diagonal)

    def _slopes_by_parameters(
        self, q: Floats, straight: Floats, images: Floats, w: Floats
    ) -> Floats:
        r2 = np.sum(q * q, axis=1)
        by_lens = np.stack((q * r2[:, None], q * (r2 * r2)[:, None]), axis=2)
        through = slopes(self.matrix, images, w) @ by_lens
        entries = slopes_by_entries(straight, images, w)
        return self.scale * np.concatenate((entries, through), axis=2)

    def _withheld(self, w: Floats, metres: Floats) -> npt.NDArray[np.int8]:
        coarse = np.where(metres > COARSEST_M, Withheld.TOO_COARSE, Withheld.NO)
        return np.where(w > 0, coarse, Withheld.BEYOND_HORIZON).astype(np.int8)


def _largest(slope: Floats) -> Floats:
    """The largest singular values of 2 × 2 matrices, in closed form."""
    a, b, c, d = slope[:, 0, 0], slope[:, 0, 1], slope[:, 1, 0], slope[:, 1, 1]
    result: Floats = (np.hypot(a + d, b - c) + np.hypot(a - d, b + c)) / 2
    return result
