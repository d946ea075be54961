"""The ground's part of a minute as JSON values: speeds, flow cells and journeys.

Compact lists, since a quarter of an hour may hold thousands of cells.
"""

import math
from collections.abc import Mapping
from typing import Any

from parvis.values.ground_minute import FlowCell, GroundQuarter, Journey
from parvis.values.speeds import Passers, SpeedHistogram


def speeds_to_rows(speeds: Mapping[Passers, SpeedHistogram]) -> list[list[Any]]:
    """``[shape, class, direction, [bin, n, …]]`` of each."""
    return [
        [who.shape, who.object_class, who.direction, bins_to_row(found)]
        for who, found in sorted(speeds.items(), key=lambda one: _order(one[0]))
    ]


def speeds_from_rows(rows: list[list[Any]]) -> dict[Passers, SpeedHistogram]:
    """Inverse of :func:`speeds_to_rows`.

    Raises:
        ValueError: not such rows.
    """
    found = {}
    for shape, label, direction, bins in rows:
        if direction not in (None, 0, 1):
            raise ValueError(f"a direction is 0, 1 or none, not {direction!r}")
        found[Passers(_name(shape), _name(label), direction)] = bins_from_row(bins)
    return found


def bins_to_row(found: SpeedHistogram) -> list[int]:
    """Bin and count of each bin that is not empty, one after another."""
    return [number for pair in sorted(found.counts.items()) for number in pair]


def bins_from_row(row: list[Any]) -> SpeedHistogram:
    """Inverse of :func:`bins_to_row`.

    Raises:
        ValueError: not whole numbers in pairs, or no histogram.
    """
    if len(row) % 2 or any(type(number) is not int for number in row):
        raise ValueError("a histogram is pairs of whole numbers")
    return SpeedHistogram(dict(zip(row[::2], row[1::2], strict=True)))


def quarter_to_value(quarter: GroundQuarter) -> dict[str, Any]:
    """A quarter of an hour, cells and journeys as lists."""
    return {
        "start_s": quarter.start_s,
        "coverage_s": quarter.coverage_s,
        "cell_m": quarter.cell_m,
        "calibration": quarter.calibration,
        "cells": [
            [
                cell.x_m,
                cell.y_m,
                cell.presence_s,
                cell.east_mps,
                cell.north_mps,
                cell.counterflow_share,
                cell.stops,
            ]
            for cell in quarter.cells
        ],
        "journeys": [
            [way.origin, way.destination, way.object_class, n]
            for way, n in sorted(quarter.journeys.items())
        ],
    }


def quarter_from_value(value: dict[str, Any]) -> GroundQuarter:
    """Inverse of :func:`quarter_to_value`.

    Raises:
        ValueError, KeyError, TypeError: not such a value.
    """
    cells = []
    for x_m, y_m, presence_s, east, north, counterflow, stops in value["cells"]:
        share = None if counterflow is None else _number(counterflow)
        cells.append(
            FlowCell(
                _number(x_m),
                _number(y_m),
                _number(presence_s),
                _number(east),
                _number(north),
                share,
                _count(stops),
            )
        )
    journeys = {
        Journey(_place(origin), _place(destination), _name(label)): _count(n)
        for origin, destination, label, n in value["journeys"]
    }
    return GroundQuarter(
        _number(value["start_s"]),
        _number(value["coverage_s"]),
        _number(value["cell_m"]),
        tuple(cells),
        journeys,
        _place(value.get("calibration", "")),
    )


def _order(who: Passers) -> tuple[str, str, int]:
    return who.shape, who.object_class, -1 if who.direction is None else who.direction


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("a number is missing or not finite")
    return float(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"a count is a whole number, not {value!r}")
    return int(value)


def _name(value: Any) -> str:
    if not value or _place(value) != value:
        raise ValueError(f"not a name: {value!r}"[:100])
    return str(value)


def _place(value: Any) -> str:
    """A name, or empty for nowhere."""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"not a name: {value!r}"[:100])
    return value
