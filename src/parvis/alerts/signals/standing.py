"""Who stands where: steady against noise, milling and breaks of tracks."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.moment import Moment
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.rows import enlarged

SLOW_MPS = 0.5
"""Who is slower on the mean of some seconds stands or mills about; a dense flow goes at 0.6 m/s
and more."""

SMOOTH_S = 2.0
LEAST_SPAN_S = 0.55
BREAK_S = 5.0
"""Who stood and is lost sight of is taken to stand there for so long."""

SAME_M = 1.0
"""A new track that stands so close to one that broke continues it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Those who stand.

    Args:
        rows: of their tracks, shape (n,); -1 for one that is lost sight of.
        points: where, steadied over two seconds, metres, shape (n, 2).
        codes: class codes, shape (n,).
        holds: which zones hold each, shape (n, zones).
    """

    rows: IndexArray
    points: FloatArray
    codes: npt.NDArray[np.int8]
    holds: npt.NDArray[np.bool_]


class Standers:
    """Follows who stands from look to look.

    The velocity of each is fitted to two seconds and smoothed once more over ``SMOOTH_S``, so that
    small steps to and fro and errors of positions cancel out.
    """

    def __init__(self) -> None:
        self._smooth = np.empty((0, 2))
        self._since_s = np.empty(0)
        self._last_s = -math.inf
        self._before: Standing | None = None
        self._broken: Standing | None = None
        self._broken_s = np.empty(0)

    def forget(self, moment: Moment) -> None:
        """Rows of this frame that are new, looked at or not."""
        if moment.frame.capacity > len(self._since_s):
            self._smooth = enlarged(self._smooth, moment.frame.capacity)
            self._since_s = enlarged(self._since_s, moment.frame.capacity)
        fresh = moment.frame.fresh
        if len(fresh):
            self._smooth[fresh] = np.nan
            self._since_s[fresh] = moment.time_s
            before = self._before
            if before is not None and len(before.rows):
                # Their rows are another's now: they are lost sight of.
                before.rows[np.isin(before.rows, fresh)] = -1

    def look(self, moment: Moment) -> Standing:
        """Who stands in this frame, or stood a moment ago and is lost sight of."""
        frame, now_s = moment.frame, moment.time_s
        trend = frame.motion.trend(frame.rows)
        keep = math.exp(-max(0.0, now_s - self._last_s) / SMOOTH_S)
        self._last_s = now_s
        known = np.where((trend.spans_s >= LEAST_SPAN_S)[:, None], trend.velocities, np.nan)
        old = self._smooth[frame.rows]
        mixed = keep * old + (1 - keep) * known
        smooth = np.where(np.isfinite(mixed), mixed, np.where(np.isfinite(known), known, old))
        self._smooth[frame.rows] = smooth
        stands = np.flatnonzero(np.hypot(smooth[:, 0], smooth[:, 1]) < SLOW_MPS)
        here = Standing(
            frame.rows[stands].copy(),
            trend.middles[stands],
            frame.classes[stands],
            moment.holds[stands],
        )
        fresh = now_s - self._since_s[here.rows] < BREAK_S
        broken = self._lost(frame.rows, here, fresh, now_s)
        self._before = here
        return _joined(here, broken)

    def gap(self) -> None:
        """Every object ends."""
        self._smooth[:] = np.nan
        self._before = self._broken = None
        self._broken_s = np.empty(0)
        self._last_s = -math.inf

    def _lost(
        self, rows: IndexArray, here: Standing, fresh: npt.NDArray[np.bool_], now_s: float
    ) -> Standing:
        """Those who stood before and whom no track shows now."""
        broken, since_s = self._broken or _some(here, np.empty(0, dtype=np.intp)), self._broken_s
        if self._before is not None:
            gone = np.flatnonzero(~np.isin(self._before.rows, rows))
            broken = _joined(broken, _some(self._before, gone))
            since_s = np.concatenate((since_s, np.full(len(gone), now_s)))
        back = np.isin(broken.rows, rows) & (broken.rows >= 0)
        stay = (now_s - since_s <= BREAK_S) & ~back & ~_continued(broken.points, here.points[fresh])
        which = np.flatnonzero(stay)
        self._broken, self._broken_s = _some(broken, which), since_s[which]
        return self._broken


def _some(standing: Standing, which: IndexArray) -> Standing:
    return Standing(
        standing.rows[which],
        standing.points[which],
        standing.codes[which],
        standing.holds[which],
    )


def _joined(one: Standing, other: Standing) -> Standing:
    return Standing(
        np.concatenate((one.rows, other.rows)),
        np.concatenate((one.points, other.points)),
        np.concatenate((one.codes, other.codes)),
        np.concatenate((one.holds, other.holds)),
    )


def _continued(broken: FloatArray, fresh: FloatArray) -> npt.NDArray[np.bool_]:
    """Which of those lost sight of stand as close as ``SAME_M`` to one who is new."""
    squares = (broken[:, :1] - fresh[:, 0]) ** 2 + (broken[:, 1:] - fresh[:, 1]) ** 2
    return np.asarray((squares <= SAME_M**2).any(axis=1))
