"""Learn from the past of a series what is usual for it, and judge its hours by it."""

from dataclasses import dataclass

import numpy as np

from parvis.alerts.unusual.limits import (
    KINDS,
    WINDOW_WEIGHTS,
    Cells,
    factor_for,
    spreads,
    tilted,
)
from parvis.alerts.unusual.past import Bools, Floats, Ints, Past, expected
from parvis.alerts.unusual.residual import WINDOWS_H, Residuals, residuals
from parvis.alerts.unusual.unrest import factors, unrest

LEAST_DAYS = 56
"""Days of history before anything can be called unusual: two weeks to expect from, and six whose
residuals set the limits."""

MOST_DAYS = 400
"""Days of history that are learned from: a year of residuals and what they are expected from."""

RECENT_DAYS = 135
"""Days that judging an hour looks at: the last :data:`WARM_DAYS` of them, and what is expected of
those."""

WARM_DAYS = 36
"""Days of residuals that judging an hour looks at: four weeks, and the week of unrest."""

PER_MONTH = 1.0
"""Episodes a month that each side may raise on an ordinary past."""

FARTHEST = (np.inf, 2.3)
"""No limit of either side is wider (log ratio): where next to nothing is left, a tenth of what is
expected, that is unusual, however restless the hour."""

_SIDES = (1.0, -1.0)
_FOLDS = 5
_MONTH_H = 730.5
_MOST_SOFT = 10.0


@dataclass(frozen=True, slots=True)
class TooYoung:
    """There is not enough history yet.

    Args:
        days: whole days that are still needed at the least.
    """

    days: int


@dataclass(frozen=True, slots=True)
class Scores:
    """How unusual every bin is; what is over 1 is.

    Args:
        more, less: the residual of the worst window, in units of its limit; NaN where nothing can
            be told, shape (m,).
        hours_more, hours_less: that window's length, shape (m,).
    """

    more: Floats
    less: Floats
    hours_more: Floats
    hours_less: Floats


@dataclass(frozen=True, slots=True)
class Usual:
    """A window against what is usual, to be told to a person: x instead of y, usual a to b.

    Args:
        hours: length of the window that ends now.
        value: seen in it, added up over its bins.
        expected: likewise.
        low, high: about nine of ten ordinary ones lie on each side's inner end.
    """

    hours: int
    value: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Learned:
    """What is usual for one series.

    Args:
        soft: added to both sides of every ratio, an hour: what a few objects more or less say.
        coefficients: of the residuals before a window, shape (windows, parts, FEATURES).
        spread: of each side, shape (2, windows, KINDS, 24); log ratio.
        limits: likewise; a residual beyond its limit is unusual on a calm day.
        calm: :func:`~parvis.alerts.unusual.unrest.unrest` of an ordinary day.
    """

    soft: float
    coefficients: Floats
    spread: Floats
    limits: Floats
    calm: float

    def scores(self, past: Past, wanted: Floats) -> Scores:
        """Of every bin.

        Args:
            past: days without one missing; the first :data:`WARM_DAYS` only warm up.
            wanted: :func:`expected` of every bin, shape as its values.
        """
        left = [
            one.after(coefficients)
            for one, coefficients in zip(
                residuals(past, wanted, self.soft), self.coefficients, strict=True
            )
        ]
        cells = Cells.of(past)
        restless = factors(unrest(left[-1], self.spread[:, -1], cells), self.calm, cells)
        worst = [self._worst(left, cells, side, restless) for side in range(2)]
        return Scores(worst[0][0], worst[1][0], worst[0][1], worst[1][1])

    def usual(self, past: Past, wanted: Floats, at: int, hours: int) -> Usual | None:
        """The window of so many hours that ends with the bin ``at``; None where it has a gap."""
        window, soft = WINDOWS_H.index(hours), self.soft * hours
        bins = slice(at + 1 - hours * past.per_hour, at + 1)
        value, hoped = (float(each.ravel()[bins].sum()) for each in (past.values, wanted))
        if not np.isfinite(value + hoped):
            return None
        one = list(residuals(past, wanted, self.soft))[window]
        middle = (hoped + soft) * float(np.exp(one.predicted(self.coefficients[window])[at]))
        cells = Cells.of(past)
        up, down = self.spread[:, window, cells.kinds[at], cells.hours[at]].tolist()
        low, high = middle * np.exp(-down) - soft, middle * np.exp(up) - soft
        return Usual(hours, value, max(0.0, middle - soft), max(0.0, low), max(0.0, high))

    def _worst(
        self, left: list[Floats], cells: Cells, side: int, restless: Floats
    ) -> tuple[Floats, Floats]:
        limits = self.limits[side][:, cells.kinds, cells.hours] * restless
        each = _SIDES[side] * np.stack(left) / np.minimum(limits, FARTHEST[side])
        told = np.isfinite(each)
        filled = np.where(told, each, -np.inf)
        hours = np.array(WINDOWS_H, dtype=np.float64)[filled.argmax(axis=0)]
        return np.where(told.any(axis=0), filled.max(axis=0), np.nan), hours


def learn(past: Past) -> Learned | TooYoung:
    """Learn what is usual from whole days, the newest last.

    Nothing but these days is used: learned yesterday it is the same whatever happens today.
    """
    past = past.between(max(0, len(past.values) - MOST_DAYS), len(past.values))
    seen_days = np.flatnonzero(np.isfinite(past.values).any(axis=1))
    age = len(past.values) - int(seen_days[0]) if len(seen_days) else 0
    if age < LEAST_DAYS:
        return TooYoung(LEAST_DAYS - age)
    wanted = expected(past)
    if not np.isfinite(wanted + past.values).any():
        return TooYoung(14)
    soft = softening(past)
    cells = Cells.of(past)
    weeks = np.repeat(past.weeks, past.values.shape[1])
    windows = list(residuals(past, wanted, soft))
    warm = np.arange(len(weeks)) >= min(40, age // 3) * past.values.shape[1]
    coefficients = np.stack([one.fit(warm) for one in windows])
    crossed = [_crossed(one, warm, weeks) for one in windows]
    months = max(float((np.isfinite(crossed[0]) & warm).sum()) / past.per_hour / _MONTH_H, 1e-9)
    spread = np.empty((2, len(windows), KINDS, 24))
    limits = np.empty_like(spread)
    for s, sign in enumerate(_SIDES):
        sides = [sign * one for one in crossed]
        for i, side in enumerate(sides):
            spread[s, i] = spreads(side, warm, cells)
            limits[s, i] = tilted(spread[s, i], WINDOW_WEIGHTS[i])
    by_day = unrest(crossed[-1], spread[:, -1], cells)
    known = by_day[np.isfinite(by_day)]
    calm = max(float(np.median(known)), 1e-9) if len(known) else 1.0
    restless = factors(by_day, calm, cells)
    for s, sign in enumerate(_SIDES):
        scores = _unseen_scores([sign * one for one in crossed], warm, weeks, cells) / restless
        limits[s] *= factor_for(scores, past.per_hour, PER_MONTH * months)
    return Learned(soft, coefficients, spread, limits, calm)


def softening(past: Past) -> float:
    """A twentieth of a busy hour, ten at most: small numbers vary for no reason."""
    hourly = past.values.reshape(len(past.values), 24, past.per_hour).sum(axis=2)
    seen = hourly[np.isfinite(hourly)]
    busy = float(np.quantile(seen, 0.95)) if len(seen) else 0.0
    return min(max(0.05 * busy, 0.1), _MOST_SOFT)


def _crossed(one: Residuals, warm: Bools, weeks: Ints) -> Floats:
    """Residuals of each week after coefficients that did not see it, shape (m,)."""
    left = np.full(len(one.ratio), np.nan)
    for fold in range(_FOLDS):
        of_fold = weeks % _FOLDS == fold
        left[of_fold] = one.after(one.fit(warm & ~of_fold))[of_fold]
    return left


def _unseen_scores(sides: list[Floats], warm: Bools, weeks: Ints, cells: Cells) -> Floats:
    """Worst residual in units of limits that did not see its week; -inf where none, shape (m,)."""
    worst = np.full(len(weeks), -np.inf)
    for side, weight in zip(sides, WINDOW_WEIGHTS, strict=True):
        for fold in range(_FOLDS):
            of_fold = warm & (weeks % _FOLDS == fold)
            limits = tilted(spreads(side, warm & ~of_fold, cells), weight)
            score = side[of_fold] / limits[cells.kinds[of_fold], cells.hours[of_fold]]
            worst[of_fold] = np.fmax(worst[of_fold], score)
    return worst
