"""Keep the hourly moments as parts arrive: the algebra of :mod:`parvis.store.moments` in SQL."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import ColumnElement, Connection, case, delete, select, tuple_
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

from parvis.store.database import Database
from parvis.store.moments import Moments
from parvis.store.overlaps import counted, covered_s
from parvis.store.schema import camera_hour, camera_minute, hour, minute, run, series
from parvis.values.civil import Bin, bin_start
from parvis.values.series import Aggregation, SeriesKind

Part = tuple[int, int, int, float | None, float, float, float, float, float]
"""series_id, start, run_id, value, below, above, variance, coverage_s, weight."""

_COLUMNS = ("value", "below", "above", "variance")

_REMEMBERED = 1024
"""Minutes: what cameras write together lies within a few of them."""


class HourCut:
    """Civil hours of one zone, the latest remembered: a minute of 200 series is cut once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._start = lru_cache(_REMEMBERED)(
            lambda minute_s: int(bin_start(minute_s, Bin.HOUR, zone))
        )

    def start(self, minute_s: int) -> int:
        """Start of the civil hour that holds this minute, seconds since the epoch."""
        return self._start(minute_s)


def add_parts(
    database: Database,
    connection: Connection,
    cut: HourCut,
    parts: Sequence[Part],
    *,
    aggregations: dict[int, Aggregation],
) -> None:
    """Fold new parts into their hours.

    Args:
        database: for its dialect.
        connection: a writing transaction, the same that inserts the parts.
        cut: the site's civil hours.
        parts: new parts only, all of which count.
        aggregations: of each series id in ``parts``.
    """
    if not parts:
        return
    table = np.array(
        [(part[0], cut.start(part[1]), *part[3:]) for part in parts], dtype=np.float64
    )  # value None becomes NaN
    kinds = np.array([_CODES[aggregations[part[0]]] for part in parts])
    for aggregation, code in _CODES.items():
        of_kind = kinds == code
        if not of_kind.any():
            continue
        rows = table[of_kind]
        keys, groups = np.unique(rows[:, :2], axis=0, return_inverse=True)
        moments = Moments.of_parts(aggregation, rows[:, 2:]).fold(
            aggregation, groups.reshape(-1), len(keys)
        )
        merge_hours(database, connection, aggregation, keys, moments)


def merge_hours(
    database: Database,
    connection: Connection,
    aggregation: Aggregation,
    keys: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    moments: Moments,
) -> None:
    """Add moments to the stored hours; ``keys`` holds (series_id, start), shape (n, 2)."""
    insert = database.insert(hour)
    new = insert.excluded
    merged: dict[str, ColumnElement[float]] = {
        name: hour.c[name] + new[name] for name in ("seen", "coverage_s", "weight")
    }
    for name in _COLUMNS:
        merged[name] = _merged(aggregation, name, new)
    connection.execute(
        insert.on_conflict_do_update(index_elements=["series_id", "start"], set_=merged),
        [
            {
                "series_id": int(keys[i, 0]),
                "start": int(keys[i, 1]),
                "seen": int(moments.seen[i]),
                "value": float(moments.value[i]),
                "below": float(moments.below[i]),
                "above": float(moments.above[i]),
                "variance": float(moments.variance[i]),
                "coverage_s": float(moments.coverage_s[i]),
                "weight": float(moments.weight[i]),
            }
            for i in range(len(keys))
        ],
    )


def add_camera_coverage(
    database: Database, connection: Connection, added: dict[tuple[str, int], float]
) -> None:
    """Add seconds to the coverage of (camera, hour)."""
    if not added:
        return
    insert = database.insert(camera_hour)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["camera", "start"],
            set_={"coverage_s": camera_hour.c.coverage_s + insert.excluded.coverage_s},
        ),
        [
            {"camera": camera, "start": start, "coverage_s": seconds}
            for (camera, start), seconds in added.items()
        ],
    )


def recut(database: Database, connection: Connection, cut: HourCut, from_s: int) -> None:
    """Make the hours from ``from_s`` on anew from the minutes, for a changed time zone.

    ``from_s`` is the start of an hour before which minutes were purged; older hours stay as cut.
    """
    connection.execute(delete(hour).where(hour.c.start >= from_s))
    connection.execute(delete(camera_hour).where(camera_hour.c.start >= from_s))
    kinds = {
        row.id: SeriesKind(row.kind).aggregation
        for row in connection.execute(select(series.c.id, series.c.kind))
    }
    for series_id in kinds:
        query = (
            select(minute)
            .where(minute.c.series_id == series_id, minute.c.start >= from_s)
            .order_by(minute.c.start, minute.c.run_id)
        )
        parts: list[Part] = list(connection.execute(query))
        add_parts(database, connection, cut, _counted(connection, parts), aggregations=kinds)
    seen: dict[tuple[str, int], list[float]] = {}
    for row in connection.execute(select(camera_minute).where(camera_minute.c.start >= from_s)):
        seen.setdefault((row.camera, int(row.start)), []).append(row.coverage_s)
    hours: dict[tuple[str, int], float] = {}
    for (camera, start), runs in seen.items():
        key = (camera, cut.start(start))
        hours[key] = hours.get(key, 0.0) + covered_s(runs)
    add_camera_coverage(database, connection, hours)


def remake_hours(
    database: Database,
    connection: Connection,
    cut: HourCut,
    wanted: Iterable[tuple[int, int]],
    *,
    aggregations: dict[int, Aggregation],
) -> None:
    """Sum hours anew from their minutes, of which some parts do not count.

    Args:
        database: for its dialect.
        connection: a writing transaction.
        cut: the site's civil hours.
        wanted: (series_id, start of the hour) of hours whose minutes are all still kept.
        aggregations: of each series id in ``wanted``.
    """
    for series_id, start in sorted(wanted):
        connection.execute(delete(hour).where(hour.c.series_id == series_id, hour.c.start == start))
        query = (
            select(minute)
            .where(
                minute.c.series_id == series_id,
                minute.c.start >= start,
                minute.c.start < start + 3600,
            )
            .order_by(minute.c.start, minute.c.run_id)
        )
        parts: list[Part] = [one for one in connection.execute(query) if cut.start(one[1]) == start]
        add_parts(database, connection, cut, _counted(connection, parts), aggregations=aggregations)


def _counted(connection: Connection, parts: Sequence[Part]) -> list[Part]:
    """Those of the parts of one series that count; parts in order of time."""
    if not parts:
        return []
    columns = np.array([(*part[:3], part[7]) for part in parts], dtype=np.float64).T
    series_ids, starts, runs = columns[:3].astype(np.int64)
    which = counted(series_ids, starts, runs, columns[3], lambda ids: run_names(connection, ids))
    return [part for part, counts in zip(parts, which.tolist(), strict=True) if counts]


def run_names(connection: Connection, ids: set[int]) -> dict[int, str]:
    """Names of these runs by their numbers."""
    names: dict[int, str] = {}
    wanted = sorted(ids)
    for i in range(0, len(wanted), _REMEMBERED):
        query = select(run.c.id, run.c.name).where(run.c.id.in_(wanted[i : i + _REMEMBERED]))
        names.update((row.id, row.name) for row in connection.execute(query))
    return names


_CODES = {aggregation: code for code, aggregation in enumerate(Aggregation)}


def _merged(
    aggregation: Aggregation, name: str, new: ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]
) -> ColumnElement[float]:
    """The value of one column after the merge of the stored row and the new (EXCLUDED) one."""
    old_x, new_x = hour.c[name], new[name]
    old_weight, new_weight = hour.c.weight, new["weight"]
    old_seen, new_seen = hour.c.seen, new["seen"]
    match aggregation:
        case Aggregation.SUM:
            return old_x + new_x
        case Aggregation.MEAN:
            return case(
                ((old_weight > 0) & (new_weight == 0), old_x),
                ((old_weight == 0) & (new_weight > 0), new_x),
                else_=old_x + new_x,
            )
        case Aggregation.MAX:
            ranks = ("value", "above", "below", "variance")
            higher = tuple_(*(new[rank] for rank in ranks)) > tuple_(
                *(hour.c[rank] for rank in ranks)
            )
            return case(
                (new_seen == 0, old_x), (old_seen == 0, new_x), (higher, new_x), else_=old_x
            )
