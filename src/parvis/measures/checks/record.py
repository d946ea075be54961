"""A comparison as plain data for the store, and what is read from it again."""

from collections.abc import Iterable, Mapping
from typing import Any

from parvis.measures.checks.comparison import Cell, Comparison
from parvis.measures.checks.estimate import whole_error
from parvis.values.checks import Passage, Span


def result_of(found: Comparison) -> dict[str, Any]:
    """Numbers of a check, without any moment: kept as long as the line's error rests on it."""
    return {
        "delay_s": found.delay_s,
        "seconds": found.seconds,
        "cells": [
            {
                "direction": cell.direction,
                "tapped": cell.tapped,
                "true": cell.true,
                "counted": cell.counted,
                "matched": cell.matched,
                "blocks": [list(block) for block in cell.blocks],
            }
            for cell in found.cells
        ],
        "bias": bias_of(found.cells),
    }


def bias_of(cells: Iterable[Cell]) -> dict[str, float] | None:
    """What Parvis counts too many of the passages of this check (negative: too few).

    The difference seen, and the 90 % interval of what the line's error makes of as many again;
    None when too few passed.
    """
    cells = tuple(cells)
    error = whole_error(cells, "this check")
    if error is None:
        return None
    counted = sum(cell.counted for cell in cells)
    seen = counted - sum(cell.true for cell in cells)
    middle, half = counted * (1 - error.ratio), counted * error.ratio_90
    return {
        "value": float(seen),
        "low": min(float(seen), middle - half),
        "high": max(float(seen), middle + half),
    }


def cells_of(result: Mapping[str, Any]) -> tuple[Cell, ...]:
    """The cells of a stored result."""
    return tuple(
        Cell(
            cell["direction"],
            cell["tapped"],
            cell["true"],
            cell["counted"],
            cell["matched"],
            tuple((t, c) for t, c in cell["blocks"]),
        )
        for cell in result["cells"]
    )


def events_of(
    found: Comparison, taps: Iterable[Passage], crossings: Iterable[Passage]
) -> dict[str, Any]:
    """Moments, directions and classes of a check; deleted with their retention."""
    return {
        "taps": [_plain(one) for one in taps],
        "crossings": [_plain(one) for one in crossings],
        "missed": [_plain(one) for one in found.missed],
        "extra": [_plain(one) for one in found.extra],
        "looked": [[span.start_s, span.end_s] for span in found.looked],
    }


def passages_of(rows: Iterable[list[Any]]) -> tuple[Passage, ...]:
    """Passages from the rows of stored events."""
    return tuple(Passage(time_s, direction, tapped) for time_s, direction, tapped in rows)


def spans_of(rows: Iterable[list[float]]) -> tuple[Span, ...]:
    """Spans from the rows of stored events."""
    return tuple(Span(start_s, end_s) for start_s, end_s in rows)


def _plain(one: Passage) -> list[Any]:
    return [round(one.time_s, 3), one.direction, one.tapped]
