"""Which parts of a minute count, when several runs speak of the same one.

A camera is held by one run at a time, so parts of one minute are different seconds of it and add
up. They cannot when they claim more than a minute together: the wall clock was set back, and
another minute bears the same name. Then the most covered part counts, of equals that of the
earliest run, and after it each that still fits in what is left of the minute. The choice depends
on the parts alone, not on the order in which they came.

Speeds, squares and journeys on the ground rest as sums of a quarter of an hour. Of a minute that
is claimed twice they hold the parts that came while there was room: never more than a minute
either, and what they cover says how much.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from parvis.store.moments import Floats, Ints, Mask

MINUTE_S = 60.0
_ROUNDING_S = 1e-6

RunNames = Callable[[set[int]], Mapping[int, str]]
"""Looks up the names of runs by their numbers; names sort by the start of the run."""


def is_crowded(coverage_s: Iterable[float]) -> bool:
    """True when parts with these coverages claim more than a minute together."""
    return sum(coverage_s) > MINUTE_S + _ROUNDING_S


def covered_s(coverage_s: Iterable[float]) -> float:
    """Seconds of a minute that its counted parts cover; which of equals counts does not matter."""
    total = 0.0
    for part_s in sorted(coverage_s, reverse=True):
        if not is_crowded((total, part_s)):
            total += part_s
    return min(total, MINUTE_S)


def counted(series: Ints, start: Ints, run: Ints, coverage_s: Floats, names: RunNames) -> Mask:
    """Which parts count.

    Args:
        series, start, run: numbers of each part's series, minute and run, shape (n,), those of one
            series and minute next to each other.
        coverage_s: seconds that each part covers, shape (n,).
        names: asked only when some minute is claimed twice.

    Returns:
        True for each part that counts, shape (n,).
    """
    counts = np.ones(len(start), dtype=np.bool_)
    same = (np.diff(series) == 0) & (np.diff(start) == 0)
    if not same.any():
        return counts
    group = np.concatenate(([0], np.cumsum(~same)))
    crowded = np.flatnonzero(np.bincount(group, coverage_s) > MINUTE_S + _ROUNDING_S)
    rows = np.flatnonzero(np.isin(group, crowded))
    if not len(rows):
        return counts
    known = names(set(run[rows].tolist()))
    counts[rows] = False
    left_s = dict.fromkeys(crowded.tolist(), MINUTE_S + _ROUNDING_S)
    for row in sorted(rows.tolist(), key=lambda row: (-coverage_s[row], known[int(run[row])])):
        if coverage_s[row] <= left_s[group[row]]:
            left_s[group[row]] -= coverage_s[row]
            counts[row] = True
    return counts
