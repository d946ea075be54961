"""What the observers have added up, as the readings of a minute."""

from collections.abc import Iterator

import numpy as np

from parvis.measures.ground.cells import CellGrid, CellTotals
from parvis.measures.ground.directions import counterflow_share, direction_entropy, two_ways
from parvis.measures.ground.edie import EdieTotals, edie
from parvis.measures.ground.parking import ParkingMinute
from parvis.measures.ground.queues import QueueMinute
from parvis.values.classes import ObjectClass
from parvis.values.ground_minute import FlowCell, Reading, nothing_of
from parvis.values.series import SeriesKind


def edie_readings(
    totals: EdieTotals,
    names: tuple[str, ...],
    areas_m2: np.ndarray,
    classes: tuple[ObjectClass, ...],
    seen_s: float,
) -> Iterator[Reading]:
    """Density, flow and speed by zone and class; counterflow and entropy of all together.

    The variance of a speed is that of a ratio of sums over independent objects, with the way and
    the time of each taken to vary alike: an upper bound.
    """
    for zone, name in enumerate(names):
        for cls in classes:
            found = edie(totals, zone, [int(cls)], float(areas_m2[zone]), seen_s)
            label, n = cls.label, found.objects
            yield Reading(
                SeriesKind.DENSITY,
                name,
                label,
                found.density_pm2,
                found.density_variance,
                n,
                seen_s,
            )
            yield Reading(
                SeriesKind.FLOW, name, label, found.flow_pms, found.flow_variance, n, seen_s
            )
            if n and np.isfinite(found.speed_mps):
                seconds = float(totals.person_s[zone, int(cls)])
                relative = found.density_variance / found.density_pm2**2
                yield Reading(
                    SeriesKind.SPEED,
                    name,
                    label,
                    found.speed_mps,
                    found.speed_mps**2 * relative,
                    n,
                    seconds,
                )
            else:
                yield nothing_of(SeriesKind.SPEED, name, label)
        yield from _direction_readings(totals.headings_m[zone], name, totals.objects[zone].sum())


def _direction_readings(headings_m: np.ndarray, name: str, n: float) -> Iterator[Reading]:
    first, second = two_ways(headings_m)
    share = counterflow_share(float(first), float(second))
    entropy = direction_entropy(headings_m)
    if share is not None and entropy is not None:
        way = float(headings_m.sum())
        binomial = share * (1 - share) / max(1.0, n)
        yield Reading(SeriesKind.COUNTERFLOW, name, "all", share, binomial, n, way)
        yield Reading(SeriesKind.ENTROPY, name, "all", entropy, 0.0, n, way)
    else:
        yield nothing_of(SeriesKind.COUNTERFLOW, name, "all")
        yield nothing_of(SeriesKind.ENTROPY, name, "all")


def queue_readings(name: str, queue: QueueMinute) -> Iterator[Reading]:
    """Length, throughput and wait of one queue; nothing when it was not seen.

    Lengths are seen at every moment: what a detector misses is all that is uncertain of them.
    Arrivals and departures vary as Poisson numbers. The waits are taken for those of all who left
    in the minute, of whom some were seen both to come and to go: see ``_wait_variance`` and, for
    the wait after Little, ``_little_variance``.
    """
    if queue.length_mean is None or queue.length_max is None:
        return
    yield _person(
        SeriesKind.QUEUE_LENGTH, name, queue.length_mean, variance=0.0, n=1, weight=queue.seen_s
    )
    yield _person(SeriesKind.QUEUE_LENGTH_MAX, name, queue.length_max, variance=0.0, n=1, weight=0)
    for quantity, n in (
        (SeriesKind.QUEUE_ARRIVALS, queue.arrivals),
        (SeriesKind.QUEUE_DEPARTURES, queue.departures),
    ):
        yield _person(quantity, name, n, variance=n, n=n, weight=0)
    if queue.wait_mean_s is not None:
        n, wait = queue.waits, queue.wait_mean_s
        variance = _wait_variance(wait, queue.wait_variance_s2 or 0.0, n)
        yield _person(SeriesKind.QUEUE_WAIT, name, wait, variance=variance, n=n, weight=n)
    else:
        yield nothing_of(SeriesKind.QUEUE_WAIT, name, "person")
    if queue.wait_little_s is not None:
        n = queue.departures
        little = queue.wait_little_s
        variance = _little_variance(little, queue.length_mean, n)
        yield _person(SeriesKind.QUEUE_WAIT_LITTLE, name, little, variance=variance, n=n, weight=n)
    else:
        yield nothing_of(SeriesKind.QUEUE_WAIT_LITTLE, name, "person")


def _wait_variance(mean_s: float, variance_s2: float, n: int) -> float:
    """Variance of the mean of n waits drawn from those of the minute.

    ``S² / n`` of simple random sampling, without the correction for a finite population, which
    would make it smaller (Cochran, Sampling Techniques, 3rd ed., section 2.6). Few waits tell
    little of S²: one more that varies as much as the mean, as waits in a queue with one server do
    (exponential), is added to those seen.
    """
    return ((n - 1) * variance_s2 + mean_s**2) / n / n


def _little_variance(wait_s: float, length: float, departures: int) -> float:
    """Variance of ``L / mu`` over a minute: ``W² (1 / D + 2 L / D²)``, D who left.

    The first part is that of a Poisson number of departures. The second is the edges: who was there
    when the minute began had waited before, who is there when it ends waits on, L each time, and
    each is off by about one wait W (Kim & Whitt, "Statistical analysis with Little's law",
    Operations Research 61 (2013) 1030). Minutes in a row share their edges, which cancel: over an
    hour it is too large. Where waits are longer than the minute and hardly one leaves in it, the
    interval holds the truth in some eight minutes of ten instead of nine.
    """
    return wait_s**2 * (1 / departures + 2 * length / departures**2)


def parking_readings(name: str, parking: ParkingMinute) -> Iterator[Reading]:
    """Places taken and changes of one bay or area; nothing when it was not seen."""
    if parking.taken_mean is None:
        return
    yield Reading(SeriesKind.PARKING_TAKEN, name, "all", parking.taken_mean, 0.0, 1, parking.seen_s)
    for quantity, n in (
        (SeriesKind.PARKING_ARRIVALS, parking.arrivals),
        (SeriesKind.PARKING_DEPARTURES, parking.departures),
    ):
        yield Reading(quantity, name, "all", n, 0.0, n, 0.0)


def flow_cells(grid: CellGrid, totals: CellTotals) -> tuple[FlowCell, ...]:
    """The cells where anybody was, row by row from the south-west."""
    velocities, against = totals.velocities_mps, totals.counterflow_shares
    cells = []
    for i in np.flatnonzero(totals.presence_s > 0).tolist():
        row, column = divmod(i, grid.columns)
        cells.append(
            FlowCell(
                grid.x_m + (column + 0.5) * grid.size_m,
                grid.y_m + (row + 0.5) * grid.size_m,
                float(totals.presence_s[i]),
                float(velocities[i, 0]),
                float(velocities[i, 1]),
                float(against[i]) if np.isfinite(against[i]) else None,
                int(totals.stops[i]),
            )
        )
    return tuple(cells)


def _person(
    quantity: SeriesKind, name: str, value: float, *, variance: float, n: float, weight: float
) -> Reading:
    return Reading(quantity, name, "person", float(value), float(variance), float(n), float(weight))
