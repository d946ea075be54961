"""Where objects are, how big and how fast, and how sure that is: a Kalman filter over all at once.

Four coordinates an object, each filtered on its own: the middle of the box and its lower edge (they
move), and its width and height (they drift). All noise is in units of the object's size, and
all growth is per second, so that one setting serves near and far objects and any frame rate.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

MOVING = np.array([1.0, 1.0, 0.0, 0.0])
"""Which of middle, foot, width and height have a velocity."""


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """Noise of the motion model, in object sizes (the longer side of the box) and seconds.

    Args:
        position_noise: standard deviation of a detected middle or foot, sizes.
        size_noise: standard deviation of a detected width or height, sizes.
        acceleration: white noise that changes velocity, sizes / s^1.5.
        drift: random walk of width and height, sizes / s^0.5.
        velocity_memory_s: time after which an unseen object's velocity has faded to 1/e.

    Raises:
        ValueError: a value that is not positive.
    """

    position_noise: float = 0.08
    size_noise: float = 0.12
    acceleration: float = 0.5
    drift: float = 0.15
    velocity_memory_s: float = 3.0

    def __post_init__(self) -> None:
        values = (self.position_noise, self.size_noise, self.acceleration, self.drift)
        if min(*values, self.velocity_memory_s) <= 0:
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


@dataclass(slots=True)
class Step:
    """What one step of the filter did to every object: all that smoothing needs.

    Args:
        position, spread, joint: the state after the step, shape (n, 4).
        evidence: surprise over its variance, 0 where unseen, shape (n, 4).
        gain, pull: share of the surprise that went into position and velocity, shape (n, 4).
        reach_s, fade: how velocity entered position and faded since the step before.
    """

    position: Floats
    spread: Floats
    joint: Floats
    evidence: Floats
    gain: Floats
    pull: Floats
    reach_s: float
    fade: float


class MotionModel:
    """Filtered objects, one a row.

    Attributes:
        position: middle, foot, width, height in pixels, shape (n, 4).
        velocity: their change per second, shape (n, 4).
        spread: variance of position; ``joint``: covariance of position and velocity; ``unrest``:
            variance of velocity; each of shape (n, 4).
    """

    def __init__(self, settings: MotionSettings) -> None:
        self.settings = settings
        none = np.empty((0, 4))
        self.position, self.velocity = none, none
        self.spread, self.joint, self.unrest = none, none, none
        self._evidence, self._gain, self._pull = none, none, none
        self._reach_s, self._fade = 0.0, 1.0
        noise = np.array([settings.position_noise] * 2 + [settings.size_noise] * 2)
        self._relative_noise = noise**2

    def __len__(self) -> int:
        return len(self.position)

    def predict(self, dt_s: float) -> None:
        """Move all objects ``dt_s`` seconds on."""
        s = self.settings
        fade = float(np.exp(-dt_s / s.velocity_memory_s))
        reach = s.velocity_memory_s * (1 - fade)
        variance = _squared_size(self.position)
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
        self._reach_s, self._fade = reach, fade
        self._evidence = np.zeros_like(self.position)
        self._gain, self._pull = self._evidence.copy(), self._evidence.copy()

    def noise(self) -> Floats:
        """Variance of a detection of each object, square pixels, shape (n, 4)."""
        return self._relative_noise * _squared_size(self.position)

    def correct(self, which: Indices, measured: Floats) -> None:
        """Take in one detection of each object in ``which``.

        Args:
            which: rows, shape (k,).
            measured: middle, foot, width and height, shape (k, 4).
        """
        spread, joint = self.spread[which], self.joint[which]
        total = spread + self.noise()[which]
        gain, pull = spread / total, joint / total
        surprise = measured - self.position[which]
        self.position[which] += gain * surprise
        self.velocity[which] += pull * surprise
        self.unrest[which] -= pull * joint
        self.joint[which] = joint * (1 - gain)
        self.spread[which] = spread * (1 - gain)
        self._evidence[which] = surprise / total
        self._gain[which], self._pull[which] = gain, pull

    def add(self, measured: Floats, speed: Floats) -> None:
        """Begin new objects where they were detected.

        Args:
            measured: middle, foot, width, height, shape (k, 4).
            speed: standard deviation of their unknown velocity, sizes a second, shape (k,).
        """
        still = np.zeros_like(measured)
        variance = _squared_size(measured)
        unrest = MOVING * speed[:, None] ** 2 * variance
        self.position = np.concatenate((self.position, measured))
        self.velocity = np.concatenate((self.velocity, still))
        self.spread = np.concatenate((self.spread, self._relative_noise * variance))
        self.joint = np.concatenate((self.joint, still))
        self.unrest = np.concatenate((self.unrest, unrest))
        self._evidence = np.concatenate((self._evidence, still))
        self._gain = np.concatenate((self._gain, still))
        self._pull = np.concatenate((self._pull, still))

    def keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Forget all objects but those of the mask."""
        self.position, self.velocity = self.position[which], self.velocity[which]
        self.spread, self.joint = self.spread[which], self.joint[which]
        self.unrest = self.unrest[which]
        self._evidence = self._evidence[which]
        self._gain, self._pull = self._gain[which], self._pull[which]

    def step(self) -> Step:
        """What the last prediction and correction did."""
        return Step(
            self.position.copy(),
            self.spread.copy(),
            self.joint.copy(),
            self._evidence,
            self._gain,
            self._pull,
            self._reach_s,
            self._fade,
        )


def _squared_size(state: Floats) -> Floats:
    """Square of the longer side of each box, the unit of noise, shape (n, 1)."""
    size: Floats = np.maximum(state[:, 3:4], state[:, 2:3])
    return size**2
