"""Speed of those who cross a line or go through a zone, one figure a passage."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.motion import GroundFrame, Motion
from parvis.measures.ground.segments import FloatArray, IndexArray, Segments
from parvis.measures.ground.shapes import GroundLine
from parvis.measures.rows import enlarged
from parvis.values.classes import ObjectClass
from parvis.values.speeds import Passers, SpeedHistogram

CLEAR_M = 0.5
"""An object is clear of a line at half a metre, and at twice the error of its position: trembling
on a line is no passage."""

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


@dataclass(frozen=True, slots=True)
class _Certain:
    """A crossing whose speed is not fitted yet."""

    row: int
    line: int
    direction: int
    time_s: float


class LineSpeeds:
    """Crossings of ground lines, each with the speed of who crosses.

    A passage through the line waits until the object is clear of it (``CLEAR_M``); it counts if
    the object is then on the other side. The speed is that of the last two seconds.

    Args:
        lines: by name.
        motion: what knows the speeds.
    """

    def __init__(self, lines: Mapping[str, GroundLine], motion: Motion) -> None:
        self.names = tuple(lines)
        self._segments = Segments([line.array() for line in lines.values()])
        self._motion = motion
        self._net = np.zeros((motion.capacity, len(lines)), dtype=np.int32)
        self._when = np.zeros((motion.capacity, len(lines)))
        self._clear = np.zeros((motion.capacity, len(lines)))
        self._certain: list[_Certain] = []
        self._fitted_s = -np.inf
        self._buckets: Buckets[dict[Passers, list[float]]] = Buckets(dict)

    def observe(self, frame: GroundFrame) -> list[GroundCrossing]:
        """Take one frame; return the crossings that are now known."""
        if not self.names:
            return []
        if frame.capacity > len(self._net):
            for name in ("_net", "_when", "_clear"):
                setattr(self, name, enlarged(getattr(self, name), frame.capacity))
        self._net[frame.fresh] = 0
        moved = frame.moved
        step, segment, sign, at = self._segments.passages(moved.start, moved.end)
        if len(step):
            line = self._segments.line_of[segment]
            np.add.at(self._net, (moved.rows[step], line), sign)
            began_s = moved.start_s[step]
            self._when[moved.rows[step], line] = began_s + at * (moved.end_s[step] - began_s)
        waiting = np.flatnonzero(self._net[moved.rows].any(axis=1))
        if len(waiting):
            rows = moved.rows[waiting]
            need = np.maximum(CLEAR_M, 2 * frame.sigma_m[frame.movers[waiting]])
            self._clear[rows] = self._segments.distances(moved.end[waiting]) / need[:, None]
            self._settle(rows, 1.0)
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
        self._settle(rows, 0.5)
        self._net[rows] = 0
        gone = set(rows.tolist())
        return self._fit() if any(one.row in gone for one in self._certain) else []

    def take(self, minute_s: float) -> Speeds:
        """Close a minute: speeds of those who crossed in it."""
        return _histograms(self._buckets.take(minute_s))

    def _settle(self, rows: IndexArray, clear: float) -> None:
        free = self._clear[rows] >= clear
        for i, line in np.argwhere(free & (self._net[rows] != 0)).tolist():
            row = int(rows[i])
            direction = 0 if self._net[row, line] > 0 else 1
            self._certain.append(_Certain(row, line, direction, float(self._when[row, line])))
        self._net[rows] = np.where(free, 0, self._net[rows])

    def _fit(self) -> list[GroundCrossing]:
        certain, self._certain = self._certain, []
        if not certain:
            return []
        rows = np.array([one.row for one in certain], dtype=np.intp)
        speeds = np.hypot(*self._motion.passing(rows).T).tolist()
        classes = self._motion.classes(rows).tolist()
        found = [
            GroundCrossing(one.time_s, one.line, one.direction, ObjectClass(code), speed)
            for one, code, speed in zip(certain, classes, speeds, strict=True)
        ]
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
