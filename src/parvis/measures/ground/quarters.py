"""What minutes add to the flow cells and journeys of their quarters of an hour."""

from collections.abc import Mapping
from dataclasses import replace

from parvis.measures.ground.cells import CellGrid, CellTotals
from parvis.measures.ground.minutes import flow_cells
from parvis.values.ground_minute import GroundQuarter, Journey

QUARTER_S = 900.0


class QuarterBook:
    """Turns closed minutes into what each adds to its quarter of an hour.

    Every minute leaves with what it adds, so that no crash costs more than the running one. Only
    the share of ways against the main axis cannot be added up: it is that of the quarter so far.

    Quarters are cut at multiples of 900 s since the epoch: every civil time is off UTC by a
    multiple of a quarter of an hour.

    Args:
        grid: the cells.
    """

    def __init__(self, grid: CellGrid) -> None:
        self._grid = grid
        self._start_s: float | None = None
        self._so_far = CellTotals.empty(grid.count)

    def add(
        self, minute_s: float, seen_s: float, cells: CellTotals, journeys: Mapping[Journey, int]
    ) -> tuple[GroundQuarter, ...]:
        """Take a closed minute, later than the one before; return what it adds, if anything."""
        start_s = minute_s // QUARTER_S * QUARTER_S
        if start_s != self._start_s:
            self._start_s, self._so_far = start_s, CellTotals.empty(self._grid.count)
        self._so_far = self._so_far.merged(cells)
        against = replace(cells, headings_m=self._so_far.headings_m)
        found = flow_cells(self._grid, against)
        if seen_s <= 0 and not found and not journeys:
            return ()
        ways = dict(sorted(journeys.items()))
        return (GroundQuarter(start_s, seen_s, self._grid.size_m, found, ways),)
