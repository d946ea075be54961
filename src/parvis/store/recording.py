"""Write closed minutes once: parts, camera coverage and their rollups in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from sqlalchemy import Connection, insert, select

from parvis.store.database import Database
from parvis.store.ground import write_ground
from parvis.store.outages import Outage, extend_outage
from parvis.store.overlaps import MINUTE_S, covered_s, is_crowded
from parvis.store.rollup import HourCut, Part, add_camera_coverage, add_parts, remake_hours
from parvis.store.schema import camera_minute, minute, run
from parvis.store.series_ids import SeriesIds
from parvis.values.minute import ClosedMinute
from parvis.values.series import Aggregation, Series

log = structlog.get_logger(__name__)

CHUNK = 500
"""Values in one IN (…); far under every database's limit."""

SEEN_TWICE = "the clock was set back: this time was seen twice and counts once"
"""The reason under which a minute that two runs claim whole stands among the outages."""

_T = TypeVar("_T")
_PART_COLUMNS = tuple(column.name for column in minute.columns)


@dataclass(slots=True)
class _Held:
    """Coverage that the database holds of the minutes concerned, by run, kept up to date."""

    cameras: dict[tuple[str, int], dict[int, float]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    parts: dict[tuple[int, int], dict[int, float]] = field(
        default_factory=lambda: defaultdict(dict)
    )


@dataclass(slots=True)
class _New:
    """What is to be written."""

    camera_minutes: list[dict[str, object]] = field(default_factory=list)
    camera_hours: dict[tuple[str, int], float] = field(default_factory=dict)
    seen_twice: list[tuple[str, int]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    ground: list[tuple[ClosedMinute, int]] = field(default_factory=list)
    minutes: int = 0


def write_minutes(
    database: Database,
    connection: Connection,
    cut: HourCut,
    ids: SeriesIds,
    minutes: Sequence[ClosedMinute],
) -> int:
    """Write what is new of these minutes; return how many minutes had something new.

    The first part under (camera, run, minute, series) stays; a second one changes nothing. Which
    parts of one minute count when several runs have one: see :mod:`parvis.store.overlaps`.
    """
    wanted = {measure.series for closed in minutes for measure in closed.measures}
    numbers = ids.ensure(database, connection, wanted)
    runs = _run_ids(database, connection, {(closed.camera, closed.run) for closed in minutes})
    held = _held(connection, minutes, numbers)
    new = _New()
    for closed in minutes:
        run_id = runs[closed.camera, closed.run]
        known = not _take_camera(closed, run_id, cut, held, new)
        taken = _take_parts(closed, run_id, numbers, held, new)
        new.minutes += taken > 0 or not known
        # Sums of which no part can be taken out again: what a full minute has no room for stays
        # out, whichever of the parts came first.
        if not known and not is_crowded(held.cameras[closed.camera, int(closed.start_s)].values()):
            new.ground.append((closed, run_id))
    if new.camera_minutes:
        connection.execute(insert(camera_minute), new.camera_minutes)
    if new.parts:
        connection.execute(
            insert(minute), [dict(zip(_PART_COLUMNS, part, strict=True)) for part in new.parts]
        )
    kinds: dict[int, Aggregation] = {
        number: series.kind.aggregation for series, number in numbers.items()
    }
    # An hour that holds parts which do not count is summed anew; the others grow by what came.
    anew = {
        (number, cut.start(start))
        for number, start, *_ in new.parts
        if is_crowded(held.parts[number, start].values())
    }
    fresh = [part for part in new.parts if (part[0], cut.start(part[1])) not in anew]
    add_parts(database, connection, cut, fresh, aggregations=kinds)
    remake_hours(database, connection, cut, anew, aggregations=kinds)
    add_camera_coverage(database, connection, new.camera_hours)
    write_ground(database, connection, new.ground)
    for camera, start in new.seen_twice:
        log.warning("a minute is seen twice and counts once", camera=camera, start_s=start)
        twice = Outage(camera, start, start + MINUTE_S, SEEN_TWICE)
        extend_outage(database, connection, twice)
    return new.minutes


def _take_camera(closed: ClosedMinute, run_id: int, cut: HourCut, held: _Held, new: _New) -> bool:
    start = int(closed.start_s)
    runs = held.cameras[closed.camera, start]
    if run_id in runs:
        return False
    before = covered_s(runs.values())
    runs[run_id] = closed.coverage_s
    hour = (closed.camera, cut.start(start))
    added = covered_s(runs.values()) - before
    new.camera_hours[hour] = new.camera_hours.get(hour, 0.0) + added
    if is_crowded(runs.values()):
        new.seen_twice.append((closed.camera, start))
    new.camera_minutes.append(
        {
            "camera": closed.camera,
            "start": start,
            "run_id": run_id,
            "coverage_s": closed.coverage_s,
        }
    )
    return True


def _take_parts(
    closed: ClosedMinute, run_id: int, numbers: dict[Series, int], held: _Held, new: _New
) -> int:
    start = int(closed.start_s)
    taken = 0
    for measure in closed.measures:
        number = numbers[measure.series]
        runs = held.parts[number, start]
        if run_id in runs:
            continue
        runs[run_id] = measure.coverage_s
        spread = measure.spread
        new.parts.append(
            (
                number,
                start,
                run_id,
                measure.value,
                spread.below,
                spread.above,
                spread.variance,
                measure.coverage_s,
                measure.weight,
            )
        )
        taken += 1
    return taken


def _held(
    connection: Connection, minutes: Sequence[ClosedMinute], numbers: dict[Series, int]
) -> _Held:
    """Look up what is stored; the parts only of camera-minutes that some run wrote before."""
    held = _Held()
    cameras = sorted({closed.camera for closed in minutes})
    for starts in _chunks(sorted({int(closed.start_s) for closed in minutes})):
        query = select(camera_minute).where(
            camera_minute.c.camera.in_(cameras), camera_minute.c.start.in_(starts)
        )
        for row in connection.execute(query):
            held.cameras[row.camera, row.start][row.run_id] = row.coverage_s
    shared = [closed for closed in minutes if (closed.camera, int(closed.start_s)) in held.cameras]
    found = sorted({numbers[measure.series] for closed in shared for measure in closed.measures})
    for starts in _chunks(sorted({int(closed.start_s) for closed in shared})):
        for some in _chunks(found):
            query = select(
                minute.c.series_id, minute.c.start, minute.c.run_id, minute.c.coverage_s
            ).where(minute.c.series_id.in_(some), minute.c.start.in_(starts))
            for number, start, run_id, coverage_s in connection.execute(query):
                held.parts[number, start][run_id] = coverage_s
    return held


def _run_ids(
    database: Database, connection: Connection, wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    connection.execute(
        database.insert(run).on_conflict_do_nothing(),
        [{"camera": camera, "name": name} for camera, name in sorted(wanted)],
    )
    names = sorted({name for _, name in wanted})
    found = {}
    for some in _chunks(names):
        for row in connection.execute(select(run).where(run.c.name.in_(some))):
            found[row.camera, row.name] = row.id
    return found


def _chunks(values: list[_T]) -> Iterator[list[_T]]:
    for i in range(0, len(values), CHUNK):
        yield values[i : i + CHUNK]
