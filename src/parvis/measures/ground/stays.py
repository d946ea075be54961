"""Who is in which zone on the ground, since when, and who comes and goes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.motion import GroundFrame
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.shapes import Borders
from parvis.measures.rows import enlarged
from parvis.values.classes import ObjectClass

CLEAR_M = 0.5
"""An object changes zones when it is half a metre beyond the border, or twice the error of its
position; in a small zone half of the zone's inner radius is enough."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One object's stay in a zone, now over.

    Args:
        zone: index of the zone.
        object_class: at its end.
        entered_s, left_s: interpolated moments.
        came: true when it was seen to come in, false when it was first seen inside.
        went: true when it was seen to go out, false when it was lost inside.
    """

    zone: int
    object_class: ObjectClass
    entered_s: float
    left_s: float
    came: bool
    went: bool

    @property
    def dwell_s(self) -> float:
        """How long it was."""
        return self.left_s - self.entered_s


@dataclass(frozen=True, slots=True)
class Entry:
    """An object was seen to come into a zone."""

    time_s: float
    zone: int
    object_class: ObjectClass


class ZoneStays:
    """Follows all objects through all zones.

    Args:
        borders: of the zones.
        capacity: rows to begin with.
    """

    def __init__(self, borders: Borders, capacity: int) -> None:
        self._borders = borders
        self._most = 0.5 * borders.inner_radii_m()
        shape = capacity, borders.count
        self._raw, self._inside, self._came = (np.zeros(shape, np.bool_) for _ in range(3))
        self._moment, self._entered = np.zeros(shape), np.zeros(shape)
        self._clear = np.zeros(shape)  # at the last sight, 1 is clear; only kept while pending
        self._seen_s = np.full(capacity, -np.inf)
        self._class = np.zeros(capacity, dtype=np.int8)

    def observe(
        self,
        frame: GroundFrame,
        holds: npt.NDArray[np.bool_],
        passages: tuple[IndexArray, IndexArray, FloatArray],
    ) -> tuple[list[Entry], list[Stay]]:
        """Take one frame; return the entries and the stays that are now certain.

        Args:
            frame: the frame.
            holds: which zones hold each object's point, shape (n, zones).
            passages: row, zone and moment of each passage of a border, each shape (k,).
        """
        if frame.capacity > len(self._raw):
            for name in _STATE:
                setattr(self, name, enlarged(getattr(self, name), frame.capacity))
        # Who is only predicted stays where it was last seen: hidden is not gone.
        rows, holds = frame.rows[frame.seen], holds[frame.seen]
        points, sigma_m = frame.points[frame.seen], frame.sigma_m[frame.seen]
        self._seen_s[frame.fresh] = -np.inf
        new = self._seen_s[rows] == -np.inf
        if new.any():
            self._inside[rows[new]] = holds[new]
            self._came[rows[new]] = False
            self._entered[rows[new]] = frame.time_s
        row, zone, moment_s = passages
        self._moment[row, zone] = moment_s
        self._raw[rows], self._class[rows] = holds, frame.classes[frame.seen]
        self._seen_s[rows] = frame.time_s
        entries: list[Entry] = []
        stays: list[Stay] = []
        pending = np.flatnonzero((holds != self._inside[rows]).any(axis=1))
        if len(pending):
            who = rows[pending]
            need = np.minimum(np.maximum(CLEAR_M, 2 * sigma_m[pending, None]), self._most)
            self._clear[who] = self._borders.distances(points[pending]) / need
            self._settle(who, 1.0, entries, stays)
        self._end(frame.ended, entries, stays)
        return entries, stays

    def end_all(self, rows: IndexArray) -> tuple[list[Entry], list[Stay]]:
        """The stream is cut or over for these objects."""
        entries: list[Entry] = []
        stays: list[Stay] = []
        self._end(rows, entries, stays)
        return entries, stays

    def inside(self, rows: IndexArray) -> npt.NDArray[np.bool_]:
        """Which zones these objects are in, shape (n, zones)."""
        return self._inside[rows]

    def _settle(
        self, rows: IndexArray, clear: float, entries: list[Entry], stays: list[Stay]
    ) -> None:
        changed = (self._raw[rows] != self._inside[rows]) & (self._clear[rows] >= clear)
        for i, zone in np.argwhere(changed).tolist():
            row, when_s = rows[i], float(self._moment[rows[i], zone])
            cls = ObjectClass(int(self._class[row]))
            if self._raw[row, zone]:
                self._entered[row, zone], self._came[row, zone] = when_s, True
                entries.append(Entry(when_s, zone, cls))
            else:
                stays.append(self._stay(row, zone, when_s, went=True))
            self._inside[row, zone] = self._raw[row, zone]

    def _end(self, rows: IndexArray, entries: list[Entry], stays: list[Stay]) -> None:
        if not len(rows):
            return
        self._settle(rows, 0.5, entries, stays)
        for i, zone in np.argwhere(self._inside[rows]).tolist():
            stays.append(self._stay(rows[i], zone, float(self._seen_s[rows[i]]), went=False))
        self._inside[rows] = self._raw[rows] = False
        self._clear[rows] = 0.0

    def _stay(self, row: np.intp, zone: int, left_s: float, *, went: bool) -> Stay:
        cls = ObjectClass(int(self._class[row]))
        entered_s, came = float(self._entered[row, zone]), bool(self._came[row, zone])
        return Stay(zone, cls, min(entered_s, left_s), left_s, came, went)


_STATE = ("_raw", "_inside", "_came", "_moment", "_entered", "_clear", "_seen_s", "_class")
