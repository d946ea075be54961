"""Walks whose objects were noted each at its own moments, put on common moments."""

import numpy as np
import numpy.typing as npt

from parvis.alerts.scenario import LAPSE_S, SAME_S, Walks

SHORTEST_S = 0.1
"""Nobody is looked at more often than ten times a second: rules see no more."""

_Floats = npt.NDArray[np.float64]


def aligned(walks: Walks) -> Walks:
    """The walks at common moments, as a camera sees everybody at once.

    A simulator may note each walker at moments of its own. Where most objects are absent from most
    moments for that reason, positions are taken between their two nearest ones, at the rate at
    which one object is noted; an object that is not noted for ``LAPSE_S`` has gone. Walks that are
    noted together stay as they are.
    """
    order = np.lexsort((walks.times_s, walks.ids))
    ids, times = walks.ids[order], walks.times_s[order]
    same = ids[1:] == ids[:-1]
    steps = np.diff(times)[same]
    steps = steps[steps > SAME_S]
    moments = np.unique(walks.times_s)
    moments = moments[np.diff(moments, prepend=-np.inf) > SAME_S]
    if not len(steps) or len(moments) < 2:
        return walks
    step_s = max(SHORTEST_S, float(np.median(steps)))
    if float(np.median(np.diff(moments))) > 0.6 * step_s:
        return walks
    points, classes = walks.points[order], walks.classes[order]
    cuts = np.flatnonzero(~same | (np.diff(times) > LAPSE_S)) + 1
    pieces = [
        _piece(rows, times, step_s) for rows in np.split(np.arange(len(ids)), cuts) if len(rows)
    ]
    at = np.concatenate([moment for moment, _ in pieces])
    rows = np.concatenate([row for _, row in pieces])
    before = np.floor(rows).astype(np.intp)
    after = np.minimum(before + 1, len(ids) - 1)
    share = (rows - before)[:, None]
    there = points[before] * (1 - share) + points[after] * share
    sort = np.argsort(at, kind="stable")
    return Walks(at[sort], ids[before][sort], there[sort], classes[before][sort])


def _piece(rows: npt.NDArray[np.intp], times: _Floats, step_s: float) -> tuple[_Floats, _Floats]:
    """The common moments within one unbroken walk, and where each lies among its rows."""
    first, last = times[rows[0]], times[rows[-1]]
    grid = np.arange(np.ceil(first / step_s - 1e-9), np.floor(last / step_s + 1e-9) + 1) * step_s
    if not len(grid):  # noted between two moments only
        grid = np.array([np.round(first / step_s) * step_s])
    return grid, np.interp(grid, times[rows], rows.astype(np.float64))
