"""Where objects are, where they come from and how fast they go: what all ground observers share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.speed import Velocities, fit_velocities
from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.trend import Trend, trend
from parvis.measures.rows import TrackRows, enlarged
from parvis.values.ground_tracks import GroundTracks

WINDOW_S = 0.8
"""Velocities of now are taken over the last 0.8 s, one to two strides, which averages the sway of
gait out (Steffen & Seyfried, Physica A 389 (2010) 1902)."""

PASSING_S = 2.0
"""The speed of a passage is fitted to up to two seconds: it may come a little late, and the error
of a fitted slope falls with the power 3/2 of its length."""

LEAST_SIGMA_M = 0.01
"""Added to the error of every position: no foot is known to less than a centimetre."""

LEAST_S = 0.15
"""Two positions closer in time than that say nothing of a speed."""

LONGEST_STEP_S = 5.0
"""An object unseen for longer is taken not to have walked straight from where it was."""

_SAMPLES = 12
_SAMPLE_S = PASSING_S / (_SAMPLES - 1)


@dataclass(frozen=True, slots=True)
class Moved:
    """Straight steps of objects between the last and the present sight of each.

    Args:
        rows: row of each object, shape (m,).
        classes: its class code, shape (m,).
        start, end: positions in metres, shape (m, 2).
        start_s, end_s: their moments, seconds since the epoch, shape (m,).
    """

    rows: IndexArray
    classes: npt.NDArray[np.int8]
    start: FloatArray
    end: FloatArray
    start_s: FloatArray
    end_s: FloatArray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def lengths_m(self) -> FloatArray:
        """Lengths of the steps."""
        x, y = (self.end - self.start).T
        lengths: FloatArray = np.hypot(x, y)
        return lengths

    def by_minute(self) -> Iterator[tuple[float, "Moved"]]:
        """The parts of the steps in each minute: pairs of (start of the minute, parts)."""
        if not len(self):
            return
        minute_s = float(self.start_s.min() // MINUTE_S * MINUTE_S)
        last_s = float(self.end_s.max())
        if last_s <= minute_s + MINUTE_S:
            yield minute_s, self
            return
        while minute_s < last_s:
            low = np.maximum(self.start_s, minute_s)
            high = np.minimum(self.end_s, minute_s + MINUTE_S)
            which = np.flatnonzero(high > low)
            if len(which):
                yield minute_s, self._cut(which, low[which], high[which])
            minute_s += MINUTE_S

    def _cut(self, which: IndexArray, low: FloatArray, high: FloatArray) -> "Moved":
        start, way = self.start[which], self.end[which] - self.start[which]
        span = self.end_s[which] - self.start_s[which]
        begin = ((low - self.start_s[which]) / span)[:, None]
        finish = ((high - self.start_s[which]) / span)[:, None]
        return Moved(
            self.rows[which],
            self.classes[which],
            start + begin * way,
            start + finish * way,
            low,
            high,
        )


def joined(parts: Sequence[Moved]) -> Moved:
    """The steps of several frames as one."""
    if len(parts) == 1:
        return parts[0]
    return Moved(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.classes for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.start_s for part in parts]),
        np.concatenate([part.end_s for part in parts]),
    )


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

    The velocity of now is the way from the oldest position of the last ``WINDOW_S`` to the newest
    over its time: at constant frame rate it is PedPy's individual velocity of the moment
    ``WINDOW_S / 2`` ago (``frame_step`` of half the window, border excluded).
    """

    def __init__(self) -> None:
        self._rows = TrackRows()
        self._ids = np.empty(0, dtype=np.int64)  # of the last frame, whose rows are known
        self._ids_rows = np.empty(0, dtype=np.intp)
        n = self._rows.capacity
        self._times = np.full((n, _SAMPLES), -np.inf)
        self._points = np.zeros((n, _SAMPLES, 2))
        self._errors = np.zeros((n, _SAMPLES, 2, 2))
        self._head = np.zeros(n, dtype=np.intp)
        self._last_s = np.full(n, -np.inf)
        self._last = np.zeros((n, 2))
        self._class = np.zeros(n, dtype=np.int8)

    @property
    def capacity(self) -> int:
        """Rows in use and free."""
        return self._rows.capacity

    def observe(self, tracks: GroundTracks) -> GroundFrame:
        """Take the objects of one frame, later than the one before."""
        rows, fresh = self._claim(tracks.ids)
        seen = tracks.seen
        walked = rows[seen]
        points, now_s = tracks.points[seen], tracks.time_s
        since_s = self._last_s[walked]
        known = now_s - since_s <= LONGEST_STEP_S
        stepped = walked[known]
        moved = Moved(
            stepped,
            tracks.classes[seen][known],
            self._last[stepped],
            points[known],
            since_s[known],
            np.full(len(stepped), now_s),
        )
        self._times[walked[~known]] = -np.inf
        self._note(walked, points, tracks.covariances[seen], now_s)
        self._class[rows] = tracks.classes
        ended = self._release(tracks.ended.tolist())
        return GroundFrame(
            now_s,
            rows,
            tracks.classes,
            tracks.points,
            np.sqrt(0.5 * (tracks.covariances[:, 0, 0] + tracks.covariances[:, 1, 1])),
            seen,
            moved,
            np.flatnonzero(seen)[known],
            np.array(fresh, dtype=np.intp),
            ended,
            self,
        )

    def end_all(self) -> IndexArray:
        """Forget every object (the stream is cut or over); return the rows that end."""
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
        valid = times >= self._last_s[rows, None] - PASSING_S - 1e-3
        floor = np.eye(2) * LEAST_SIGMA_M**2
        return fit_velocities(
            np.where(valid, times, 0.0), self._points[rows], self._errors[rows] + floor, valid
        )

    def trend(self, rows: IndexArray) -> Trend:
        """Motions of these rows over the last ``PASSING_S`` in which each was seen."""
        last_s = self._last_s[rows, None]
        ages = self._times[rows] - np.where(np.isfinite(last_s), last_s, 0.0)
        return trend(ages, self._points[rows], ages >= -PASSING_S - 1e-3)

    def classes(self, rows: IndexArray) -> npt.NDArray[np.int8]:
        """Last class of each row."""
        return self._class[rows]

    def _note(
        self, rows: IndexArray, points: FloatArray, covariances: FloatArray, now_s: float
    ) -> None:
        """Remember positions: the last one always, older ones no denser than needed."""
        self._last[rows], self._last_s[rows] = points, now_s
        due = now_s >= self._times[rows, self._head[rows]] + _SAMPLE_S
        rows = rows[due]
        if len(rows):
            head = (self._head[rows] + 1) % _SAMPLES
            self._head[rows] = head
            self._times[rows, head] = now_s
            self._points[rows, head] = points[due]
            self._errors[rows, head] = covariances[due]

    def velocities(self, rows: IndexArray) -> FloatArray:
        """Velocities of these rows of now (see above), shape (n, 2); NaN where not known."""
        times = self._times[rows]
        begin_s = self._last_s[rows, None] - WINDOW_S - 1e-3
        oldest = np.where(times >= begin_s, times, np.inf).argmin(axis=1)
        span_s = self._last_s[rows] - self._times[rows, oldest]
        span_s[~(span_s >= LEAST_S)] = np.nan
        chords: FloatArray = (self._last[rows] - self._points[rows, oldest]) / span_s[:, None]
        return chords

    def _release(self, ids: list[int]) -> IndexArray:
        rows = np.array(self._rows.release(ids), dtype=np.intp)
        if len(rows):
            self._ids = np.empty(0, dtype=np.int64)
            self._ids_rows = np.empty(0, dtype=np.intp)
        return rows

    def _claim(self, ids: npt.NDArray[np.int64]) -> tuple[IndexArray, list[int]]:
        if np.array_equal(ids, self._ids):
            return self._ids_rows, []
        rows, fresh = self._rows.claim(ids)
        self._ids, self._ids_rows = ids.copy(), rows
        if self._rows.capacity > len(self._head):
            for name in _STATE:
                setattr(self, name, enlarged(getattr(self, name), self._rows.capacity))
        if fresh:
            self._times[fresh] = -np.inf
            self._last_s[fresh] = -np.inf
            self._points[fresh] = 0.0
            self._head[fresh] = 0
        return rows, fresh


_STATE = ("_times", "_points", "_errors", "_head", "_last_s", "_last", "_class")
