"""Objects followed through short losses: by place and time alone, never by their looks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.alerts.signals.refound import HIDDEN_S, refound, turned_back
from parvis.alerts.signals.trail_states import TrailStates
from parvis.measures.ground.motion import PASSING_S, GroundFrame
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.rows import enlarged

LEFT_S = 1.0

LEAP_M = 1.0
LEAP_MPS = 5.0
FASTEST_MPS = 45.0
"""A position off its way by more than ``LEAP_M + LEAP_MPS dt`` and four times its error is a leap:
a car may brake, none flies. While no speed is known it may be a fast vehicle's first step."""

TOLD_S = 1.0
"""A track has a direction after a second; one that then goes the other way was another's."""


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


class Trails(TrailStates):
    """Carries objects over the breaks of their tracks.

    A track that ends and another of the same sort that begins within ``GAP_S`` and ``NEAR_M`` of
    where the first would be now are taken for one object (:func:`.refound`); so is a track that
    leaps, which is two whose numbers were mixed up, and each half is looked for anew, unless it
    leaps straight back. One that then walks the other way was another's (at the edge of the view
    one comes as one goes), and begins afresh. Two who swap numbers side by side are not told apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self._trail_of = np.full(64, -1, dtype=np.intp)  # by row of the frame
        self._lent_of = np.full(64, -1, dtype=np.intp)  # the trail that another has taken over
        self._left = np.zeros(self.capacity, dtype=np.bool_)
        self._before: dict[int, tuple[float, FloatArray]] = {}  # when to tell, and how it went

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
        trails, fresh = self._followed(rows, points, codes, sigma_m, now_s)
        if self.capacity > len(self._left):
            self._left = enlarged(self._left, self.capacity)
        starts, ends, steps_s = self.note(trails, points, sigma_m, now_s)
        self.codes[trails], self._left[trails] = codes, False
        fresh += self._others(now_s)
        begun = np.array(fresh, dtype=np.intp)
        if len(begun):
            late = np.isin(trails, begun)
            ends[late] = starts[late] = self.points[trails[late]]
            steps_s[late] = 0.0
        self._trail_of[frame.ended] = self._lent_of[frame.ended] = -1
        left, left_from = self._lose(now_s)
        return Sighted(
            now_s, which, trails, begun, starts, ends, steps_s, left, left_from, self.capacity
        )

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._trail_of[:] = self._lent_of[:] = -1
        self.alive[:] = False
        self._before.clear()

    def _followed(
        self,
        rows: IndexArray,
        points: FloatArray,
        codes: npt.NDArray[np.int8],
        sigma_m: FloatArray,
        now_s: float,
    ) -> tuple[IndexArray, list[int]]:
        """The trail of each, and those of them that begin now."""
        own = self._trail_of[rows]
        expected, passed_s, weight = self.expected(own, now_s)
        off = points - expected
        off_m, limit_m = np.hypot(off[:, 0], off[:, 1]), LEAP_M + LEAP_MPS * passed_s
        limit_m += 4.0 * sigma_m
        leapt = (own >= 0) & (off_m > limit_m)
        if leapt.any():
            leapt &= ~self._returned(own, leapt, points, sigma_m, now_s)
        new = np.flatnonzero((own < 0) | leapt)
        if not len(new):
            return own, []
        fast = (weight < 0.5) & (off_m <= limit_m + FASTEST_MPS * passed_s)
        trails, fresh = own.copy(), []
        trails[new] = -1
        lost = self.alive & (self.last_s < now_s)
        lost[trails[trails >= 0]] = False
        found = refound(self, np.flatnonzero(lost), points[new], codes[new], now_s)
        for nth, i in enumerate(new.tolist()):
            if nth in found:
                trail, before = found[nth]
                had = self._trail_of == trail
                self._trail_of[had], self._lent_of[had] = -1, trail
                self._before[trail] = now_s + TOLD_S, before
                self.begin_anew(trail, now_s)
            elif leapt[i] and fast[i]:
                trails[i] = own[i]
                continue
            else:
                trail = self.begin(points[i], now_s)
                self._before.pop(trail, None)
                fresh.append(trail)
            self.sure_from_s[trail] = now_s + (PASSING_S if leapt[i] else 0.0)
            trails[i] = trail
        self._trail_of[rows[new]] = trails[new]
        return trails, fresh

    def _take_back(self, rows: IndexArray) -> None:
        """Tracks that were only hidden, and whose trail another took over, have it again."""
        for row in rows[(self._lent_of[rows] >= 0) & (self._trail_of[rows] < 0)].tolist():
            trail = int(self._lent_of[row])
            if self.alive[trail]:
                self._trail_of[self._trail_of == trail] = -1
                self._trail_of[row] = trail
            self._lent_of[row] = -1

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
        who = who[self.sights(trails[who]) >= 2]
        off = points[who] - self.expected_before(trails[who], now_s)
        near = np.hypot(off[:, 0], off[:, 1]) <= LEAP_M + 4.0 * sigma_m[who]
        back[who[near]] = True
        self.take_back(trails[who[near]])
        self.sure_from_s[trails[who[near]]] = now_s + PASSING_S
        return back

    def _others(self, now_s: float) -> list[int]:
        """Trails whose new track goes the other way: they were not continued but crossed."""
        due = [trail for trail, (tell_s, _) in self._before.items() if tell_s <= now_s]
        if not due:
            return []
        before = np.array([self._before.pop(trail)[1] for trail in due])
        mine = np.array(sorted(due), dtype=np.intp)
        before = before[np.argsort(due)]
        turned = turned_back(before, self.velocities(mine)) & self.alive[mine]
        others = mine[turned]
        self.points[others] = self.last[others]
        return [int(trail) for trail in others]

    def _lose(self, now_s: float) -> tuple[IndexArray, FloatArray]:
        """Who has been unseen for a while takes the last step, to where it was seen last; who has
        been for longer is forgotten."""
        last_s = self.last_s
        left = np.flatnonzero(self.alive & (last_s < now_s - LEFT_S) & ~self._left)
        left_from = self.points[left]
        self._left[left], self.points[left] = True, self.last[left]
        self.alive &= last_s >= now_s - HIDDEN_S - 1e-6
        return left, left_from
