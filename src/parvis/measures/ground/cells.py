"""Flow cells: where people are, which way they go and where they stop, on a grid."""

import math
from dataclasses import dataclass

import numpy as np

from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.directions import two_ways
from parvis.measures.ground.motion import GroundFrame
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.measures.ground.steps import Moved, joined
from parvis.measures.rows import enlarged
from parvis.values.classes import ObjectClass

CELL_M = 1.0
HEADINGS = 8
MOST_CELLS = 20_000
STOP_MPS, GO_MPS = 0.3, 0.6
"""An object stops when it is slower than the first, having been faster than the second."""


@dataclass(frozen=True, slots=True)
class CellGrid:
    """Square cells on the ground.

    Args:
        x_m, y_m: south-west corner.
        columns, rows: how many cells to the east and to the north.
        size_m: side of a cell.

    Raises:
        ValueError: no cell, more than ``MOST_CELLS``, or a side that is not positive.
    """

    x_m: float
    y_m: float
    columns: int
    rows: int
    size_m: float = CELL_M

    def __post_init__(self) -> None:
        if self.size_m <= 0 or min(self.columns, self.rows) < 1:
            raise ValueError(f"a grid without cells: {self}")
        if self.columns * self.rows > MOST_CELLS:
            raise ValueError(
                f"{self.columns} x {self.rows} cells are more than {MOST_CELLS}; take larger ones"
            )

    @classmethod
    def around(cls, points: FloatArray, size_m: float = CELL_M) -> "CellGrid":
        """The grid on whole multiples of its side that covers these points, shape (n, 2).

        Raises:
            ValueError: see above.
        """
        low = np.floor(points.min(axis=0) / size_m).astype(int)
        high = np.floor(points.max(axis=0) / size_m).astype(int) + 1
        columns, rows = (high - low).tolist()
        return cls(low[0] * size_m, low[1] * size_m, columns, rows, size_m)

    @property
    def count(self) -> int:
        """Number of cells."""
        return self.columns * self.rows

    def index(self, points: FloatArray) -> np.ndarray:
        """Cell of each point, row by row from the south-west; -1 outside."""
        column = np.floor((points[:, 0] - self.x_m) / self.size_m).astype(np.intp)
        row = np.floor((points[:, 1] - self.y_m) / self.size_m).astype(np.intp)
        out = (column < 0) | (column >= self.columns) | (row < 0) | (row >= self.rows)
        return np.where(out, -1, row * self.columns + column)


@dataclass(frozen=True, slots=True)
class CellTotals:
    """What went on in each cell of a grid.

    Args:
        presence_s: person-seconds, shape (cells,).
        way_m: vector sum of the ways, shape (cells, 2).
        headings_m: way by direction, shape (cells, HEADINGS).
        stops: how often somebody stopped there, shape (cells,).
    """

    presence_s: FloatArray
    way_m: FloatArray
    headings_m: FloatArray
    stops: FloatArray

    @classmethod
    def empty(cls, cells: int) -> "CellTotals":
        """Nothing yet."""
        return cls(
            np.zeros(cells), np.zeros((cells, 2)), np.zeros((cells, HEADINGS)), np.zeros(cells)
        )

    def merged(self, other: "CellTotals") -> "CellTotals":
        """Both together: minutes make quarters, quarters make hours."""
        return CellTotals(
            self.presence_s + other.presence_s,
            self.way_m + other.way_m,
            self.headings_m + other.headings_m,
            self.stops + other.stops,
        )

    @property
    def velocities_mps(self) -> FloatArray:
        """Mean velocity, person by person-second, shape (cells, 2); NaN where nobody was."""
        presence = np.where(self.presence_s > 0, self.presence_s, np.nan)
        velocities: FloatArray = self.way_m / presence[:, None]
        return velocities

    @property
    def counterflow_shares(self) -> FloatArray:
        """``min(q+, q-) / (q+ + q-)`` along each cell's main axis; NaN without any way."""
        most, least = two_ways(self.headings_m)
        total = most + least
        shares: FloatArray = least / np.where(total > 0, total, np.nan)
        return shares


TOGETHER = 8
"""Frames whose steps are put into the cells at once."""


class CellObserver:
    """Adds up what people do in each cell.

    A step is cut into equal parts of at most half a cell, each of which counts in the cell of its
    middle: no person-second is lost or doubled.

    Args:
        grid: the cells.
        classes: codes of those who count.
        capacity: rows to begin with.
    """

    def __init__(self, grid: CellGrid, classes: tuple[int, ...], capacity: int) -> None:
        self.grid = grid
        self._counts = np.zeros(len(ObjectClass), dtype=np.bool_)
        self._counts[list(classes)] = True
        self._waiting: dict[float, list[Moved]] = {}
        self._going = np.zeros(capacity, dtype=np.bool_)
        self._buckets = Buckets(lambda: CellTotals.empty(grid.count))

    def add(self, minute_s: float, moved: Moved) -> None:
        """Take steps that lie within one minute."""
        waiting = self._waiting.setdefault(minute_s, [])
        waiting.append(moved)
        if len(waiting) >= TOGETHER:
            self._put(minute_s)

    def stops(self, minute_s: float, frame: GroundFrame, speeds_mps: FloatArray) -> None:
        """Note who has stopped since the last look.

        Args:
            minute_s: start of the minute.
            frame: the frame, about one a second.
            speeds_mps: of its objects, shape (n,); NaN where unknown.
        """
        if frame.capacity > len(self._going):
            self._going = enlarged(self._going, frame.capacity).astype(np.bool_)
        stopped = self._going[frame.rows] & (speeds_mps < STOP_MPS)
        self._going[frame.rows] = (self._going[frame.rows] & ~stopped) | (speeds_mps > GO_MPS)
        which = np.flatnonzero(stopped & self._counts[frame.classes])
        if len(which):
            cell = self.grid.index(frame.points[which])
            np.add.at(self._buckets.at(minute_s).stops, cell[cell >= 0], 1.0)

    def end(self, rows: IndexArray) -> None:
        """These objects are gone."""
        self._going[rows[rows < len(self._going)]] = False

    def take(self, minute_s: float) -> CellTotals:
        """Close a minute; steps of one closed before, which came late, count in it."""
        for open_s in sorted(self._waiting):
            if open_s <= minute_s:
                self._put(open_s)
        return self._buckets.take(minute_s)

    def _put(self, minute_s: float) -> None:
        waiting = self._waiting.pop(minute_s, None)
        if not waiting:
            return
        moved = joined(waiting)
        which = np.flatnonzero(self._counts[moved.classes])
        start, way = moved.start[which], (moved.end - moved.start)[which]
        seconds = (moved.end_s - moved.start_s)[which]
        length = np.hypot(way[:, 0], way[:, 1])
        parts = np.maximum(1, np.ceil(2 * length / self.grid.size_m)).astype(np.intp)
        step = np.repeat(np.arange(len(which)), parts)
        nth = np.arange(len(step)) - np.repeat(np.cumsum(parts) - parts, parts)
        share = 1 / parts[step]
        cell = self.grid.index(start[step] + ((nth + 0.5) * share)[:, None] * way[step])
        inside = cell >= 0
        cell, step, share = cell[inside], step[inside], share[inside]
        totals = self._buckets.at(minute_s)
        np.add.at(totals.presence_s, cell, share * seconds[step])
        np.add.at(totals.way_m, cell, share[:, None] * way[step])
        turn = np.arctan2(way[:, 1], way[:, 0]) * (HEADINGS / (2 * math.pi))
        heading = np.rint(turn).astype(np.intp) % HEADINGS
        np.add.at(totals.headings_m, (cell, heading[step]), (share * length[step]))
