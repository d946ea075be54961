"""How restless the days before were: in a restless week more is needed to be unusual.

False alarms come in bursts, in the weeks of Christmas or of a festival, when what is expected lags
behind what the town does. An event of a few hours hardly moves a quantile over a week; a week that
runs differently does. (The idea of conditional variance, Engle 1982, with a quantile in its place.)
"""

import numpy as np

from parvis.alerts.unusual.limits import Cells
from parvis.alerts.unusual.past import Floats

DAYS = 7
TAIL = 0.85
_LEAST_DAYS = 2


def unrest(left: Floats, spread: Floats, cells: Cells) -> Floats:
    """Quantile of the residuals of the week before each day, in units of their spread.

    Args:
        left: residuals of the longest window, shape (m,); NaN where none.
        spread: of both sides, shape (2, KINDS, 24).
        cells: of the bins.

    Returns:
        Shape (days,); NaN where too little was seen.
    """
    up, down = spread[:, cells.kinds, cells.hours]
    far = (np.abs(left) / np.where(left > 0, up, down)).reshape(-1, cells.bins)
    found = np.full(len(far), np.nan)
    for day in range(DAYS, len(far)):
        week = far[day - DAYS : day]
        week = week[np.isfinite(week)]
        if len(week) >= _LEAST_DAYS * cells.bins:
            found[day] = np.quantile(week, TAIL)
    return found


def factors(found: Floats, calm: float, cells: Cells) -> Floats:
    """By how much the limits of every bin are wider, 1 at the least, shape (m,).

    Args:
        found: :func:`unrest` of every day; where it is unknown, the day is taken for ordinary.
        calm: that of an ordinary day.
        cells: of the bins.
    """
    wider = np.where(np.isfinite(found), found / calm, 1.0)
    return np.repeat(np.maximum(1.0, wider), cells.bins)
