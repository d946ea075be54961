"""How far the last hours are from what was expected, once what the hours before them say is used.

The expectation looks at weeks; a day that runs high or low as a whole is no event of its last three
hours. What remains of the log ratio, window by window, is therefore predicted from the residuals
before the window, by a robust regression for each part of the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from parvis.alerts.unusual.past import Bools, Floats, Ints, Past

WINDOWS_H = (1, 2, 3)
"""Lengths of the windows, hours."""

PART_H = 4
"""Hours of a part of the day; each has its own coefficients."""

FEATURES = 16
SCALE_FEATURES = 13
_CLIP = 1.5
_RIDGE = 3.0
_ROUNDS = 6
_HUBER = 1.2
_SATURDAY, _SUNDAY = 5, 6


def log_ratio(values: Floats, wanted: Floats, soft: float, bins: int) -> Floats:
    """Log of (what was + soft) / (what was expected + soft) over the last bins, shape (m,).

    A gap anywhere in the window is a gap.
    """
    seen, hoped = _total(values, bins), _total(wanted, bins)
    return np.asarray(np.log((seen + soft) / (hoped + soft)), dtype=np.float64)


def features(values: Floats, wanted: Floats, soft: float, per_hour: int, hours: int) -> Floats:
    """What is known before a window that ends at each bin, shape (m, FEATURES).

    Residuals of the three hours before it, the six, twelve and twenty-four before it, of yesterday
    and the day before, of the week up to yesterday and the one before; of the same window one and
    two days ago, one and two weeks ago, and over four weeks; of what came after it yesterday; one.
    What was not seen says nothing (0).
    """
    bins, day = hours * per_hour, 24 * per_hour
    one = np.clip(log_ratio(values, wanted, soft, 1), -_CLIP, _CLIP)
    whole = np.clip(log_ratio(values, wanted, soft * hours * per_hour, bins), -_CLIP, _CLIP)
    whole = np.where(np.isfinite(whole), whole, 0.0)
    columns = [_mean(one, bins + k * per_hour, bins + (k + 1) * per_hour) for k in range(3)]
    columns += [_mean(one, bins, bins + k * per_hour) for k in (6, 12, 24)]
    columns += [_mean(one, day, end * day) for end in (3, 8)]
    columns += [_mean(one, 7 * day, 14 * day)]
    columns += [_later(whole, days * day) for days in (1, 2, 7, 14)]
    columns += [np.mean([_later(whole, 7 * k * day) for k in range(1, 5)], axis=0)]
    columns += [_mean(one, day - 3 * per_hour, day)]
    columns += [np.ones(len(values))]
    return np.stack(columns, axis=1)


def restlessness(past: Past, wanted: Floats, soft: float, hours: int) -> Floats:
    """What says before a window how far its residual may lie, shape (m, SCALE_FEATURES).

    Logs of how far the residuals of the hour before it, the day, the week up to yesterday, the
    same window yesterday and over four weeks lay, and of the level; the hour of the day as two
    harmonics; Saturday; Sunday and holidays; one.
    """
    per_hour, day = past.per_hour, 24 * past.per_hour
    bins, values, hoped = hours * per_hour, past.values.ravel(), wanted.ravel()
    one = np.abs(np.clip(log_ratio(values, hoped, soft / per_hour, 1), -_CLIP, _CLIP))
    whole = np.abs(np.clip(log_ratio(values, hoped, soft * hours, bins), -_CLIP, _CLIP))
    filled = np.where(np.isfinite(whole), whole, 0.0)
    far = [_mean(one, bins, bins + per_hour)]
    far += [_mean(whole, first, end) for first, end in ((bins, bins + day), (day, 8 * day))]
    far += [
        _later(filled, day),
        np.mean([_later(filled, 7 * k * day) for k in range(1, 5)], axis=0),
    ]
    level = _total(hoped, bins)
    columns = [np.log(each + 0.03) for each in far]
    columns += [np.log(np.where(np.isfinite(level), level, 0.0) + soft * hours)]
    turn = 2 * np.pi * (np.arange(len(values)) % day) / day
    columns += [wave(k * turn) for k in (1, 2) for wave in (np.sin, np.cos)]
    kinds = np.repeat(past.profiles, day)
    columns += [(kinds == kind).astype(np.float64) for kind in (_SATURDAY, _SUNDAY)]
    columns += [np.ones(len(values))]
    return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True)
class Residuals:
    """The log ratio of one window length, and what predicts it, at every bin.

    Args:
        ratio: NaN where the window has a gap or nothing is expected, shape (m,).
        known: what the hours before it say, shape (m, FEATURES).
        restless: how far it may lie, see :func:`restlessness`, shape (m, SCALE_FEATURES).
        parts: part of the day in which the window ends, shape (m,).
    """

    ratio: Floats
    known: Floats
    restless: Floats
    parts: Ints

    def fit(self, chosen: Bools) -> Floats:
        """Coefficients for each part of the day, shape (parts, FEATURES)."""
        usable = chosen & np.isfinite(self.ratio)
        return np.stack([self._fit_part(usable & (self.parts == p)) for p in range(24 // PART_H)])

    def after(self, coefficients: Floats) -> Floats:
        """What the prediction leaves, shape (m,)."""
        return self.ratio - self.predicted(coefficients)

    def predicted(self, coefficients: Floats) -> Floats:
        """The log ratio that the hours before the window let expect, shape (m,)."""
        rows = coefficients[self.parts]
        return np.asarray((self.known * rows).sum(axis=1), dtype=np.float64)

    def _fit_part(self, chosen: Bools) -> Floats:
        """Ridge regression with Huber's weights, iterated."""
        known, ratio = self.known[chosen], np.clip(self.ratio[chosen], -_CLIP, _CLIP)
        ridge = np.diag([_RIDGE] * (FEATURES - 1) + [0.01])
        weights: Floats = np.ones(len(ratio))
        found: Floats = np.zeros(FEATURES)
        for _ in range(_ROUNDS if len(ratio) else 0):
            weighed = known * weights[:, None]
            solved = np.linalg.solve(weighed.T @ known + ridge, weighed.T @ ratio)
            found = np.asarray(solved, dtype=np.float64)
            off = np.abs(ratio - known @ found)
            bound = _HUBER * float(np.median(off)) + 1e-3
            weights = np.asarray(np.minimum(1.0, bound / np.maximum(off, 1e-9)), dtype=np.float64)
        return found


def residuals(past: Past, wanted: Floats, soft: float) -> Iterator[Residuals]:
    """For each length of window, over the days end to end.

    Args:
        past: the days.
        wanted: expected of every bin, shape as its values.
        soft: added to both sides of every ratio, an hour.
    """
    per_hour = past.per_hour
    flat, hoped = past.values.ravel(), wanted.ravel()
    parts = np.arange(len(flat)) % (24 * per_hour) // (PART_H * per_hour)
    for hours in WINDOWS_H:
        ratio = log_ratio(flat, hoped, soft * hours, hours * per_hour)
        known = features(flat, hoped, soft / per_hour, per_hour, hours)
        yield Residuals(ratio, known, restlessness(past, wanted, soft, hours), parts)


def _total(values: Floats, bins: int) -> Floats:
    found = np.full(len(values), np.nan)
    if len(values) >= bins:
        found[bins - 1 :] = np.lib.stride_tricks.sliding_window_view(values, bins).sum(axis=1)
    return found


def _later(values: Floats, bins: int) -> Floats:
    found = np.zeros(len(values))
    found[bins:] = values[: max(0, len(values) - bins)]
    return found


def _mean(values: Floats, first: int, end: int) -> Floats:
    """Mean of what was seen ``first`` to ``end - 1`` bins ago; 0 where nothing was."""
    seen = np.isfinite(values)
    sums = np.concatenate(([0.0], np.cumsum(np.where(seen, values, 0.0))))
    counts = np.concatenate(([0.0], np.cumsum(seen)))
    now = np.arange(len(values))
    low, high = np.clip(now - end + 1, 0, None), np.clip(now - first + 1, 0, None)
    return np.asarray((sums[high] - sums[low]) / np.maximum(counts[high] - counts[low], 1))
