"""Flow, density and speed of a zone from the ways and times spent in it (Edie)."""

from dataclasses import dataclass, field

import numpy as np

from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.steps import Moved
from parvis.measures.rows import enlarged
from parvis.values.classes import ObjectClass

HEADINGS = 16
"""Bins of direction, each 22.5°, the first around the direction of +x, against the clock."""

_CLASSES = len(ObjectClass)


@dataclass(frozen=True, slots=True)
class EdieTotals:
    """What went on in the zones during one minute, by zone and class code.

    Args:
        person_s, person_m: time and way spent inside, shape (zones, classes).
        person_s2, person_m2: sums of the squares over objects, for the error of the sums.
        objects: objects that were inside, shape (zones, classes).
        headings_m: way by direction, shape (zones, HEADINGS).
    """

    person_s: FloatArray
    person_m: FloatArray
    person_s2: FloatArray
    person_m2: FloatArray
    objects: FloatArray
    headings_m: FloatArray

    @classmethod
    def empty(cls, zones: int) -> "EdieTotals":
        """Nothing yet."""
        a, b, c, d, e = np.zeros((5, zones, _CLASSES))
        return cls(a, b, c, d, e, np.zeros((zones, HEADINGS)))

    def add(self, other: "EdieTotals") -> None:
        """Add what went on in other seconds: totals of minutes make those of an hour."""
        for name in self.__dataclass_fields__:
            mine = getattr(self, name)
            mine += getattr(other, name)


@dataclass(frozen=True, slots=True)
class EdieValues:
    """Edie's generalised definitions over an area A and a time T.

    ::

        density k = sum of times / (A T)      objects a square metre
        flow    q = sum of ways  / (A T)      objects a metre and second
        speed   v = sum of ways / sum of times, so that q = k v

    Edie, "Discussion of traffic stream measurements and definitions", Proc. 2nd Int. Symp. on the
    Theory of Traffic Flow (1963).

    Args:
        density_pm2, flow_pms, speed_mps: the values; the speed is NaN when nobody was inside.
        density_variance, flow_variance: their random variance, if objects come independently:
            that of a compound Poisson sum, sum x_i^2 (Feller II, I.4).
        objects: how many contribute.
    """

    density_pm2: float
    flow_pms: float
    speed_mps: float
    density_variance: float
    flow_variance: float
    objects: float


def edie(
    totals: EdieTotals, zone: int, classes: list[int], area_m2: float, seen_s: float
) -> EdieValues:
    """Edie's values of one zone for some classes together.

    Args:
        totals: of the stretch.
        zone: its index.
        classes: class codes.
        area_m2, seen_s: A and T; both > 0.
    """
    size = area_m2 * seen_s
    seconds = float(totals.person_s[zone, classes].sum())
    metres = float(totals.person_m[zone, classes].sum())
    return EdieValues(
        seconds / size,
        metres / size,
        metres / seconds if seconds > 0 else np.nan,
        float(totals.person_s2[zone, classes].sum()) / size**2,
        float(totals.person_m2[zone, classes].sum()) / size**2,
        float(totals.objects[zone, classes].sum()),
    )


@dataclass(slots=True)
class _Rows:
    """What each object has contributed to the running minute."""

    seconds: FloatArray
    metres: FloatArray
    minute_s: float = field(default=-np.inf)


class EdieObserver:
    """Adds up times, ways and directions of all objects in all zones.

    Each object's part of a minute is kept apart until the object or the minute ends, so that the
    error of the sums is that of independent objects, not of independent frames.

    Args:
        zones: how many.
        capacity: rows to begin with.
    """

    def __init__(self, zones: int, capacity: int) -> None:
        self._zones = zones
        self._own = _Rows(np.zeros((capacity, zones)), np.zeros((capacity, zones)))
        self._class = np.zeros(capacity, dtype=np.int8)
        self._buckets = Buckets(lambda: EdieTotals.empty(zones))

    def add(self, minute_s: float, moved: Moved, shares: FloatArray, capacity: int) -> None:
        """Take steps that lie within one minute.

        Args:
            minute_s: its start.
            moved: the steps.
            shares: of each step inside each zone, shape (m, zones).
            capacity: rows in use.
        """
        own = self._own
        if capacity > len(own.seconds):
            own.seconds = enlarged(own.seconds, capacity).astype(np.float64)
            own.metres = enlarged(own.metres, capacity).astype(np.float64)
            self._class = enlarged(self._class, capacity).astype(np.int8)
        spans_s, lengths_m = moved.end_s - moved.start_s, moved.lengths_m
        seconds, metres = shares * spans_s[:, None], shares * lengths_m[:, None]
        self._turn(minute_s, moved, metres)
        if minute_s < own.minute_s:
            self._put(minute_s, moved.classes, seconds, metres)
            return
        if minute_s > own.minute_s:
            self._flush(np.arange(len(own.seconds)))
            own.minute_s = minute_s
        own.seconds[moved.rows] += seconds
        own.metres[moved.rows] += metres
        self._class[moved.rows] = moved.classes

    def end(self, rows: IndexArray) -> None:
        """These objects are gone."""
        if len(rows):
            self._flush(rows)

    def take(self, minute_s: float) -> EdieTotals:
        """Close a minute."""
        if minute_s >= self._own.minute_s:
            self._flush(np.arange(len(self._own.seconds)))
        return self._buckets.take(minute_s)

    def _turn(self, minute_s: float, moved: Moved, metres: FloatArray) -> None:
        step, zone = np.nonzero(metres)
        if len(step):
            x, y = (moved.end - moved.start)[step].T
            turn = np.arctan2(y, x) * (HEADINGS / (2 * np.pi))
            heading = np.rint(turn).astype(np.intp) % HEADINGS
            place = zone * HEADINGS + heading
            found = np.bincount(place, metres[step, zone], self._zones * HEADINGS)
            totals = self._buckets.at(minute_s).headings_m
            totals += found.reshape(totals.shape)

    def _flush(self, rows: IndexArray) -> None:
        own = self._own
        rows = rows[own.seconds[rows].any(axis=1)] if self._zones else rows[:0]
        if len(rows):
            self._put(own.minute_s, self._class[rows], own.seconds[rows], own.metres[rows])
            own.seconds[rows] = own.metres[rows] = 0.0

    def _put(
        self, minute_s: float, classes: np.ndarray, seconds: FloatArray, metres: FloatArray
    ) -> None:
        totals = self._buckets.at(minute_s)
        for into, what in (
            (totals.person_s, seconds),
            (totals.person_m, metres),
            (totals.person_s2, seconds**2),
            (totals.person_m2, metres**2),
            (totals.objects, (seconds > 0).astype(np.float64)),
        ):
            np.add.at(into.T, classes, what)
