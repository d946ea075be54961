"""Where objects are, where they come from and how fast they go: what all ground observers share."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.speed import Velocities, fit_velocities
from parvis.measures.ground.chords import Chords, Sights
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.steps import LONGEST_STEP_S, Moved, Steps
from parvis.measures.ground.trend import Trend, trend
from parvis.measures.rows import TrackRows, enlarged
from parvis.values.ground_tracks import GroundTracks

PASSING_S = 2.0
"""The speed of a passage is fitted to up to two seconds: it may come a little late, and the error
of a fitted slope falls with the power 3/2 of its length."""

LEAST_SIGMA_M = 0.01
"""Added to the error of every position: no foot is known to less than a centimetre."""

_SAMPLES = 12
_SAMPLE_S = PASSING_S / (_SAMPLES - 1)


@dataclass(frozen=True, slots=True)
class GroundFrame:
    """One settled frame as the ground observers see it.

    Args:
        time_s: its time.
        rows: row of each object present, seen or predicted, shape (n,). An object keeps its row
            until it ends.
        classes: class codes, shape (n,).
        points: positions in metres, shape (n, 2).
        sigma_m: standard error of each position, metres, shape (n,).
        seen: true where it is not only predicted, shape (n,).
        moved: steps of the objects that were seen now and before.
        movers: index among the n objects of each that has moved, shape (m,).
        fresh: rows that are new: their state must be cleared.
        ended: rows of objects that are gone; settle them after this frame's steps. They may be
            fresh again in the next frame.
        motion: what knows the velocities; of this frame until it takes the next one.
    """

    time_s: float
    rows: IndexArray
    classes: npt.NDArray[np.int8]
    points: FloatArray
    sigma_m: FloatArray
    seen: npt.NDArray[np.bool_]
    moved: Moved
    movers: IndexArray
    fresh: IndexArray
    ended: IndexArray
    motion: "Motion"

    @property
    def capacity(self) -> int:
        """Rows that state arrays must have."""
        return self.motion.capacity

    @property
    def velocities(self) -> FloatArray:
        """Metres a second, shape (n, 2); NaN where an object is not known long enough."""
        return self.motion.velocities(self.rows)

    @property
    def speeds_mps(self) -> FloatArray:
        """Speeds, shape (n,); NaN where not known."""
        x, y = self.velocities.T
        speeds: FloatArray = np.hypot(x, y)
        return speeds


class Motion:
    """Carries each object's last positions from frame to frame.

    The velocity of now is that of the chord of the last moments, see ``Chords``.
    """

    def __init__(self) -> None:
        self._rows = TrackRows()
        n = self._rows.capacity
        self._steps, self._chords = Steps(n), Chords(n)
        self._velocities = np.full((n, 2), np.nan)
        self._times = np.full((n, _SAMPLES), -np.inf)
        self._points = np.zeros((n, _SAMPLES, 2))
        self._errors = np.zeros((n, _SAMPLES, 2, 2))
        self._head = np.zeros(n, dtype=np.intp)
        self._class = np.zeros(n, dtype=np.int8)

    @property
    def capacity(self) -> int:
        """Rows in use and free."""
        return self._rows.capacity

    def observe(self, tracks: GroundTracks) -> GroundFrame:
        """Take the objects of one frame, later than the one before."""
        rows, fresh = self._claim(tracks.ids)
        seen, now_s = np.flatnonzero(tracks.seen), tracks.time_s
        walked, points = rows[seen], tracks.points[seen]
        sights = Sights(np.array((now_s,)), np.array((0, len(seen))), walked, points)
        self._times[walked[now_s - self._steps.last_s[walked] > LONGEST_STEP_S]] = -np.inf
        moved, movers = self._steps.observe(sights, tracks.classes[seen])
        self._velocities[walked] = self._chords.observe(sights)
        self._note(walked, points, tracks.covariances[seen], now_s)
        self._class[rows] = tracks.classes
        ended = self._release(tracks.ended.tolist())
        return GroundFrame(
            now_s,
            rows,
            tracks.classes,
            tracks.points,
            np.sqrt(0.5 * (tracks.covariances[:, 0, 0] + tracks.covariances[:, 1, 1])),
            tracks.seen,
            moved,
            seen[movers],
            np.array(fresh, dtype=np.intp),
            ended,
            self,
        )

    def end_all(self) -> IndexArray:
        """Forget every object (the stream is cut or over); return the rows that end."""
        self._chords.forget()
        return self._release(self._rows.ids())

    def passing(self, rows: IndexArray) -> FloatArray:
        """Velocities of these rows when last seen, shape (n, 2); NaN where not known.

        Fitted to the positions of ``PASSING_S`` with their errors (see ``fit_velocities``); with
        only two positions it is that of now.
        """
        fitted = self.fit(rows).velocities
        return np.where(np.isfinite(fitted), fitted, self.velocities(rows))

    def fit(self, rows: IndexArray) -> Velocities:
        """Straight, even motions through the positions of ``PASSING_S`` of these rows."""
        times = self._times[rows]
        valid = times >= self._steps.last_s[rows, None] - PASSING_S - 1e-3
        floor = np.eye(2) * LEAST_SIGMA_M**2
        return fit_velocities(
            np.where(valid, times, 0.0), self._points[rows], self._errors[rows] + floor, valid
        )

    def trend(self, rows: IndexArray) -> Trend:
        """Motions of these rows over the last ``PASSING_S`` in which each was seen."""
        last_s = self._steps.last_s[rows, None]
        ages = self._times[rows] - np.where(np.isfinite(last_s), last_s, 0.0)
        return trend(ages, self._points[rows], ages >= -PASSING_S - 1e-3)

    def classes(self, rows: IndexArray) -> npt.NDArray[np.int8]:
        """Last class of each row."""
        return self._class[rows]

    def _note(
        self, rows: IndexArray, points: FloatArray, covariances: FloatArray, now_s: float
    ) -> None:
        """Remember positions, no denser than needed."""
        due = now_s >= self._times[rows, self._head[rows]] + _SAMPLE_S
        rows = rows[due]
        if len(rows):
            head = (self._head[rows] + 1) % _SAMPLES
            self._head[rows] = head
            self._times[rows, head] = now_s
            self._points[rows, head] = points[due]
            self._errors[rows, head] = covariances[due]

    def velocities(self, rows: IndexArray) -> FloatArray:
        """Velocities of these rows when last seen, shape (n, 2); NaN where not known."""
        return self._velocities[rows]

    def _release(self, ids: list[int]) -> IndexArray:
        return np.array(self._rows.release(ids), dtype=np.intp)

    def _claim(self, ids: npt.NDArray[np.int64]) -> tuple[IndexArray, list[int]]:
        rows, fresh = self._rows.claim(ids)
        if self._rows.capacity > len(self._head):
            self._steps.enlarge(self._rows.capacity)
            self._chords.enlarge(self._rows.capacity)
            for name in _STATE:
                setattr(self, name, enlarged(getattr(self, name), self._rows.capacity))
        if fresh:
            self._steps.clear(fresh)
            self._chords.clear(fresh)
            self._velocities[fresh] = np.nan
            self._times[fresh] = -np.inf
            self._points[fresh] = 0.0
            self._head[fresh] = 0
        return rows, fresh


_STATE = ("_velocities", "_times", "_points", "_errors", "_head", "_class")
