"""Movements of a crowd that call for attention: running, a surge, flight, stop-and-go."""

from collections.abc import Sequence

import numpy as np

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.habit import Habit
from parvis.alerts.signals.motions import (
    FLIGHT_S,
    Mask,
    begin_to_run,
    dispersing,
    running,
    surging,
)
from parvis.alerts.signals.stop_and_go import StopAndGo
from parvis.alerts.signals.subjects import Watched, expected, watched
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.motion import PASSING_S, GroundFrame
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.rows import enlarged
from parvis.values.alerts import AlertKind, Form, Signal

TICK_S = 0.4
"""Movements are looked at no more often."""

LEAST_SPAN_S = 1.15
"""Over less than that, errors of positions make runners of walkers."""

LEAP_M = 1.0
LEAP_MPS = 10.0
"""A step longer than ``LEAP_M + LEAP_MPS dt`` and four times its error is a leap, of the ground or
of a number: nobody runs so. For two seconds no velocity is fitted across it."""

_TICKS = 12
BEFORE_S = (2.0, 4.0)
"""What somebody did before lies so long ago: fits of velocities over two seconds do not meet, and
people who react to the same thing do so within two or so."""

ABSENT_S = 1.2
"""Who ran and was lost sight of is taken to run on for as long as a new track needs to be known."""


class CrowdMovementSignal:
    """People who take part in a sudden movement, or in a flow that breaks down, by its form.

    Velocities are fitted to the last two seconds (:meth:`Motion.trend`); see
    :mod:`parvis.alerts.signals.motions` for what each sudden form is, :class:`.StopAndGo` for the
    flow that halts and goes in turns, of which who waits where people are meant to stand is no
    part. Limits: who is seen for less than ``LEAST_SPAN_S`` takes no part; a movement of fewer
    people than the rule's lowest level, of walking speed, or already under way along one line when
    the camera first sees it, by fewer than ten people who are slower than 3.6 m/s or keep to a
    lane, or where runners are usual (:class:`.Habit`), is not told from joggers, cyclists or an
    ordinary start.

    Args:
        scene: whose ground.
        rules: of the kind.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule]) -> None:
        self._watched = list(watched(scene, rules))
        self._expected = expected(scene)
        self._waves = {tuple(one.codes): StopAndGo() for one in self._watched}
        self._habit = Habit()
        self._ran_s = [np.empty(0) for _ in self._watched]
        self._fled_s = np.full(len(self._watched), -np.inf)
        self._velocities = np.empty((0, _TICKS, 2))
        self._slowest = np.empty(0)
        self._sure_s = np.empty(0)
        self._last = np.empty((0, 2))
        self._last_s = np.empty(0)
        self._ticks_s = np.full(_TICKS, -np.inf)
        self._tick = 0

    def observe(self, moment: Moment, now: GroundNow) -> Sequence[Signal]:
        """One signal a form, rule and subject, at most every ``TICK_S``."""
        frame = moment.frame
        self._grow(frame.capacity)
        self._forget(frame.fresh)
        self._leap(frame)
        if moment.time_s - self._ticks_s[self._tick] < TICK_S - 1e-6:
            return ()
        trend = frame.motion.trend(frame.rows)
        known = (trend.spans_s >= LEAST_SPAN_S) & frame.seen
        known &= self._sure_s[frame.rows] <= moment.time_s
        velocities = np.where(known[:, None], trend.velocities, np.nan)
        self._note(moment.time_s, frame.rows, velocities)
        self._habit.look(moment.time_s, frame.rows[known], self._slowest)
        slowest, usual = self._slowest[frame.rows], self._habit.runs
        waves = self._stopping(moment, velocities)
        age_s = moment.time_s - self._ticks_s
        before = self._velocities[frame.rows][:, (age_s >= BEFORE_S[0]) & (age_s <= BEFORE_S[1])]
        signals: list[Signal] = []
        for i, one in enumerate(self._watched):
            who = np.flatnonzero(one.who(moment))
            points, mine = frame.points[who], velocities[who]
            if begin_to_run(mine, slowest[who]):
                self._fled_s[i] = moment.time_s
            flight = moment.time_s - self._fled_s[i] <= FLIGHT_S
            runs = running(points, mine, slowest[who], usual=usual, flight=flight)
            absent = self._lost(i, moment.time_s, frame.rows, who[runs])
            for form, taking, more in (
                (Form.RUNNING, runs, absent if runs.any() else 0),
                (Form.SURGE, surging(mine, before[who]), 0),
                (Form.DISPERSAL, dispersing(points, mine, before[who]), 0),
                (Form.STOP_AND_GO, self._in_waves(one, moment, waves)[who], 0),
            ):
                signals.append(_signal(one, moment.time_s, form, points[taking], more))
        return signals

    def gap(self) -> None:
        """Every object ends."""
        self._forget(np.arange(len(self._slowest)))
        self._ticks_s[:] = -np.inf
        self._fled_s[:] = -np.inf
        for waves in self._waves.values():
            waves.gap()

    def _stopping(self, moment: Moment, velocities: FloatArray) -> dict[tuple[int, ...], Mask]:
        """Who is in a flow that stops and goes, by the classes that count; shape (n,)."""
        frame, found = moment.frame, {}
        for codes, waves in self._waves.items():
            who = np.isin(frame.classes, codes)
            found[codes] = np.zeros(len(who), dtype=np.bool_)
            found[codes][who] = waves.look(moment.time_s, frame.points[who], velocities[who])
        return found

    def _in_waves(self, one: Watched, moment: Moment, found: dict[tuple[int, ...], Mask]) -> Mask:
        """Those of them whom a rule watches."""
        mine = found[tuple(one.codes)]
        if one.zone is None:
            return mine & ~moment.holds[:, self._expected].any(axis=1)
        return mine

    def _leap(self, frame: GroundFrame) -> None:
        """Note who leaps."""
        seen = np.flatnonzero(frame.seen)
        rows, points = frame.rows[seen], frame.points[seen]
        step = points - self._last[rows]
        limit_m = LEAP_M + LEAP_MPS * (frame.time_s - self._last_s[rows])
        leapt = np.hypot(step[:, 0], step[:, 1]) > limit_m + 4.0 * frame.sigma_m[seen]
        self._sure_s[rows[leapt]] = frame.time_s + PASSING_S
        self._last[rows], self._last_s[rows] = points, frame.time_s

    def _note(self, time_s: float, rows: IndexArray, velocities: FloatArray) -> None:
        self._tick = (self._tick + 1) % _TICKS
        self._ticks_s[self._tick] = time_s
        self._velocities[:, self._tick] = np.nan
        self._velocities[rows, self._tick] = velocities
        speeds = np.hypot(velocities[:, 0], velocities[:, 1])
        self._slowest[rows] = np.fmin(self._slowest[rows], speeds)

    def _lost(self, i: int, time_s: float, rows: IndexArray, runs: IndexArray) -> int:
        """Note who runs now; how many ran a moment ago and are not seen."""
        ran_s = self._ran_s[i]
        ran_s[rows] = -np.inf
        ran_s[rows[runs]] = time_s
        return int(np.count_nonzero(ran_s >= time_s - ABSENT_S)) - len(runs)

    def _forget(self, rows: IndexArray) -> None:
        if len(rows):
            self._habit.forget(rows, self._slowest)
            self._velocities[rows] = np.nan
            self._slowest[rows] = np.inf
            self._sure_s[rows] = self._last_s[rows] = -np.inf
            for ran_s in self._ran_s:
                ran_s[rows] = -np.inf

    def _grow(self, capacity: int) -> None:
        old = len(self._slowest)
        if capacity <= old:
            return
        self._habit.grow(capacity)
        self._velocities = enlarged(self._velocities, capacity)
        self._slowest = enlarged(self._slowest, capacity)
        self._sure_s = enlarged(self._sure_s, capacity)
        self._last = enlarged(self._last, capacity)
        self._last_s = enlarged(self._last_s, capacity)
        self._ran_s = [enlarged(one, capacity) for one in self._ran_s]
        self._forget(np.arange(old, capacity))


def _signal(one: Watched, time_s: float, form: Form, taking: FloatArray, absent: int) -> Signal:
    """The signal of those who stand at these points, and of so many lost sight of."""
    middle = taking.mean(axis=0) if len(taking) else None
    return Signal(
        AlertKind.CROWD_MOVEMENT,
        one.subject,
        time_s,
        float(len(taking) + absent),
        at=None if middle is None else (float(middle[0]), float(middle[1])),
        form=form,
        rule=one.rule.name,
    )
