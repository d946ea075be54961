"""A run of hours against its limits, and the factor that keeps a series within its budget.

What happens in a street lasts: an hour alone that runs away is chance more often than what begins
in an hour, is still there with the next, and with the third. The score of a run is therefore that
of its weakest part: its first hour, its first two, all three, each against what was expected when
it began, in units of its own limit.
"""

from collections.abc import Sequence

import numpy as np

from parvis.alerts.unusual.past import Bools, Floats, Ints

APART_H = 3
"""Hours over the limit that lie no farther apart are one episode."""

GAIN = 0.05
"""By how much an episode lifts the limits of what comes after it; log ratio."""

_MONTH_H = 730.5


def of_run(parts: Sequence[Floats], per_hour: int) -> Floats:
    """Score of the run that ends at each bin; NaN where a part cannot be told, shape (m,).

    Args:
        parts: for 1, 2, … n hours the score of the stretch that ends at each bin, shape (m,).
        per_hour: bins an hour.
    """
    worst = parts[-1]
    for hours, part in enumerate(parts[:-1], start=1):
        later = (len(parts) - hours) * per_hour
        moved = np.full(len(part), np.nan)
        moved[later:] = part[: max(0, len(part) - later)]
        worst = np.minimum(worst, moved)
    return worst


def episodes(over: Bools, per_hour: int) -> Ints:
    """First bins of the episodes, shape (n,)."""
    at = np.flatnonzero(over)
    apart = np.diff(at, prepend=-(10**9)) > APART_H * per_hour
    return np.asarray(at[apart], dtype=np.int64)


def factor_for(scores: Floats, per_hour: int, per_month: float) -> float:
    """Factor of the limits with which a series stays within its budget.

    First the smallest with which no more episodes lie in the whole past; then the past is gone
    through in order, and each episode lifts the factor by :data:`GAIN`, each month without any
    lowers it by as much for every episode that was allowed: what holds at the end is owed to the
    last months most (adaptive conformal inference, Gibbs & Candès 2021, on the log of the limit).

    Args:
        scores: of the past, -inf or NaN where nothing could be told, shape (m,).
        per_hour: bins an hour.
        per_month: episodes that are allowed.
    """
    told = np.isfinite(scores)
    allowed = per_month / (_MONTH_H * per_hour)
    seen = np.where(told, scores, 0.0)
    factor = _smallest(seen, per_hour, allowed * np.count_nonzero(told))
    log_factor, last = float(np.log(factor)), -np.inf
    logs = np.log(np.maximum(seen[told], 1e-9)).tolist()
    for at, far in zip(np.flatnonzero(told).tolist(), logs, strict=True):
        log_factor -= GAIN * allowed
        if far >= log_factor:
            log_factor += GAIN if at - last > APART_H * per_hour else 0.0
            last = at
    return float(np.exp(log_factor))


def _smallest(scores: Floats, per_hour: int, most: float) -> float:
    low, high = 0.1, 30.0
    for _ in range(24):
        middle = (low * high) ** 0.5
        if len(episodes(scores >= middle, per_hour)) > most:
            low = middle
        else:
            high = middle
    return high
