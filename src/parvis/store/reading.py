"""Read measures over civil stretches: minutes and quarters from parts, hours and days from hours.

What a query costs is the rows it reads: sixty times fewer from the hour on.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Table, select

from parvis.store.moments import Floats, Ints, Moments
from parvis.store.overlaps import counted, covered_s
from parvis.store.rollup import run_names
from parvis.store.schema import camera_hour, camera_minute, hour, minute
from parvis.store.table import MeasureTable
from parvis.values.civil import Bin, bins
from parvis.values.series import Aggregation, Series

CHUNK = 500
"""Series in one query."""

_FINE = (Bin.MINUTE, Bin.QUARTER)


def edges_of(start_s: float, end_s: float, length: Bin, zone: ZoneInfo) -> Floats:
    """Edges of the civil stretches that cover [start_s, end_s), shape (m + 1,).

    Raises:
        ValueError: the range is empty.
    """
    if end_s <= start_s:
        raise ValueError(f"empty range {start_s}..{end_s}")
    stretches = list(bins(start_s, end_s, length, zone))
    return np.array([stretches[0][0], *(end for _, end in stretches)], dtype=np.float64)


def read_table(
    connection: Connection,
    series: Sequence[Series],
    numbers: dict[Series, int],
    edges_s: Floats,
    length: Bin,
) -> MeasureTable:
    """Measures of these series between the edges.

    Args:
        connection: one consistent view.
        series: rows of the table, in this order.
        numbers: of the series that exist; the others have gaps only.
        edges_s: see :func:`edges_of`, shape (m + 1,).
        length: which length the stretches have.
    """
    shape = (len(series), len(edges_s) - 1)
    columns = [np.zeros(shape) for _ in range(6)]
    columns[0][:] = np.nan
    for aggregation in Aggregation:
        rows = [
            i
            for i, one in enumerate(series)
            if one in numbers and one.kind.aggregation is aggregation
        ]
        for i in range(0, len(rows), CHUNK):
            some = rows[i : i + CHUNK]
            ids = np.array([numbers[series[row]] for row in some])
            read = _minutes if length in _FINE else _hours
            moments = read(connection, aggregation, ids, edges_s).finish(aggregation)
            block = (len(some), shape[1])
            for column, found in zip(
                columns,
                (moments.value, moments.below, moments.above, moments.variance),
                strict=False,
            ):
                column[some] = found.reshape(block)
            columns[4][some] = np.minimum(moments.coverage_s.reshape(block), np.diff(edges_s))
            columns[5][some] = moments.weight.reshape(block)
    return MeasureTable(tuple(series), edges_s[:-1], edges_s[1:], *columns)


def read_coverage(connection: Connection, camera: str, edges_s: Floats, length: Bin) -> Floats:
    """Seconds of each stretch that the camera was seen, shape (m,)."""
    table = camera_minute if length in _FINE else camera_hour
    rows = connection.execute(
        select(table.c.start, table.c.coverage_s)
        .where(
            table.c.camera == camera,
            table.c.start >= int(edges_s[0]),
            table.c.start < int(edges_s[-1]),
        )
        .order_by(table.c.start)
    ).all()
    read = np.array(rows, dtype=np.float64).reshape(-1, 2)
    starts, coverage_s = read[:, 0], read[:, 1]
    if length in _FINE:
        starts, firsts = np.unique(starts, return_index=True)
        runs = np.split(coverage_s, firsts[1:])
        coverage_s = np.array([covered_s(run.tolist()) for run in runs if len(run)])
    at = np.searchsorted(edges_s, starts, side="right") - 1
    total = np.bincount(at, coverage_s, len(edges_s) - 1)
    return np.minimum(total, np.diff(edges_s)).astype(np.float64)


def _minutes(
    connection: Connection, aggregation: Aggregation, ids: Ints, edges_s: Floats
) -> Moments:
    read = _rows(connection, minute, ids, edges_s)
    series_ids, starts, runs = read[:, [0, 1, 8]].T.astype(np.int64)
    read = read[
        counted(series_ids, starts, runs, read[:, 6], lambda ids: run_names(connection, ids))
    ]
    moments = Moments.of_parts(aggregation, read[:, 2:8])
    return _folded(moments, aggregation, read, ids, edges_s)


def _hours(connection: Connection, aggregation: Aggregation, ids: Ints, edges_s: Floats) -> Moments:
    read = _rows(connection, hour, ids, edges_s)
    moments = Moments(
        read[:, 8], read[:, 2], read[:, 3], read[:, 4], read[:, 5], read[:, 6], read[:, 7]
    )
    return _folded(moments, aggregation, read, ids, edges_s)


def _rows(connection: Connection, table: Table, ids: Ints, edges_s: Floats) -> Floats:
    """Rows of ``minute`` or ``hour`` by series and start, with the columns named below."""
    names = ["series_id", "start", "value", "below", "above", "variance", "coverage_s", "weight"]
    names.append("seen" if "seen" in table.c else "run_id")
    query = (
        select(*(table.c[name] for name in names))
        .where(
            table.c.series_id.in_(ids.tolist()),
            table.c.start >= int(edges_s[0]),
            table.c.start < int(edges_s[-1]),
        )
        .order_by(table.c.series_id, table.c.start)
    )
    result = connection.execute(query)
    # The driver's own tuples: NumPy asks each Row for its array attributes, five times the cost of
    # the query, and turning Rows into tuples costs as much as the query.
    rows = [] if result.cursor is None else result.cursor.fetchall()
    result.close()
    return np.array(rows, dtype=np.float64).reshape(-1, len(names))  # NULL becomes NaN


def _folded(
    moments: Moments, aggregation: Aggregation, read: Floats, ids: Ints, edges_s: Floats
) -> Moments:
    order = np.argsort(ids)
    row = order[np.searchsorted(ids, read[:, 0], sorter=order)]
    column = np.searchsorted(edges_s, read[:, 1], side="right") - 1
    count = len(edges_s) - 1
    return moments.fold(aggregation, row * count + column, len(ids) * count)
