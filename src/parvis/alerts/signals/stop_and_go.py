"""Stop-and-go: a dense flow that halts and goes on, again and again, at the same place."""

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.segments import FloatArray, IndexArray

CELL_M = 1.0
"""The flow is looked at in squares of 3 by 3 m, one about every square metre."""

DENSE = 9.0
"""People in such a square in which a flow can break down: one a square metre, where Fruin's level E
begins and with it "intermittent stoppages"; fewer find a way past each other."""

LEFT = 4.5
LEFT_S = 3.0
"""A place half as dense for longer is emptied: who comes next is another flow."""

KNOWN = 3
"""Least people in a square whose velocities tell what the flow does there."""

HALT_MPS = 0.2
GO_MPS = 0.4
"""Speeds at which a flow stands, and at which it goes: Seyfried et al. (2010) find two phases, one
under 0.15 m/s; velocities fitted over two seconds add to that, and blur what is between."""

SLOW_MPS = 0.4
"""Where people stand, each of them is slow; in two streams that pass each other only the mean is.
It is what standing people seem to do when their positions are wrong by 0.3 m."""

LASTS_S = 0.8
"""A phase is one when it lasts; the fits blur what is shorter."""

HALTS = 2
"""One halt may be a light or a door; the second one makes it stop-and-go."""

WAVE_S = 60.0
"""Longest time from halt to halt: waves in Mina came each 45 s, in dense crowds each 18 s."""

ADVANCE_M = 1.0
PACE_MPS = 0.12
"""A flow moves on between two halts; a queue that is served moves up by less, and slower."""


class StopAndGo:
    """Tells who is where a dense flow halts and goes on in turns.

    In dense crowds flow breaks down into waves of stopping and starting that travel against it
    (Helbing, Johansson & Al-Abideen, Phys. Rev. E 75 (2007) 046109; Seyfried, Portz &
    Schadschneider, "Phase coexistence in congested states of pedestrian dynamics", ACRI 2010). At
    a place that such waves pass, the local velocity, the mean over the square around, is now
    nought, now that of walking, while the square stays dense. A place is in stop-and-go when it
    has halted ``HALTS`` times within ``WAVE_S`` of each other, and the flow went on by
    ``ADVANCE_M`` in between, at ``PACE_MPS`` on the whole. It is looked at places, not at people:
    a group that halts twice on its way does so at two places, a crowd at a light empties its place
    when it turns green, and tracks that break in a crowd do not matter.

    Limits: it is told at the second halt, one wave after the first; waves shorter than about six
    seconds, and single files, are not told.
    """

    def __init__(self) -> None:
        self._keys = np.empty(0, dtype=np.int64)
        self._state = np.empty((0, len(_NEW)))
        self._last_s = -np.inf

    def look(
        self, time_s: float, points: FloatArray, velocities: FloatArray
    ) -> npt.NDArray[np.bool_]:
        """Take the people of a moment, later than the last.

        Args:
            time_s: the moment.
            points: metres, shape (n, 2).
            velocities: metres a second, shape (n, 2); NaN where unknown.

        Returns:
            who is where it stops and goes, shape (n,).
        """
        nobody = np.zeros(len(points), dtype=np.bool_)
        if len(points) < DENSE:
            self.gap()
            return nobody
        cells = np.floor(points / CELL_M).astype(np.int64)
        keys, here = np.unique(_key(cells), return_inverse=True)
        count: FloatArray = np.bincount(here, minlength=len(keys)).astype(np.float64)
        near = _neighbours(keys)
        around = _around(count, near)
        if not len(self._keys) and around.max(initial=0.0) < DENSE:
            return nobody
        known = np.isfinite(velocities[:, 0])
        moves = np.where(known[:, None], velocities, 0.0)
        speeds = np.hypot(moves[:, 0], moves[:, 1])
        told, x, y, speed = (
            _around(np.bincount(here, one, len(keys)), near)
            for one in (known, moves[:, 0], moves[:, 1], speeds)
        )
        self._follow(time_s, keys, around)
        place = np.minimum(np.searchsorted(keys, self._keys), len(keys) - 1)
        there = keys[place] == self._keys
        people = np.where(there, around[place], 0.0)
        each = np.where(there & (told[place] >= KNOWN), told[place], np.nan)
        flow_mps = np.hypot(x[place], y[place]) / each
        self._step(time_s, people, flow_mps, speed[place] / each)
        waves = self._keys[self._state[:, _HALTS] >= HALTS]
        return np.isin(keys, waves)[here]

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._keys, self._state = np.empty(0, dtype=np.int64), np.empty((0, len(_NEW)))
        self._last_s = -np.inf

    def _follow(self, time_s: float, keys: IndexArray, around: FloatArray) -> None:
        """Begin with places that have become dense."""
        dense = keys[around >= DENSE]
        fresh = dense[~np.isin(dense, self._keys)]
        if len(fresh):
            self._keys = np.concatenate((self._keys, fresh))
            begun = np.tile(np.array(_NEW), (len(fresh), 1))
            begun[:, _DENSE_S] = time_s
            self._state = np.concatenate((self._state, begun))

    def _step(
        self, time_s: float, people: FloatArray, flow_mps: FloatArray, speed_mps: FloatArray
    ) -> None:
        state = self._state
        passed_s = time_s - self._last_s if np.isfinite(self._last_s) else 0.0
        self._last_s = time_s
        state[people > LEFT, _DENSE_S] = time_s
        state[:, _ADVANCE_M] += np.nan_to_num(flow_mps) * passed_s
        stands = (flow_mps < HALT_MPS) & (speed_mps < SLOW_MPS)
        goes = flow_mps > GO_MPS
        for now, since in ((stands, _STANDS_S), (goes, _GOES_S)):
            state[:, since] = np.where(now, np.minimum(state[:, since], time_s), np.inf)
        halted, going = (time_s - state[:, s] >= LASTS_S - 1e-6 for s in (_STANDS_S, _GOES_S))
        halts = halted & (state[:, _PHASE] != _HALTED)
        wave_s = state[:, _STANDS_S] - state[:, _HALT_S]
        again = halts & (wave_s <= WAVE_S) & (state[:, _PHASE] == _GOING)
        again &= state[:, _ADVANCE_M] >= np.maximum(ADVANCE_M, PACE_MPS * wave_s)
        state[halts, _HALTS] = np.where(again[halts], state[halts, _HALTS] + 1, 1.0)
        state[halts, _HALT_S] = state[halts, _STANDS_S]
        state[halts, _ADVANCE_M] = 0.0
        state[halts, _PHASE], state[going, _PHASE] = _HALTED, _GOING
        state[time_s - state[:, _HALT_S] > WAVE_S, _HALTS] = 0.0  # it flows again, or stands
        stay = time_s - state[:, _DENSE_S] <= LEFT_S
        if not stay.all():
            self._keys, self._state = self._keys[stay], state[stay]


_DENSE_S, _STANDS_S, _GOES_S, _PHASE, _HALT_S, _HALTS, _ADVANCE_M = range(7)
"""Last dense; since when it has stood, gone; phase; begin of the last halt; halts; way since."""

_UNKNOWN, _HALTED, _GOING = 0.0, 1.0, 2.0
_NEW = (-np.inf, np.inf, np.inf, _UNKNOWN, -np.inf, 0.0, 0.0)

_ROW = 1 << 24
"""Cells in a row of the plane: keys of neighbours differ by one, or by a row more or less."""


_OFFSETS = np.array([dx * _ROW + dy for dx in (-1, 0, 1) for dy in (-1, 0, 1)], dtype=np.int64)


def _key(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    keys: npt.NDArray[np.int64] = cells[:, 0] * _ROW + cells[:, 1]
    return keys


def _neighbours(keys: npt.NDArray[np.int64]) -> tuple[IndexArray, npt.NDArray[np.bool_]]:
    """Index of the cell at each of nine offsets, and whether there is one, shape (cells, 9)."""
    wanted = keys[:, None] + _OFFSETS
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


def _around(
    values: npt.NDArray[np.number], near: tuple[IndexArray, npt.NDArray[np.bool_]]
) -> FloatArray:
    """Sums over the square about each cell, shape (cells,)."""
    at, there = near
    total: FloatArray = np.where(there, values[at], 0.0).sum(axis=1)
    return total
