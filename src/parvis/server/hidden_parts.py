"""How many parts of a total are hidden from a person: one hidden part alone could be had back by
taking the others away, so its total is hidden too.

    quarter   20  24   7  31        7 is under the minimum cell
    hour            82              hidden: 82 - 20 - 24 - 31 would tell it
    day            1 940            hidden when exactly one of its hours is, for the same reason

A total is hidden rather than a second part, because the parts were shown before the total closed.
Sums over classes and directions need no such rule: they are withheld when any part of them is.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from parvis.policy.suppression import tells_a_part
from parvis.server.ranges import Range
from parvis.server.services import HubServices, zone_of
from parvis.server.ways_out import WaysOut
from parvis.store.table import MeasureTable
from parvis.values.civil import Bin, bins
from parvis.values.series import Series, SeriesKind

_Counts = NDArray[np.int64]

_MOST_DAYS = 31
"""Days whose quarters are read at once."""


def hidden_parts(
    hub: HubServices, ways: WaysOut, series: Sequence[Series], span: Range
) -> dict[Series, dict[float, int]]:
    """Hidden parts of each total, by series and start of its stretch; blocking.

    Parts of a day are its hours, of an hour its quarters; nothing shorter has parts that leave.
    """
    if not ways.hides_small_cells or not series:
        return {}
    match span.length:
        case Bin.HOUR:
            counts = _in_hours(hub, ways, series, span.start_s, span.end_s)
        case Bin.DAY:
            counts = _in_days(hub, ways, series, span)
        case _:
            return {}
    starts = [start_s for start_s, _ in _stretches(hub, span.start_s, span.end_s, span.length)]
    return {
        one: {start: int(n) for start, n in zip(starts, row, strict=True) if n}
        for one, row in zip(series, counts, strict=True)
    }


def _in_hours(
    hub: HubServices, ways: WaysOut, series: Sequence[Series], start_s: float, end_s: float
) -> _Counts:
    """Hidden quarters of each hour, shape (series, hours)."""
    table = hub.store.measures_table(series, start_s, end_s, Bin.QUARTER)
    return _counted(hub, _small(ways, table), table.starts_s.tolist(), Bin.HOUR)


def _in_days(hub: HubServices, ways: WaysOut, series: Sequence[Series], span: Range) -> _Counts:
    """Hidden hours of each day, shape (series, days); where two are, more change nothing."""
    table = hub.store.measures_table(series, span.start_s, span.end_s, Bin.HOUR)
    hours = table.starts_s.tolist()
    hidden = _small(ways, table)
    # Quarters are many: they are read only for the days that their answer can change.
    few = np.any(_counted(hub, hidden, hours, Bin.DAY) < 2, axis=0).tolist()
    days = list(_stretches(hub, span.start_s, span.end_s, Bin.DAY))
    for start_s, end_s in _runs([day for day, is_few in zip(days, few, strict=True) if is_few]):
        first, last = np.searchsorted(table.starts_s, (start_s, end_s))
        quarters = _in_hours(hub, ways, series, start_s, end_s)
        hidden[:, first:last] |= tells_a_part(quarters)
    return _counted(hub, hidden, hours, Bin.DAY)


def _small(ways: WaysOut, table: MeasureTable) -> NDArray[np.bool_]:
    """Which cells are hidden for being small; a gap is no cell. Shape of the table."""
    stays = np.array([one.kind is SeriesKind.DWELL for one in table.series], dtype=bool)
    # As parvis.server.ways_out.observations says it of one measure.
    observed = np.where(stays[:, None], table.weight, table.value)
    observed[[one.kind.on_ground or one.of_place for one in table.series]] = 0.0
    return ~np.isnan(table.value) & (observed < ways.gate.profile.min_cell)


def _counted(
    hub: HubServices, hidden: NDArray[np.bool_], starts_s: list[float], length: Bin
) -> _Counts:
    """How many hidden cells fall in each longer stretch, shape (series, stretches)."""
    ends_s = [end for _, end in _stretches(hub, starts_s[0], starts_s[-1] + 1, length)]
    at = np.searchsorted(ends_s, starts_s, side="right")
    edges = np.searchsorted(at, np.arange(len(ends_s)))
    return np.add.reduceat(hidden.astype(np.int64), edges, axis=1)


def _stretches(
    hub: HubServices, start_s: float, end_s: float, length: Bin
) -> Iterator[tuple[float, float]]:
    return bins(start_s, end_s, length, zone_of(hub))


def _runs(days: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Days that follow one another, together, as far as they are read at once."""
    run: list[tuple[float, float]] = []
    for day in days:
        if run and (run[-1][1] != day[0] or len(run) == _MOST_DAYS):
            yield run[0][0], run[-1][1]
            run = []
        run.append(day)
    if run:
        yield run[0][0], run[-1][1]
