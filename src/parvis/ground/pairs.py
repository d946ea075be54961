"""Points known in the picture and on the ground."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from parvis.ground.lens import Lens
from parvis.values.frame import FrameSize

Floats = npt.NDArray[np.float64]

PICK_SHARE = 0.0015
"""Error of a point picked in a still, share of its diagonal: 3.3 px in 1920 × 1080, 1.4 in
768 × 576."""

SURVEY_M = 0.1
"""Error of a position read from a map or a plan, metres."""


@dataclass(frozen=True, slots=True, eq=False)
class PointPairs:
    """Pairs of a pixel and a position on the ground, each with the error of its reading.

    Args:
        size: of the frames that the pixels refer to.
        pixels: shape (n, 2).
        ground: metres, shape (n, 2).
        pick_px: standard error of a picked pixel; by default a share of the diagonal.
        survey_m: standard error of a ground position, metres.
        lens: when it is known; None lets it be found from the points.

    Raises:
        ValueError: the arrays do not describe the same number of pairs, or are not finite.
    """

    size: FrameSize
    pixels: Floats
    ground: Floats
    pick_px: float = 0.0
    survey_m: float = SURVEY_M
    lens: Lens | None = None

    def __post_init__(self) -> None:
        if self.pixels.shape != self.ground.shape or self.pixels.shape[1:] != (2,):
            raise ValueError(f"pairs disagree: {self.pixels.shape} and {self.ground.shape}")
        if not (np.isfinite(self.pixels).all() and np.isfinite(self.ground).all()):
            raise ValueError("a pair holds a number that is not finite")
        if self.pick_px <= 0:
            object.__setattr__(self, "pick_px", PICK_SHARE * 2 * self.half_diagonal)

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def half_diagonal(self) -> float:
        """Half of the picture's diagonal, pixels."""
        return float(np.hypot(self.size.width, self.size.height) / 2)

    @property
    def q(self) -> Floats:
        """The pixels about the middle of the picture, in halves of its diagonal."""
        middle = np.array((self.size.width / 2, self.size.height / 2))
        return np.asarray((self.pixels - middle) / self.half_diagonal, dtype=np.float64)

    def only(self, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "PointPairs":
        """The chosen pairs."""
        return replace(self, pixels=self.pixels[chosen], ground=self.ground[chosen])

    def swapped(self, i: int, j: int) -> "PointPairs":
        """The pairs with two ground positions exchanged."""
        ground = self.ground.copy()
        ground[[i, j]] = ground[[j, i]]
        return replace(self, ground=ground)
