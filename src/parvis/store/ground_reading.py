"""Read what cameras' ground said: squares and journeys over a stretch, or piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from parvis.store.schema import flow_cell, ground_quarter, journey
from parvis.values.ground_minute import FlowCell, Journey


@dataclass(frozen=True, slots=True)
class GroundSpan:
    """One camera's ground over a stretch of time.

    Args:
        coverage_s: seconds seen; without any the rest is unknown, not zero.
        cell_m: side of the cells; quarters of an earlier grid of another side are left out whole.
        cells: those where anybody was, south to north. Velocities are means over person-seconds,
            so is the counterflow.
        journeys: how many went from where to where.
        elsewhere_s: seconds seen under another calibration, left out of all that.
    """

    coverage_s: float = 0.0
    cell_m: float = 0.0
    cells: tuple[FlowCell, ...] = ()
    journeys: dict[Journey, int] = field(default_factory=dict)
    elsewhere_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Presence:
    """Person-seconds on one camera's squares, over one of several pieces of time.

    Args:
        coverage_s: seconds seen.
        cell_m: side of the squares.
        squares: person-seconds by the middle of each, where anybody was.
        elsewhere_s: seconds seen under another calibration, left out.
    """

    coverage_s: float = 0.0
    cell_m: float = 0.0
    squares: dict[tuple[float, float], float] = field(default_factory=dict)
    elsewhere_s: float = 0.0


def read_ground(
    connection: Connection,
    camera: str,
    start_s: float,
    end_s: float,
    calibration: str | None = None,
) -> GroundSpan:
    """The ground over the quarters that begin in [start_s, end_s).

    Args:
        connection: of one view.
        camera: its name.
        start_s, end_s: seconds since the epoch.
        calibration: leave out what was measured on another ground; None takes all. Quarters
            that do not know theirs are taken.
    """
    quarters = _quarters(connection, camera, start_s, end_s)
    mine = [one for one in quarters if _on(one, calibration)]
    elsewhere_s = sum(float(one.coverage_s) for one in quarters) - sum(
        float(one.coverage_s) for one in mine
    )
    if not mine:
        return GroundSpan(elsewhere_s=elsewhere_s)
    cell_m = float(mine[-1].cell_m)
    kept = _kept(cell_m, calibration)
    ways = connection.execute(
        select(
            journey.c.origin, journey.c.destination, journey.c.object_class, func.sum(journey.c.n)
        )
        .join(ground_quarter, _of_quarter(journey))
        .where(within(journey, camera, start_s, end_s), kept)
        .group_by(journey.c.origin, journey.c.destination, journey.c.object_class)
    )
    return GroundSpan(
        sum(float(one.coverage_s) for one in mine if one.cell_m == cell_m),
        cell_m,
        _cells(connection, within(flow_cell, camera, start_s, end_s) & kept),
        {Journey(one[0], one[1], one[2]): int(one[3]) for one in ways},
        elsewhere_s,
    )


def read_presence(  # noqa: PLR0917
    connection: Connection,
    camera: str,
    start_s: float,
    end_s: float,
    length_s: float,
    calibration: str | None = None,
) -> list[Presence]:
    """Presence piece by piece, ``length_s`` each from ``start_s`` on, in two queries for all.

    Every piece has squares of the newest grid; what was measured on another is left out.
    """
    first, length = int(start_s), int(length_s)
    count = max(0, -(-(int(end_s) - first) // length))
    quarters = _quarters(connection, camera, start_s, end_s)
    mine = [one for one in quarters if _on(one, calibration)]
    cell_m = float(mine[-1].cell_m) if mine else 0.0
    seen_s, elsewhere_s = [0.0] * count, [0.0] * count
    for one in quarters:
        into = seen_s if _on(one, calibration) else elsewhere_s
        if into is elsewhere_s or one.cell_m == cell_m:
            into[(int(one.start) - first) // length] += float(one.coverage_s)
    squares: list[dict[tuple[float, float], float]] = [{} for _ in range(count)]
    c = flow_cell.c
    piece = (c.start - first) // length
    query = (
        select(piece, c.x_m, c.y_m, func.sum(c.presence_s))
        .join(ground_quarter, _of_quarter(flow_cell))
        .where(within(flow_cell, camera, start_s, end_s), _kept(cell_m, calibration))
        .group_by(piece, c.x_m, c.y_m)
    )
    for i, x_m, y_m, presence_s in connection.execute(query) if mine else ():
        squares[int(i)][float(x_m), float(y_m)] = float(presence_s)
    return [
        Presence(seen, cell_m, held, elsewhere)
        for seen, held, elsewhere in zip(seen_s, squares, elsewhere_s, strict=True)
    ]


def _quarters(
    connection: Connection, camera: str, start_s: float, end_s: float
) -> Sequence[Row[int, float, float, str]]:
    c = ground_quarter.c
    return connection.execute(
        select(c.start, c.coverage_s, c.cell_m, c.calibration)
        .where(within(ground_quarter, camera, start_s, end_s))
        .order_by(c.start)
    ).all()


def _on(quarter: Row[int, float, float, str], calibration: str | None) -> bool:
    return calibration is None or quarter.calibration in ("", calibration)


def _kept(cell_m: float, calibration: str | None) -> ColumnElement[bool]:
    c = ground_quarter.c
    grid = c.cell_m == cell_m
    return grid if calibration is None else grid & c.calibration.in_(("", calibration))


def _cells(connection: Connection, where: ColumnElement[bool]) -> tuple[FlowCell, ...]:
    c = flow_cell.c
    # Person-seconds spent where the ways had a main axis: what the counterflow weighs by.
    told = func.sum(c.presence_s).filter(c.counterflow_share.is_not(None))
    query = (
        select(
            c.x_m,
            c.y_m,
            func.sum(c.presence_s),
            func.sum(c.presence_s * c.east_mps),
            func.sum(c.presence_s * c.north_mps),
            func.sum(c.presence_s * c.counterflow_share),
            told,
            func.sum(c.stops),
        )
        .join(ground_quarter, _of_quarter(flow_cell))
        .where(where)
        .group_by(c.x_m, c.y_m)
        .order_by(c.y_m, c.x_m)
    )
    cells = []
    for x_m, y_m, presence_s, east_m, north_m, against_s, told_s, stops in connection.execute(
        query
    ):
        weight = presence_s if presence_s > 0 else 1.0
        cells.append(
            FlowCell(
                float(x_m),
                float(y_m),
                float(presence_s),
                float(east_m / weight),
                float(north_m / weight),
                float(against_s / told_s) if told_s else None,
                int(stops),
            )
        )
    return tuple(cells)


def _of_quarter(table: Table) -> ColumnElement[bool]:
    """The quarter that a row of these belongs to."""
    return (
        (ground_quarter.c.camera == table.c.camera)
        & (ground_quarter.c.start == table.c.start)
        & (ground_quarter.c.run_id == table.c.run_id)
    )


def within(table: Table, camera: str, start_s: float, end_s: float) -> ColumnElement[bool]:
    """Rows of a camera whose quarter begins in [start_s, end_s)."""
    return (table.c.camera == camera) & (table.c.start >= start_s) & (table.c.start < end_s)
