"""How far from expected is unusual: limits for each hour and kind of day, set by their own past.

Each side has its own: more and less have different tails. A limit grows faster than the spread of
its hour, so that the few alarms that are allowed are spent where an event can be told from an
ordinary day, and one factor for all of them is set so that the past would have raised no more than
the budget, each week judged by limits that did not see it.
"""

from dataclasses import dataclass

import numpy as np

from parvis.alerts.unusual.past import Bools, Floats, Ints, Past

KINDS = 3
"""Kinds of day: Monday to Friday, Saturday, Sunday and holidays."""

TAILS = (0.85, 0.97)
"""Quantiles of a side whose geometric mean is its spread: one steady, one that knows the tail."""

TILT = 1.6
"""Power of the spread to which a limit grows; 1 would give all hours an equal rate."""

WINDOW_WEIGHTS = (1.18, 1.05, 1.0)
"""Factors of the limits of 1, 2 and 3 hours."""

APART_H = 3
"""Hours over the limit that lie no farther apart are one episode."""

_DAYTIME = slice(7, 21)
_LEAST = 12
_FLOOR = 0.03


@dataclass(frozen=True, slots=True)
class Cells:
    """In which cell each bin lies.

    Args:
        kinds: kind of day, shape (m,).
        hours: of the day, shape (m,).
        bins: of a day.
    """

    kinds: Ints
    hours: Ints
    bins: int

    @classmethod
    def of(cls, past: Past) -> "Cells":
        """Those of the days, end to end."""
        bins = past.values.shape[1]
        kinds = np.clip(past.profiles - 4, 0, 2)
        hours = np.tile(np.arange(bins) // past.per_hour, len(kinds))
        return cls(np.repeat(kinds, bins), hours, bins)


def spreads(side: Floats, chosen: Bools, cells: Cells) -> Floats:
    """Spread of one side of the residuals by kind of day and hour, shape (KINDS, 24).

    The hour before and the hour after lend their values. A cell without enough of them takes the
    mean of the other kinds of day; infinite where those have none either.

    Args:
        side: residuals, turned so that this side is positive, shape (m,).
        chosen: which may be used, shape (m,).
        cells: of the bins.
    """
    found = np.full((KINDS, 24), np.nan)
    usable = chosen & np.isfinite(side)
    for kind in range(KINDS):
        of_kind = usable & (cells.kinds == kind)
        by_hour = [side[of_kind & (cells.hours == hour)] for hour in range(24)]
        for hour in range(24):
            near = np.concatenate([by_hour[(hour + k) % 24] for k in (-1, 0, 1)])
            if len(near) >= _LEAST:
                tails = np.maximum(np.quantile(near, TAILS), _FLOOR)
                found[kind, hour] = np.sqrt(tails.prod())
    logs = np.log(found)
    known = np.isfinite(logs)
    means = np.where(known, logs, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    means = np.where(known.any(axis=0), means, np.inf)
    return np.exp(np.where(known, 0.7 * logs + 0.3 * means, means))


def tilted(spread: Floats, weight: float) -> Floats:
    """Limits before the common factor, shape (KINDS, 24)."""
    by_day = spread[:, _DAYTIME]
    known = by_day[np.isfinite(by_day)]
    typical = float(np.exp(np.log(known).mean())) if len(known) else 1.0
    return np.asarray(weight * spread * np.maximum(spread / typical, 0.5) ** (TILT - 1))


def episodes(over: Bools, per_hour: int) -> Ints:
    """First bins of the episodes, shape (n,)."""
    at = np.flatnonzero(over)
    apart = np.diff(at, prepend=-(10**9)) > APART_H * per_hour
    return np.asarray(at[apart], dtype=np.int64)


def factor_for(scores: Floats, per_hour: int, most: float) -> float:
    """Smallest factor of the limits with which no more than ``most`` episodes lie in the past."""
    low, high = 0.3, 30.0
    seen = np.where(np.isfinite(scores), scores, 0.0)
    for _ in range(24):
        middle = (low * high) ** 0.5
        if len(episodes(seen >= middle, per_hour)) > most:
            low = middle
        else:
            high = middle
    return high
