"""One settled frame, with what all observers of the ground made of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.motion import GroundFrame
from parvis.measures.ground.segments import FloatArray


@dataclass(frozen=True, slots=True)
class Moment:
    """What was worked out of one frame; who comes after need not do it again.

    Args:
        frame: the objects.
        velocities: of the objects now, metres a second, shape (n, 2); NaN where not known.
        holds: which zones hold each object, shape (n, zones).
        looked: whether densities, gatherings and parking were looked at in this frame.
    """

    frame: GroundFrame
    velocities: FloatArray
    holds: npt.NDArray[np.bool_]
    looked: bool

    @property
    def time_s(self) -> float:
        """The frame's time."""
        return self.frame.time_s

    @property
    def speeds_mps(self) -> FloatArray:
        """Speeds, shape (n,); NaN where not known."""
        speeds: FloatArray = np.hypot(self.velocities[:, 0], self.velocities[:, 1])
        return speeds
