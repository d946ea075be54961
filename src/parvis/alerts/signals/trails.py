"""Objects followed through short losses: by place and time alone, never by their looks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.motion import PASSING_S, GroundFrame
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.rows import enlarged
from parvis.values.classes import ObjectClass

SMOOTH_S = 0.5
"""Time over which positions are smoothed: the sway of gait and the noise of a foot point go, and
what is told comes half a second later."""

GAP_S = 3.0
"""An object that is not found again for longer has gone, or has stood hidden (``HIDDEN_S``)."""

HIDDEN_S = 6.0
"""One that stood still may be hidden for longer behind those who pass."""

NEAR_M = 1.5
"""How far from where it should be one that is found again may be."""

LEFT_S = 1.0

REMEMBERED = 3
"""Sights after which something is remembered while it is not seen."""

STILL_M = 0.6
STILL_S = 1.2
"""One has stood still while it is near the mean of its last seconds: noise may look like speed."""

WALKING_MPS = 0.8
"""Slower, a direction may be noise."""

LEAP_M = 1.0
LEAP_MPS = 5.0
FASTEST_MPS = 45.0
"""A position off its way by more than ``LEAP_M + LEAP_MPS dt`` and four times its error is a leap:
a car may brake, none flies. While no speed is known it may be a fast vehicle's first step."""

TOLD_S = 1.0
"""A track has a direction after a second; one that then goes the other way was another's."""

_VEHICLES = np.zeros(len(ObjectClass), dtype=np.bool_)
_VEHICLES[list(ObjectClass)[ObjectClass.CAR :]] = True


@dataclass(frozen=True, slots=True)
class Sighted:
    """The objects seen in one frame, by their trails.

    Args:
        time_s: of the frame.
        which: index of each among the frame's objects, shape (n,).
        trails: trail of each, shape (n,); an index into state arrays of ``capacity``.
        fresh: trails that begin now: their state must be cleared.
        starts, ends: smoothed position at the sight before and now, metres, shape (n, 2); equal
            where the trail begins.
        steps_s: seconds between the two sights, shape (n,).
        left, left_from: trails unseen for ``LEFT_S``: their smoothed position takes its last step,
            to where they were seen last; and where it was before.
        capacity: rows that state arrays must have.
    """

    time_s: float
    which: IndexArray
    trails: IndexArray
    fresh: IndexArray
    starts: FloatArray
    ends: FloatArray
    steps_s: FloatArray
    left: IndexArray
    left_from: FloatArray
    capacity: int


class Trails:
    """Carries objects over the breaks of their tracks.

    A track that ends and another of the same sort that begins within ``GAP_S`` and ``NEAR_M`` of
    where the first would be now are taken for one object; so is a track that leaps, which is two
    whose numbers were mixed up, and each half is looked for anew, unless it leaps straight back.
    One that then walks the other way was another's (at the edge of the view one comes as one
    goes), and begins afresh. Two who swap numbers side by side are not told apart.

    Positions are smoothed by ``s += (1 - exp(-dt / SMOOTH_S)) (p - s)``.
    """

    def __init__(self) -> None:
        self._trail_of = np.full(64, -1, dtype=np.intp)  # by row of the frame
        self._lent_of = np.full(64, -1, dtype=np.intp)  # the trail that another has taken over
        n = 64
        self.alive = np.zeros(n, dtype=np.bool_)
        self.last_s = np.zeros(n)
        """Last sight of each trail."""
        self.codes = np.zeros(n, dtype=np.int8)
        """Class code of each trail."""
        self.last = np.zeros((n, 2))
        """Last position of each trail, not smoothed."""
        self.points = np.zeros((n, 2))
        """Smoothed position of each trail."""
        self.sigma_m = np.zeros(n)
        self.sure_from_s = np.zeros(n)
        """From when on the last two seconds of the track hold no leap, shape (capacity,)."""
        self._v = np.zeros((n, 2))
        self._weight = np.zeros(n)
        self._mean = np.zeros((n, 2))
        self._prior = np.zeros((n, 2))  # the sight before the last, and what was known then
        self._prior_s = np.zeros(n)
        self._prior_v = np.zeros((n, 2))
        self._prior_weight = np.zeros(n)
        self._left = np.zeros(n, dtype=np.bool_)
        self._sights = np.zeros(n, dtype=np.int32)
        self._before = np.zeros((n, 2))
        self._born_s = np.zeros(n)
        self._tell_s = np.full(n, np.inf)

    @property
    def capacity(self) -> int:
        """Rows that state arrays must have."""
        return len(self.alive)

    def velocities(self, trails: IndexArray) -> FloatArray:
        """Smoothed velocities, metres a second, shape (n, 2); zero for one seen once."""
        known: FloatArray = self._v[trails] / np.maximum(self._weight[trails], 1e-9)[:, None]
        return known

    def spot(self, trail: int) -> tuple[float, float]:
        """Smoothed position of one trail, metres."""
        x, y = self.points[trail].tolist()
        return x, y

    def present(self, time_s: float, within_s: float) -> npt.NDArray[np.bool_]:
        """Which trails were seen so short a time ago, shape (capacity,).

        What was seen once or twice only is not remembered: it may have been nothing.
        """
        now = self.last_s >= time_s
        known = (self.last_s >= time_s - within_s - 1e-6) & (self._sights >= REMEMBERED)
        return self.alive & (now | known)

    def observe(self, frame: GroundFrame) -> Sighted:
        """Take a frame, later than the one before."""
        if frame.capacity > len(self._trail_of):
            more = np.full(frame.capacity - len(self._trail_of), -1, dtype=np.intp)
            self._trail_of = np.concatenate((self._trail_of, more))
            self._lent_of = np.concatenate((self._lent_of, more))
        now_s = frame.time_s
        self._trail_of[frame.fresh] = self._lent_of[frame.fresh] = -1
        which = np.flatnonzero(frame.seen)
        rows, points = frame.rows[which], frame.points[which]
        codes, sigma_m = frame.classes[which], frame.sigma_m[which]
        self._take_back(rows)
        own = self._trail_of[rows]
        trails = own.copy()
        off_m, limit_m, fast = self._off(own, points, sigma_m, now_s)
        leapt = (own >= 0) & (off_m > limit_m)
        leapt &= ~self._returned(own, leapt, points, sigma_m, now_s)
        new = np.flatnonzero((own < 0) | leapt)
        fresh: list[int] = []
        if len(new):
            trails[new] = -1
            found = self._found(trails, new, points, codes, now_s)
            for i in new.tolist():
                trail = found.get(i, -1)
                if trail >= 0:
                    before = self._trail_of == trail
                    self._trail_of[before], self._lent_of[before] = -1, trail
                elif leapt[i] and fast[i]:
                    trails[i] = own[i]
                    continue
                else:
                    trail = self._begin(points[i], now_s)
                    fresh.append(trail)
                self.sure_from_s[trail] = now_s + (PASSING_S if leapt[i] else 0.0)
                trails[i] = trail
            self._trail_of[rows[new]] = trails[new]
        starts, steps_s = self.points[trails], now_s - self.last_s[trails]
        self._note(trails, points, steps_s, now_s)
        self.codes[trails], self.sigma_m[trails] = codes, sigma_m
        fresh += self._others(now_s)
        begun = np.array(fresh, dtype=np.intp)
        if len(begun):
            late = np.isin(trails, begun)
            starts[late], steps_s[late] = self.points[trails[late]], 0.0
        self._trail_of[frame.ended] = self._lent_of[frame.ended] = -1
        left = np.flatnonzero(self.alive & (self.last_s < now_s - LEFT_S) & ~self._left)
        left_from = self.points[left]
        self._left[left], self.points[left] = True, self.last[left]
        self._forget(now_s)
        ends = self.points[trails]
        return Sighted(
            now_s, which, trails, begun, starts, ends, steps_s, left, left_from, self.capacity
        )

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._trail_of[:] = self._lent_of[:] = -1
        self.alive[:] = False
        self._tell_s[:] = np.inf

    def _take_back(self, rows: IndexArray) -> None:
        """Tracks that were only hidden, and whose trail another took over, have it again."""
        for row in rows[(self._lent_of[rows] >= 0) & (self._trail_of[rows] < 0)].tolist():
            trail = int(self._lent_of[row])
            if self.alive[trail]:
                self._trail_of[self._trail_of == trail] = -1
                self._trail_of[row] = trail
            self._lent_of[row] = -1

    def _off(
        self, trails: IndexArray, points: FloatArray, sigma_m: FloatArray, now_s: float
    ) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
        """How far each is from where its way would have taken it, how far it may be, and whether
        it may only be fast."""
        dt = now_s - self.last_s[trails]
        off = points - self.last[trails] - self.velocities(trails) * dt[:, None]
        off_m: FloatArray = np.hypot(off[:, 0], off[:, 1])
        limit_m: FloatArray = LEAP_M + LEAP_MPS * dt + 4.0 * sigma_m
        fast: npt.NDArray[np.bool_] = self._weight[trails] < 0.5
        return off_m, limit_m, fast & (off_m <= limit_m + FASTEST_MPS * dt)

    def _returned(
        self,
        trails: IndexArray,
        leapt: npt.NDArray[np.bool_],
        points: FloatArray,
        sigma_m: FloatArray,
        now_s: float,
    ) -> npt.NDArray[np.bool_]:
        """Who is where the sight before the last would have taken them, shape (n,).

        The last sight was then the leap, and is forgotten but for the smoothed position.
        """
        back = np.zeros(len(trails), dtype=np.bool_)
        who = np.flatnonzero(leapt)
        who = who[self._sights[trails[who]] >= 2]
        if not len(who):
            return back
        own = trails[who]
        dt = now_s - self._prior_s[own]
        known = self._prior_v[own] / np.maximum(self._prior_weight[own], 1e-9)[:, None]
        off = points[who] - self._prior[own] - known * dt[:, None]
        near = np.hypot(off[:, 0], off[:, 1]) <= LEAP_M + 4.0 * sigma_m[who]
        back[who[near]] = True
        own = own[near]
        self.last[own], self.last_s[own] = self._prior[own], self._prior_s[own]
        self._v[own], self._weight[own] = self._prior_v[own], self._prior_weight[own]
        self.sure_from_s[own] = now_s + PASSING_S
        return back

    def _found(
        self,
        trails: IndexArray,
        new: IndexArray,
        points: FloatArray,
        codes: npt.NDArray[np.int8],
        now_s: float,
    ) -> dict[int, int]:
        """The lost trail that each of the new ones continues, nearest first."""
        lost = self.alive & (self.last_s < now_s)
        lost[trails[trails >= 0]] = False
        old = np.flatnonzero(lost)
        if not len(old):
            return {}
        lost_s = now_s - self.last_s[old]
        still = np.hypot(*(self.points[old] - self._mean[old]).T) < STILL_M
        lost_s[~still & (lost_s > GAP_S + 1e-6)] = np.inf
        before = np.where(still[:, None], 0.0, self.velocities(old))
        way = before * np.minimum(lost_s, GAP_S)[:, None]
        rel = points[new][:, None] - self.last[old]
        length2 = np.maximum(np.sum(way * way, axis=1), 1e-12)
        share = np.clip(np.sum(rel * way, axis=2) / length2, 0.5, 1.0)
        off = np.linalg.norm(rel - share[..., None] * way, axis=2)
        room_m = NEAR_M + 2 * self.sigma_m[old] + 0.25 * np.sqrt(length2)
        off[(off > room_m) | np.isinf(lost_s)] = np.inf
        off[_VEHICLES[codes[new]][:, None] != _VEHICLES[self.codes[old]]] = np.inf
        found: dict[int, int] = {}
        while np.isfinite(off).any():
            i, j = np.unravel_index(int(np.argmin(off)), off.shape)
            trail = int(old[j])
            found[int(new[i])] = trail
            off[i, :] = off[:, j] = np.inf
            # What it was doing, to be held against what it does in a second.
            self._before[trail] = before[j]
            self._tell_s[trail] = now_s + TOLD_S
            self._v[trail] = 0.0
            self._weight[trail] = 0.0
            self._born_s[trail] = now_s
        return found

    def _begin(self, point: FloatArray, now_s: float) -> int:
        free = np.flatnonzero(~self.alive)
        if not len(free):
            n = self.capacity
            free = np.array([n])
            for name in _STATE:
                setattr(self, name, enlarged(getattr(self, name), 2 * n))
        trail = int(free[0])
        self.alive[trail] = True
        self.last[trail] = self.points[trail] = self._mean[trail] = point
        self.last_s[trail] = self._born_s[trail] = now_s
        self._v[trail] = 0.0
        self._weight[trail] = 0.0
        self._tell_s[trail] = np.inf
        self._sights[trail] = 0
        return trail

    def _note(
        self, trails: IndexArray, points: FloatArray, steps_s: FloatArray, now_s: float
    ) -> None:
        self._prior[trails], self._prior_s[trails] = self.last[trails], self.last_s[trails]
        self._prior_v[trails] = self._v[trails]
        self._prior_weight[trails] = self._weight[trails]
        share = -np.expm1(-steps_s / SMOOTH_S)
        moved = steps_s > 0
        # The first step of a track found again is the loss itself, which says little of its speed.
        own = moved & (self._born_s[trails] < now_s)
        speed = (points - self.last[trails]) / np.where(moved, steps_s, 1.0)[:, None]
        part = np.where(own, share, 0.0)
        self._v[trails] += part[:, None] * (speed - self._v[trails])
        self._weight[trails] += part * (1.0 - self._weight[trails])
        self.points[trails] += share[:, None] * (points - self.points[trails])
        slow = -np.expm1(-steps_s / STILL_S)[:, None]
        self._mean[trails] += slow * (points - self._mean[trails])
        self.last[trails], self.last_s[trails] = points, now_s
        self._sights[trails] += 1
        self._left[trails] = False

    def _others(self, now_s: float) -> list[int]:
        """Trails whose new track goes the other way: they were not continued but crossed."""
        due = np.flatnonzero(self._tell_s <= now_s)
        if not len(due):
            return []
        self._tell_s[due] = np.inf
        due = due[self.alive[due]]
        before, after = self._before[due], self.velocities(due)
        walked = np.minimum(np.hypot(*before.T), np.hypot(*after.T)) > WALKING_MPS
        others = due[walked & (np.sum(before * after, axis=1) < 0)]
        self.points[others] = self.last[others]
        return [int(trail) for trail in others]

    def _forget(self, now_s: float) -> None:
        self.alive &= self.last_s >= now_s - HIDDEN_S - 1e-6


_STATE = (
    "alive", "last_s", "codes", "last", "points", "sigma_m", "sure_from_s", "_v", "_weight",
    "_mean", "_prior", "_prior_s", "_prior_v", "_prior_weight", "_left", "_sights",
    "_before", "_born_s", "_tell_s",
)  # fmt: skip
