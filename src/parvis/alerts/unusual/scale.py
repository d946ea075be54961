"""How far residuals of an hour usually lie, on each side, from what was known before it.

Log-linear in the hour of the day, the kind of day, the level, and how far the residuals of the
hour before, the day, the week and the same hours of earlier weeks lay: a restless week asks for
more before it is unusual (multiplicative heteroscedasticity, Harvey 1976). More and less have
different tails, so each side has its own.
"""

import numpy as np

from parvis.alerts.unusual.past import Bools, Floats

LEAST = 0.03
"""No scale is smaller; log ratio."""

TILT = 1.2
"""Power of the scale to which a limit grows; 1 would give all hours an equal rate of alarms. A
little more spends them where an event can be told from an ordinary day."""

QUANTILE = 0.93
"""Share of a side that lies within its scale."""

_SMALLEST, _LARGEST = 0.02, 3.0
_RIDGE = 5.0
_FEWEST = 60


def fit_scale(side: Floats, chosen: Bools, known: Floats) -> Floats:
    """Coefficients of the log of one side's scale, shape (features,).

    Args:
        side: residuals, turned so that this side is positive, shape (m,).
        chosen: which may be used, shape (m,).
        known: see :class:`~parvis.alerts.unusual.residual.Residuals`; its last column is one.
    """
    found = np.zeros(known.shape[1])
    usable = chosen & (side > 0)
    if np.count_nonzero(usable) < _FEWEST:
        found[-1] = np.log(_LARGEST)
        return found
    far, rows = np.clip(side[usable], _SMALLEST, _LARGEST), known[usable]
    ridge = np.diag([_RIDGE] * (known.shape[1] - 1) + [0.01])
    found = np.asarray(np.linalg.solve(rows.T @ rows + ridge, rows.T @ np.log(far)))
    found[-1] += np.log(np.quantile(far / np.exp(rows @ found), QUANTILE))
    return found


def scale_of(known: Floats, coefficients: Floats) -> Floats:
    """The scale at every bin, shape (m,)."""
    return np.asarray(np.maximum(np.exp(known @ coefficients), LEAST), dtype=np.float64)


def tilted(scale: Floats, typical: float) -> Floats:
    """Limits before the series' factor, shape (m,).

    Args:
        scale: of every bin.
        typical: geometric mean of the scales that were learned from.
    """
    return np.asarray(scale * np.maximum(scale / typical, 0.5) ** (TILT - 1), dtype=np.float64)
