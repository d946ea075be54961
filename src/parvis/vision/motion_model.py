"""Where objects are, how big and how fast, and how sure that is: a Kalman filter over all at once.

Four coordinates an object, each filtered on its own: the middle of the box and its lower edge (they
move), and its width and height (they drift). All noise is in units of the object's size, and
all growth is per second, so that one setting serves near and far objects and any frame rate.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOVING = np.array([1.0, 1.0, 0.0, 0.0])
"""Which of middle, foot, width and height have a velocity."""


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """Noise of the motion model, in object heights and seconds.

    Args:
        position_noise: standard deviation of a detected middle or foot, heights.
        size_noise: standard deviation of a detected width or height, heights.
        speed: standard deviation of the velocity of an object not seen before, heights a second.
        acceleration: white noise that changes velocity, heights / s^1.5.
        drift: random walk of width and height, heights / s^0.5.
        velocity_memory_s: time after which an unseen object's velocity has faded to 1/e.
    """

    position_noise: float = 0.06
    size_noise: float = 0.10
    speed: float = 1.0
    acceleration: float = 0.6
    drift: float = 0.15
    velocity_memory_s: float = 3.0

    def __post_init__(self) -> None:
        if min(self.position_noise, self.size_noise, self.velocity_memory_s) <= 0:
            raise ValueError(f"noises and memory are positive: {self}")


def to_state(boxes: Floats) -> Floats:
    """Middle, foot, width and height of boxes given by corners, shape (n, 4)."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.column_stack(((boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3], sides))


def to_boxes(state: Floats) -> Floats:
    """Inverse of :func:`to_state`."""
    half = state[:, 2] / 2
    return np.column_stack(
        (state[:, 0] - half, state[:, 1] - state[:, 3], state[:, 0] + half, state[:, 1])
    )


class MotionModel:
    """Filtered objects, one a row.

    Attributes:
        position: middle, foot, width, height in pixels, shape (n, 4).
        velocity: their change per second, shape (n, 4).
        spread: variance of position, shape (n, 4); ``joint``: covariance of position and
            velocity; ``unrest``: variance of velocity.
    """

    def __init__(self, settings: MotionSettings) -> None:
        self.settings = settings
        none = np.empty((0, 4))
        self.position, self.velocity = none, none
        self.spread, self.joint, self.unrest = none, none, none

    def scale(self) -> Floats:
        """Size of each object that noise is measured in, pixels, shape (n, 1)."""
        return np.maximum(self.position[:, 3:4], self.position[:, 2:3])

    def predict(self, dt_s: float) -> None:
        """Move all objects ``dt_s`` seconds on."""
        s = self.settings
        fade = np.exp(-dt_s / s.velocity_memory_s)
        reach = s.velocity_memory_s * (1 - fade)
        variance = self.scale() ** 2
        push = MOVING * s.acceleration**2 * variance
        self.position = self.position + reach * self.velocity
        self.velocity = fade * self.velocity
        self.spread = (
            self.spread
            + 2 * reach * self.joint
            + reach**2 * self.unrest
            + push * dt_s**3 / 3
            + (1 - MOVING) * s.drift**2 * variance * dt_s
        )
        self.joint = fade * (self.joint + reach * self.unrest) + push * dt_s**2 / 2
        self.unrest = fade**2 * self.unrest + push * dt_s

    def noise(self) -> Floats:
        """Variance of a detection of each object, square pixels, shape (n, 4)."""
        s = self.settings
        relative = np.array([s.position_noise, s.position_noise, s.size_noise, s.size_noise]) ** 2
        spread: Floats = relative * self.scale() ** 2
        return spread

    def correct(self, which: npt.NDArray[np.intp], measured: Floats, noise: Floats) -> None:
        """Take in one measurement of each object in ``which``; arrays of shape (k, 4)."""
        total = self.spread[which] + noise
        gain = self.spread[which] / total
        pull = self.joint[which] / total
        surprise = measured - self.position[which]
        self.position[which] += gain * surprise
        self.velocity[which] += pull * surprise
        self.unrest[which] -= pull * self.joint[which]
        self.joint[which] *= 1 - gain
        self.spread[which] *= 1 - gain

    def add(self, measured: Floats, speed: Floats) -> None:
        """Begin new objects where they were detected.

        Args:
            measured: middle, foot, width, height, shape (k, 4).
            speed: standard deviation of their unknown velocity, heights a second, shape (k, 1).
        """
        fresh = MotionModel(self.settings)
        fresh.position = measured
        still = np.zeros_like(measured)
        variance = fresh.scale() ** 2
        self.position = np.concatenate((self.position, measured))
        self.velocity = np.concatenate((self.velocity, still))
        self.spread = np.concatenate((self.spread, fresh.noise()))
        self.joint = np.concatenate((self.joint, still))
        self.unrest = np.concatenate((self.unrest, MOVING * speed**2 * variance))

    def keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Forget all objects but those of the mask."""
        self.position, self.velocity = self.position[which], self.velocity[which]
        self.spread, self.joint = self.spread[which], self.joint[which]
        self.unrest = self.unrest[which]
