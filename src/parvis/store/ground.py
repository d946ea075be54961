"""What cameras' ground said, at rest: speeds, flow cells and journeys by quarters of an hour.

Every minute adds to its quarter as it arrives: squares and journeys to the part of its run, speeds
to those of all runs. Parts of several runs add up when they are read.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from parvis.store.database import Database
from parvis.store.ground_reading import within
from parvis.store.ground_wire import bins_from_row, bins_to_row
from parvis.store.schema import flow_cell, ground_quarter, journey, speed
from parvis.values.ground_minute import FlowCell, GroundQuarter
from parvis.values.minute import ClosedMinute
from parvis.values.speeds import Passers, SpeedHistogram

QUARTER_S = 900
_NO_DIRECTION = -1
TABLES = (ground_quarter, flow_cell, journey, speed)


def write_ground(
    database: Database, connection: Connection, minutes: Sequence[tuple[ClosedMinute, int]]
) -> None:
    """Write what minutes say of the ground; the caller sees to it that each comes once.

    Args:
        database: for its dialect.
        connection: the transaction that writes the minutes.
        minutes: with the number of the run of each; those of one run in order of time.
    """
    for closed, run_id in minutes:
        for quarter in closed.quarters:
            _add_to_quarter(database, connection, closed.camera, run_id, quarter)
        if closed.speeds:
            _merge_speeds(database, connection, closed)


def _add_to_quarter(
    database: Database, connection: Connection, camera: str, run_id: int, quarter: GroundQuarter
) -> None:
    at = {"camera": camera, "start": int(quarter.start_s), "run_id": run_id}
    seen = {
        "coverage_s": quarter.coverage_s,
        "cell_m": quarter.cell_m,
        "calibration": quarter.calibration,
    }
    _add(database, connection, ground_quarter, ("coverage_s",), [at | seen])
    _add_cells(database, connection, [at | _cell_row(cell) for cell in quarter.cells])
    ways = [
        at
        | {
            "origin": way.origin,
            "destination": way.destination,
            "object_class": way.object_class,
            "n": n,
        }
        for way, n in quarter.journeys.items()
    ]
    _add(database, connection, journey, ("n",), ways)


def _add(
    database: Database,
    connection: Connection,
    table: Table,
    sums: tuple[str, ...],
    rows: list[dict[str, Any]],
) -> None:
    """Insert rows; of those that are there, add these columns."""
    if not rows:
        return
    statement = database.insert(table)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key],
            set_={name: table.c[name] + statement.excluded[name] for name in sums},
        ),
        rows,
    )


def _add_cells(database: Database, connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add squares: velocities are means over person-seconds; the share is the latest's."""
    if not rows:
        return
    statement = database.insert(flow_cell)
    old, new = flow_cell.c, statement.excluded
    seconds = old.presence_s + new.presence_s  # of somebody: never 0
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[column.name for column in flow_cell.primary_key],
            set_={
                "presence_s": seconds,
                "stops": old.stops + new.stops,
                "counterflow_share": func.coalesce(new.counterflow_share, old.counterflow_share),
            }
            | {
                name: (old.presence_s * old[name] + new.presence_s * new[name]) / seconds
                for name in ("east_mps", "north_mps")
            },
        ),
        rows,
    )


def _cell_row(cell: FlowCell) -> dict[str, Any]:
    return {
        "x_m": cell.x_m,
        "y_m": cell.y_m,
        "presence_s": cell.presence_s,
        "east_mps": cell.east_mps,
        "north_mps": cell.north_mps,
        "counterflow_share": cell.counterflow_share,
        "stops": cell.stops,
    }


def _merge_speeds(database: Database, connection: Connection, closed: ClosedMinute) -> None:
    start = int(closed.start_s) // QUARTER_S * QUARTER_S
    held = _speeds(connection, (speed.c.camera == closed.camera) & (speed.c.start == start))
    rows = []
    for who, found in closed.speeds.items():
        merged = found.merged(held[who]) if who in held else found
        rows.append(
            {
                "camera": closed.camera,
                "start": start,
                "shape": who.shape,
                "object_class": who.object_class,
                "direction": _NO_DIRECTION if who.direction is None else who.direction,
                "bins": json.dumps(bins_to_row(merged), separators=(",", ":")),
            }
        )
    statement = database.insert(speed)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["camera", "start", "shape", "object_class", "direction"],
            set_={"bins": statement.excluded.bins},
        ),
        rows,
    )


def read_speeds(
    connection: Connection, camera: str, start_s: float, end_s: float
) -> dict[Passers, SpeedHistogram]:
    """Speeds over the quarters that begin in [start_s, end_s), exactly as if counted together."""
    return _speeds(connection, within(speed, camera, start_s, end_s))


def _speeds(connection: Connection, where: ColumnElement[bool]) -> dict[Passers, SpeedHistogram]:
    found: dict[Passers, SpeedHistogram] = {}
    columns = (speed.c.shape, speed.c.object_class, speed.c.direction, speed.c.bins)
    for shape, label, direction, bins in connection.execute(select(*columns).where(where)):
        who = Passers(shape, label, None if direction == _NO_DIRECTION else int(direction))
        one = bins_from_row(json.loads(bins))
        found[who] = found[who].merged(one) if who in found else one
    return found


def purge_ground(connection: Connection, before_s: float) -> int:
    """Delete the quarters that begin before; return the number of rows."""
    edge = int(before_s // QUARTER_S) * QUARTER_S
    return sum(
        connection.execute(delete(table).where(table.c.start < edge)).rowcount for table in TABLES
    )
