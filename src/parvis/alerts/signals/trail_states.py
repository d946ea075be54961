"""What is known of each trail: where it was, where it goes, how steadily."""

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.rows import enlarged

SMOOTH_S = 0.5
"""Time over which positions are smoothed: the sway of gait and the noise of a foot point go, and
what is told comes half a second later."""

STILL_M = 0.6
STILL_S = 1.2
"""One has stood still while it is near the mean of its last seconds: noise may look like speed."""

REMEMBERED = 3
"""Sights after which something is remembered while it is not seen."""

_LAST, _LAST_S, _V, _WEIGHT = slice(0, 2), 2, slice(3, 5), 5
_SIGHT, _PRIOR = slice(0, 6), slice(6, 12)
_POINTS, _MEAN = slice(12, 14), slice(14, 16)
_BORN_S, _SIGMA_M, _SURE_S, _SIGHTS, _COLUMNS = 16, 17, 18, 19, 20
"""Columns of one table, so that a frame takes one look-up: the last sight with the velocity known
then, the same of the sight before, what is smoothed, and what is counted."""


class TrailStates:
    """One row a trail, of positions smoothed by ``s += (1 - exp(-dt / SMOOTH_S)) (p - s)``.

    A velocity is the mean of the steps with the same weights, over the weights so far.
    """

    def __init__(self) -> None:
        n = 64
        self.alive = np.zeros(n, dtype=np.bool_)
        self.codes = np.zeros(n, dtype=np.int8)
        """Class code of each trail."""
        self._table = np.zeros((n, _COLUMNS))

    @property
    def capacity(self) -> int:
        """Rows that state arrays must have."""
        return len(self.alive)

    @property
    def points(self) -> FloatArray:
        """Smoothed position of each trail, shape (capacity, 2)."""
        return self._table[:, _POINTS]

    @property
    def last(self) -> FloatArray:
        """Last position of each trail, not smoothed, shape (capacity, 2)."""
        return self._table[:, _LAST]

    @property
    def last_s(self) -> FloatArray:
        """Last sight of each trail, shape (capacity,)."""
        return self._table[:, _LAST_S]

    @property
    def sigma_m(self) -> FloatArray:
        """Error of the last position of each trail, shape (capacity,)."""
        return self._table[:, _SIGMA_M]

    @property
    def sure_from_s(self) -> FloatArray:
        """From when on the last two seconds of the track hold no leap, shape (capacity,)."""
        return self._table[:, _SURE_S]

    def velocities(self, trails: IndexArray) -> FloatArray:
        """Smoothed velocities, metres a second, shape (n, 2); zero for one seen once."""
        return _velocities(self._table[trails])

    def spot(self, trail: int) -> tuple[float, float]:
        """Smoothed position of one trail, metres."""
        x, y = self._table[trail, _POINTS].tolist()
        return x, y

    def present(self, time_s: float, within_s: float) -> npt.NDArray[np.bool_]:
        """Which trails were seen so short a time ago, shape (capacity,).

        What was seen once or twice only is not remembered: it may have been nothing.
        """
        last_s = self.last_s
        known = (last_s >= time_s - within_s - 1e-6) & (self._table[:, _SIGHTS] >= REMEMBERED)
        return self.alive & ((last_s >= time_s) | known)

    def still(self, trails: IndexArray) -> npt.NDArray[np.bool_]:
        """Which of them have stood still, shape (n,)."""
        state = self._table[trails]
        off = state[:, _POINTS] - state[:, _MEAN]
        stood: npt.NDArray[np.bool_] = np.hypot(off[:, 0], off[:, 1]) < STILL_M
        return stood

    def expected(
        self, trails: IndexArray, now_s: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Where each would be now on its way, shape (n, 2), the seconds since its last sight, and
        the weight of its velocity."""
        return _expected(self._table[trails, _SIGHT], now_s)

    def expected_before(self, trails: IndexArray, now_s: float) -> FloatArray:
        """Where the sight before the last would have taken each, shape (n, 2)."""
        return _expected(self._table[trails, _PRIOR], now_s)[0]

    def sights(self, trails: IndexArray) -> FloatArray:
        """How often each was seen, shape (n,)."""
        sights: FloatArray = self._table[trails, _SIGHTS]
        return sights

    def take_back(self, trails: IndexArray) -> None:
        """Forget the last sight of these, but for the smoothed position."""
        self._table[trails, _SIGHT] = self._table[trails, _PRIOR]

    def begin_anew(self, trail: int, now_s: float) -> None:
        """How fast it goes has to be told from now on: its way was broken."""
        self._table[trail, _V], self._table[trail, _WEIGHT] = 0.0, 0.0
        self._table[trail, _BORN_S] = now_s

    def begin(self, point: FloatArray, now_s: float) -> int:
        """A new trail."""
        free = np.flatnonzero(~self.alive)
        if not len(free):
            n = self.capacity
            free = np.array([n])
            self.enlarge(2 * n)
        trail = int(free[0])
        self.alive[trail] = True
        state = self._table[trail]
        state[_LAST] = state[_POINTS] = state[_MEAN] = point
        state[_LAST_S] = now_s
        state[_SIGHTS] = 0.0
        self.begin_anew(trail, now_s)
        return trail

    def enlarge(self, capacity: int) -> None:
        """Have so many rows."""
        self.alive = enlarged(self.alive, capacity)
        self.codes = enlarged(self.codes, capacity)
        self._table = enlarged(self._table, capacity)

    def note(
        self, trails: IndexArray, points: FloatArray, sigma_m: FloatArray, now_s: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Take a sight of each; return the smoothed positions before and now, and the steps, s."""
        state = self._table[trails]
        starts, steps_s = state[:, _POINTS].copy(), now_s - state[:, _LAST_S]
        state[:, _PRIOR] = state[:, _SIGHT]
        share = -np.expm1(-steps_s / SMOOTH_S)
        moved = steps_s > 0
        # The first step of a track found again is the loss itself, which says little of its speed.
        part = np.where(moved & (state[:, _BORN_S] < now_s), share, 0.0)
        speed = (points - state[:, _LAST]) / np.where(moved, steps_s, 1.0)[:, None]
        state[:, _V] += part[:, None] * (speed - state[:, _V])
        state[:, _WEIGHT] += part * (1.0 - state[:, _WEIGHT])
        state[:, _POINTS] += share[:, None] * (points - state[:, _POINTS])
        slow = -np.expm1(-steps_s / STILL_S)[:, None]
        state[:, _MEAN] += slow * (points - state[:, _MEAN])
        state[:, _LAST], state[:, _LAST_S], state[:, _SIGMA_M] = points, now_s, sigma_m
        state[:, _SIGHTS] += 1.0
        self._table[trails] = state
        return starts, state[:, _POINTS], steps_s


def _velocities(state: FloatArray) -> FloatArray:
    known: FloatArray = state[:, _V] / np.maximum(state[:, _WEIGHT], 1e-9)[:, None]
    return known


def _expected(sight: FloatArray, now_s: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    passed_s = now_s - sight[:, _LAST_S]
    return sight[:, _LAST] + _velocities(sight) * passed_s[:, None], passed_s, sight[:, _WEIGHT]
