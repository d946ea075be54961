"""Leaving each point out: the honest error of a calibration, and the choice of its lens."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.fitting import Fit, fit
from parvis.ground.ground_map import GroundMap
from parvis.ground.pairs import PointPairs

Floats = npt.NDArray[np.float64]

PAYS = 0.8
"""A richer lens must bring the left-out error down to this part of the poorer one's."""
GOOD_ENOUGH = 1.0
"""Left-out error, in standard errors of picking and surveying, that a richer lens cannot mend."""
_ONE_MISS = 5.0
"""Largest deviation that a single point may count for in that choice."""


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """For each pair, how far off a view fitted to the others puts it.

    Args:
        metres: on the ground, shape (n,); NaN where the others do not suffice.
        deviations: in standard errors of picking and surveying, shape (n,).
    """

    metres: Floats
    deviations: Floats


def left_out_errors(pairs: PointPairs, view: GroundMap, coefficients: int) -> LeftOut:
    """Leave-one-out errors of a view.

    Args:
        pairs: what it was fitted to.
        view: the view, where each fit starts from.
        coefficients: of the lens.
    """
    n = len(pairs)
    metres, deviations = np.full(n, np.nan), np.full(n, np.nan)
    if n < 5:
        return LeftOut(metres, deviations)
    for i in range(n):
        others = fit(pairs.only(np.delete(np.arange(n), i)), coefficients, view)
        if others is None:
            continue
        spread = pairs.pick_px**2 * np.eye(2)[None]
        there = others.map.locate(pairs.pixels[i : i + 1], spread)
        if there.withheld[0]:
            continue
        off = there.points[0] - pairs.ground[i]
        metres[i] = np.linalg.norm(off)
        slope = others.map.jacobians(pairs.pixels[i : i + 1])[0]
        known = pairs.pick_px**2 * slope @ slope.T + pairs.survey_m**2 * np.eye(2)
        deviations[i] = np.sqrt(off @ np.linalg.solve(known, off))
    return LeftOut(metres, deviations)


def chosen_lens(pairs: PointPairs, limit: int) -> tuple[int, Fit]:
    """The smallest lens that leaving points out does not clearly improve on.

    Args:
        pairs: points that agree.
        limit: most coefficients.

    Returns:
        How many coefficients, and the fit.

    Raises:
        ValueError: the points fit no view; they were to be looked at before.
    """
    best: tuple[int, Fit, float] | None = None
    for coefficients in range(limit + 1):
        found = fit(pairs, coefficients, best[1].map if best else None)
        if found is None:
            continue
        if limit == 0:
            return coefficients, found
        off = left_out_errors(pairs, found.map, coefficients).deviations
        score = float(
            np.sqrt(np.mean(np.minimum(np.nan_to_num(off, nan=_ONE_MISS), _ONE_MISS) ** 2))
        )
        if best is None or score < PAYS * best[2]:
            best = coefficients, found, score
        if best[2] < GOOD_ENOUGH:
            break
    if best is None:
        raise ValueError("no view fits these points")
    return best[0], best[1]
