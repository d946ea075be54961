"""Speed of those who cross a line or go through a zone, one figure a passage."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.crossings import LineCrossings, Passages, joined
from parvis.measures.ground.motion import GroundFrame, Motion
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.shapes import GroundLine
from parvis.measures.rows import enlarged
from parvis.values.classes import ObjectClass
from parvis.values.speeds import Passers, SpeedHistogram

TOGETHER_S = 1.0

AWAY_S = 2.0
"""Who comes back sooner has not left."""


Speeds = dict[Passers, SpeedHistogram]


@dataclass(frozen=True, slots=True)
class GroundCrossing:
    """An object has crossed a line on the ground.

    Args:
        time_s: interpolated moment of the passage.
        line: index of the line.
        direction: see GroundLine.
        object_class: at the moment of counting.
        speed_mps: NaN when it is not known.
    """

    time_s: float
    line: int
    direction: int
    object_class: ObjectClass
    speed_mps: float


class LineSpeeds:
    """Crossings of ground lines, each with the speed of who crosses.

    See ``LineCrossings`` for what a crossing is. The speed is that of the last two seconds.

    Args:
        lines: by name.
        motion: what knows the speeds.
    """

    def __init__(self, lines: Mapping[str, GroundLine], motion: Motion) -> None:
        self.names = tuple(lines)
        self._crossings = LineCrossings([line.array() for line in lines.values()], motion.capacity)
        self._capacity = motion.capacity
        self._motion = motion
        self._certain: list[Passages] = []
        self._fitted_s = -np.inf
        self._buckets: Buckets[dict[Passers, list[float]]] = Buckets(dict)

    def observe(self, frame: GroundFrame) -> list[GroundCrossing]:
        """Take one frame; return the crossings that are now known."""
        if not self.names:
            return []
        if frame.capacity > self._capacity:
            self._crossings.enlarge(frame.capacity)
            self._capacity = frame.capacity
        self._crossings.clear(frame.fresh)
        self._keep_certain(self._crossings.observe(frame.moved, frame.sigma_m[frame.movers]))
        if len(frame.ended):
            return self.end(frame.ended)
        if not 0 <= frame.time_s - self._fitted_s < TOGETHER_S:
            self._fitted_s = frame.time_s
            return self._fit()
        return []

    def end(self, rows: IndexArray) -> list[GroundCrossing]:
        """These objects are gone: a passage counts when they were half clear of the line."""
        if not (self.names and len(rows)):
            return []
        self._keep_certain(self._crossings.end(rows))
        gone = any(np.isin(some.rows, rows).any() for some in self._certain)
        return self._fit() if gone else []

    def take(self, minute_s: float) -> Speeds:
        """Close a minute: speeds of those who crossed in it."""
        return _histograms(self._buckets.take(minute_s))

    def _keep_certain(self, passages: Passages) -> None:
        if len(passages):
            self._certain.append(passages)

    def _fit(self) -> list[GroundCrossing]:
        if not self._certain:
            return []
        certain = joined(self._certain)
        speeds_mps = np.hypot(*self._motion.passing(certain.rows).T)
        found = [
            GroundCrossing(time_s, line, direction, ObjectClass(code), speed)
            for time_s, line, direction, code, speed in zip(
                certain.times_s.tolist(),
                certain.lines.tolist(),
                certain.directions.tolist(),
                self._motion.classes(certain.rows).tolist(),
                speeds_mps.tolist(),
                strict=True,
            )
        ]
        self._certain = []
        for crossing in found:
            self._keep(crossing)
        return found

    def _keep(self, crossing: GroundCrossing) -> None:
        if np.isfinite(crossing.speed_mps):
            who = Passers(
                self.names[crossing.line], crossing.object_class.label, crossing.direction
            )
            minute = self._buckets.at(crossing.time_s // MINUTE_S * MINUTE_S)
            minute.setdefault(who, []).append(crossing.speed_mps)


class ZoneSpeeds:
    """Speed of those who go through a zone, or stay in it: one figure a stay.

    It is the mean over the time inside of the object's velocity of each moment (see Motion). A
    stay is over when the object has been outside for ``AWAY_S``, or has ended.

    Args:
        names: of the zones, in the order of the columns.
        motion: what knows the speeds.
    """

    def __init__(self, names: tuple[str, ...], motion: Motion) -> None:
        self.names = names
        self._motion = motion
        shape = motion.capacity, len(names)
        self._inside_s, self._way_m, self._last_s = (np.zeros(shape) for _ in range(3))
        self._buckets: Buckets[dict[Passers, list[float]]] = Buckets(dict)

    def observe(self, frame: GroundFrame, inside_s: FloatArray) -> None:
        """Take one frame.

        Args:
            frame: the frame.
            inside_s: seconds that each step was inside each zone, shape (m, zones).
        """
        if not self.names:
            return
        if frame.capacity > len(self._inside_s):
            for name in ("_inside_s", "_way_m", "_last_s"):
                setattr(self, name, enlarged(getattr(self, name), frame.capacity))
        self._inside_s[frame.fresh] = self._way_m[frame.fresh] = 0.0
        step, zone = np.nonzero(inside_s)
        if len(step):
            row, seconds = frame.moved.rows[step], inside_s[step, zone]
            speeds = np.hypot(*self._motion.velocities(row).T)
            known = np.isfinite(speeds)
            self._inside_s[row, zone] += np.where(known, seconds, 0.0)
            self._way_m[row, zone] += np.where(known, seconds * speeds, 0.0)
            self._last_s[row, zone] = frame.time_s
        stayed = self._inside_s[frame.rows] > 0
        gone = stayed & (self._last_s[frame.rows] < frame.time_s - AWAY_S)
        if gone.any():
            i, zone = np.nonzero(gone)
            self._keep(frame.rows[i], zone)
        self.end(frame.ended)

    def end(self, rows: IndexArray) -> None:
        """These objects are gone: their stays are over."""
        if len(rows) and self.names:
            i, zone = np.nonzero(self._inside_s[rows])
            self._keep(rows[i], zone)

    def take(self, minute_s: float) -> Speeds:
        """Close a minute: speeds of those whose last moment inside fell in it."""
        return _histograms(self._buckets.take(minute_s))

    def _keep(self, rows: IndexArray, zones: IndexArray) -> None:
        speeds = self._way_m[rows, zones] / self._inside_s[rows, zones]
        minutes = self._last_s[rows, zones] // MINUTE_S * MINUTE_S
        classes = self._motion.classes(rows)
        for zone, speed, minute_s, code in zip(
            zones.tolist(), speeds.tolist(), minutes.tolist(), classes.tolist(), strict=True
        ):
            who = Passers(self.names[zone], ObjectClass(code).label, None)
            self._buckets.at(minute_s).setdefault(who, []).append(speed)
        self._inside_s[rows, zones] = self._way_m[rows, zones] = 0.0


def _histograms(speeds: dict[Passers, list[float]]) -> Speeds:
    return {who: SpeedHistogram.of(found) for who, found in speeds.items()}
