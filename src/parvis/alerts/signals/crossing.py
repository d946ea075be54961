"""Crossing a line that is not to be crossed."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.alerts.rule import Direction, Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.asked import ANYBODY, counted
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.trails import Sighted
from parvis.measures.ground.crossings import CLEAR_M
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.segments import FloatArray, IndexArray, Segments
from parvis.measures.rows import enlarged
from parvis.values.alerts import AlertKind, Form, Signal, Subject

SIGHTS = 2
"""Sights clear of the line after which one is beyond it: one alone may be a leap."""

RECENT_S = 5.0
"""Crossings of the last five seconds count: one raises the alert at once, and soon it is over."""


@dataclass(frozen=True, slots=True)
class _Asked:
    rule: str
    subject: Subject
    line: int
    signs: frozenset[int]
    classes: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Crossed:
    time_s: float
    line: int
    sign: int
    code: int
    at: tuple[float, float]


class CrossingSignal:
    """Crossings of each line in a direction that a rule forbids, of the last ``RECENT_S``.

    As where lines are counted, a passage waits until the object is clear of the line, by half a
    metre or twice the error of its position, in ``SIGHTS`` sights in a row, and counts if it is
    then on the other side: who walks along a line, trembles on it, or is seen beyond it in a
    single frame has not crossed. The way is that of smoothed positions (see
    :class:`Trails`), over breaks of the track too. Round the end of a line nobody crosses.

    Args:
        scene: whose lines.
        rules: of this kind.
        presence: who is where.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule], presence: Presence) -> None:
        names = list(scene.lines)
        self._asked = [
            _Asked(
                rule.name,
                scene.subject(name),
                names.index(name),
                _SIGNS[rule.direction],
                counted(rule, ANYBODY),
            )
            for rule in rules
            for name in names
            if rule.watches(scene.subject(name), Form.PLAIN, "")
        ]
        self._segments = Segments([line.array() for line in scene.lines.values()])
        self._trails = presence.trails
        shape = self._trails.capacity, len(names)
        self._net = np.zeros(shape, dtype=np.int32)
        self._clear = np.zeros(shape, dtype=np.int32)
        self._crossed: deque[_Crossed] = deque()

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and line at every frame."""
        if sighted.capacity > len(self._net):
            self._net = enlarged(self._net, sighted.capacity)
            self._clear = enlarged(self._clear, sighted.capacity)
        self._net[sighted.fresh] = self._clear[sighted.fresh] = 0
        self._step(sighted.trails, sighted.starts, sighted.ends)
        self._settle(sighted)
        self._lose(sighted)
        while self._crossed and self._crossed[0].time_s < moment.time_s - RECENT_S:
            self._crossed.popleft()
        return [self._signal(moment.time_s, one) for one in self._asked]

    def gap(self) -> None:
        """Nobody is known to be on any side."""
        self._net[:] = self._clear[:] = 0

    def _step(self, trails: IndexArray, starts: FloatArray, ends: FloatArray) -> None:
        step, segment, sign, _ = self._segments.passages(starts, ends)
        if len(step):
            np.add.at(self._net, (trails[step], self._segments.line_of[segment]), sign)

    def _settle(self, sighted: Sighted) -> None:
        waiting = np.flatnonzero(self._net[sighted.trails].any(axis=1))
        if len(waiting):
            self._count(sighted.trails[waiting], 1.0, SIGHTS, sighted.time_s)

    def _lose(self, sighted: Sighted) -> None:
        """Who is seen no more behind a line has crossed it when half clear of it."""
        left = sighted.left
        if len(left):
            self._step(left, sighted.left_from, self._trails.points[left])
            self._count(left, 0.5, 1, sighted.time_s)

    def _count(self, trails: IndexArray, clear: float, sights: int, now_s: float) -> None:
        need_m = np.maximum(CLEAR_M, 2.0 * self._trails.sigma_m[trails])[:, None]
        away_m = self._segments.distances(self._trails.points[trails])
        clear_of = away_m >= clear * need_m
        self._clear[trails] = np.where(clear_of, self._clear[trails] + 1, 0)
        free = self._clear[trails] >= sights
        for i, line in np.argwhere(free & (self._net[trails] != 0)).tolist():
            trail = int(trails[i])
            self._crossed.append(
                _Crossed(
                    now_s,
                    line,
                    int(np.sign(self._net[trail, line])),
                    int(self._trails.codes[trail]),
                    self._trails.spot(trail),
                )
            )
        self._net[trails] = np.where(free, 0, self._net[trails])
        self._clear[trails] = np.where(free, 0, self._clear[trails])

    def _signal(self, now_s: float, one: _Asked) -> Signal:
        mine = [
            crossed
            for crossed in self._crossed
            if crossed.line == one.line and crossed.sign in one.signs and one.classes[crossed.code]
        ]
        at = mine[-1].at if mine else None
        return Signal(
            AlertKind.FORBIDDEN_CROSSING, one.subject, now_s, float(len(mine)), at=at, rule=one.rule
        )


_SIGNS = {
    Direction.FIRST: frozenset({1}),
    Direction.SECOND: frozenset({-1}),
    Direction.BOTH: frozenset({1, -1}),
}
