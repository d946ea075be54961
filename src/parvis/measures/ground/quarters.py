"""Quarters of an hour of flow cells and journeys, from minutes."""

from collections import Counter
from collections.abc import Mapping

from parvis.measures.coverage import MINUTE_S
from parvis.measures.ground.cells import CellGrid, CellTotals
from parvis.measures.ground.minutes import flow_cells
from parvis.values.ground_minute import GroundQuarter, Journey

QUARTER_S = 900.0


class QuarterBook:
    """Adds closed minutes up to quarters of an hour.

    Quarters are cut at multiples of 900 s since the epoch: every civil time is off UTC by a
    multiple of a quarter of an hour.

    Args:
        grid: the cells.
    """

    def __init__(self, grid: CellGrid) -> None:
        self._grid = grid
        self._start_s: float | None = None
        self._seen_s = 0.0
        self._cells = CellTotals.empty(grid.count)
        self._journeys: Counter[Journey] = Counter()

    def add(
        self, minute_s: float, seen_s: float, cells: CellTotals, journeys: Mapping[Journey, int]
    ) -> tuple[GroundQuarter, ...]:
        """Take a closed minute, later than the one before; return the quarters that are over."""
        done: tuple[GroundQuarter, ...] = ()
        start_s = minute_s // QUARTER_S * QUARTER_S
        if self._start_s is not None and start_s != self._start_s:
            done = self.close()
        self._start_s = start_s
        self._seen_s += seen_s
        self._cells = self._cells.merged(cells)
        self._journeys.update(journeys)
        if minute_s + MINUTE_S >= start_s + QUARTER_S:
            done += self.close()
        return done

    def close(self) -> tuple[GroundQuarter, ...]:
        """End the running quarter: nothing when there is none."""
        if self._start_s is None:
            return ()
        quarter = GroundQuarter(
            self._start_s,
            min(self._seen_s, QUARTER_S),
            self._grid.size_m,
            flow_cells(self._grid, self._cells),
            dict(sorted(self._journeys.items())),
        )
        self._start_s, self._seen_s = None, 0.0
        self._cells = CellTotals.empty(self._grid.count)
        self._journeys = Counter()
        return (quarter,)
